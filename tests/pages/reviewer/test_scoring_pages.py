"""Scoring on the pages: blind until all have handed in, a stale form, the meeting and its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import cast
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Checkbox

from kpi import tables
from kpi.api.application import api_application
from kpi.i18n import text
from kpi.model.scoring import MeetingHeld, ScoreContent
from kpi.model.times import now
from kpi.model.viewer import Viewer
from kpi.reports.content import Taken
from kpi.reports.meeting import agreement_words, minutes_docx, minutes_report, review_panel_scores_xlsx
from kpi.services.administrator.accounts import add_token, declare_own_conflict
from kpi.services.administrator.meeting import decide_candidates, review_panel_meeting, write_review_panel_note
from kpi.services.administrator.rounds import (
    assign_reviewers,
    assignment_board,
    open_round,
    release_round,
    round_standings,
    set_score_sheet,
    start_round,
)
from kpi.services.operation.authentication import SignedIn, hash_password, sign_in, viewer_of
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.scores import own_score_sheet, own_scoring_tasks, save_score
from pages.session.context import pages_for
from tests.pages.app_runs import (
    BY_ADDRESS,
    EXAMPLE,
    Office,
    all_say_no_conflict,
    downloads_offered,
    opened,
    specs,
    strings,
    unfolded,
    without_rounds,
)
from tests.pages.everyone.test_page_reports import words as words_of
from tests.services.service_calls import OTHER_SHEET, whole_score

pytestmark = pytest.mark.slow

INDUSTRY, YEAR, PASSWORD = "汽车", 2025, "right horse"
MOMENT = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
OF_THIS_ANSWER = re.compile(r'"instance": ?"[^"]*"')
OF_THIS_RUN = re.compile(r'name="form_token" value="[^"]*"|^[0-9a-f]{32}$|\$\$ID-[0-9a-f]{32}', re.MULTILINE)
"""Tokens with a time, and numbers of elements: they differ from run to run."""
STANDING = datetime(2026, 1, 5, tzinfo=UTC)
DRAWN = (b"%PDF", b"\x89PNG")
ADMINISTRATOR = Viewer("administrator", "演示管理员", "administrator", ())


@pytest.fixture
def panel(copied_office: Office) -> Office:
    """A second reviewer, and none of the demonstration's rounds: the tests hold their own."""
    copied_office.sit("reviewer")
    with copied_office.store.transaction() as cursor:
        without_rounds(cursor)
        password = hash_password(PASSWORD)
        tables.accounts.insert_account(cursor, "second", "演示评审员乙", "reviewer", (INDUSTRY,), password, True, now())
    all_say_no_conflict(copied_office.store)
    return copied_office


def viewers(office: Office) -> tuple[Viewer, Viewer]:
    first = viewer_of(office.store, office.tokens["reviewer"])
    assert first
    return first, Viewer("second", "演示评审员乙", "reviewer", (INDUSTRY,))


def a_round(office: Office) -> tuple[str, list[str]]:
    name = open_round(office.store, ADMINISTRATOR, YEAR, INDUSTRY, "material")
    codes = [candidate.credit_code for candidate in assignment_board(office.store, ADMINISTRATOR, name).candidates[:2]]
    assign_reviewers(office.store, ADMINISTRATOR, name, {code: ["reviewer", "second"] for code in codes})
    start_round(office.store, ADMINISTRATOR, name)
    return name, codes


@pytest.mark.campaign
def test_the_tick_that_opened_a_round_does_not_open_another(copied_office: Office) -> None:
    """A further round of the same candidates closes the one before."""
    copied_office.sit("administrator")
    test = opened("scoring")
    before = len(round_standings(copied_office.store, ADMINISTRATOR))
    for number in (1, 2):
        [sure] = [item for item in test.checkbox if "open-round" in (item.key or "")]
        assert not sure.value
        assert f"第 {number} 轮" in sure.label
        if len(round_standings(copied_office.store, ADMINISTRATOR)) == before:
            sure.check()
        [press] = [item for item in test.button if item.label == text("page.scoring.open", "zh")]
        press.click().run()
        assert not test.exception
    assert text("page.scoring.not_sure", "zh") in "\n".join(strings(test))
    assert len(round_standings(copied_office.store, ADMINISTRATOR)) == before + 1


def sit_second(office: Office) -> None:
    found = sign_in(office.store, "second", PASSWORD)
    assert isinstance(found, SignedIn)
    office.token = found.token


def hand_in(office: Office, viewer: Viewer, name: str, code: str, level: int = 3) -> None:
    seen = own_score_sheet(office.store, viewer, name, code).seen
    save_score(office.store, viewer, name, code, seen, whole_score("material", level), hand_in=True)


