"""Why the clause is what it is, and what it would be under other readings: for reviewers and the authority."""

from __future__ import annotations

from math import floor, isnan

from kpi import i18n, stats
from kpi.catalogue.catalogue import catalogue
from kpi.model.evaluation import Evaluation
from kpi.reports.content import ReportCell, count, probability, share, words
from kpi.stats.power import MOST_PEERS
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import about_answer, show_table, typed_table
from pages.widgets.folded import opened_box

TRUE_PERCENTILES = (0.9, 0.95, 0.99)
"""Where a factory may truly stand, for the number of peers that would show it."""


def clause_reasons(context: PageContext, answer: Evaluation) -> None:
    """Each blocker by name, and how likely "met" could have been at all."""
    main = [kpi for kpi in answer.kpis if kpi.main]
    html.bullets(
        [
            *(i18n.reason_text(reason, context.lang) for reason in answer.clause.reasons),
            translate("clause.at_least", count=answer.at_least_leading),
            translate("clause.at_least_main", count=answer.clause.at_least_main, of=len(main)),
        ]
    )


def sensitivity(context: PageContext, answer: Evaluation) -> None:
    """The clause at other leading lines, and for "at least u of m"."""
    if box := opened_box(translate("clause.sensitivity"), "sensitivity"):
        with box:
            rows: list[list[str | ReportCell]] = []
            for row in answer.sensitivity:
                reading = (
                    translate("clause.by_quantile", quantile=row.leading_quantile)
                    if row.rule == "quantile"
                    else translate("clause.by_count", at_least=row.at_least, of=row.of, quantile=row.leading_quantile)
                )
                p_value = words(i18n.NO_NUMBER) if isnan(row.p_value) else probability(row.p_value)
                rows.append([reading, p_value, i18n.clause_word(row.verdict, context.lang)])
            table = typed_table([translate("clause.reading"), "p", translate("clause.verdict")], rows)
            show_table(context, about_answer(context, answer, translate("clause.sensitivity")), table, "sensitivity")
            _what_is_shown(context, answer)


def _what_is_shown(context: PageContext, answer: Evaluation) -> None:
    """Where a word is missing: how far ahead each main KPI is shown to be, and how many peers would decide."""
    rows: list[list[str | ReportCell]] = [
        [
            catalogue().kpi(kpi.code).name.in_(context.lang),
            # Rounded down: not shown ahead of more than it is.
            share(floor(100 * kpi.percentile.lower) / 100),
            count(kpi.tested.n),
        ]
        for kpi in answer.kpis
        if kpi.main and kpi.tested.n
    ]
    if rows:
        columns = [translate("clause.kpi"), translate("clause.ahead_of"), translate("clause.tested_peers")]
        about = about_answer(context, answer, translate("clause.shown_name"))
        show_table(context, about, typed_table(columns, rows, numbers=(1, 2)), "shown-ahead", form="stacked")
    policy = answer.policy
    needed = {
        at: stats.peers_needed(policy.leading_quantile, stats.exact_alpha(policy.confidence), at)
        for at in TRUE_PERCENTILES
    }
    words = "; ".join(f"P{round(at * 100)}: {n or f'> {MOST_PEERS}'}" for at, n in needed.items())
    html.where(translate("clause.peers_needed", needed=words))
