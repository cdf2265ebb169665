"""My candidates: an order of one's own, what was looked at, filters from the address, next and previous."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi import tables
from kpi.access.roles import scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound
from kpi.i18n import text
from kpi.model.viewer import Viewer
from kpi.services.reviewer import candidate_list
from kpi.services.reviewer.candidate_list import own_candidates, sort_by_composite
from kpi.services.reviewer.candidates import candidate_evaluation, candidates, side_by_side
from tests.pages.app_runs import Office, opened, strings

pytestmark = pytest.mark.slow

INDUSTRY, YEAR = "汽车", 2025


def order(office: Office, viewer: Viewer) -> list[str]:
    return [candidate.record.credit_code for candidate in own_candidates(office.store, viewer)]


def test_each_reviewer_has_an_order_of_its_own_that_stays(office_here: Office, reviewer: Viewer) -> None:
    everyone = {candidate.credit_code for candidate in candidates(office_here.store, reviewer)}
    mine = order(office_here, reviewer)
    assert set(mine) == everyone
    assert mine == order(office_here, reviewer) != sorted(mine)
    other = order(office_here, replace(reviewer, account="another"))
    assert set(other) == everyone
    assert other != mine
    # Who reaches fewer sees them in the same order: nobody's place depends on the others.
    fewer = order(office_here, replace(reviewer, scope=(INDUSTRY,)))
    assert fewer == [code for code in mine if code in set(fewer)]


def test_the_list_says_what_the_full_answer_says(office_here: Office, reviewer: Viewer) -> None:
    [listed] = [candidate for candidate in own_candidates(office_here.store, reviewer) if candidate.position == 2]
    assert not listed.looked_at
    answer = candidate_evaluation(office_here.store, reviewer, listed.record.credit_code, YEAR)
    assert listed.record.clause == answer.clause.verdict
    assert listed.record.leading == len(answer.leading_list)
    assert listed.record.verdicts == tuple(kpi.verdict for kpi in answer.kpis)
    for place, kpi in zip(listed.record.places, answer.kpis, strict=True):
        assert (
            place == pytest.approx(kpi.percentile.mid)
            if place is not None
            else kpi.percentile.mid != kpi.percentile.mid
        )
    [again] = [candidate for candidate in own_candidates(office_here.store, reviewer) if candidate.position == 2]
    assert again.looked_at


def test_sorting_by_composite_is_the_comparisons_and_is_in_the_trail(office_here: Office, reviewer: Viewer) -> None:
    scores = sort_by_composite(office_here.store, reviewer, INDUSTRY, YEAR)
    compared = side_by_side(office_here.store, reviewer, list(scores), YEAR).comparison
    assert list(scores.values()) == pytest.approx([candidate.composite.score for candidate in compared.candidates])
    with office_here.store.cursor() as cursor:
        acts = [
            audit_entry
            for audit_entry in tables.audit.audit_entries(cursor)
            if audit_entry.action == "candidates_sorted"
        ]
    assert [(act.actor, act.subject) for act in acts] == [("reviewer", f"{INDUSTRY} {YEAR}")]
    with pytest.raises(NotFound):
        sort_by_composite(office_here.store, replace(reviewer, scope=("先进材料",)), INDUSTRY, YEAR)


def test_only_what_was_asked_for_is_read(office_here: Office, reviewer: Viewer) -> None:
    codes = order(office_here, reviewer)[:2]
    with office_here.store.cursor() as cursor:
        found = tables.applications.locked_applications(cursor, scope_of(reviewer), codes, YEAR)
        everyone = tables.applications.locked_applications(cursor, scope_of(reviewer))
    assert found == [application for application in everyone if application.application.credit_code in codes]


def test_the_page_filters_by_what_stands_in_the_address(office_here: Office, reviewer: Viewer) -> None:
    listed = own_candidates(office_here.store, reviewer)
    met = [
        candidate
        for candidate in listed
        if candidate.record.industry == INDUSTRY and candidate.record.clause == "undecided"
    ]
    test = opened("candidates", "zh", clause="undecided", **{"in-industry": INDUSTRY})
    said = "\n".join(strings(test))
    assert text("page.list.shown", "zh", shown=len(met), of=len(listed)) in said
    assert said.count('class="kpi-listed"') == len(met)
    test.text_input(key="list-search").set_value(met[0].record.factory).run()
    assert "\n".join(strings(test)).count('class="kpi-listed"') == 1


def test_what_is_filtered_by_stands_in_the_order_of_the_notice(office_here: Office, reviewer: Viewer) -> None:
    test, notice = opened("candidates", "zh"), catalogue()
    for key, in_order in (("body", notice.bodies), ("in-industry", notice.industries)):
        offered = test.selectbox(key=key).options[1:]
        assert offered == [item.name.zh for item in in_order if item.name.zh in offered]
        assert offered != sorted(offered), "another order than that of the characters"


def test_composites_are_asked_for_within_one_industry_and_by_a_press(office_here: Office, reviewer: Viewer) -> None:
    test = opened("candidates", "zh")
    test.segmented_control(key="list-order").set_value("composite").run()
    assert text("page.list.one_industry", "zh") in "\n".join(strings(test))
    test = opened("candidates", "zh", **{"in-industry": INDUSTRY})
    test.segmented_control(key="list-order").set_value("composite").run()
    assert text("page.list.composite_recorded", "zh") in "\n".join(strings(test))


def test_next_and_previous_go_through_the_own_order(office_here: Office, reviewer: Viewer) -> None:
    listed = own_candidates(office_here.store, reviewer)
    test = opened("candidate", "zh", industry=listed[0].record.industry, candidate=listed[0].record.credit_code)
    at = [candidate.record.credit_code for candidate in listed].index(test.selectbox(key="candidate").value)
    test.button(key="browse-next").click().run()
    assert test.selectbox(key="candidate").value == listed[at + 1].record.credit_code
    test.button(key="browse-previous").click().run()
    assert test.selectbox(key="candidate").value == listed[at].record.credit_code


def test_a_candidates_page_answers_first_and_an_act_opens_its_tab(office_here: Office, reviewer: Viewer) -> None:
    listed = own_candidates(office_here.store, reviewer)
    one = next(item.record for item in listed if item.record.clause == "not_met")
    test = opened("candidate", "zh", industry=one.industry, candidate=one.credit_code)
    [card] = [said for said in strings(test) if 'class="kpi-answer' in said]
    assert text("clause.not_met.short", "zh") in card
    assert text("reason.not_official_no_refusal.plain", "zh") in card, "what may not be concluded from it"
    test.button(key="to-questions").click().run()
    assert test.session_state["held-tabs-zh"] == text("page.candidate.tab_evidence", "zh")


def test_the_reader_stays_on_its_page_while_others_lock(
    office_here: Office, reviewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_order = candidate_list._in_own_order
    monkeypatch.setattr("pages.reviewer.parts.list.A_PAGE", 2)
    monkeypatch.setattr(candidate_list, "_in_own_order", lambda *asked: in_order(*asked)[:-1])
    test = opened("candidates")
    test.pagination(key="list-page").set_value(2).run()
    monkeypatch.setattr(candidate_list, "_in_own_order", in_order)
    test.pagination(key="list-page").set_value(3).run()
    assert not test.exception
    assert test.pagination(key="list-page").value == 3
    test.segmented_control(key="list-order").set_value("name").run()
    assert test.pagination(key="list-page").value == 1