def everything(viewer: Viewer) -> dict[str, list[str]]:
    """Every page of the reader's, with all that it says."""
    found = {}
    for page in pages_for(viewer):
        test = opened(page.address)
        assert not test.exception
        found[page.address] = [OF_THIS_RUN.sub("", string) for string in strings(test) + specs(test)]
    return found


def taken(monkeypatch: pytest.MonkeyPatch, where: Sequence[tuple[str, dict[str, str]]]) -> dict[str, object]:
    """Every file that these pages offer, by its name; drawn ones byte by byte, while the clock stands still."""
    offered: dict[str, Callable[[], bytes] | bytes] = {}
    with monkeypatch.context() as watched:

        def note(_: str, data: Callable[[], bytes] | bytes, *, file_name: str, **__: object) -> None:
            offered[file_name] = data

        watched.setattr("streamlit.download_button", note)
        for module in ("pages.widgets.tables", "pages.reviewer.parts.order"):
            watched.setattr(f"{module}.now", lambda: STANDING)
        for address, query in where:
            assert not unfolded(opened(address, **query)).exception
        return {name: _without_moment(data() if callable(data) else data) for name, data in offered.items()}


def _without_moment(data: bytes) -> object:
    if data.startswith(DRAWN):
        return sha256(data).hexdigest()
    if not data.startswith(b"PK"):
        return MOMENT.sub("", data.decode())
    with ZipFile(BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist() if name != "docProps/core.xml"}
    return {name: MOMENT.sub("", part.decode(errors="replace")) for name, part in parts.items()}


def answered(office: Office, codes: Sequence[str]) -> list[tuple[int, str]]:
    """Every answer of the HTTP interface to the second reviewer, also to what an enterprise may send."""
    token = add_token(office.store, ADMINISTRATOR, "second", 30).token
    client = TestClient(api_application(lambda: office.store), raise_server_exceptions=False)
    own = [f"{kind}/{code}/{YEAR}" for kind in ("submissions", "results") for code in codes]
    found = []
    for path in ("openapi.json", "submissions", *own, f"published/{YEAR}"):
        answer = client.get(f"/{path}", headers={"Authorization": f"Bearer {token}"})
        found.append((answer.status_code, OF_THIS_ANSWER.sub("", answer.text)))
    for path in ("check", "benchmark", "submissions"):
        answer = client.post(
            f"/{path}",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "blind-test-1"},
            files={"file": (EXAMPLE.name, EXAMPLE.read_bytes())},
        )
        found.append((answer.status_code, OF_THIS_ANSWER.sub("", answer.text)))
    return found


def said(test: AppTest) -> str:
    return "\n".join(strings(test))


