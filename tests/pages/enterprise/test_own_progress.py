"""What an enterprise reads of its application from the first score to the list, and what it never reads."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from kpi.i18n import catalogue_name, text
from kpi.model.claims import WHOLE_APPLICATION, Award, final_list
from kpi.model.language import Lang
from kpi.model.lifecycle import ENDS, LOCKED_STATES, ApplicationState
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.administrator.awards import add_single_award
from kpi.services.administrator.meeting import decide_candidates, review_panel_meeting, write_review_panel_note
from kpi.services.administrator.objections import (
    NewObjection,
    answer_objection,
    inform_enterprise,
    listed_objections,
    record_objection,
    reopen_objection,
)
from kpi.services.administrator.rounds import assign_reviewers, open_round, release_round, start_round
from kpi.services.administrator.stages import advance, applications_in_progress, undo_steps
from kpi.services.enterprise.documents import answer_enquiry, own_claims, own_enquiries
from kpi.services.operation.authentication import viewer_of
from kpi.services.operation.demonstration import demonstration_accounts
from kpi.services.reviewer.evidence import ask_enterprise
from kpi.services.reviewer.scores import own_score_sheet, save_score
from kpi.store.store import Store
from pages.enterprise.parts.documents import claims_reminder
from pages.session.context import pages_for
from tests.pages.app_runs import Office, app, opened, specs, strings, submitted, unfolded, without_rounds
from tests.services.hearings import hear
from tests.services.sample_store import ADMINISTRATOR
from tests.services.service_calls import whole_score

pytestmark = pytest.mark.slow

NOTE, REASON = "数据口径待企业说明（讨论，虚构）", "各项有依据（理由，虚构）"
WHO, WHAT, ANSWER = "某先生（虚构）021-00000000", "所报产值有出入（虚构）", "查无实据，已告知某先生（虚构）"
PANEL = [Viewer(entry.name, entry.display, entry.role, entry.scope) for entry in demonstration_accounts()[4:]]
TO_THE_LIST: tuple[ApplicationState, ...] = ("put_forward", "material_review", "defence", "publicity", "listed")
OF_THIS_RUN = re.compile(r"\$\$ID-[0-9a-f]{32}|[0-9a-f]{32}|value=\"[^\"]*\"")


def everything(office: Office) -> dict[str, list[str]]:
    """All that each of the enterprise's pages says, folded boxes too; but when its sessions were last seen."""
    office.sit("enterprise")
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    found = {page.address: unfolded(opened(page.address)) for page in pages_for(viewer) if page.address != "my-account"}
    assert not [item for item in found.values() if item.exception]
    return {
        address: [OF_THIS_RUN.sub("", words) for words in strings(item) + specs(item)]
        for address, item in found.items()
    }


def at_home(office: Office, lang: Lang = "zh") -> str:
    office.sit("enterprise")
    return "\n".join(strings(app(lang)))


def at_submission(office: Office, lang: Lang = "zh") -> str:
    office.sit("enterprise")
    return "\n".join(strings(opened("submission", lang)))


def in_no_round(store: Store) -> None:
    with store.transaction() as cursor:
        without_rounds(cursor)


def test_scores_discussion_and_decision_change_no_word_that_the_enterprise_reads(copied_office: Office) -> None:
    application, store = submitted(copied_office, locked=True), copied_office.store
    code, year = application.credit_code, application.year
    in_no_round(store)
    before = everything(copied_office)
    name = open_round(store, ADMINISTRATOR, year, application.industry, "defence")
    assign_reviewers(store, ADMINISTRATOR, name, {code: [item.account for item in PANEL]})
    start_round(store, ADMINISTRATOR, name)
    for reviewer in PANEL:
        seen = own_score_sheet(store, reviewer, name, code).seen
        save_score(store, reviewer, name, code, seen, whole_score("defence", 3), hand_in=True)
    release_round(store, ADMINISTRATOR, name)
    write_review_panel_note(store, ADMINISTRATOR, name, code, NOTE)
    decide_candidates(store, ADMINISTRATOR, name, {code: 0}, "not_forward", REASON)
    assert review_panel_meeting(store, ADMINISTRATOR, name).decisions[code].reason == REASON
    assert everything(copied_office) == before


def undo_last(store: Store, code: str, why: str) -> None:
    read = [hand for hand in applications_in_progress(store, ADMINISTRATOR) if hand.credit_code == code]
    undo_steps(store, ADMINISTRATOR, read, why)


@pytest.mark.campaign
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_home_and_submission_say_that_the_last_step_was_undone_and_why(copied_office: Office, lang: Lang) -> None:
    application, store = submitted(copied_office, locked=True), copied_office.store
    code, year, day = application.credit_code, application.year, shanghai_date(now())
    in_no_round(store)
    advance(store, ADMINISTRATOR, code, year, "on_site", "演示")
    advance(store, ADMINISTRATOR, code, year, "publicity", "演示")
    undo_last(store, code, "更新有误（演示）")
    said = text("page.steps.undone", lang, note="更新有误（演示）", day=day.isoformat())
    home, submission = at_home(copied_office, lang), at_submission(copied_office, lang)
    assert said in home
    assert said in submission
    assert text("page.steps.stands", lang, state=text("page.step.on_site", lang), day=day) in home
    assert f"○ {text('page.step.publicity', lang)}" in submission, "it is ahead again"


