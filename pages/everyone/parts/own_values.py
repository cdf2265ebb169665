"""The reader's own values beside what is published of the industry: an estimate, of another shape than verdicts."""

from __future__ import annotations

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.charts.gap import gap_shape
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView, GapAnalysis, PublishedCell
from kpi.reports.content import ReportCell, words
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.what_if import what_if
from pages.session.context import PageContext
from pages.session.language import translate


def own_answers(context: PageContext) -> list[EnterpriseView]:
    """The reader's own results, the latest first; none for who is no enterprise."""
    if not allows(context.viewer, "see_own_result"):
        return []
    return [result.answer for result in own_results(context.store, context.viewer)]


def own_gaps(context: PageContext, own: EnterpriseView) -> GapAnalysis:
    return what_if(context.store, context.viewer, own, {}).own


def own_word(gaps: GapAnalysis, cell: PublishedCell, lang: Lang) -> ReportCell:
    """The own value; where a line is published its shape says whether it is reached."""
    kpi = gaps.of(cell.kpi)
    value = i18n.kpi_number(kpi.value, catalogue().kpi(cell.kpi), lang, kpi.basis)
    return words(f"{gap_shape(kpi.standing)[1]} {value}" if kpi in gaps.with_line else value)


def reached_words(own: EnterpriseView, gaps: GapAnalysis) -> str:
    """How many published lines the own values reach, and beside that how many verdicts say "leading"."""
    counts = {"reached": len(gaps.standing("reached")), "of": len(gaps.with_line)}
    if not any(kpi.verdict for kpi in own.kpis):
        return translate("benchmarks.own", **counts)
    leading = sum(kpi.verdict == "leading" for kpi in own.kpis)
    return translate("benchmarks.own_judged", leading=leading, **counts)
