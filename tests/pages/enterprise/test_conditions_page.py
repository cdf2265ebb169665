"""The enterprise's page of conditions and the administrator's page of awards, run as their readers."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Radio, TextInput

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.conditions import StatementRule
from kpi.errors import NotFound
from kpi.i18n import condition_finding, condition_name, page_error_message, text
from kpi.model.language import Lang
from kpi.services.conditions import Checklist, StatementInput, own_checklists, state_conditions
from kpi.services.enterprise.drafts import discard_draft
from kpi.services.operation.authentication import viewer_of
from pages.widgets.html import plain
from tests.frozen_otherwise import frozen_otherwise
from tests.pages.app_runs import BY_ADDRESS, Office, opened, strings, submitted, unfolded
from tests.services.submitting import lock_as_it_stands
from tests.shipped import AWARDED

CHANGING = re.compile(r'name="form_token" value="[^"]+"|^[0-9a-f]{32}$', re.MULTILINE)
NEEDED = ("production", "production_management", "business_management")


def _own(office: Office) -> Checklist:
    [own] = own_checklists(office.store, viewer_of(office.store, office.tokens["enterprise"]))
    return own


def _page(office: Office, lang: Lang = "zh") -> AppTest:
    office.sit("enterprise")
    page = unfolded(opened("conditions", lang))
    assert not page.exception
    return page


def _said(page: AppTest) -> str:
    """Everything that the reader is sent, as it reads."""
    return unescape("\n".join(strings(page)))


def _filled(page: AppTest) -> list[str]:
    """The bars of the trial, which stand below those of the draft."""
    bars = [item.proto.text for item in page._tree if item.type == "progress"]
    return bars[-len(NEEDED) :]


def test_without_an_application_the_page_leads_to_the_upload(copied_office: Office) -> None:
    page = _page(copied_office)
    assert text("page.nothing_yet.to_read", "zh") in [item.value for item in page.info]


@pytest.mark.campaign
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_condition_is_there_with_its_name_its_words_and_its_count(copied_office: Office, lang: Lang) -> None:
    submitted(copied_office, locked=False)
    own, said = _own(copied_office), _said(_page(copied_office, lang))
    counted = Counter(rule.state for rule in own.rules)
    states = {name: counted[name] for name in ("ok", "fails", "unknown")}
    assert text("page.checklist.sentence", lang, all=len(own.rules), **states) in said
    for rule in own.rules:
        assert plain(condition_name(rule.rule, lang)) in said or condition_name(rule.rule, lang) in said, rule.rule
        assert catalogue().condition(rule.rule).quote in said, rule.rule


@pytest.mark.campaign
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_contradictions_show_both_sources_and_which_of_them_binds(copied_office: Office, lang: Lang) -> None:
    submitted(copied_office, locked=False)
    said = _said(_page(copied_office, lang))
    after = said.split(text("page.contradictions.title", lang))[1].split(text("page.scenarios.title", lang))[0]
    for code in ("maturity_body", "maturity_annex1", "accidents_body", "accidents_annex1"):
        condition = catalogue().condition(code)
        assert condition.quote in after
        assert condition.source.in_(lang) in after
    assert text("page.contradictions.binds", lang) in after


@pytest.mark.campaign
def test_names_and_telephones_are_shown_in_part_only(copied_office: Office) -> None:
    reported = submitted(copied_office, locked=False).facts
    said = _said(_page(copied_office))
    for fact in catalogue().facts:
        if fact.code in reported and (fact.person or fact.kind == "phone"):
            assert str(reported[fact.code]) not in said, fact.code
            assert str(reported[fact.code]).split()[0] not in said, fact.code
    assert "138****0001" in said
    assert "张**" in said
    assert "第一个“8”" in said
    assert "第二个“8”" in said


def _fields(page: AppTest, condition: str) -> tuple[Radio, TextInput]:
    """The answer and the evidence of that declaration."""
    [answer] = [item for item in page.radio if (item.key or "").endswith(f"-{condition}")]
    [evidence] = [item for item in page.text_input if (item.key or "").endswith(f"-{condition}")]
    return answer, evidence


def _keep(page: AppTest) -> str:
    """Press the one button of all declarations; what the page then says."""
    page.button(key="declare").click().run()
    assert not page.exception
    return _said(page)


@pytest.mark.campaign
def test_a_statement_is_saved_and_shown_with_its_evidence(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("yes")
    _fields(page, "good_credit")[1].set_value("信用报告（虚构）第 8 号")
    said = _keep(page)
    assert _own(copied_office).known.statements["good_credit"].evidence == "信用报告（虚构）第 8 号"
    assert text("page.stating.title", "zh", given=1, all=17) in said


@pytest.mark.campaign
def test_what_another_rule_finds_stands_beside_what_is_declared(copied_office: Office) -> None:
    """A graver denial refutes a statement: the row said "met" for it."""
    submitted(copied_office, locked=False)
    graver = next(
        (item.code, rule.refuted_by)
        for item in catalogue().conditions
        for rule in item.rules
        if isinstance(rule, StatementRule) and rule.refuted_by
    )
    code, refuting = graver
    page = _page(copied_office)
    for condition, answer in ((code, "yes"), (str(refuting), "no")):
        _fields(page, condition)[0].set_value(answer)
        _fields(page, condition)[1].set_value("证明（虚构）第 8 号")
    said = _keep(page)
    [found] = [rule for rule in _own(copied_office).rules if rule.rule == code]
    assert found.state == "fails"
    assert condition_finding(found, "zh") in said
    assert f"✗\u2002{condition_name(code, 'zh')}" in said


@pytest.mark.campaign
def test_a_choice_that_the_arrow_keys_pass_keeps_nothing_until_it_is_saved(copied_office: Office) -> None:
    """Each key press chooses: what was only passed on the way stood as declared, in the audit trail, too."""
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    for answer in ("yes", "no"):
        _fields(page, "good_credit")[0].set_value(answer).run()
        assert _own(copied_office).known.statements == {}
    assert text("page.stating.title", "zh", given=0, all=17) in _said(page)


@pytest.mark.campaign
def test_saving_without_an_answer_says_that_there_is_none(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    assert text("page.stating.unchanged", "zh") in _keep(page)
    assert _own(copied_office).known.statements == {}


@pytest.mark.campaign
def test_a_statement_without_evidence_waits_for_it_and_says_so(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("yes")
    assert text("page.stating.evidence_first", "zh", count=1) in _keep(page)
    assert _own(copied_office).known.statements == {}
    _fields(page, "good_credit")[1].set_value("信用报告（虚构）第 8 号")
    _keep(page)
    assert list(_own(copied_office).known.statements) == ["good_credit"]


@pytest.mark.campaign
def test_a_condition_that_is_not_met_is_kept_and_one_withdrawn_is_open_again(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("no")
    _keep(page)
    assert [statement.holds for statement in _own(copied_office).known.statements.values()] == [False]
    _fields(page, "good_credit")[0].set_value("unsaid")
    said = _keep(page)
    assert _own(copied_office).known.statements == {}
    assert [field.value for field in _fields(page, "good_credit")] == ["unsaid", ""]
    _keep(page)
    assert _own(copied_office).known.statements == {}, "what was withdrawn is not declared by the next press"
    assert text("page.stating.title", "zh", given=0, all=17) in said


def test_all_declarations_are_saved_by_one_press_but_those_without_evidence(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    for at, condition in enumerate(catalogue().stated_conditions):
        answer, evidence = _fields(page, condition.code)
        answer.set_value("no" if at == 0 else "yes")
        evidence.set_value(f"证明（虚构）第 {at} 号" if at > 1 else "")
    said = _keep(page)
    first, second, *others = (condition.code for condition in catalogue().stated_conditions)
    kept = _own(copied_office).known.statements
    assert kept.keys() == {first, *others}
    assert [kept[code].holds for code in (first, others[0])] == [False, True]
    assert text("page.stating.kept", "zh", count=16) in said
    assert text("page.stating.evidence_first", "zh", count=1) in said
    assert _fields(page, second)[0].value == "yes", "what waits for its evidence stays as entered"


@pytest.mark.campaign
def test_what_is_typed_outlasts_another_page(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[1].set_value("信用报告（虚构）第 8 号").run()
    for address in ("result", "conditions"):
        page.switch_page(BY_ADDRESS[address].file).run()
    assert _fields(page, "good_credit")[1].value == "信用报告（虚构）第 8 号"


def _colleague(office: Office, holds: bool | None, evidence: str = "") -> None:
    """Another account of the enterprise declares the same condition."""
    own = _own(office).application
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    said = {"good_credit": StatementInput(holds, evidence)}
    state_conditions(office.store, viewer, own.credit_code, own.year, said)


def test_a_declaration_after_a_colleagues_is_refused_with_both_and_stays_as_entered(copied_office: Office) -> None:
    """It replaced the colleague's without a word."""
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("yes")
    _fields(page, "good_credit")[1].set_value("信用报告（虚构）第 8 号")
    _colleague(copied_office, True, "信用报告（虚构）第 9 号")
    said = _keep(page)
    refused = text("error.declaration_changed.message", "zh", rule=condition_name("good_credit", "zh"))
    assert said.count(refused) == 2
    assert "信用报告（虚构）第 9 号" in said
    assert _own(copied_office).known.statements["good_credit"].evidence == "信用报告（虚构）第 9 号"
    assert [field.value for field in _fields(page, "good_credit")] == ["yes", "信用报告（虚构）第 8 号"]
    # Knowing of the other it is saved by a second press.
    assert refused not in _keep(page)
    assert _own(copied_office).known.statements["good_credit"].evidence == "信用报告（虚构）第 8 号"


