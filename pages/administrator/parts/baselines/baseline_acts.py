"""Two baselines compared, and the decision which of a year is in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.evaluation import Baseline
from kpi.queries import BaselineCell
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.baselines import (
    ComparedCell,
    compare_baselines,
    list_baseline_decisions,
    may_be_in_force,
    put_baseline_in_force,
)
from pages.administrator.parts.changed_words import changed_words_table
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import entries
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_done, show_error

_SEEN, _TIMES = "baseline-decisions-seen", "baseline-decisions-made"


def comparison(context: PageContext, baselines: Sequence[Baseline]) -> None:
    """Pick two, and see what moved; nothing where there is one only."""
    if len(baselines) < 2:
        return
    names = [one.name for one in baselines]
    with st.expander(translate("baseline_compare.title")):
        left, right = st.columns(2)
        after = left.selectbox(translate("baseline_compare.after"), names, key="compare-after")
        before = right.selectbox(translate("baseline_compare.before"), names, index=1, key="compare-before")
        if before == after or not st.toggle(translate("baseline_compare.go"), key=f"compare-{before}-{after}"):
            return
        try:
            with st.spinner(translate("baseline_compare.go")):
                found = compare_baselines(context.store, context.viewer, before, after)
        except UserError as error:
            show_error(error)
            return
        moved = [cell for cell in found.cells if cell.moved]
        asked = LabelledLine(translate("baseline_compare.before"), before)
        about = About(translate("baseline_compare.title"), after, baseline=found.after, filters=[asked])
        html.sentence(translate("baseline_compare.sentence", moved=len(moved), cells=len(found.cells)))
        if found.year is not None:
            changed = found.words.applications
            html.clause(translate("baseline_compare.words", year=found.year, count=found.applications, changed=changed))
            changed_words_table(context, about, found.words, "baselines")
        _moved(context, about, moved)


def _moved(context: PageContext, about: About, moved: Sequence[ComparedCell]) -> None:
    if not moved:
        return
    columns = ("industry", "kpi", "added", "removed", "changed", "regrouped", "n", "line")
    table = typed_table(
        [translate(f"baseline_compare.column_{name}") for name in columns],
        [
            [
                catalogue().industry(cell.changes.industry).name.in_(context.lang),
                f"{cell.changes.kpi} {catalogue().kpi(cell.changes.kpi).short.in_(context.lang)}",
                str(cell.changes.added),
                str(cell.changes.removed),
                str(cell.changes.changed),
                str(cell.changes.regrouped),
                _pair(cell, lambda snapshot: str(snapshot.records)),
                _pair(cell, lambda snapshot: i18n.plain_number(snapshot.p80)),
            ]
            for cell in moved
        ],
        numbers=(2, 3, 4, 5),
    )
    show_table(context, about, table, "moved-cells", form="stacked")


def _pair(cell: ComparedCell, shown: Callable[[BaselineCell], str]) -> str:
    """Before and after; a dash where the cell is not in one of them."""
    return " → ".join("-" if one is None else shown(one) for one in (cell.before, cell.after))


def decision(context: PageContext, baselines: Sequence[Baseline]) -> None:
    """Put another baseline of a year in force; earlier decisions below."""
    if said := st.session_state.pop("baseline_said", None):
        show_done(said)
    # In an order that no decision moves: what is chosen stays chosen when a colleague decides.
    newest_first = sorted(baselines, key=lambda one: one.imported_at, reverse=True)
    offered = [one.name for one in newest_first if may_be_in_force(one)]
    decided = list_baseline_decisions(context.store, context.viewer)
    if not offered and not decided:
        return
    with st.expander(translate("baseline_decision.title")):
        html.where(translate("baseline_decision.how"))
        _not_offered(context, baselines)
        if offered:
            _decide(context, offered, len(decided))
        if decided:
            table = typed_table(
                [translate(f"baseline_decision.column_{name}") for name in ("at", "name", "reason", "who")],
                [[format_datetime(one.decided_at), one.name, one.reason, one.decided_by] for one in decided],
            )
            show_table(context, About(translate("baseline_decision.title")), table, "decisions", form="stacked")


def _not_offered(context: PageContext, baselines: Sequence[Baseline]) -> None:
    """Why the others cannot be chosen: the one that ships, and those of other regions."""
    listed = i18n.text("number.list", context.lang)
    others = [one for one in baselines if not may_be_in_force(one)]
    for why, names in (
        ("shipped", [one.name for one in others if one.shipped]),
        ("elsewhere", [one.name for one in others if not one.shipped]),
    ):
        if names:
            html.where(translate(f"baseline_decision.not_{why}", names=listed.join(names)))


def _decide(context: PageContext, offered: Sequence[str], decisions: int) -> None:
    """Empty again after each decision: a tick that stays would decide by the next press alone.

    What is pressed is meant for the decisions that stood here then: once a colleague has decided, it is refused.
    """
    seen = st.session_state.get(_SEEN, decisions)
    st.session_state[_SEEN] = decisions
    form = f"baseline-decision-{st.session_state.get(_TIMES, 0)}"
    with entries(form):
        name = st.selectbox(translate("baseline_decision.name"), offered, key=f"{form}-name", on_change="ignore")
        label = translate("baseline_decision.reason")
        reason = st.text_input(label, max_chars=200, key=f"{form}-reason", on_change="ignore")
        sure = st.checkbox(translate("baseline_decision.sure"), key=f"{form}-sure", on_change="ignore")
        if not st.button(translate("baseline_decision.decide"), type="primary", key=form):
            return
    if not sure:
        html.where(translate("baseline_decision.not_sure"))
        return
    try:
        put_baseline_in_force(context.store, context.viewer, name, reason, seen=seen)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
        st.session_state["baseline_said"] = translate("baseline_decision.decided", name=html.plain(name))
        st.rerun()