@pytest.mark.campaign
def test_nothing_of_anothers_scores_is_anywhere_before_all_have_handed_in(
    panel: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On no page, in no file and in no answer of the HTTP interface."""
    first, second = viewers(panel)
    name, codes = a_round(panel)
    sit_second(panel)
    everything(second)  # what is looked at is marked as such
    here = {"industry": INDUSTRY, "candidate": codes[0]}
    where = [("candidate", here), ("compare", {"industry": INDUSTRY}), ("scores", {"round": name}), ("benchmarks", {})]

    def of_second() -> tuple[object, ...]:
        scored = [OF_THIS_RUN.sub("", said(opened("scores", round=name, candidate=code))) for code in codes]
        return everything(second), scored, taken(monkeypatch, where), answered(panel, codes)

    before = of_second()
    assert {"xlsx", "docx", "html", "csv", "svg", "png", "pdf"} <= {
        item.rpartition(".")[2] for item in cast("dict[str, object]", before[2])
    }
    assert {status for status, _ in cast("list[tuple[int, str]]", before[3])} >= {200, 404}
    own = (own_scoring_tasks(panel.store, second), own_candidates(panel.store, second))
    for code in codes:
        hand_in(panel, first, name, code, 5)
    assert of_second() == before
    assert (own_scoring_tasks(panel.store, second), own_candidates(panel.store, second)) == own
    hand_in(panel, second, name, codes[0])
    assert text("page.panel.none", "zh") in said(opened("panel"))
    hand_in(panel, second, name, codes[1])
    assert text("page.panel.none", "zh") in said(opened("panel")), "each can still be handed in again"
    release_round(panel.store, ADMINISTRATOR, name)
    after = said(opened("panel"))
    assert "演示评审员 30" in after
    assert text("page.scores.released", "zh") in said(opened("scores"))


@pytest.mark.campaign
def test_the_list_says_what_is_scored_and_filters_by_it(panel: Office) -> None:
    first, _ = viewers(panel)
    name, codes = a_round(panel)
    hand_in(panel, first, name, codes[0])
    listed = own_candidates(panel.store, first)
    assert {
        candidate.record.credit_code: candidate.scoring for candidate in listed if candidate.scoring != "not_asked"
    } == {
        codes[0]: "scored",
        codes[1]: "to_score",
    }
    for asked, count in (("scored", 1), ("to_score", 1), ("not_asked", len(listed) - 2)):
        test = opened("candidates", scoring=asked)
        assert text("page.list.shown", "zh", shown=count, of=len(listed)) in said(test)
        assert text("page.scores.progress_short", "zh", done=1, of=2) in said(test)
    assert text("page.list.scored_mark", "zh") in said(opened("candidates", scoring="scored"))


def test_the_sheet_opens_on_what_is_still_to_score_and_leads_there(panel: Office) -> None:
    first, _ = viewers(panel)
    name, codes = a_round(panel)
    done = opened("scores").selectbox(key="candidate").value
    [other] = set(codes) - {done}
    hand_in(panel, first, name, done)
    assert opened("scores").selectbox(key="candidate").value == other
    test = opened("scores", round=name, candidate=done)
    assert test.selectbox(key="candidate").value == done
    factory = next(
        candidate.record.factory
        for candidate in own_candidates(panel.store, first)
        if candidate.record.credit_code == other
    )
    label = text("page.scores.following", "zh", candidate=factory)
    next(item for item in test.button if item.label == label).click().run()
    assert test.selectbox(key="candidate").value == other
    assert label not in [item.label for item in test.button]
    hand_in(panel, first, name, other)
    assert label not in [item.label for item in opened("scores", round=name, candidate=done).button]


def test_a_stale_form_is_refused_with_both_texts(panel: Office) -> None:
    first, _ = viewers(panel)
    name, codes = a_round(panel)
    test = opened("scores", round=name, candidate=codes[0])
    key = f"score-{name}-{codes[0]}"
    theirs = ScoreContent({"G1": 4}, {"G1": "另一个窗口里的看法"})
    save_score(panel.store, first, name, codes[0], 0, theirs)
    test.text_input(key=f"{key}-why-G1").set_value("先前的看法")
    next(item for item in test.button if item.label == text("page.scores.draft", "zh")).click().run()
    shown = said(test)
    assert text("error.score_changed.message", "zh") in shown
    assert "先前的看法" in shown
    assert "另一个窗口里的看法" in shown
    assert [version.version for version in own_score_sheet(panel.store, first, name, codes[0]).versions] == [1]
    test.button(key=f"{key}-keep").click().run()
    next(item for item in test.button if item.label == text("page.scores.draft", "zh")).click().run()
    assert text("page.scores.saved_draft", "zh", version=2) in said(test)
    versions = own_score_sheet(panel.store, first, name, codes[0]).versions
    assert [version.content.reasons.get("G1") for version in versions] == ["先前的看法", "另一个窗口里的看法"]


@pytest.mark.campaign
def test_a_form_filled_in_by_a_sheet_that_was_replaced_is_refused_once_and_keeps_its_entries(
    panel: Office,
) -> None:
    first, _ = viewers(panel)
    name, codes = a_round(panel)
    test = opened("scores", round=name, candidate=codes[0])
    key = f"score-{name}-{codes[0]}"
    sheet = own_score_sheet(panel.store, first, name, codes[0])
    set_score_sheet(panel.store, ADMINISTRATOR, name, sheet.edition, ("sheet.toml", OTHER_SHEET))
    draft = text("page.scores.draft", "zh")
    test.text_input(key=f"{key}-why-G1").set_value("按原表填写")
    next(item for item in test.button if item.label == draft).click().run()
    assert text("error.score_sheet_replaced.message", "zh") in said(test)
    assert own_score_sheet(panel.store, first, name, codes[0]).versions == ()
    next(item for item in test.button if item.label == draft).click().run()
    assert text("error.score_sheet_replaced.message", "zh") not in said(test)
    [version] = own_score_sheet(panel.store, first, name, codes[0]).versions
    assert (version.sheet, version.content.reasons["G1"]) == (sheet.edition + 1, "按原表填写")


@pytest.mark.campaign
def test_what_was_entered_is_a_draft_once_its_reader_turns_to_anything_else(panel: Office) -> None:
    """A look at the factory took levels and remarks with it."""
    first, _ = viewers(panel)
    name, codes = a_round(panel)

    def kept(code: str) -> list[tuple[dict[str, int], str]]:
        versions = own_score_sheet(panel.store, first, name, code).versions
        return [(version.content.levels, version.content.remark) for version in versions]

    test = opened("scores", round=name, candidate=codes[0])
    key = f"score-{name}-{codes[0]}"
    test.radio(key=f"{key}-level-G1").set_value(4)
    test.text_input(key=f"{key}-remark").set_value("待核实能耗")
    test = test.selectbox(key="candidate").set_value(codes[1]).run()
    assert kept(codes[0]) == [({"G1": 4}, "待核实能耗")]
    assert kept(codes[1]) == [], "nothing was entered there"
    test.radio(key=f"score-{name}-{codes[1]}-level-G1").set_value(2)
    test.switch_page(BY_ADDRESS["candidate"].file).run()
    assert kept(codes[1]) == [({"G1": 2}, "")]
    test = opened("scores", round=name, candidate=codes[0])
    assert (test.radio(key=f"{key}-level-G1").value, test.text_input(key=f"{key}-remark").value) == (4, "待核实能耗")
    test.text_input(key=f"{key}-remark").set_value("已核实").run()
    assert re.search(text("page.scores.kept", "zh", at="X").replace("X", r"[-\d: ]+"), said(test))
    assert kept(codes[0])[0] == ({"G1": 4}, "已核实")
    test.text_input(key=f"{key}-remark").set_value("已核实能耗").run()
    assert len(kept(codes[0])) == 2, "a version some seconds later, not one for each entry"
    test.switch_page(BY_ADDRESS["candidate"].file).run()
    assert kept(codes[0])[0] == ({"G1": 4}, "已核实能耗")


@pytest.mark.campaign
def test_what_was_changed_after_handing_in_is_back_until_it_is_handed_in_again(panel: Office) -> None:
    """And no longer: what was left once would come back over what was handed in since."""
    first, _ = viewers(panel)
    name, codes = a_round(panel)
    hand_in(panel, first, name, codes[0])
    key, left = f"score-{name}-{codes[0]}", text("page.scores.left", "zh")
    test = opened("scores", round=name, candidate=codes[0])
    test.text_input(key=f"{key}-remark").set_value("先前的改动").run()
    test = test.switch_page(BY_ADDRESS["candidate"].file).run()
    test.query_params["round"], test.query_params["candidate"] = name, codes[0]
    test = test.switch_page(BY_ADDRESS["scores"].file).run()
    assert left in said(test)
    assert test.text_input(key=f"{key}-remark").value == "先前的改动"
    test.text_input(key=f"{key}-remark").set_value("改定")
    test.checkbox(key=f"{key}-sure").check()
    next(item for item in test.button if item.label == text("page.scores.hand_in", "zh")).click().run()
    assert own_score_sheet(panel.store, first, name, codes[0]).versions[0].content.remark == "改定"
    test = test.switch_page(BY_ADDRESS["candidate"].file).run()
    test.query_params["round"], test.query_params["candidate"] = name, codes[0]
    test = test.switch_page(BY_ADDRESS["scores"].file).run()
    assert left not in said(test)
    assert test.text_input(key=f"{key}-remark").value == "改定"


@pytest.mark.campaign
def test_what_cannot_be_kept_on_leaving_is_said_and_shown(panel: Office) -> None:
    first, second = viewers(panel)
    name, codes = a_round(panel)
    test = opened("scores", round=name, candidate=codes[0])
    key = f"score-{name}-{codes[0]}"
    test.text_input(key=f"{key}-remark").set_value("先存下的（虚构）").run()
    test.text_input(key=f"{key}-remark").set_value("来不及存的（虚构）").run()
    for code in codes:
        hand_in(panel, second, name, code)
        hand_in(panel, first, name, code)
    release_round(panel.store, ADMINISTRATOR, name)
    shown = said(test.switch_page(BY_ADDRESS["candidate"].file).run())
    assert GONE in shown
    assert "来不及存的（虚构）" in shown


def test_a_tick_that_hands_in_is_gone_once_a_draft_is_saved(panel: Office) -> None:
    name, codes = a_round(panel)
    test = opened("scores", round=name, candidate=codes[0])
    sure = f"score-{name}-{codes[0]}-sure"
    test.checkbox(key=sure).check()
    next(item for item in test.button if item.label == text("page.scores.draft", "zh")).click().run()
    assert text("page.scores.saved_draft", "zh", version=1) in said(test)
    assert not test.checkbox(key=sure).value


def test_a_draft_of_a_round_that_is_followed_is_read_and_nothing_more(panel: Office) -> None:
    name, [code, *_] = a_round(panel)
    first, _ = viewers(panel)
    noted = "尚缺第三年数据（虚构）"
    save_score(panel.store, first, name, code, 0, ScoreContent({"G1": 3}, remark=noted))
    following = open_round(panel.store, ADMINISTRATOR, YEAR, INDUSTRY, "material")
    panel.sit("reviewer")
    for started in (False, True):
        if started:
            start_round(panel.store, ADMINISTRATOR, following)
        test = unfolded(opened("scores"))
        assert not test.exception
        said = "\n".join(strings(test))
        assert (text("page.scores.none", "zh") in said) is not started
        assert text("page.scores.earlier_how", "zh") in said
        assert noted in said
        assert [item.value for item in test.text_input if item.value == noted] == []


def test_handing_in_is_confirmed_and_names_what_is_missing(panel: Office) -> None:
    first, _ = viewers(panel)
    name, codes = a_round(panel)
    test = opened("scores", round=name, candidate=codes[0])
    key = f"score-{name}-{codes[0]}"
    hand_in_button = text("page.scores.hand_in", "zh")
    next(item for item in test.button if item.label == hand_in_button).click().run()
    assert text("page.scores.not_sure", "zh") in said(test)
    test.checkbox(key=f"{key}-sure").check()
    next(item for item in test.button if item.label == hand_in_button).click().run()
    assert text("page.scores.fault_no_level", "zh", criterion="能力提升") in said(test)
    assert own_score_sheet(panel.store, first, name, codes[0]).versions == ()
    for word in ("G1", "G2", "G3", "G4", "G5", "N1"):
        test.radio(key=f"{key}-level-{word}").set_value(3)
    next(item for item in test.button if item.label == hand_in_button).click().run()
    assert [version.state for version in own_score_sheet(panel.store, first, name, codes[0]).versions] == ["handed_in"]
    assert text("page.scores.progress", "zh", done=1, of=2) in said(test)
    assert [item.value for item in test.toast] == [text("page.scores.saved_handed_in", "zh", version=1)]


def test_a_conflicted_reviewer_finds_nothing_of_the_candidate(panel: Office) -> None:
    first, second = viewers(panel)
    name, codes = a_round(panel)
    for code in codes:
        hand_in(panel, first, name, code, 4)
        hand_in(panel, second, name, code)
    release_round(panel.store, ADMINISTRATOR, name)
    declare_own_conflict(panel.store, second, codes[0], "曾任职")
    sit_second(panel)
    current = viewer_of(panel.store, panel.token)
    assert current
    label = review_panel_meeting(panel.store, first, name).labels[codes[0]]
    for address, words in everything(current).items():
        found = "\n".join(words)
        assert label not in found, address
        assert codes[0] not in found, address
    shown, none = said(opened("panel")), text("page.panel.all_hidden", "zh", count=len(codes))
    assert text("page.panel.hidden", "zh") in shown
    assert none not in shown
    for code in codes:
        declare_own_conflict(panel.store, ADMINISTRATOR, code, "曾任职")
    panel.sit("administrator")
    assert none in said(opened("decisions")), "whoever is left without any reads why"


@pytest.mark.campaign
def test_the_panels_files_say_what_was_given_and_decided(panel: Office) -> None:
    first, second = viewers(panel)
    name, codes = a_round(panel)
    for code in codes:
        hand_in(panel, first, name, code, 4)
        hand_in(panel, second, name, code, 3)
    release_round(panel.store, ADMINISTRATOR, name)
    decide_candidates(panel.store, ADMINISTRATOR, name, {codes[0]: 0}, "forward", "=各项有依据")
    meeting = review_panel_meeting(panel.store, ADMINISTRATOR, name)
    book = load_workbook(BytesIO(review_panel_scores_xlsx(meeting, "zh")))
    # Where there is no W, or no test of it, the sheet says why.
    about = [row[0] for row in book[text("scoring_file.about", "zh")].iter_rows(values_only=True)]
    assert agreement_words(meeting.results.agreement, "zh") in about
    said = [str(cell) for row in book[text("scoring_file.about", "zh")].iter_rows(values_only=True) for cell in row]
    assert name not in said, "a round has a name in words"
    candidates = list(book[text("scoring_file.candidates", "zh")].iter_rows(values_only=True))
    [first_row] = [row for row in candidates if row[1] == codes[0]]
    assert first_row[1:7] == (codes[0], 21, 21, pytest.approx(18**0.5), 18, 24)
    assert first_row[7:] == (text("scoring.outcome.forward", "zh"), "=各项有依据")
    scores = list(book[text("scoring_file.scores", "zh")].iter_rows(values_only=True))
    assert len(scores) == 1 + 4
    assert {(row[1], row[2], row[4]) for row in scores[1:]} == {
        (code, reviewer, total) for code in codes for reviewer, total in (("演示评审员", 24), ("演示评审员乙", 18))
    }
    held = MeetingHeld(
        "演示会议室（虚构）", date(2026, 3, 2), "09:00—11:30", "=演示主持人", present=frozenset({"second"})
    )
    for lang in ("zh", "en"):
        data = minutes_docx(meeting, held, lang)
        document = Document(BytesIO(data))
        paragraphs = "\n".join(paragraph.text for paragraph in document.paragraphs)
        assert (
            text("minutes.decided", lang, outcome=text("scoring.outcome.forward", lang), reason="=各项有依据")
            in paragraphs
        )
        assert document.sections[0].header.paragraphs[0].text == text("scoring.not_official", lang)
        assert all(label in paragraphs for label in meeting.labels.values())
        # Matters of the meeting, results, an item each, signatures.
        assert len(document.tables) == 2 + len(meeting.agenda) + 1
        assert [cell.text for cell in document.tables[2].rows[1].cells][1:] == ["4"] * 6 + ["24"]
        assert ZipFile(BytesIO(data)).testzip() is None
        report = minutes_report(meeting, held, lang, Taken(now(), "http://127.0.0.1/panel"))
        assert name not in repr(report)
        for form in (".pdf", ".html"):
            read = re.sub(r"\s", "", words_of(report, form))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            shown = [*paragraphs.split("\n"), *cells]
            assert [item for item in shown if re.sub(r"\s", "", item) not in read] == [], form


def read_tables(data: bytes) -> list[list[list[str]]]:
    """The texts of every table of a Word document."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in Document(BytesIO(data)).tables]


@pytest.mark.campaign
def test_minutes_say_when_where_and_with_whom_what_came_out_and_who_signs(panel: Office) -> None:
    first, second = viewers(panel)
    name, codes = a_round(panel)
    for code in codes:
        hand_in(panel, first, name, code, 4)
        hand_in(panel, second, name, code, 3)
    release_round(panel.store, ADMINISTRATOR, name)
    decide_candidates(panel.store, ADMINISTRATOR, name, {codes[0]: 0}, "forward", "各项有依据")
    declare_own_conflict(panel.store, second, codes[1], "曾任职于该企业")
    meeting = review_panel_meeting(panel.store, ADMINISTRATOR, name)
    place = next(item.number for item in meeting.agenda if item.credit_code == codes[1])
    named = {"chair": "主持人（虚构）", "recorder": "记录人（虚构）", "others": "列席人（虚构）"}
    held = MeetingHeld("演示会议室", date(2026, 3, 2), "09:00—11:30", present=frozenset({"second"}), **named)
    said, results, *_, signed = read_tables(minutes_docx(meeting, held, "zh"))
    about = dict(said[1:])
    assert about["时间"] == "2026 年 3 月 2 日　09:00—11:30"
    assert (about["地点"], about["主持人"], about["列席人员"]) == ("演示会议室", "主持人（虚构）", "列席人（虚构）")
    assert (about["出席评审员"], about["缺席评审员"]) == ("演示评审员乙", "演示评审员")
    assert about["因利益冲突应当回避"] == f"演示评审员乙（第 {place} 项）"
    assert "曾任职于该企业" not in repr(read_tables(minutes_docx(meeting, held, "zh")))
    scored = {meeting.labels[code]: meeting.scores(code) for code in codes}
    assert {row[1]: (row[2], row[-1]) for row in results[1:]} == {
        meeting.labels[codes[0]]: (f"{scored[meeting.labels[codes[0]]].mean:.2f}", "通过"),
        meeting.labels[codes[1]]: (f"{scored[meeting.labels[codes[1]]].mean:.2f}", "未决定"),
    }
    assert [row[:2] for row in signed[1:]] == [
        ["主持人", "主持人（虚构）"],
        ["记录人", "记录人（虚构）"],
        ["评审员", "演示评审员乙"],
    ]
    # Who is not there does not leave either.
    away = MeetingHeld(present=frozenset({"reviewer"}))
    paragraphs = "\n".join(line.text for line in Document(BytesIO(minutes_docx(meeting, away, "zh"))).paragraphs)
    assert text("minutes.away", "zh", names="演示评审员乙") not in paragraphs
    assert dict(read_tables(minutes_docx(meeting, away, "zh"))[0][1:])["因利益冲突应当回避"] == "无"
    # What nobody has entered is a line to write on, and nobody is said to have been there.
    unsaid = dict(read_tables(minutes_docx(meeting, MeetingHeld(), "zh"))[0][1:])
    assert all("＿＿" in unsaid[what] for what in ("时间", "地点", "主持人", "记录人", "出席评审员", "缺席评审员"))
    assert len(read_tables(minutes_docx(meeting, MeetingHeld(), "zh"))[-1]) == 1 + 2 + 2


def test_what_is_entered_about_the_meeting_goes_into_its_minutes_and_stays(
    panel: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = viewers(panel)
    name, codes = a_round(panel)
    for code in codes:
        hand_in(panel, first, name, code)
        hand_in(panel, second, name, code)
    release_round(panel.store, ADMINISTRATOR, name)
    key = f"held-{name}"
    offered = downloads_offered(monkeypatch)
    assert not [item for item in opened("panel").text_input if (item.key or "").startswith(key)], "of a reviewer"
    panel.sit("administrator")
    test = opened("panel")
    assert all(test.checkbox(key=f"{key}-present-{account}").value for account in ("reviewer", "second"))
    test.text_input(key=f"{key}-place").set_value("演示会议室\u202e")
    test.text_input(key="purpose-panel_material").set_value("存档（演示）")
    test.date_input(key=f"{key}-day").set_value(date(2026, 3, 2))
    test.text_input(key=f"{key}-hours").set_value("09:00—10:00")
    test.checkbox(key=f"{key}-present-second").uncheck().run()
    made = {name.rpartition("-")[2]: make for name, make in offered.items()}
    about = dict(read_tables(made[".docx"]())[0][1:])
    assert (about["时间"], about["地点"]) == ("2026 年 3 月 2 日　09:00—10:00", "演示会议室")
    assert (about["出席评审员"], about["缺席评审员"]) == ("演示评审员", "演示评审员乙")
    for suffix in (".pdf", ".html"):
        assert made[suffix]()
    # On the other page that hands the minutes out the same stands.
    test.switch_page(BY_ADDRESS["progress"].file).run()
    test.switch_page(BY_ADDRESS["decisions"].file).run()
    assert test.text_input(key=f"{key}-place").value.startswith("演示会议室")
    assert not test.checkbox(key=f"{key}-present-second").value
    assert test.text_input(key=f"{key}-hours").value == "09:00—10:00"


def test_an_administrator_opens_draws_and_decides(panel: Office) -> None:
    panel.sit("administrator")
    assert text("page.scoring.no_round", "zh") in said(opened("scoring"))
    first, second = viewers(panel)
    name, codes = a_round(panel)
    assert text("page.scoring.sentence", "zh", open=1, waiting=4) in said(opened("scoring"))
    assert text("page.panel.none", "zh") in said(opened("decisions"))
    for code in codes:
        hand_in(panel, first, name, code)
        hand_in(panel, second, name, code)
    assert text("page.home.rounds_to_release", "zh", rounds=1) in said(opened("administrator-home"))
    test = opened("scoring", round=name).button(key=f"release-{name}").click().run()
    assert text("page.scoring.released", "zh") in said(test)
    test = opened("decisions")
    test.radio[0].set_value("reserve")
    reason = text("page.panel.reason", "zh")
    next(item for item in test.text_input if item.label == reason).set_value("待核实")
    decide = text("page.panel.decide", "zh")
    next(item for item in test.button if item.label == decide).click().run()
    assert text("page.scoring.not_sure", "zh") in said(test)
    sure(test).check()
    next(item for item in test.button if item.label == decide).click().run()
    assert len(review_panel_meeting(panel.store, ADMINISTRATOR, name).decisions) == 1
    assert text("page.home.decisions_open", "zh", count=1) in said(opened("administrator-home"))


def scored(panel: Office) -> tuple[str, list[str]]:
    """A round in which everybody has handed in, released."""
    first, second = viewers(panel)
    name, codes = a_round(panel)
    for code in codes:
        hand_in(panel, first, name, code)
        hand_in(panel, second, name, code)
    release_round(panel.store, ADMINISTRATOR, name)
    return name, codes


def press(test: AppTest, label: str) -> str:
    next(item for item in test.button if item.label == text(f"page.panel.{label}", "zh")).click().run()
    assert not test.exception
    return said(test)


def sure(test: AppTest) -> Checkbox:
    """The tick before a decision."""
    return next(item for item in test.checkbox if item.label == text("page.panel.decide_sure", "zh"))


def typed(test: AppTest, label: str, words: str) -> None:
    next(item for item in test.text_input if item.label == text(f"page.panel.{label}", "zh")).set_value(words)


def test_those_left_undecided_are_decided_by_four_presses(panel: Office) -> None:
    """Chosen at first are all of them; the highest mean comes first."""
    name, codes = scored(panel)
    panel.sit("administrator")
    test, fields = opened("decisions"), f"together-{name}-{len(codes)}"
    assert set(test.multiselect(key=f"{fields}-which").value) == set(codes)
    test.radio(key=f"{fields}-outcome").set_value("forward")
    test.text_input(key=f"{fields}-reason").set_value("各项有依据（虚构）").run()
    test.button(key=fields).click().run()
    assert not test.exception
    assert text("page.panel.done_decided", "zh") in said(test)
    decided = review_panel_meeting(panel.store, ADMINISTRATOR, name).decisions
    assert {code: item.reason for code, item in decided.items()} == dict.fromkeys(codes, "各项有依据（虚构）")
    assert text("page.panel.together", "zh") not in said(opened("decisions"))


@pytest.mark.campaign
def test_a_decision_on_what_a_colleague_has_decided_meanwhile_is_refused_in_words_and_stays(panel: Office) -> None:
    name, codes = scored(panel)
    panel.sit("administrator")
    test = opened("decisions", candidate=codes[0])
    test.radio[0].set_value("reserve")
    typed(test, "reason", "待核实")
    sure(test).check()
    decide_candidates(panel.store, ADMINISTRATOR, name, {codes[0]: 0}, "forward", "各项有依据")
    shown = press(test, "decide")
    assert text("error.decision_changed.message", "zh") in shown
    assert "各项有依据" in shown
    decided = review_panel_meeting(panel.store, ADMINISTRATOR, name).decisions[codes[0]]
    assert (decided.outcome, decided.edition) == ("forward", 1)
    press(test, "decide")
    decided = review_panel_meeting(panel.store, ADMINISTRATOR, name).decisions[codes[0]]
    assert (decided.outcome, decided.reason, decided.edition) == ("reserve", "待核实", 2)
    assert not sure(test).value


@pytest.mark.campaign
def test_a_note_is_kept_though_a_colleague_has_added_one_meanwhile(panel: Office) -> None:
    name, codes = scored(panel)
    panel.sit("reviewer")
    test = opened("panel", candidate=codes[0])
    typed(test, "note", "现场所见一致")
    write_review_panel_note(panel.store, viewers(panel)[1], name, codes[0], "数据待补")
    press(test, "note_add")
    kept = review_panel_meeting(panel.store, ADMINISTRATOR, name).notes_on(codes[0])
    assert {panel_note.note for panel_note in kept} == {"现场所见一致", "数据待补"}


GONE = text("error.form_gone.message", "zh")


def pressed_with(test: AppTest, name: str, code: str, said_why: str) -> str:
    key = f"score-{name}-{code}"
    test.radio(key=f"{key}-level-G1").set_value(4)
    test.text_input(key=f"{key}-why-G1").set_value(said_why)
    test.checkbox(key=f"{key}-sure").check()
    next(item for item in test.button if item.label == text("page.scores.hand_in", "zh")).click().run()
    assert not test.exception
    return said(test)


def test_scores_whose_form_is_gone_are_said_to_be_unsaved_and_shown(panel: Office) -> None:
    """The press was lost without a word, and what was typed with it."""
    name, codes = a_round(panel)
    test = opened("scores", round=name, candidate=codes[0])
    assign_reviewers(panel.store, ADMINISTRATOR, name, {codes[0]: ["second"]}, "改由他人评分")
    shown = pressed_with(test, name, codes[0], "看法甲（虚构）")
    assert GONE in shown
    assert "看法甲（虚构）" in shown
    assert GONE not in said(test.run())
    test = opened("scores", round=name, candidate=codes[1])
    open_round(panel.store, ADMINISTRATOR, YEAR, INDUSTRY, "material")
    shown = pressed_with(test, name, codes[1], "看法乙（虚构）")
    assert [words in shown for words in (GONE, "看法乙（虚构）", text("page.scores.none", "zh"))] == [True] * 3


@pytest.mark.campaign
def test_scores_changed_while_the_round_is_released_are_said_to_be_unsaved_and_shown(panel: Office) -> None:
    first, second = viewers(panel)
    name, codes = a_round(panel)
    for code in codes:
        hand_in(panel, first, name, code)
    hand_in(panel, second, name, codes[0])
    test = opened("scores", round=name, candidate=codes[0])
    hand_in(panel, second, name, codes[1])
    release_round(panel.store, ADMINISTRATOR, name)
    shown = pressed_with(test, name, codes[0], "改后的看法（虚构）")
    assert [words in shown for words in (GONE, "改后的看法（虚构）", text("page.scores.released", "zh"))] == [True] * 3
    assert len(own_score_sheet(panel.store, first, name, codes[0]).versions) == 1


@pytest.mark.campaign
def test_a_note_on_what_has_left_ones_reach_is_said_to_be_unsaved_and_no_file_holds_that_any_more(
    panel: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of the panel was of the meeting as the page had drawn it, however long ago, for whoever it was then."""
    first, _ = viewers(panel)
    name, codes = scored(panel)
    panel.sit("reviewer")
    label = review_panel_meeting(panel.store, first, name).labels[codes[0]]
    offered: dict[str, Callable[[], bytes]] = {}
    with monkeypatch.context() as watched:
        watched.setattr(
            "streamlit.download_button", lambda _, data, *, file_name, **__: offered.update({file_name: data})
        )
        test = opened("panel", candidate=codes[0])
        test.text_input(key="purpose-panel_material").set_value("演示").run()
    [make] = [data for file, data in offered.items() if file.endswith(".docx")]
    assert not [file for file in offered if name in file]
    paragraphs = [paragraph.text for paragraph in Document(BytesIO(make())).paragraphs]
    assert [paragraph for paragraph in paragraphs if label in paragraph]
    typed(test, "note", "现场所见一致（虚构）")
    declare_own_conflict(panel.store, first, codes[0], "曾任职")
    decide_candidates(panel.store, ADMINISTRATOR, name, {codes[1]: 0}, "forward", "各项有依据（虚构）")
    shown = press(test, "note_add")
    assert GONE in shown
    assert "现场所见一致（虚构）" in shown
    assert not review_panel_meeting(panel.store, ADMINISTRATOR, name).notes
    paragraphs = [paragraph.text for paragraph in Document(BytesIO(make())).paragraphs]
    assert not [paragraph for paragraph in paragraphs if label in paragraph]
    assert [paragraph for paragraph in paragraphs if "各项有依据（虚构）" in paragraph]
