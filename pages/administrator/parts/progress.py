"""Applications in progress: moved on one by one, several at once or by a list; the lists that go out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.files.text import plain_line
from kpi.intake.lists import list_form
from kpi.model.lifecycle import (
    LOCKED_STATES,
    ApplicationState,
    is_out_of_order,
    must_be_looked_up,
    targets,
    waits_for_its_body,
)
from kpi.model.problem import listed
from kpi.model.scoring import PanelOutcome
from kpi.model.times import shanghai_date
from kpi.reports.content import About, LabelledLine, ReportTable
from kpi.reports.public_list import (
    PublicEntry,
    PublicList,
    PublicNotice,
    PublicObjection,
    list_title,
    public_list,
)
from kpi.services.administrator.objections import ListedObjection
from kpi.services.administrator.public_lists import ListedApplications, ProgrammeList, listed_applications
from kpi.services.administrator.stages import (
    LONGEST_NOTE,
    StageChange,
    WantedStage,
    advance,
    advance_all,
    preview_stage_list,
    preview_stages,
    steps_to_undo,
    undo_steps,
)
from kpi.services.downloads import TakenThing, note_download
from kpi.services.notices import under_notice_of
from kpi.tables.stages import ApplicationInHand
from pages.administrator.parts.account_file import upload_list
from pages.administrator.parts.accounts import scope_label
from pages.administrator.parts.objections import award_lines, objection_lines, open_objections_to
from pages.session.context import PageContext
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_done, show_error
from pages.widgets.documents import row_fault_list
from pages.widgets.downloads import DOCX_TYPE, XLSX_TYPE
from pages.widgets.picker import pick_day, pick_option, search_word
from pages.widgets.tables import format_datetime, show_long_table, typed_table

# One application: the stage that comes next, and the last step back.


def move_one(context: PageContext, found: Mapping[str, ApplicationInHand]) -> None:
    """``found`` by the words of the address, first those that wait for the reader and not for their body. The step is
    asked once, with the open objections that stand against it.
    """
    chosen = found[
        pick_option(
            translate("progress.application"),
            sorted(found, key=lambda key: waits_for_its_body(found[key].stage)),
            "application",
            lambda key: f"{found[key].enterprise or ''}　{key}".strip(),
        )
    ]
    before = chosen.stage
    # Of this application as it stands: after a step the fields are empty again.
    fields = f"{chosen.credit_code}-{chosen.year}-{before}"
    possible = targets("set", before)
    # The body moves its own; from there on it is mostly the next stage.
    following = [] if waits_for_its_body(before) else [item for item in possible if not is_out_of_order(before, item)]
    state = _pick_stage(possible, f"state-{fields}", possible.index(following[0]) if following else None)
    note = st.text_input(translate("progress.note"), max_chars=LONGEST_NOTE, key=f"note-{fields}")
    waiting = open_objections_to(context, chosen) if state and must_be_looked_up(state, "objections_open") else []
    if state is not None and offered(context, [chosen], state, note, waiting):
        means = _means("means", chosen, before, state)
        means = "\n".join([means, *award_lines([(before, state)])])
        if waiting:
            lines = [line for item in waiting for line in objection_lines(item)]
            means = "\n".join([translate("objections.open_here", count=len(waiting)), *lines, means])
        if confirm_act(translate("progress.take"), means, key=f"take-{fields}"):
            on = (context.store, context.viewer, chosen.credit_code, chosen.year)
            seen = [part for item in waiting for part in item.objection.parts]
            advance(*on, state, note, seen, since=chosen.since)
            st.session_state["step_taken"] = True
            st.rerun()
    _offer_undo(context, chosen)


def _pick_stage(possible: Sequence[ApplicationState], key: str, at: int | None = None) -> ApplicationState | None:
    return st.selectbox(
        translate("progress.to"),
        possible,
        index=at,
        placeholder=translate("progress.choose"),
        format_func=lambda state: translate(f"step.{state}"),
        key=key,
    )


def _means(what: str, hand: ApplicationInHand, before: ApplicationState, after: ApplicationState) -> str:
    return translate(
        f"progress.{what}",
        who=hand.enterprise or hand.credit_code,
        year=hand.year,
        before=translate(f"step.{before}"),
        after=translate(f"step.{after}"),
    )


def say_moved() -> None:
    """What the last press has done."""
    if st.session_state.pop("step_taken", False):
        show_done(translate("progress.taken"))
    if taken := st.session_state.pop("steps_taken", 0):
        show_done(translate("progress.taken_several", count=taken))
    if undone := st.session_state.pop("steps_undone", 0):
        show_done(translate("progress.undone", count=undone))


# Taking the last step back: of the application that is chosen, and of those that the same press moved.


def _offer_undo(context: PageContext, chosen: ApplicationInHand) -> None:
    """Nothing where no step of an administrator's can be taken back; what stands in the way is said."""
    found = steps_to_undo(context.store, context.viewer, chosen.credit_code, chosen.year)
    if not found:
        return
    own, *others = found
    fields = f"undo-{chosen.credit_code}-{chosen.year}-{chosen.since.isoformat()}"
    with st.expander(translate("progress.undo"), key=f"{fields}-box"):
        words = {"before": translate(f"step.{own.back}"), "after": translate(f"step.{chosen.stage}")}
        html.where(translate("progress.undo_how", day=format_datetime(chosen.since)[:10], **words))
        if own.against:
            html.open_points([i18n.page_error_message(error, context.lang) for error in own.against])
            return
        together = [own]
        others = [item for item in others if not item.against]
        if others and st.checkbox(translate("progress.undo_others", count=len(others)), key=f"{fields}-others"):
            together += others
        reason = st.text_input(translate("progress.undo_reason"), max_chars=LONGEST_NOTE, key=f"{fields}-reason")
        if not reason.strip():
            return
        means = [_means("undo_means", item.application, item.back, item.application.stage) for item in together]
        means += award_lines([(item.application.stage, item.back) for item in together])
        if not confirm_act(translate("progress.undo"), "\n".join(means), key=fields):
            return
        try:
            undo_steps(context.store, context.viewer, [item.application for item in together], reason)
        except UserError as error:
            show_error(error)
            return
        st.session_state["steps_undone"] = len(together)
        st.rerun()


