"""The page of condition rulings as each role reads it, and the appeal of the enterprise that reads what was decided."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.claims import ConditionRuling
from kpi.model.viewer import Role
from kpi.services.condition_rulings import RulingInput, conditions_to_rule, every_condition_to_rule, rule_on_conditions
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, all_say_no_conflict, opened, strings, submitted
from tests.services.sample_store import ADMINISTRATOR

RULED, STATED = "industry_leader", "good_credit"
WHY, ON = "现场核实（虚构）", "申报书第二部分（虚构）"


@pytest.fixture
def locked(copied_office: Office) -> Application:
    """The demonstration's enterprise has locked its application; no reviewer has a conflict."""
    sent = submitted(copied_office, locked=True)
    all_say_no_conflict(copied_office.store)
    return sent


def _page(office: Office, role: Role, of: Application) -> AppTest:
    office.sit(role)
    page = opened("condition-rulings", of=f"{of.credit_code} {of.year}")
    assert not page.exception
    return page


def _enter(page: AppTest, condition: str, choice: str, why: str = WHY, on: str = ON) -> None:
    [field] = [item for item in page.radio if (item.key or "").endswith(f"-{condition}")]
    field.set_value(choice)
    for start, said in (("why-", why), ("against-", on)):
        [entry] = [
            item
            for item in page.text_input
            if (item.key or "").startswith(start) and (item.key or "").endswith(f"-{condition}")
        ]
        entry.set_value(said)


def _save(page: AppTest) -> str:
    page.button(key="rule").click().run()
    assert not page.exception
    return unescape("\n".join(strings(page)))


def _given(office: Office, of: Application) -> list[ConditionRuling]:
    with office.store.cursor() as cursor:
        return tables.conditions.condition_rulings(cursor, [of.credit_code]).get((of.credit_code, of.year), [])


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_several_conditions_are_ruled_on_with_one_press(copied_office: Office, locked: Application, role: Role) -> None:
    page = _page(copied_office, role, locked)
    assert text("page.rulings.unchanged", "zh") in _save(page)
    _enter(page, RULED, "met")
    _enter(page, STATED, "not_met")
    assert text("page.rulings.kept", "zh", count=2) in _save(page)
    given = _given(copied_office, locked)
    assert {(item.condition, item.outcome) for item in given} == {(RULED, "met"), (STATED, "not_met")}
    assert {(item.role, item.reason, item.evidence) for item in given} == {(role, WHY, ON)}
    page = _page(copied_office, role, locked)
    _enter(page, STATED, "withdrawn", on="")
    assert text("page.rulings.kept", "zh", count=1) in _save(page)
    assert [item.outcome for item in _given(copied_office, locked)][-1] == "withdrawn"


@pytest.mark.campaign
def test_a_body_is_offered_statements_alone(copied_office: Office, locked: Application) -> None:
    page = _page(copied_office, "leader", locked)
    conditions = {str(item.key).rsplit("-", 1)[-1] for item in page.radio if str(item.key).startswith("ruling-")}
    assert STATED in conditions
    assert RULED not in conditions


@pytest.mark.campaign
def test_what_is_missing_or_was_decided_meanwhile_is_said_and_what_was_typed_stays(
    copied_office: Office, locked: Application
) -> None:
    page = _page(copied_office, "reviewer", locked)
    _enter(page, RULED, "met", why="")
    _save(page)
    assert "没有写明理由" in page.error[0].value
    _enter(page, RULED, "met")
    _rule(copied_office, locked, "not_met")
    _save(page)
    assert "已有人对" in page.error[0].value
    assert WHY in [item.value for item in page.text_input]
    assert [item.outcome for item in _given(copied_office, locked)] == ["not_met"]
    assert text("page.rulings.kept", "zh", count=1) in _save(page), "now that it was read"
    assert [item.outcome for item in _given(copied_office, locked)] == ["not_met", "met"]


def _rule(office: Office, of: Application, outcome: str) -> None:
    found = conditions_to_rule(office.store, ADMINISTRATOR, of.credit_code, of.year)
    seen = {item.found.rule: item.last_at for item in found.conditions}
    given = {RULED: RulingInput("met" if outcome == "met" else "not_met", WHY, ON)}
    on = office.store, ADMINISTRATOR, of.credit_code, of.year
    rule_on_conditions(*on, given, found.locked.locked_at, seen)


def test_the_enterprise_reads_what_was_decided_and_appeals_once(copied_office: Office, locked: Application) -> None:
    _rule(copied_office, locked, "not_met")
    copied_office.sit("enterprise")
    page = opened("conditions")
    said = unescape("\n".join(strings(page)))
    assert WHY in said
    assert ON in said
    [reason] = [item for item in page.text_input if str(item.key).startswith("appeal-")]
    reason.set_value("另有行业报告（虚构）").run()
    [press] = [item for item in page.button if str(item.key).startswith("appeal-")]
    press.click().run()
    assert not page.exception
    assert text("page.rulings.appeal_done", "zh") in [item.value for item in page.success]
    assert not [item for item in page.text_input if str(item.key).startswith("appeal-")]
    assert [item.outcome for item in _given(copied_office, locked)] == ["not_met", "appealed"]
    viewer = viewer_of(copied_office.store, copied_office.tokens["reviewer"])
    assert viewer is not None
    found = conditions_to_rule(copied_office.store, viewer, locked.credit_code, locked.year)
    assert [item.found.rule for item in found.waiting if item.appealed] == [RULED]


def test_several_are_ruled_on_alike_by_one_confirmed_press(locked: Application, copied_office: Office) -> None:
    page = _page(copied_office, "administrator", locked)
    page.selectbox(key="together-condition").set_value(RULED).run()

    def field() -> Any:
        label = text("page.rulings.together_which", "zh")
        return next(item for item in page.multiselect if item.label == label)

    waited = field().options
    fields = str(field().key).removesuffix("-which")
    assert page.button(key=f"{fields}-first").disabled
    own = f"{locked.credit_code} {locked.year}"
    others = [item.key for item in every_condition_to_rule(copied_office.store, ADMINISTRATOR) if item.key != own]
    field().set_value([own, others[0]])
    page.radio(key=f"{fields}-outcome").set_value("met")
    page.text_input(key=f"{fields}-reason").set_value(WHY)
    page.text_input(key=f"{fields}-evidence").set_value(ON).run()
    assert _given(copied_office, locked) == [], "asked first"
    page.button(key=fields).click().run()
    assert not page.exception
    assert text("page.rulings.kept", "zh", count=2) in unescape("\n".join(strings(page)))
    assert [(item.condition, item.outcome, item.reason) for item in _given(copied_office, locked)] == [
        (RULED, "met", WHY)
    ]
    assert len(field().options) == len(waited) - 2
