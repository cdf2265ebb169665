"""A baseline in tables, its comparison with another and the decision on it; which verdicts it would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.i18n.words import clause_change_reason, verdict_change_reason
from kpi.model.evaluation import Baseline
from kpi.model.language import Lang
from kpi.reports.content import About, LabelledLine, ReportSection, ReportTable, count
from kpi.services.administrator.baselines import (
    BaselineOverview,
    CellOverview,
    ComparedCell,
    compare_baselines,
    list_baseline_decisions,
    may_be_in_force,
    put_baseline_in_force,
    reproduce_verdicts,
    sealed_years,
)
from kpi.services.administrator.changed_verdicts import ChangedWords
from kpi.tables.baselines import BaselineCell
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import entries, show_done, show_error
from pages.widgets.tables import format_datetime, offer_data, show_table, typed_table

# Words of locked applications that would be others, as a table.


def changed_words_table(context: PageContext, about: About, words: ChangedWords, key: str) -> None:
    """Clauses first, then KPIs with their peers and lines, each with why; nothing where no word would change."""
    lang = context.lang
    clauses = [
        [
            f"{clause.factory}\n{clause.credit_code}",
            translate("changed_words.clause"),
            i18n.clause_word(clause.before, lang),
            i18n.clause_word(clause.after, lang),
            "",
            "",
            clause_change_reason(clause.why, clause.rules, lang),
        ]
        for clause in words.clauses
    ]
    kpis = [
        [
            f"{verdict.factory}\n{verdict.credit_code}",
            verdict.kpi,
            i18n.verdict_word(verdict.before, lang).word,
            i18n.verdict_word(verdict.after, lang).word,
            f"{verdict.n[0]} → {verdict.n[1]}",
            f"{i18n.plain_number(verdict.line[0])} → {i18n.plain_number(verdict.line[1])}",
            verdict_change_reason(verdict.why, lang),
        ]
        for verdict in words.verdicts
    ]
    if clauses or kpis:
        columns = ("factory", "kpi", "before", "after", "n", "line", "why")
        html.table(
            [translate(f"changed_words.column_{name}") for name in columns],
            [*clauses, *kpis],
            numbers=(4, 5),
            form="stacked",
        )
        table = typed_table([translate(f"changed_words.column_{name}") for name in columns], [*clauses, *kpis])
        offer_data(context, about, f"changed-words-{key}", table=table)


# Two baselines compared, and the decision which of a year is in force.


_SEEN, _TIMES = "baseline-decisions-seen", "baseline-decisions-made"


def comparison(context: PageContext, baselines: Sequence[Baseline]) -> None:
    """Pick two, and see what moved; nothing where there is one only."""
    if len(baselines) < 2:
        return
    names = [baseline.name for baseline in baselines]
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
    return " → ".join("-" if item is None else shown(item) for item in (cell.before, cell.after))


def decision(context: PageContext, baselines: Sequence[Baseline]) -> None:
    """Put another baseline of a year in force; earlier decisions below."""
    if said := st.session_state.pop("baseline_said", None):
        show_done(said)
    # In an order that no decision moves: what is chosen stays chosen when a colleague decides.
    newest_first = sorted(baselines, key=lambda baseline: baseline.imported_at, reverse=True)
    offered = [baseline.name for baseline in newest_first if may_be_in_force(baseline)]
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
                [
                    [format_datetime(baseline.decided_at), baseline.name, baseline.reason, baseline.decided_by]
                    for baseline in decided
                ],
            )
            show_table(context, About(translate("baseline_decision.title")), table, "decisions", form="stacked")


def _not_offered(context: PageContext, baselines: Sequence[Baseline]) -> None:
    """Why the others cannot be chosen: the one that ships, and those of other regions."""
    listed = i18n.text("number.list", context.lang)
    others = [baseline for baseline in baselines if not may_be_in_force(baseline)]
    for why, names in (
        ("shipped", [other.name for other in others if other.shipped]),
        ("elsewhere", [other.name for other in others if not other.shipped]),
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


# What a cell publishes, in a word: its band, and which snapshot of the year its row was carried on from.


def publication_label(cell: CellOverview) -> str:
    band = cell.band or translate("baselines.withheld")
    return translate("baselines.carried", band=band, name=cell.carried_from) if cell.carried_from else band


# A baseline in tables: the same for the page, its files and its report.


_COLUMNS = ("industry", "kpi", "basis", "n", "groups", "decides", "published")


def baseline_finding(overview: BaselineOverview) -> str:
    return translate(
        "baselines.sentence",
        cells=len(overview.cells),
        able=sum(cell.can_decide for cell in overview.cells),
        needed=overview.needed,
    )


def baseline_standing(overview: BaselineOverview) -> str:
    """Whether applications of its year are held against it, or against which."""
    baseline = overview.baseline
    if overview.in_force == baseline.name:
        return translate("baselines.in_force", year=baseline.year)
    if overview.in_force is None:
        return translate("baselines.none_in_force", year=baseline.year)
    return translate("baselines.not_in_force", year=baseline.year, name=overview.in_force)


def baseline_twins(overview: BaselineOverview, lang: Lang) -> str:
    """That its content is frozen under other names too; "" where it is not."""
    return translate("baselines.same_content", names=_listed(overview.same_as, lang)) if overview.same_as else ""


def _listed(names: Sequence[str], lang: Lang) -> str:
    return i18n.text("number.list", lang).join(names)


def about_baseline(overview: BaselineOverview) -> About:
    return About(
        title=translate("baselines.report"),
        subject=overview.baseline.name,
        finding=baseline_finding(overview),
        baseline=overview.baseline,
        filters=[
            LabelledLine(translate("baselines.one"), overview.baseline.name),
            LabelledLine(translate("baselines.standing"), baseline_standing(overview)),
        ],
        kpis=[kpi.code for kpi in catalogue().kpis],
    )


def baseline_facts(overview: BaselineOverview, lang: Lang) -> ReportTable:
    """Where it is from, and the hashes that prove it."""
    baseline = overview.baseline
    return typed_table(
        [translate("detail.what"), translate("detail.said")],
        [
            [translate("baselines.region"), f"{i18n.region_name(baseline.region, lang)} · {baseline.year}"],
            [translate("baselines.provenance"), translate(f"provenance.{baseline.provenance}")],
            [translate("baselines.source"), baseline.source],
            [translate("baselines.imported"), format_datetime(baseline.imported_at)],
            [translate("baselines.sha256"), baseline.sha256],
            *([[translate("baselines.same_as"), _listed(overview.same_as, lang)]] if overview.same_as else []),
            [translate("baselines.original"), baseline.original_sha256],
            [translate("baselines.groups"), baseline.groups_sha256 or translate("baselines.groups_of_panel")],
        ],
    )


def baseline_cells(overview: BaselineOverview, lang: Lang) -> ReportTable:
    """A row a cell: how many it holds, whether it can decide, what is published of it."""
    return typed_table(
        [translate(f"baselines.column_{name}") for name in _COLUMNS],
        [
            [
                catalogue().industry(cell.industry).name.in_(lang),
                f"{cell.kpi} {catalogue().kpi(cell.kpi).short.in_(lang)}",
                translate(f"basis.{cell.basis}"),
                count(cell.records),
                count(cell.groups),
                translate("yes") if cell.can_decide else translate("baselines.too_few"),
                publication_label(cell),
            ]
            for cell in overview.cells
        ],
        numbers=(3, 4),
    )


def baseline_sections(context: PageContext, overview: BaselineOverview) -> list[ReportSection]:
    return [
        ReportSection("facts", translate("baselines.facts"), table=baseline_facts(overview, context.lang)),
        ReportSection("cells", translate("baselines.cells"), table=baseline_cells(overview, context.lang)),
    ]


# Verdicts of a past year, decided once more from what they were decided by.


_SHOWN_OF_A_HASH = 12


def verdicts_again(context: PageContext) -> None:
    """Pick a year, and see whether each verdict comes out as it was sealed; nothing where there is none."""
    years = sealed_years(context.store, context.viewer)
    if not years:
        return
    with st.expander(translate("verdicts_again.title")):
        html.where(translate("verdicts_again.how"))
        year = st.selectbox(translate("verdicts_again.year"), years, key="verdicts-again-year")
        if not st.toggle(translate("verdicts_again.go", year=year), key=f"verdicts-again-{year}"):
            return
        with st.spinner(translate("verdicts_again.going")):
            found = reproduce_verdicts(context.store, context.viewer, year)
        same = sum(verdict.same for verdict in found)
        html.sentence(translate("verdicts_again.sentence", count=len(found), same=same))
        columns = ("factory", "clause", "baseline", "policy", "method", "sealed", "hash", "same")
        table = typed_table(
            [translate(f"verdicts_again.column_{name}") for name in columns],
            [
                [
                    f"{verdict.factory}\n{verdict.credit_code}",
                    i18n.clause_word(verdict.clause, context.lang),
                    _marked(verdict.baseline, verdict.superseded.baseline),
                    _marked(verdict.policy.isoformat(), verdict.superseded.policy),
                    str(verdict.method),
                    format_datetime(verdict.sealed_at),
                    f"{verdict.sha256[:_SHOWN_OF_A_HASH]}…",
                    translate("yes_or_no.yes") if verdict.same else translate("verdicts_again.other"),
                ]
                for verdict in found
            ],
        )
        asked = LabelledLine(translate("verdicts_again.year"), str(year))
        about = About(translate("verdicts_again.title"), str(year), filters=[asked])
        show_table(context, about, table, "verdicts-again", form="stacked")


def _marked(named: str, since: str | date | None) -> str:
    """What the verdict rests on, and what has taken its place since."""
    return f"{named}\n{translate('verdicts_again.superseded', new=since)}" if since else named