# Moving many applications at once: those chosen of what is shown, or those of a file; shown before and asked once.


_ROUND = "steps_round"


def offer_several(context: PageContext, shown: Sequence[ApplicationInHand]) -> None:
    """Fields that are empty again after success."""
    fields = f"several-{st.session_state.get(_ROUND, 0)}"
    by_key = {f"{hand.credit_code} {hand.year}": hand for hand in shown}
    every = st.checkbox(translate("progress.every", count=len(by_key)), key=f"{fields}-every", disabled=not by_key)
    picked = list(by_key)
    if not every:
        picked = st.multiselect(
            translate("progress.which"),
            list(by_key),
            format_func=lambda key: f"{key}　{by_key[key].enterprise or ''}",
            placeholder=translate("sheet.choose"),
            key=f"{fields}-which",
        )
    state = _pick_stage(targets("set"), f"{fields}-state")
    note = st.text_input(translate("progress.note"), max_chars=LONGEST_NOTE, key=f"{fields}-note")
    if state is None or not picked:
        return
    moved = [by_key[key] for key in picked if key in by_key and state in targets("set", by_key[key].stage)]
    if len(moved) < len(picked):
        html.where(
            translate("progress.there_already", count=len(picked) - len(moved), state=translate(f"step.{state}"))
        )
    _ask(context, offered(context, moved, state, note), fields)