def test_nothing_is_asked_for_where_it_is_said_that_nothing_is_to_be_done(copied_office: Office) -> None:
    """At every stage, with claims open from the lock on, and with a question or a hearing beside them."""
    application, store = submitted(copied_office, locked=True), copied_office.store
    code, year = application.credit_code, application.year
    enterprise, reviewer = (_of(copied_office, name) for name in ("enterprise", "reviewer"))
    in_no_round(store)
    claims, last = own_claims(store, enterprise, code, year), shanghai_date(now()) + timedelta(days=5)
    asking = (
        claims_reminder(claims, "zh"),
        text("page.own_enquiry.todo", "zh", open=1),
        text("page.own_hearing.todo", "zh", count=1, day=last),
    )

    def said() -> tuple[bool, list[int]]:
        """Whether it is said that nothing is to be done, and which of the three is asked for."""
        home = unescape(at_home(copied_office))
        pages = [home, *(unescape("\n".join(strings(opened(page)))) for page in ("submission", "result"))]
        over = any(
            text(f"page.steps.ahead_{end}", "zh", year=year) in home for end in ("awarded", "listed", "not_listed")
        )
        return over, [place for place, words in enumerate(asking) if any(words in page for page in pages)]

    found = {}
    for state in LOCKED_STATES[1:]:
        advance(store, ADMINISTRATOR, code, year, state, "演示")
        found[state] = said()
    assert found == {state: (True, []) if state in ENDS else (False, [0]) for state in LOCKED_STATES[1:]}
    undo_last(store, code, "更正（演示）")
    assert said() == (True, []), "listed again"
    ask_enterprise(store, reviewer, code, year, WHOLE_APPLICATION, "请补充证明（演示）")
    assert said() == (False, [1])
    answer_enquiry(store, enterprise, own_enquiries(store, enterprise)[0].id, "见附件（演示）")
    number = record_objection(store, ADMINISTRATOR, NewObjection(code, year, shanghai_date(now()), WHO, WHAT))
    assert said() == (True, [])
    inform_enterprise(store, ADMINISTRATOR, number, WHAT, last)
    assert said() == (False, [2])


def _of(office: Office, name: str) -> Viewer:
    viewer = viewer_of(office.store, office.tokens[name])
    assert viewer
    return viewer


@pytest.mark.campaign
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_home_says_the_stage_and_the_authoritys_note(copied_office: Office, lang: Lang) -> None:
    assert text("page.steps.to_progress", lang) not in at_home(copied_office, lang)
    application = submitted(copied_office, locked=True)
    in_no_round(copied_office.store)
    for state in TO_THE_LIST:
        advance(copied_office.store, ADMINISTRATOR, application.credit_code, application.year, state, f"说明-{state}")
        said, day = at_home(copied_office, lang), shanghai_date(now()).isoformat()
        assert text("page.steps.stands", lang, state=text(f"page.step.{state}", lang), day=day) in said
        assert f"说明-{state}" in said
        ahead = "awarded" if state == "listed" else "with_others"
        assert text(f"page.steps.ahead_{ahead}", lang, year=application.year) in said
    code, year = application.credit_code, application.year
    advance(copied_office.store, ADMINISTRATOR, code, year, "not_listed", "说明")
    said = at_home(copied_office, lang)
    assert text("page.steps.ahead_not_listed", lang, year=year) in unescape(said)
    assert text("page.result.to_gap", lang) in said


@pytest.mark.campaign
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_home_says_what_being_listed_means_and_what_the_list_of_awards_holds(copied_office: Office, lang: Lang) -> None:
    application, store = submitted(copied_office, locked=True), copied_office.store
    code, year = application.credit_code, application.year
    ahead = text("page.steps.ahead_awarded", lang, year=year)

    def awarded(source: str) -> set[str]:
        said = text("page.steps.awarded", lang, tier=catalogue_name("先进级", lang), year=year, source=source)
        return {said, ahead} & set(re.split(r"[<>\n]", at_home(copied_office, lang)))

    in_no_round(store)
    advance(store, ADMINISTRATOR, code, year, "listed", "演示")
    earlier = Award(code, "演示工厂（虚构）", "市级智能工厂", year - 1, "往年公告（虚构）")
    add_single_award(store, ADMINISTRATOR, earlier, "补录（虚构）")
    assert earlier.source not in at_home(copied_office, lang)
    assert len(awarded(final_list(year))) == 2
    undo_last(store, code, "更正")
    assert awarded(final_list(year)) == set()
    award = Award(code, "演示工厂（虚构）", "先进级", year, "名单公告（虚构）")
    add_single_award(store, ADMINISTRATOR, award, "补录（虚构）")
    assert len(awarded(award.source)) == 2
    advance(store, ADMINISTRATOR, code, year, "not_listed", "更正")
    assert text("page.steps.ahead_not_listed", lang, year=year) in unescape(at_home(copied_office, lang))


