"""A panel's scores as everybody of the panel sees them: the table, agreement, severity, agenda, one candidate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from math import nan
from typing import Literal, NamedTuple, get_args

import streamlit as st

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.files.text import plain_line
from kpi.i18n import NO_NUMBER, plain_number, text, two_decimals
from kpi.model.language import Lang
from kpi.model.scoring import (
    OCCASIONS,
    AgendaItem,
    CandidateScores,
    MeetingHeld,
    Occasion,
    ReviewPanelMeeting,
    ScoringRound,
)
from kpi.model.times import now
from kpi.reports.content import About, LabelledLine, ReportTable, Taken
from kpi.reports.meeting import agreement_words, minutes_docx, minutes_report, review_panel_scores_xlsx
from kpi.reports.report_file import write_content
from kpi.services.administrator.meeting import review_panel_meeting, review_panel_rounds
from pages.session.context import PageContext
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.acts import end_page, end_with_next
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.layout import Place, answer_row, in_columns, named_tabs, offer_tab
from pages.widgets.picker import distinguished, pick_item, pick_option, pick_order
from pages.widgets.tables import format_datetime, page_link, show_table, typed_table

# A round of scoring in words.


_NAME = re.compile(rf"(\d{{4}})-(\w+)-({'|'.join(OCCASIONS)})-(\d+)")


class NamedRound(NamedTuple):
    """What names a round, opened or not."""

    year: int
    industry: str
    occasion: Occasion
    number: int


def round_label(context: PageContext, found: ScoringRound | NamedRound) -> str:
    """Year, industry, occasion and number."""
    return _words(context.lang, str(found.year), found.industry, found.occasion, str(found.number))


def round_words(name: str, lang: Lang) -> str | None:
    """As ``round_label``, of the name by which a round is kept; None of another text."""
    if found := _NAME.fullmatch(name):
        year, code, occasion, number = found.groups()
        with suppress(KeyError):
            return _words(lang, year, catalogue().industry(code).name.zh, occasion, number)
    return None


def round_named(words: str) -> str | None:
    """The name by which a round of these words is kept: of the trail somebody takes them over into its search."""
    return next((name for name in _names_like(words) if words in _in_each_language(name)), None)


def _names_like(words: str) -> Iterator[str]:
    if len(numbers := re.findall(r"\d+", words)) < 2:
        return
    for industry in catalogue().industries:
        for occasion in OCCASIONS:
            yield f"{numbers[0]}-{industry.code}-{occasion}-{numbers[-1]}"


def _in_each_language(name: str) -> list[str | None]:
    return [round_words(name, lang) for lang in get_args(Lang)]


def _words(lang: Lang, year: str, industry: str, occasion: str, number: str) -> str:
    return text(
        "scoring.round",
        lang,
        year=year,
        industry=i18n.catalogue_name(industry, lang),
        occasion=text(f"scoring.occasion.{occasion}", lang),
        number=number,
    )


# A panel's scores as everybody of the panel sees them: the table, agreement, severity, agenda, one candidate.


TABS = "meeting-tabs"
PanelOrder = Literal["agenda", "mean", "median", "disagreement"]
_KEYS: dict[PanelOrder, Callable[[CandidateScores], float]] = {
    "mean": lambda entry: -entry.mean,
    "median": lambda entry: -entry.median,
    "disagreement": lambda entry: -entry.disagreement,
}


def pick_meeting(context: PageContext) -> ReviewPanelMeeting:
    """The meeting of the released round that is chosen; the page ends here where there is none."""
    rounds = {panel_round.id: panel_round for panel_round in review_panel_rounds(context.store, context.viewer)}
    if not rounds:
        end_with_next(translate("panel.none"), "scoring" if context.viewer.role == "administrator" else "scores")
    chosen = pick_item(translate("panel.round"), rounds, "round", lambda key: round_label(context, rounds[key]))
    show_notice_of(chosen.year)
    return review_panel_meeting(context.store, context.viewer, chosen.id)


def show_meeting(
    context: PageContext, meeting: ReviewPanelMeeting, opens: str, tabs: Sequence[str]
) -> tuple[str, Place, Place]:
    """What came out, and ``tabs`` by the keys of their titles: the credit code of the candidate of the agenda that is
    discussed, the place below its notes and its decision, and the last tab. ``opens``: the tab where one goes on.
    """
    _show_head(context, meeting, opens)
    places = dict(zip(tabs, named_tabs(TABS, {name: translate(f"panel.{name}") for name in tabs}), strict=True))
    with places["scores_name"]:
        _agenda_table(context, meeting)
    with places["severity"]:
        _reviewers_severity(context, meeting)
    with places["download"]:
        _offer_material(context, meeting)
    with places["detail"]:
        scores, beside = in_columns("discussion", (7, 5))
    with scores:
        code = _candidate_scores(context, meeting, _pick_item(context, meeting))
    with beside:
        _notes_and_decision(context, meeting, code)
    return code, beside, places[tabs[-1]]


def _show_head(context: PageContext, meeting: ReviewPanelMeeting, opens: str) -> None:
    """How the scores came out and how far reviewers agree; beside it how much is decided, and where one goes on.

    That the sheet is our own, where it is, comes first.
    """
    if not meeting.official:
        html.notice(text("scoring.not_official", context.lang))
    done, of = len(meeting.decisions), len(meeting.labels)
    said, ahead = answer_row()
    with said:
        agreement = agreement_words(meeting.results.agreement, context.lang)
        html.answer(round_label(context, meeting.round), "", "", _sentence(meeting), agreement, "plain")
    with ahead:
        with html.together():
            html.titled(translate("result.next"))
            html.where(translate("panel.decisions_sentence", done=done, of=of))
            html.bar(done / of if of else 0)
        if opens:
            title = translate(f"panel.{opens}")
            look = "primary" if opens == "detail" else "secondary"  # a form that is open has the other
            offer_tab(TABS, title, title, "to-discussion", type=look)


def _sentence(meeting: ReviewPanelMeeting) -> str:
    """How many, and on whom they disagree most."""
    results = meeting.results
    numbers = {"candidates": len(results.candidates), "reviewers": len(results.severities)}
    most = max(results.candidates, key=lambda candidate: candidate.disagreement, default=None)
    if most is None or not most.spread > 0:
        return translate("panel.sentence_plain", **numbers)
    name, spread = meeting.labels[most.credit_code], plain_number(round(most.spread, 2))
    return translate("panel.sentence", **numbers, most=name, spread=spread)


def _pick_item(context: PageContext, meeting: ReviewPanelMeeting) -> AgendaItem:
    """One candidate of those that the viewer may know, each with its decision. Where there is none the page says why,
    and ends.
    """
    items = {item.credit_code: item for item in meeting.agenda if item.credit_code}
    if not items:
        html.notice(translate("panel.all_hidden", count=len(meeting.agenda)))
        end_page()
    code = pick_option(
        translate("panel.candidate"),
        list(items),
        "candidate",
        lambda entry: f"{items[entry].number} · {meeting.labels[entry]} · {_decided(context, meeting, entry)}",
    )
    return items[code]


def _agenda_table(context: PageContext, meeting: ReviewPanelMeeting) -> None:
    """The agenda, each item with those who leave before it opens, its scores and its decision; in the order asked for,
    the agenda's first.
    """
    orders: tuple[PanelOrder, ...] = get_args(PanelOrder)
    order = pick_order(translate("panel.order"), orders, "panel-order", lambda item: translate(f"panel.order_{item}"))
    # What is NaN comes last, and ties keep the agenda's order.
    rows = sorted(meeting.agenda, key=partial(_sorted_by, meeting, order)) if order in _KEYS else meeting.agenda
    columns = ("candidate", "away", "scores", "mean", "median", "spread", "range", "decision")
    table = typed_table(
        [translate(f"panel.column_{name}") for name in columns],
        [_row(context, meeting, row) for row in rows],
        numbers=(3, 4, 5),
    )
    ordered = LabelledLine(translate("panel.order"), translate(f"panel.order_{order}"))
    _show(context, _about(context, meeting, translate("panel.scores_name"), ordered), table, "scores", "stacked")
    with html.together():
        html.where(translate("panel.not_rescaled", most=meeting.most_points))
        html.where(translate("panel.agenda_how", leavings=meeting.leavings))


def _about(context: PageContext, meeting: ReviewPanelMeeting, title: str, *filters: LabelledLine) -> About:
    """What goes with a table of the meeting; that the sheet is our own, where it is."""
    return About(
        title,
        round_label(context, meeting.round),
        filters=[LabelledLine(translate("panel.round"), round_label(context, meeting.round)), *filters],
        withheld="" if meeting.official else text("scoring.not_official", context.lang),
    )


def _show(context: PageContext, about: About, table: ReportTable, key: str, form: html.Form) -> None:
    show_table(context, about, table, f"panel-{key}", form=form, thing="panel_material")


def _sorted_by(meeting: ReviewPanelMeeting, order: PanelOrder, item: AgendaItem) -> tuple[bool, float]:
    key = _KEYS[order](meeting.scores(item.credit_code)) if item.credit_code else nan
    return (key != key, key)


def _row(context: PageContext, meeting: ReviewPanelMeeting, item: AgendaItem) -> list[str]:
    away = i18n.text("number.list", context.lang).join(item.away) or NO_NUMBER
    named = [f"{item.number} · {item_label(meeting, item)}", away]
    if not item.credit_code:
        return [*named, *[NO_NUMBER] * 6]
    one, abstained = meeting.scores(item.credit_code), text("scoring.state.abstained", context.lang)
    given = [f"{each.name} {abstained if each.total is None else each.total}" for each in one.given]
    return [
        *named,
        "\n".join(given),
        *(two_decimals(number) for number in (one.mean, one.median, one.spread)),
        NO_NUMBER if one.lowest is None else f"{one.lowest}–{one.highest}",
        _decided(context, meeting, one.credit_code),
    ]


def _decided(context: PageContext, meeting: ReviewPanelMeeting, credit_code: str) -> str:
    decided = meeting.decisions.get(credit_code)
    return text(f"scoring.outcome.{decided.outcome}" if decided else "scoring.outcome_none", context.lang)


def _reviewers_severity(context: PageContext, meeting: ReviewPanelMeeting) -> None:
    """Each reviewer beside the others."""
    html.where(translate("panel.severity_how"))
    rows = [
        [severity.name, str(severity.candidates), _signed(severity.difference)]
        for severity in meeting.results.severities
    ]
    columns = [translate(f"panel.column_{name}") for name in ("reviewer", "compared", "severity")]
    about = _about(context, meeting, translate("panel.severity"))
    _show(context, about, typed_table(columns, rows, numbers=(1, 2)), "severity", "narrow")


def _signed(number: float) -> str:
    return NO_NUMBER if number != number else f"{number:+.2f}".replace("-", "\N{MINUS SIGN}")


def item_label(meeting: ReviewPanelMeeting, item: AgendaItem) -> str:
    return meeting.labels[item.credit_code] if item.credit_code else translate("panel.hidden")


def _candidate_scores(context: PageContext, meeting: ReviewPanelMeeting, item: AgendaItem) -> str:
    """Who leaves, and every level with its reason; answers the credit code."""
    if item.away:
        listed = i18n.text("number.list", context.lang)
        html.notice(translate("panel.leave", names=listed.join(item.away)))
    scores = meeting.scores(item.credit_code or "")
    columns = [translate("panel.column_criterion"), *(given_score.name for given_score in scores.given)]
    rows = [_levels(scores, code, name.in_(context.lang)) for code, name in meeting.criteria.items()]
    rows.append(
        [text("scoring.total", context.lang), *(_total(context, given_score.total) for given_score in scores.given)]
    )
    rows.append(
        [translate("panel.remark"), *(given_score.version.content.remark or NO_NUMBER for given_score in scores.given)]
    )
    named = LabelledLine(translate("panel.candidate"), meeting.labels[scores.credit_code])
    about = _about(context, meeting, translate("panel.detail"), named)
    _show(context, about, typed_table(columns, rows), "levels", "stacked")
    return scores.credit_code


def _levels(scores: CandidateScores, code: str, name: str) -> list[str]:
    cells = [name]
    for given_score in scores.given:
        content = given_score.version.content
        parts: Sequence[str] = (str(content.levels.get(code, NO_NUMBER)), content.reasons.get(code, ""))
        cells.append("\n".join(part for part in parts if part))
    return cells


def _total(context: PageContext, total: int | None) -> str:
    return text("scoring.state.abstained", context.lang) if total is None else str(total)


def _notes_and_decision(context: PageContext, meeting: ReviewPanelMeeting, credit_code: str) -> None:
    for note in meeting.notes_on(credit_code):
        st.text(
            f"{meeting.names.get(note.written_by, note.written_by)} · {format_datetime(note.written_at)}\n{note.note}"
        )
    if decided := meeting.decisions.get(credit_code):
        html.clause(
            translate(
                "panel.decided",
                outcome=text(f"scoring.outcome.{decided.outcome}", context.lang),
                name=meeting.names.get(decided.decided_by, decided.decided_by),
                at=format_datetime(decided.decided_at),
                reason=decided.reason,
            )
        )


def _offer_material(context: PageContext, meeting: ReviewPanelMeeting) -> None:
    """Scores and reasons as a workbook, minutes in each form of paper; who took them stands in the trail.

    Of the meeting as it is at the press, for who presses: of what a conflict of interest was declared with since the
    page was drawn nothing leaves, and what was decided since is in it.
    """
    stem = translate("panel.file_name", round=round_label(context, meeting.round))
    link = page_link()
    held = _ask_held(meeting) if allows(context.viewer, "run_panel") else MeetingHeld()

    def by_now() -> ReviewPanelMeeting:
        return review_panel_meeting(context.store, context.reader_by_now(), meeting.round.id)

    def minutes(suffix: str) -> bytes:
        return write_content(minutes_report(by_now(), held, context.lang, Taken(now(), link)), f"x{suffix}")

    files = [
        Offered(".xlsx", translate("panel.xlsx"), lambda: review_panel_scores_xlsx(by_now(), context.lang)),
        Offered(".docx", translate("panel.docx"), lambda: minutes_docx(by_now(), held, context.lang)),
        Offered(".pdf", translate("panel.pdf"), partial(minutes, ".pdf")),
        Offered(".html", translate("panel.html"), partial(minutes, ".html")),
    ]
    offer_files(context, "", "panel_material", meeting.round.id, stem, files)


LONGEST_HELD = 200
"""Characters of a field about the meeting."""


def _ask_held(meeting: ReviewPanelMeeting) -> MeetingHeld:
    """What the minutes say of the meeting beyond its round. Its reviewers were there unless somebody is unticked."""
    key = f"held-{meeting.round.id}"
    with st.expander(translate("panel.held")):
        html.where(translate("panel.held_how"))
        label = translate("panel.held_day")
        day = st.date_input(label, None, format="YYYY-MM-DD", key=f"{key}-day", persist_state="session")
        hours, place, chair, recorder = (_held_words(key, name) for name in ("hours", "place", "chair", "recorder"))
        html.titled(translate("panel.held_present"))
        present = _ask_present(meeting, key)
        others = _held_words(key, "others")
    return MeetingHeld(place, day if isinstance(day, date) else None, hours, chair, recorder, others, present)


def _ask_present(meeting: ReviewPanelMeeting, key: str) -> frozenset[str]:
    names = distinguished({account: meeting.names[account] for account in meeting.reviewers})
    with st.container(horizontal=True):
        return frozenset(
            account
            for account, name in names.items()
            if st.checkbox(html.plain(name), True, key=f"{key}-present-{account}", persist_state="session")
        )


def _held_words(key: str, name: str) -> str:
    label = translate(f"panel.held_{name}")
    typed = st.text_input(label, max_chars=LONGEST_HELD, key=f"{key}-{name}", persist_state="session")
    return plain_line(typed, LONGEST_HELD)