def offered(
    context: PageContext,
    applications: Sequence[ApplicationInHand],
    state: ApplicationState,
    note: str,
    read: Sequence[ListedObjection] = (),
) -> Sequence[StageChange]:
    """Those that can be set to it, once it is said which cannot: each reason once, with the names that it concerns.

    ``read``: the open objections that stand on the page.
    """
    wanted = [WantedStage(hand.credit_code, hand.year, state, note) for hand in applications]
    seen = [part for item in read for part in item.objection.parts]
    found = preview_stages(context.store, context.viewer, wanted, seen)
    concerned: dict[tuple[str, str], list[str]] = {}
    for fault in found.faults:
        hand = applications[fault.row - 1]
        reason = i18n.page_error_message(fault.error, context.lang)
        concerned.setdefault(reason, []).append(hand.enterprise or hand.credit_code)
    if len(wanted) == 1:
        concerned = {reason: [] for reason in concerned}
    elif concerned:
        count = len(wanted) - len(found.changes)
        html.sentence(translate("progress.not_offered", count=count, of=len(wanted)))
    if concerned:
        html.open_points([(what, "\n".join([remedy, *names])) for (what, remedy), names in concerned.items()])
    return found.changes


def offer_stage_file(context: PageContext) -> None:
    """As ``offer_several``."""
    html.where(translate("progress.file_how", most=list_form("steps").most))
    fields = f"steps-file-{st.session_state.get(_ROUND, 0)}"
    read = partial(preview_stage_list, context.store, context.viewer)
    found = upload_list(translate("progress.file"), fields, read, translate("progress.file_refused"))
    if found is None:
        return
    preview = found.preview
    if preview.faults:
        html.sentence(translate("progress.file_faulty", count=len(preview.faults)))
        row_fault_list(preview.faults)
        return
    _ask(context, preview.changes, fields)


# Without files: what is about to be done, before it is asked once
def _ask(context: PageContext, changes: Sequence[StageChange], fields: str) -> None:
    """Who would be moved whither, and the button that does it."""
    if not changes:
        return
    html.table(
        [translate(f"progress.{name}") for name in ("application", "who", "state", "to", "note")],
        [
            [
                f"{change.wanted.credit_code} {change.wanted.year}",
                change.application.enterprise or "",
                translate(f"step.{change.application.stage}"),
                translate(f"step.{change.wanted.state}"),
                change.wanted.note,
            ]
            for change in changes
        ],
        form="stacked",
    )
    moves = [(change.application.stage, change.wanted.state) for change in changes]
    means = "\n".join([translate("progress.several_mean", count=len(changes)), *award_lines(moves)])
    label, stand = translate("progress.take_several", count=len(changes)), [change.application for change in changes]
    if not confirm_act(label, means, key=f"{fields}-take", read=stand):
        return
    try:
        read = [replace(change.wanted, since=change.application.since) for change in changes]
        advance_all(context.store, context.viewer, read)
    except UserError as error:
        show_error(error)
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state["steps_taken"] = len(changes)
    st.rerun()


# Taking away the list for publicity and the final list of a year, each with a word in the trail.


TAKEN: dict[ProgrammeList, TakenThing] = {"publicity": "publicity_list", "final": "final_list"}
TYPES = {".xlsx": XLSX_TYPE, ".docx": DOCX_TYPE, ".csv": "text/csv"}
LONGEST_CONTACT = 120


def offer_lists(context: PageContext, years: list[int]) -> None:
    """Of the year chosen; a list nobody stands on is not offered."""
    year = st.selectbox(translate("progress.year"), years, key="lists-year")
    html.where(translate("progress.lists_how"))
    notices = _ask_notices(year)
    for kind in get_args(ProgrammeList):
        try:
            found = listed_applications(context.store, context.viewer, year, kind)
        except UserError as error:
            show_error(error)
            continue
        html.where(translate(f"progress.list_{kind}", year=year, count=len(found.applications)))
        if not found.applications:
            continue
        _say_period(found, year)
        _say_objections(found)
        with st.container(horizontal=True):
            for suffix, mime in TYPES.items():
                if suffix == ".csv" and kind != "final":
                    continue  # a list of awards, which nobody has before the end
                st.download_button(
                    translate(f"progress.take_list{suffix}"),
                    partial(_made, context, kind, year, suffix, notices[kind]),
                    file_name=f"{list_title(kind, year)}{suffix}",
                    mime=mime,
                    on_click="ignore",
                    key=f"list-{kind}{suffix}",
                )