@pytest.mark.campaign
def test_of_a_stage_that_was_passed_by_it_is_not_said_that_it_is_to_come(copied_office: Office) -> None:
    application, store = submitted(copied_office, locked=True), copied_office.store
    in_no_round(store)
    advance(store, ADMINISTRATOR, application.credit_code, application.year, "material_review", "演示")
    advance(store, ADMINISTRATOR, application.credit_code, application.year, "publicity", "演示")

    def mark(state: str) -> tuple[str, str]:
        item = rf"<span>(.) {text(f'page.step.{state}', 'zh')}</span><small>([^<]*)"
        found = re.search(item, at_submission(copied_office))
        assert found
        return found[1], found[2]

    today, never = shanghai_date(now()).isoformat(), text("page.steps.no_record", "zh")
    assert mark("draft") == ("✓", "")
    assert mark("submitted") == ("✓", today)
    assert mark("put_forward") == ("–", never)
    assert mark("defence") == ("–", never)
    assert mark("material_review") == ("✓", today)
    assert mark("publicity") == ("●", today)
    assert mark("listed") == ("○", "")


def test_home_and_submission_say_how_an_objection_came_out_and_nothing_else_of_it(copied_office: Office) -> None:
    application, store = submitted(copied_office, locked=True), copied_office.store
    code, year, day = application.credit_code, application.year, shanghai_date(now())
    in_no_round(store)
    advance(store, ADMINISTRATOR, code, year, "publicity", "演示")
    before = everything(copied_office)
    number = record_objection(store, ADMINISTRATOR, NewObjection(code, year, day, WHO, WHAT))
    assert everything(copied_office) == before
    answer_objection(store, ADMINISTRATOR, number, "rejected", ANSWER, day)
    after = everything(copied_office)
    changed = {address for address, words in after.items() if words != before[address]}
    assert changed == {"enterprise-home", "submission"}
    for address in changed:
        said = "\n".join(after[address])
        assert text("page.own_objection.rejected", "zh", day=day) in said
        assert not [words for words in (WHO, WHAT, ANSWER) if words in said]
    reopen_objection(store, ADMINISTRATOR, number, "另有材料（虚构）")
    for said in (at_home(copied_office), at_submission(copied_office)):
        assert text("page.own_objection.reopened", "zh", day=day) in said
        assert "另有材料（虚构）" not in said
    seen = hear(store, number)
    answer_objection(store, ADMINISTRATOR, number, "upheld", "经核查属实（虚构）", day, seen=seen)
    for said in (at_home(copied_office, "en"), at_submission(copied_office, "en")):
        assert text("page.own_objection.upheld", "en", day=day) in said
        assert "经核查属实（虚构）" in said


def test_an_enterprise_reads_what_is_objected_replies_and_asks_for_a_second_look(copied_office: Office) -> None:
    """Its home leads there while its reply is awaited; it never reads who objected, nor who handles it."""
    application, store = submitted(copied_office, locked=True), copied_office.store
    code, year, day = application.credit_code, application.year, shanghai_date(now())
    in_no_round(store)
    advance(store, ADMINISTRATOR, code, year, "publicity", "演示")
    number = record_objection(store, ADMINISTRATOR, NewObjection(code, year, day, WHO, WHAT))
    last = day + timedelta(days=5)
    inform_enterprise(store, ADMINISTRATOR, number, WHAT, last)
    todo = text("page.own_hearing.todo", "zh", count=1, day=last)
    assert todo in at_home(copied_office)

    test = opened("submission")
    assert WHAT in "\n".join(strings(test))
    key = f"reply-{number}-reply-0"
    test.text_area(key=f"{key}-words").set_value("以审计报告为准（虚构）").run()
    test.button(key=f"{key}-send").click().run()
    assert not test.exception
    assert text("page.own_hearing.sent_reply", "zh") in "\n".join(strings(test))
    assert todo not in at_home(copied_office)
    [given] = [item.objection for item in listed_objections(store, ADMINISTRATOR)]
    assert [reply.words for reply in given.replies] == ["以审计报告为准（虚构）"]

    answer_objection(store, ADMINISTRATOR, number, "upheld", "经核查属实（虚构）", day, seen=given.parts)
    test.run()
    key = f"reply-{number}-second_look-1"
    test.text_area(key=f"{key}-words").set_value("请复核审计报告（虚构）").run()
    assert text("page.own_hearing.means_second_look", "zh") in "\n".join(strings(test)), "it is asked before, once only"
    test.button(key=f"{key}-send").click().run()
    assert not test.exception
    [given] = [item.objection for item in listed_objections(store, ADMINISTRATOR)]
    assert (given.state, given.replies[-1].kind) == ("open", "second_look")
    said = at_submission(copied_office)
    assert not [words for words in (WHO, "021-00000000") if words in said]
