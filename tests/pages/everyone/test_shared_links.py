"""Readers who are not meant: a first password opens one page alone, and a link that was passed on opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

import pytest

from kpi import tables
from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.times import now
from kpi.model.viewer import Role
from kpi.services.operation.authentication import SignedIn, hash_password, sign_in, viewer_of
from pages.session.context import PAGES, pages_for
from tests.benchmark.panels import credit_code
from tests.pages.app_runs import ALLOWED, BY_ADDRESS, READERS, Office, alone, app, opened, strings, submitted
from tests.pages.test_matrix import NOTHING_HERE

OWN = "my-account"
FIRST = [(role, page.address) for role in get_args(Role) for page in PAGES if page.address != OWN]
STRANGERS = [(role, page.address) for role in READERS for page in PAGES if (role, page.address) not in ALLOWED]
RIVAL = credit_code(8_900_001)


@pytest.fixture(scope="module")
def application(office_here: Office) -> Application:
    """The demonstration enterprise's, locked: links to it are what is passed on."""
    return submitted(office_here, locked=True)


@pytest.fixture(scope="module")
def first(office_here: Office) -> Iterator[Office]:
    """Every account has a password that somebody else gave it."""
    _all_must_change(office_here, True)
    yield office_here
    _all_must_change(office_here, False)


def _all_must_change(office: Office, must: bool) -> None:
    with office.store.transaction() as cursor:
        cursor.execute("update account set must_change = $1", [must])


def _link(application: Application) -> dict[str, str]:
    """All that the pages put into their addresses, of this application."""
    code, year = application.credit_code, application.year
    keys = {"candidate": code, "application": f"{code} {year}", "sheet": f"{code} {year}", "account": "enterprise"}
    return keys | {"kpi": "K01", "industry": application.industry, "year": str(year)}


def _names(application: Application) -> list[str]:
    return [application.credit_code, *(str(application.text(word)) for word in ("enterprise", "factory_name", "phone"))]


@pytest.mark.parametrize(("role", "address"), STRANGERS, ids=str)
def test_a_link_that_was_passed_on_says_nothing_to_a_role_it_is_not_for(
    office_here: Office, application: Application, role: Role | None, address: str
) -> None:
    office_here.sit(role)
    test = alone(address, **_link(application))
    assert [item.value for item in test.info] == [NOTHING_HERE]
    said = "\n".join(strings(test))
    assert [name for name in _names(application) if name in said] == []


@pytest.mark.parametrize("address", [address for role, address in ALLOWED if role == "enterprise"])
def test_a_link_of_one_enterprise_shows_another_nothing_of_it(
    office_here: Office, application: Application, address: str
) -> None:
    office_here.token = _rival(office_here)
    test = opened(address, **_link(application))
    assert not test.exception
    said = "\n".join(strings(test))
    assert [name for name in _names(application) if name in said] == []


def _rival(office: Office) -> str:
    """The token of another enterprise, which has an account here once."""
    with office.store.transaction() as cursor:
        cursor.execute("delete from account_scope where account = 'rival'")
        cursor.execute("delete from account where name = 'rival'")
        tables.accounts.insert_account(
            cursor, "rival", "演示对手（虚构）", "enterprise", (RIVAL,), hash_password("rival"), False, now()
        )
    signed_in = sign_in(office.store, "rival", "rival", now() - timedelta(seconds=1))
    assert isinstance(signed_in, SignedIn)
    return signed_in.token


@pytest.mark.parametrize("role", get_args(Role))
def test_with_a_first_password_one_is_led_to_ones_own_account_alone(first: Office, role: Role) -> None:
    first.sit(role)
    assert [page.address for page in pages_for(viewer_of(first.store, first.token))] == [OWN]
    test = app()
    assert not test.exception
    assert [head.value for head in test.header] == [text(f"page.title.{BY_ADDRESS[OWN].title}", "zh")]
    assert text("page.account.must_change", "zh") in "\n".join(strings(test))


@pytest.mark.parametrize(("role", "address"), FIRST, ids=str)
def test_no_other_page_is_there_before_the_password_is_changed(first: Office, role: Role, address: str) -> None:
    first.sit(role)
    direct = alone(address)
    assert [item.value for item in direct.info] == [NOTHING_HERE]
    assert not direct.header


def test_the_matrix_holds_every_page_and_every_reader() -> None:
    assert len(STRANGERS) + len(ALLOWED) == len(PAGES) * len(READERS)
    assert len(FIRST) == (len(PAGES) - 1) * len(get_args(Role))