def _ask_notices(year: int) -> dict[ProgrammeList, PublicNotice]:
    """What each list says of its issue and of whom to write to, beyond what the programme knows."""
    with st.expander(translate("progress.list_notice")):
        html.where(translate("progress.list_notice_how"))
        address, telephone, mailbox = (_notice_words(name) for name in ("address", "telephone", "mailbox"))
        issued = {kind: _issued_on(kind, year) for kind in get_args(ProgrammeList)}
    return {
        kind: PublicNotice(issued_on=day, address=address, telephone=telephone, mailbox=mailbox)
        for kind, day in issued.items()
    }


def _notice_words(name: str) -> str:
    label = translate(f"progress.list_{name}")
    typed = st.text_input(label, max_chars=LONGEST_CONTACT, key=f"lists-{name}", persist_state="session")
    return plain_line(typed, LONGEST_CONTACT)


def _issued_on(kind: ProgrammeList, year: int) -> date | None:
    label = translate(f"progress.list_issued_{kind}")
    key = f"lists-issued-{kind}-{year}"
    day = st.date_input(label, None, format="YYYY-MM-DD", key=key, persist_state="session")
    return day if isinstance(day, date) else None


def _say_period(found: ListedApplications, year: int) -> None:
    if found.publicity_from and found.publicity_to:
        days = {"first": found.publicity_from.isoformat(), "last": found.publicity_to.isoformat()}
        html.where(translate("progress.list_period", **days))
    else:
        html.where(translate("progress.list_period_not_set", year=year))


def _say_objections(found: ListedApplications) -> None:
    """What the files say of objections, and what they cannot say yet."""
    if found.handled:
        html.where(translate("progress.list_handled", count=len(found.handled)))
    if found.open:
        html.open_points([(translate("progress.list_open", count=found.open), translate("progress.list_open_means"))])
    kept = [objection for objection in found.handled if objection.on_list and objection.outcome == "upheld"]
    if kept:
        names = listed(objection.application.enterprise or objection.application.credit_code for objection in kept)
        html.open_points([(translate("progress.list_upheld", names=names), translate("progress.list_upheld_means"))])


def _made(context: PageContext, kind: ProgrammeList, year: int, suffix: str, notice: PublicNotice) -> bytes:
    """As it is at the press, for who presses: a factory that was taken off since the page was drawn is not on it."""
    viewer = context.reader_by_now()
    found = listed_applications(context.store, viewer, year, kind)
    entries = [
        PublicEntry(
            application.factory or "",
            application.enterprise or application.credit_code,
            application.industry,
            application.body or "",
            application.credit_code,
        )
        for application in found.applications
    ]
    warning = i18n.text("report.illustrative.short", "zh") if found.illustrative else ""
    objections = [
        PublicObjection(
            objection.application.factory or "",
            objection.application.enterprise or objection.application.credit_code,
            objection.answered_on,
            objection.outcome,
            objection.on_list,
        )
        for objection in found.handled
    ]
    notice = replace(notice, publicity_from=found.publicity_from, publicity_to=found.publicity_to)
    with under_notice_of(context.store, year):
        data = public_list(suffix, PublicList(kind, year, entries, warning, objections, notice))
    note_download(context.store, viewer, TAKEN[kind], str(year), suffix.removeprefix("."), data)
    return data


# Which applications are looked for: year, stage and when it was reached, recommending body, a word of name or code.


EVERY = "every"
_DECISIONS = (*get_args(PanelOutcome), "open", "none")


