"""Advice beside the gaps: the scenarios, what listed factories did, own targets and their form, one page to print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from kpi.access.roles import allows
from kpi.benchmark.advice import clause_way
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.advice import Advice
from kpi.model.publication import EnterpriseView, GapAnalysis
from kpi.reports.advice import advice_table, clause_way_text
from kpi.reports.content import About, ReportSection, ReportTable
from kpi.services.enterprise.advice import YEARS_AHEAD, own_advice, set_target, share_accounts, shareable_accounts
from kpi.services.enterprise.lock import own_results
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import entries, opened_box, show_done, show_error
from pages.widgets.tables import about_answer, offer_data, offer_page_report, table_alone

_TARGET, _SHARED, _TIMES = "target-answered", "shared-answered", "target-times"


@dataclass(frozen=True, slots=True)
class AdviceBoard:
    """What the page says beside the gaps ``own`` of ``answer``; ``answers`` are the factory's, of all its years."""

    answer: EnterpriseView
    answers: tuple[EnterpriseView, ...]
    own: GapAnalysis
    advice: Advice
    first: str


def advice_board(context: PageContext, answer: EnterpriseView, own: GapAnalysis) -> AdviceBoard:
    found = [item.answer for item in own_results(context.store, context.viewer)]
    code = answer.application.credit_code
    answers = tuple(item for item in found if item.application.credit_code == code)
    first = clause_way_text(clause_way(answer, own), own, context.lang)
    return AdviceBoard(answer, answers, own, own_advice(context.store, context.viewer, answer), first)


def show_advice(context: PageContext, board: AdviceBoard) -> None:
    """The one page to print and the form for a target, then the table: what is reached, without a target, is folded."""
    answer, application = board.answer, board.answer.application
    about = about_advice(context, board)
    if answer.baseline.illustrative and board.advice.accounts:
        html.notice(translate("advice.invented"))
    html.where(translate("advice.how"))
    subject = f"{application.credit_code} {application.year}"
    offer_page_report(context, "advice_page", about, subject, partial(advice_sections, context, board), one_page=True)
    _show_answered(_TARGET)
    if allows(context.viewer, "fill_own"):
        _target_form(context, board)
    table = _table(context, board, brief=False)
    aimed = {target.kpi for target in board.advice.targets}
    done = [kpi.standing == "reached" and kpi.code not in aimed for kpi in board.own.kpis]
    ahead, behind = (tuple(row for row, at in zip(table.rows, done, strict=True) if at is of) for of in (False, True))
    if ahead:
        table_alone(replace(table, rows=ahead), "stacked")
    if behind and (box := opened_box(translate("advice.reached", count=len(behind)), "advice")):
        with box:
            table_alone(replace(table, rows=behind), "stacked")
    offer_data(context, about, "advice", table=table)


def about_advice(context: PageContext, board: AdviceBoard) -> About:
    return about_answer(context, board.answer, translate("way.tab_advice"), board.first, ())


def advice_sections(context: PageContext, board: AdviceBoard) -> list[ReportSection]:
    """The page to print."""
    lines = (translate("advice.how"),)
    return [ReportSection("advice", translate("way.tab_advice"), lines, _table(context, board, brief=True))]


def _table(context: PageContext, board: AdviceBoard, *, brief: bool) -> ReportTable:
    return advice_table(board.own, board.advice, board.answer, board.answers, context.lang, brief=brief)


def _show_answered(key: str) -> None:
    answered = st.session_state.pop(key, None)
    if isinstance(answered, UserError):
        show_error(answered, over_the_page=True)
    elif answered:
        show_done(translate(f"advice.{answered}"))


def _target_form(context: PageContext, board: AdviceBoard) -> None:
    """One at a time; empty again after each that was kept."""
    form = f"target-{st.session_state.get(_TIMES, 0)}"
    known = {kpi.code: catalogue().kpi(kpi.code) for kpi in board.own.kpis}
    first = max(item.application.year for item in board.answers) + 1
    with st.expander(translate("advice.targets")), entries(form):
        html.where(translate("advice.targets_how"))
        which, when, what = st.columns((6, 3, 4))
        code = which.selectbox(
            translate("advice.kpi"),
            list(known),
            format_func=lambda item: known[item].short.in_(context.lang),
            key=f"{form}-kpi",
        )
        years = list(range(first, first + YEARS_AHEAD))
        when.selectbox(translate("advice.year"), years, key=f"{form}-year", on_change="ignore")
        unit = known[code].unit.in_(context.lang)
        said = translate("advice.value", unit=unit)
        what.number_input(said, value=None, format="%.12g", key=f"{form}-value", on_change="ignore")
        st.button(translate("advice.keep"), on_click=_keep_target, args=(context, board, form), key=form)


def _keep_target(context: PageContext, board: AdviceBoard, form: str) -> None:
    code, year, value = (st.session_state[f"{form}-{field}"] for field in ("kpi", "year", "value"))
    try:
        set_target(context.store, current_viewer(), board.answer.application.credit_code, year, code, value)
    except UserError as error:
        st.session_state[_TARGET] = error
    else:
        st.session_state[_TARGET] = "removed" if value is None else "kept"
        st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1


# On the home of a listed factory: which accounts of its scenarios others of its industry may read.


def show_shareable(context: PageContext) -> None:
    """Each account with a tick; nothing where no factory of the reader's is listed and said how it meets a scenario."""
    known = {scenario.name.zh: scenario for scenario in catalogue().scenarios}
    for item in shareable_accounts(context.store, context.viewer):
        counts = {"shown": sum(shown for _, shown in item.accounts), "all": len(item.accounts)}
        of = f"{item.credit_code}-{item.year}"
        said = translate("advice.share_title", factory=html.plain(item.label), year=item.year, **counts)
        if (box := opened_box(said, f"share-{of}")) is None:
            continue
        with box, entries(f"share-{of}"):
            html.where(translate("advice.share_how"))
            ticks: dict[str, tuple[str, bool]] = {}
            for account, shown in item.accounts:
                scenario = known.get(account.scenario)
                number = scenario.number if scenario else ""
                name = scenario.name.in_(context.lang) if scenario else account.scenario
                label = html.plain(translate("advice.share", number=number, name=name, how=account.how))
                # Another tick once it is saved, by whoever.
                key = f"share-{of}-{account.scenario}-{shown}"
                ticks[account.scenario] = (key, shown)
                may = allows(context.viewer, "confirm_own")
                st.checkbox(label, shown, key=key, on_change="ignore", disabled=not may)
            if allows(context.viewer, "confirm_own"):
                label = translate("advice.share_keep")
                args = (context, item.credit_code, item.year, ticks)
                st.button(label, on_click=_share, args=args, key=f"share-keep-{of}")
    _show_answered(_SHARED)


def _share(context: PageContext, credit_code: str, year: int, ticks: dict[str, tuple[str, bool]]) -> None:
    """Only what the reader changed: what a colleague has agreed to meanwhile stays."""
    ticked: dict[str, bool] = {name: st.session_state[key] for name, (key, _) in ticks.items()}
    changed = {name: wanted for name, wanted in ticked.items() if wanted != ticks[name][1]}
    try:
        if changed:
            share_accounts(context.store, current_viewer(), credit_code, year, changed)
    except UserError as error:
        st.session_state[_SHARED] = error
    else:
        st.session_state[_SHARED] = "share_kept"
