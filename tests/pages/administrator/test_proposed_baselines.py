"""A baseline that takes two administrators, on the page: proposed by one, read and confirmed by another."""

from __future__ import annotations

from time import sleep

import pytest
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.i18n import text
from kpi.model.times import now
from kpi.services.administrator.baseline_proposals import (
    propose_baseline,
    proposed_baselines,
    withdraw_baseline,
)
from kpi.services.freeze import import_files
from kpi.services.operation.authentication import SIGN_IN_LASTS, token_sha256
from kpi.store.store import Store
from kpi.tables.baselines import BaselineProposal
from tests.pages.app_runs import RUN_SECONDS, Office, opened, strings
from tests.services.administrator.test_baseline_import import names
from tests.services.administrator.test_baseline_proposals import official
from tests.services.sample_store import ADMINISTRATOR
from tests.services.submitting import YEAR

pytestmark = pytest.mark.slow


@pytest.fixture
def office(copied_office: Office) -> Office:
    """No demonstration, and a second administrator; the first one sits at it."""
    with copied_office.store.transaction() as cursor:
        tables.lists.set_mark(cursor, tables.lists.DEMONSTRATION, "false")
        found = tables.accounts.account_named(cursor, ADMINISTRATOR.account)
        assert found
        tables.accounts.insert_account(
            cursor, "second", "演示管理员乙", "administrator", (), None, False, found.created_at
        )
        tables.second_factors.set_second_factor(cursor, "second", "a seed", 0, [], found.created_at)
    copied_office.sit("administrator")
    return copied_office


def second_sits(office: Office) -> None:
    office.token = "of the second"
    with office.store.transaction() as cursor:
        token, at = token_sha256(office.token), now()
        if not tables.accounts.signed_in(cursor, token, at):
            tables.accounts.start_sign_in(cursor, token, "second", at, at + SIGN_IN_LASTS)


def proposed(store: Store, name: str = "own") -> BaselineProposal:
    return propose_baseline(store, ADMINISTRATOR, official(name, every=4))


def said(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(strings(test))


def press(test: AppTest, key: str) -> AppTest:
    """And wait until what it began in the background has ended."""
    [button] = [item for item in test.button if item.label == text(f"page.{key}", "zh")][:1]
    button.click().run()
    goes_on = text("page.baseline_import.leave", "zh")
    for _ in range(RUN_SECONDS):
        if goes_on not in said(test):
            return test
        sleep(1)
        test.run()
    pytest.fail("it goes on and on")


def offered(test: AppTest) -> set[str]:
    return {item.label for item in test.button}


def test_one_proposes_and_the_other_freezes_what_both_have_seen(office: Office) -> None:
    test, sent = opened("baseline-import"), official(every=4)
    test.file_uploader[0].set_value((sent.file_name, sent.data, "text/csv")).run()
    for key, value in (("provenance", "official"), ("year", YEAR)):
        test.selectbox(key=f"baseline-{key}-0").set_value(value).run()
    for key, value in (("name", "own"), ("source", "某单位（虚构）")):
        test.text_input(key=f"baseline-{key}-0").set_value(value).run()
    press(test, "baseline_import.preview")
    assert text("page.baseline_import.freeze", "zh") not in offered(test)
    test.checkbox[-1].check()
    press(test, "baseline_import.freeze_two")
    assert text("page.baseline_proposal.proposed", "zh", name="own") in said(test)
    assert "own" not in names(office.store)
    [proposal] = proposed_baselines(office.store, ADMINISTRATOR)
    press(test, "baseline_proposal.read")
    assert text("error.second_own.message", "zh") in said(test)
    assert text("page.baseline_proposal.confirm", "zh") not in offered(test)
    waits = text("page.home.baselines_wait", "zh", count=1)
    assert waits in said(opened("administrator-home"))
    second_sits(office)
    assert waits in said(opened("administrator-home"))
    test = opened("baseline-import")
    assert text("page.baseline_proposal.confirm", "zh") not in offered(test), "before it is read"
    press(test, "baseline_proposal.read")
    read = said(test)
    for shown in (proposal.sha256, proposal.file_sha256, "某单位（虚构）"):
        assert shown in read
    assert text("page.baseline_proposal.changed", "zh") not in read
    press(test, "baseline_proposal.confirm")
    assert text("page.baseline_import.frozen", "zh", name="own", sha256=proposal.sha256[:12]) in said(test)
    assert "own" in names(office.store)
    assert waits not in said(opened("administrator-home"))


@pytest.mark.campaign
def test_what_changed_since_it_was_read_is_said_and_read_again(office: Office) -> None:
    proposed(office.store)
    second_sits(office)
    test = opened("baseline-import")
    press(test, "baseline_proposal.read")
    import_files(office.store, official("beside", every=4))
    press(test, "baseline_proposal.confirm")
    assert text("error.preview_outdated.message", "zh") in said(test)
    assert text("page.baseline_proposal.confirm", "zh") not in offered(test)
    assert "own" not in names(office.store)
    press(test, "baseline_proposal.read")
    assert text("page.baseline_proposal.changed", "zh") in said(test)
    press(test, "baseline_proposal.confirm")
    assert "own" in names(office.store)


@pytest.mark.campaign
def test_it_is_withdrawn_by_one_and_refused_by_the_other_with_a_reason(office: Office) -> None:
    for how in ("withdraw", "refuse"):
        proposal = proposed(office.store)
        test = opened("baseline-import")
        press(test, "baseline_proposal.read")
        press(test, f"baseline_proposal.{how}")
        assert text("error.baseline_withdrawal_reason.message", "zh") in said(test)
        test.text_input(key=f"reason-{proposal.id}").set_value("来源有误（演示）").run()
        press(test, f"baseline_proposal.{how}")
        assert text("page.baseline_proposal.ended", "zh", name="own") in said(test)
        assert proposed_baselines(office.store, ADMINISTRATOR) == []
        second_sits(office)
    assert "own" not in names(office.store)


def test_one_that_was_ended_while_it_was_read_is_said_to_be_gone(office: Office) -> None:
    proposal = proposed(office.store)
    second_sits(office)
    test = opened("baseline-import")
    press(test, "baseline_proposal.read")
    withdraw_baseline(office.store, ADMINISTRATOR, proposal.id, "来源有误（演示）")
    test.run()
    assert text("error.baseline_proposal_gone.message", "zh") in said(test)
    assert text("page.baseline_proposal.confirm", "zh") not in offered(test)


def test_the_page_of_a_demonstration_refuses_official_figures_in_words(copied_office: Office) -> None:
    copied_office.sit("administrator")
    test, sent = opened("baseline-import"), official(every=4)
    test.file_uploader[0].set_value((sent.file_name, sent.data, "text/csv")).run()
    test.selectbox(key="baseline-provenance-0").set_value("official").run()
    press(test, "baseline_import.preview")
    assert text("error.official_in_demonstration.message", "zh") in said(test)
    assert text("page.baseline_import.freeze_two", "zh") not in offered(test)