def filtered_applications(
    context: PageContext, found: Iterable[ApplicationInHand]
) -> tuple[list[ApplicationInHand], list[LabelledLine]]:
    """The fields, what passes them, and each that narrows with its value."""
    found = list(found)
    first, second, third = st.columns(3)
    years = [EVERY, *sorted({str(hand.year) for hand in found}, reverse=True)]
    bodies = [EVERY, *sorted({hand.body for hand in found if hand.body}, key=catalogue().body_place)]
    state_words = _or_every(lambda item: translate(f"step.{item}"))
    body_words = _or_every(lambda item: scope_label(item, context.lang))
    with first:
        year = pick_option(translate("progress.year"), years, "progress-year", _or_every(str))
    with second:
        state = pick_option(translate("progress.state"), [EVERY, *LOCKED_STATES], "progress-state", state_words)
    with third:
        body = pick_option(translate("progress.body"), bodies, "progress-body", body_words)
    first, second, third, fourth = st.columns(4)
    decisions = [EVERY, *(item for item in _DECISIONS if item in {_decision(hand) for hand in found})]
    with fourth:
        decision_words = _or_every(_decision_label)
        decision = pick_option(translate("progress.decision"), decisions, "progress-decision", decision_words)
    with first:
        word = search_word(translate("progress.search"), "progress-word").lower()
    with second:
        begin = pick_day(translate("progress.from_day"), "progress-from_day")
    with third:
        end = pick_day(translate("progress.to_day"), "progress-to_day")
    passed = [
        hand
        for hand in found
        if year in (EVERY, str(hand.year)) and state in (EVERY, hand.stage) and body in (EVERY, hand.body)
        if decision in (EVERY, _decision(hand))
        if (begin or date.min) <= shanghai_date(hand.since) <= (end or date.max)
        if word in f"{hand.credit_code} {hand.enterprise or ''} {hand.factory or ''}".lower()
    ]
    days = {"from_day": begin.isoformat() if begin else "", "to_day": end.isoformat() if end else ""}
    asked = {"year": year, "state": state_words(state), "body": body_words(body), "search": word} | days
    asked |= {"decision": decision_words(decision)}
    every = (EVERY, translate("progress.all"), "")
    return passed, [
        LabelledLine(translate(f"progress.{name}"), value) for name, value in asked.items() if value not in every
    ]


def _or_every(words: Callable[[str], str]) -> Callable[[str], str]:
    return lambda item: translate("progress.all") if item == EVERY else words(item)


# The applications as a table: who, where, and the step each has come to.


def progress_table(
    context: PageContext,
    shown: Sequence[ApplicationInHand],
    listed: Sequence[ApplicationInHand],
    asked: Sequence[LabelledLine],
) -> None:
    """``shown`` of all that are ``listed``, narrowed by what was ``asked``."""
    html.where(translate("progress.shown", shown=len(shown), count=len(listed)))
    about = About(translate("progress.listed"), filters=asked)
    everything = listed if len(shown) < len(listed) else None
    table = partial(_table, context)
    show_long_table(context, about, shown, table, "progress", form="brief", everything=everything)


def decision_label(application: ApplicationInHand) -> str:
    """What the panel decided on it in the last round that it was in."""
    return _decision_label(_decision(application))


def _decision(application: ApplicationInHand) -> str:
    return application.decision or ("open" if application.in_round else "none")


def _decision_label(decision: str) -> str:
    if decision in get_args(PanelOutcome):
        return i18n.text(f"scoring.outcome.{decision}", current_lang())
    return translate(f"progress.decision_{decision}")


def _table(context: PageContext, rows: Sequence[ApplicationInHand]) -> ReportTable:
    return typed_table(
        [translate(f"progress.{name}") for name in ("who", "application", "where", "state", "decision", "since")],
        [
            [
                "\n".join(name for name in (row.enterprise, row.factory) if name),
                f"{row.credit_code} {row.year}",
                "\n".join(scope_label(reach, context.lang) for reach in (row.industry, row.body or "")),
                translate(f"step.{row.stage}"),
                decision_label(row),
                format_datetime(row.since),
            ]
            for row in rows
        ],
    )
