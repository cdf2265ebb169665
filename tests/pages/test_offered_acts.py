"""A page offers what can be done with an application, and says what stands in the way of the rest."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.lifecycle import targets
from kpi.model.programme import ConditionReason, Placement
from kpi.services.administrator.stages import advance
from kpi.services.leader.nomination import save_list
from kpi.services.leader.own_list import own_list
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened, strings, submitted
from tests.services.sample_store import ADMINISTRATOR

pytestmark = pytest.mark.slow


def buttons(test: AppTest) -> set[str]:
    return {item.label for item in test.button}


def test_a_list_under_review_is_neither_taken_back_nor_put_forward_without_who_is_reviewed(
    copied_office: Office,
) -> None:
    store, why = copied_office.store, text("error.list_under_review.message", "en")
    copied_office.sit("leader")
    viewer = viewer_of(store, copied_office.tokens["leader"])
    assert viewer
    before = own_list(store, viewer)
    assert "Withdraw" in buttons(opened("nomination", "en"))
    advance(store, ADMINISTRATOR, before.forward[0], before.latest.year, "on_site", "演示")
    for rest in (before.forward, before.forward[1:]):
        save_list(store, viewer, before.latest.year, own_list(store, viewer).latest.edition, _placed(rest))
        page = opened("nomination", "en")
        assert ("Nominate" in buttons(page)) is (rest == before.forward)
        assert "Withdraw" not in buttons(page)
        assert "\n".join(strings(page)).count(why) == 1


def test_a_list_over_the_quota_says_so_in_place_of_the_act(copied_office: Office) -> None:
    store = copied_office.store
    copied_office.sit("leader")
    viewer = viewer_of(store, copied_office.tokens["leader"])
    assert viewer
    with store.transaction() as cursor:
        tables.awards.set_award(cursor, viewer.scope[0], 29)
    before = own_list(store, viewer)
    everybody = sorted(before.applications)
    assert len(everybody) > before.quota.allowed
    save_list(store, viewer, before.latest.year, before.latest.edition, _placed(everybody))
    page = opened("nomination", "en")
    assert "Nominate" not in buttons(page)
    found = own_list(store, viewer).hindered["put_forward"]
    assert [entry.code for entry in found] == ["list_over_quota", "list_not_eligible"]
    for item in found:
        assert text(f"error.{item.code}.message", "en", **item.params) in "\n".join(strings(page))


def test_a_lock_is_opened_again_while_no_list_holds_it(copied_office: Office) -> None:
    application, store = submitted(copied_office, locked=True), copied_office.store
    copied_office.sit("enterprise")
    title = text("page.reopen.title", "en")
    assert title in _expanders(opened("submission", "en"))
    with store.transaction() as cursor:
        tables.stages.set_nominations(cursor, application.body or "", application.year, [application.credit_code])
    assert title not in _expanders(opened("submission", "en"))


def test_an_administrator_chooses_among_the_stages_that_the_table_allows(copied_office: Office) -> None:
    application, store = submitted(copied_office, locked=True), copied_office.store
    code, year = application.credit_code, application.year
    advance(store, ADMINISTRATOR, code, year, "defence", "演示")
    copied_office.sit("administrator")
    page = opened("progress", "zh")
    page.selectbox(key="application").set_value(f"{code} {year}").run()
    offered = page.selectbox(key=f"state-{code}-{year}-defence").options
    assert offered == [text(f"page.step.{state}", "zh") for state in targets("set", "defence")]


def _placed(codes: Sequence[str]) -> list[Placement]:
    every = (ConditionReason("Checked (demonstration)", tuple(item.code for item in catalogue().conditions)),)
    return [Placement(code, "Checked (demonstration)", "On paper (demonstration)", every) for code in codes]


def _expanders(test: AppTest) -> set[str]:
    return {item.label for item in test.expander}