@pytest.mark.campaign
def test_what_is_typed_stays_while_a_colleague_declares_and_is_saved_knowing_of_it(
    copied_office: Office,
) -> None:
    """Any run but that of the save showed the colleague's alone: one's own words were gone without one."""
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("yes")
    _fields(page, "good_credit")[1].set_value("信用报告（虚构）第 8 号").run()
    _colleague(copied_office, True, "信用报告（虚构）第 9 号")
    said = _said(page.run())
    assert [field.value for field in _fields(page, "good_credit")] == ["yes", "信用报告（虚构）第 8 号"]
    assert "信用报告（虚构）第 9 号" in said
    refused = text("error.declaration_changed.message", "zh", rule=condition_name("good_credit", "zh"))
    assert refused in _keep(page)
    assert refused not in _keep(page)
    assert _own(copied_office).known.statements["good_credit"].evidence == "信用报告（虚构）第 8 号"


def test_a_declaration_after_a_colleague_withdrew_it_is_refused_and_says_so(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    _colleague(copied_office, True, "信用报告（虚构）第 9 号")
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("no")
    _colleague(copied_office, None)
    said = _keep(page)
    assert text("page.stating.now", "zh", answer=text("page.stating.unsaid", "zh")) in said
    assert _own(copied_office).known.statements == {}
    assert _fields(page, "good_credit")[0].value == "no"


@pytest.mark.campaign
def test_the_same_declared_by_two_is_no_contradiction(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("no")
    _colleague(copied_office, False)
    said = _keep(page)
    assert text("error.declaration_changed.remedy", "zh") not in said
    assert text("page.stating.unchanged", "zh") in said


@pytest.mark.campaign
def test_what_a_colleague_declared_is_what_the_form_begins_with_when_nothing_was_pressed(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    _colleague(copied_office, True, "信用报告（虚构）第 9 号")
    page.run()
    assert [field.value for field in _fields(page, "good_credit")] == ["yes", "信用报告（虚构）第 9 号"]


@pytest.mark.campaign
def test_a_declaration_after_a_colleague_locked_is_refused_in_words(copied_office: Office) -> None:
    """Its press was lost: a locked application has no such form."""
    application = submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("no")
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    lock_as_it_stands(copied_office.store, viewer, application.credit_code, application.year)
    assert _keep(page).count(text("error.already_locked.message", "zh", year=application.year)) == 2


@pytest.mark.campaign
def test_a_declaration_after_a_colleague_discarded_the_draft_is_refused_in_words(copied_office: Office) -> None:
    application = submitted(copied_office, locked=False)
    page = _page(copied_office)
    _fields(page, "good_credit")[0].set_value("no")
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    discard_draft(copied_office.store, viewer, application.credit_code, application.year)
    said = _keep(page)
    assert text("page.nothing_yet.not_taken", "zh") in said
    assert said.count(page_error_message(NotFound("draft"), "zh")[0]) == 2


@pytest.mark.campaign
def test_a_locked_application_shows_its_conditions_and_takes_no_statement(copied_office: Office) -> None:
    submitted(copied_office, locked=True)
    page = _page(copied_office)
    assert not page.radio
    assert text("page.checklist.locked", "zh") in _said(page)


def test_segments_fill_up_while_scenarios_are_chosen_and_the_draft_stays_as_it_is(copied_office: Office) -> None:
    application = submitted(copied_office, locked=False)
    page = _page(copied_office)
    assert [bar[0] for bar in _filled(page)] == ["✓", "✓", "✓"]
    assert text("page.tiers.none_missing", "zh") in _said(page)
    definitions = _said(page).split(text("page.scenarios.definitions", "zh"))[1]
    assert catalogue().scenario(application.scenarios[-1]).definition in definitions
    key = f"{application.credit_code} {application.year}"
    for scenario in catalogue().scenarios_of("business_management"):
        page.checkbox(key=f"scenario-{key}-{scenario.number}").set_value(False)
    page.run()
    assert [bar[0] for bar in _filled(page)] == ["✓", "✓", "✗"]
    assert "供应链物流智能配送" in _said(page).split(text("page.tiers.missing", "zh"))[1]
    page.checkbox(key=f"scenario-{key}-34").set_value(True)
    page.run()
    assert [bar[0] for bar in _filled(page)] == ["✓", "✓", "✓"]
    assert _own(copied_office).application.facts["scenarios"] == application.facts["scenarios"]


@pytest.mark.campaign
@pytest.mark.parametrize("locked", [False, True], ids=["draft", "locked"])
def test_moving_every_rival_changes_nothing_on_the_page(copied_office: Office, locked: bool) -> None:
    submitted(copied_office, locked)
    before = CHANGING.sub("", _said(_page(copied_office)))
    with frozen_otherwise(copied_office.store) as cursor:
        cursor.execute("update observation set value = value * 0.61 + 1.37")
        cursor.execute("update cell set mean = mean * 0.7, p50 = p50 * 0.7, p75 = p75 * 0.7, p80 = 1, p90 = 2")
    assert CHANGING.sub("", _said(_page(copied_office))) == before


@pytest.mark.campaign
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_leading_in_china_or_in_the_world_is_said_to_be_undecidable_here(copied_office: Office, lang: Lang) -> None:
    submitted(copied_office, locked=True)
    said = _said(_page(copied_office, lang))
    for tier in ("excellent", "pilot"):
        assert text(f"page.tiers.clause_of.{tier}", lang, word="") in said


def test_the_administrator_sees_the_list_that_applications_are_checked_against(office_here: Office) -> None:
    office_here.sit("administrator")
    said = "\n".join(strings(opened("awards")))
    for line in AWARDED.read_text("utf-8").splitlines()[1:]:
        assert line.split(",")[0] in said


@pytest.mark.campaign
def test_evidence_that_was_sent_does_not_stay_in_the_form_to_be_sent_again(copied_office: Office) -> None:
    submitted(copied_office, locked=False)
    page = _page(copied_office)
    fields = [item for item in page.text_input if item.label == text("page.claims.evidence", "zh")]
    field, before = fields[0], {item.key for item in fields}
    field.input("审核报告第 17 号（虚构）")
    send = next(item for item in page.button if item.label == text("page.claims.attach", "zh"))
    page = send.click().run()
    assert text("page.claims.attached", "zh") in [item.value for item in page.success]
    left = {item.key: item.value for item in unfolded(page).text_input if item.label == field.label}
    assert not any(left.values())
    assert len(left.keys() & before) == len(before) - 1 > 0, "the other forms keep what is typed into them"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_after_the_lock_no_page_says_how_a_condition_is_met_that_takes_no_declaration(
    copied_office: Office, lang: Lang
) -> None:
    """The conditions that were not declared went on asking for it on the page that refuses it."""
    application = submitted(copied_office, locked=False)
    copied_office.sit("enterprise")
    asked = {item.remedy.in_(lang) for item in catalogue().conditions}
    asked |= {text("remedy.denied", lang)}

    def found() -> list[str]:
        pages = ("enterprise-home", "conditions", "submission", "result")
        said = unescape("\n".join(words for page in pages for words in strings(unfolded(opened(page, lang)))))
        return [words for words in asked if words in said]

    assert found()
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer
    lock_as_it_stands(copied_office.store, viewer, application.credit_code, application.year)
    assert found() == []


def test_one_press_chooses_met_where_nothing_is_declared_and_declares_nothing(copied_office: Office) -> None:
    application = submitted(copied_office, locked=False)
    of = f"{application.credit_code}-{application.year}"
    copied_office.sit("enterprise")
    page = opened("conditions")
    page.radio(key=f"holds-{of}-good_credit").set_value("no")
    page.button(key="rest").click().run()
    chosen = {item.code: page.radio(key=f"holds-{of}-{item.code}").value for item in catalogue().stated_conditions}
    assert chosen.pop("good_credit") == "no"
    assert set(chosen.values()) == {"yes"}
    assert _own(copied_office).known.statements == {}
    page.button(key="declare").click().run()
    assert set(_own(copied_office).known.statements) == {"good_credit"}, "the others wait for their evidence"
