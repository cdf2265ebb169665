"""Setting up one's second factor on the page, what an administrator meets without one, and removing a lost one."""

from __future__ import annotations

import re

import pytest
from pyotp import TOTP
from streamlit.testing.v1 import AppTest

from kpi import i18n
from kpi.access.passwords import generate_password
from kpi.model.times import now
from kpi.services.administrator.accounts import NewAccount, add_account
from kpi.services.operation.authentication import (
    CodeNeeded,
    SignedIn,
    change_password,
    own_second_factor,
    set_up_second_factor,
    sign_in,
    sign_in_by_code,
    viewer_of,
)
from kpi.services.operation.second_factor import new_seed
from tests.pages.app_runs import Office, alone, opened, strings
from tests.services.sample_store import ADMINISTRATOR

PASSWORD = generate_password()


def word(key: str) -> str:
    return i18n.text(f"page.{key}", "zh")


def sit_as(office: Office, new: NewAccount) -> None:
    """At the desk of somebody who was added as people are, and has just changed the first password."""
    first = add_account(office.store, ADMINISTRATOR, new)
    entered = sign_in(office.store, new.name, first)
    assert isinstance(entered, SignedIn)
    change_password(office.store, viewer_of(office.store, entered.token), first, PASSWORD, entered.token)
    office.token = entered.token


@pytest.fixture
def chief(copied_office: Office) -> Office:
    """An administrator sits at it."""
    sit_as(copied_office, NewAccount("chief", "总管", "administrator", ("security",)))
    return copied_office


def fill(test: AppTest, code: str, password: str) -> AppTest:
    test.text_input(key="second-factor-code").set_value(code)
    test.text_input(key="second-factor-password").set_value(password)
    return next(item for item in test.button if item.label == word("account.switch_on")).click().run()


def test_an_administrator_has_one_page_until_the_codes_are_set_up_and_is_shown_recovery_codes_once(
    chief: Office,
) -> None:
    test = opened("my-account")
    assert word("account.must_set_up") in "\n".join(strings(test))
    assert '<img src="data:image/svg+xml' in "\n".join(strings(test))
    [key] = [item.value for item in test.code]
    app = TOTP(key.replace(" ", ""))
    wrong = fill(test, "000000", PASSWORD)
    assert len(wrong.error) == 1
    assert [item.value for item in wrong.code] == [key], "the picture that was scanned stays"
    done = fill(wrong, app.at(now()), PASSWORD)
    assert not done.exception
    shown = next(item.value for item in done.code)
    codes = shown.split("\n")
    assert all(re.fullmatch(r"(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}", code) for code in codes)
    assert word("account.must_set_up") not in "\n".join(strings(done))
    noted = done.button(key="recovery-noted").click().run()
    assert not any(code in string for string in strings(noted) for code in codes)
    assert "第二重验证" in "\n".join(strings(noted))
    assert [item.value for item in opened("accounts").header] == [word("title.accounts")]
    asked = sign_in(chief.store, "chief", PASSWORD)
    assert isinstance(asked, CodeNeeded)
    assert isinstance(sign_in_by_code(chief.store, asked.ticket, codes[0]), SignedIn)


def test_no_other_page_is_there_before(chief: Office) -> None:
    assert [item.value for item in opened("my-account").header] == [word("title.account")]
    assert word("nothing_here") in "\n".join(strings(alone("accounts")))


def test_whoever_wishes_may_and_may_change_his_mind_before(copied_office: Office) -> None:
    sit_as(copied_office, NewAccount("li", "李", "reviewer", ("汽车",)))
    test = opened("my-account")
    assert not test.code
    test.button(key="set-up-second-factor").click().run()
    assert len(test.code) == 1
    test.button(key="second-factor-cancel").click().run()
    assert not test.code
    assert own_second_factor(copied_office.store, viewer_of(copied_office.store, copied_office.token)).set_up_at is None


def test_the_demonstration_says_why_it_has_none(office_here: Office) -> None:
    office_here.sit("leader")
    test = opened("my-account")
    assert i18n.text("error.demonstration_second_factor.message", "zh") in "\n".join(strings(test))
    assert "set-up-second-factor" not in [item.key for item in test.button]


@pytest.mark.campaign
def test_a_lost_one_is_removed_on_the_page_of_accounts(chief: Office) -> None:
    store, seed = chief.store, new_seed()
    set_up_second_factor(store, viewer_of(store, chief.token), seed, TOTP(seed).at(now()), PASSWORD, chief.token or "")
    own = opened("accounts", account="chief")
    assert "factor-chief" not in [item.key for item in own.button]
    chief.sit("administrator")
    test = opened("accounts", account="chief")
    test.button(key="factor-chief").click().run()
    assert not test.exception
    assert isinstance(sign_in(store, "chief", PASSWORD), SignedIn)
    assert "factor-chief" not in [item.key for item in test.button]
