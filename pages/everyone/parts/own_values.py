"""The reader's own values beside what is published of the industry: an estimate, told apart from verdicts by shape."""

from __future__ import annotations

from math import isfinite

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.charts.gap import MISSED, REACHED
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseKpiView, EnterpriseView, PublishedCell
from kpi.reports.content import ReportCell, words
from kpi.services.enterprise.lock import own_results
from pages.session.context import PageContext
from pages.session.language import translate


def own_answers(context: PageContext) -> list[EnterpriseView]:
    """The reader's own results, the latest first; none for who is no enterprise."""
    if not allows(context.viewer, "see_own_result"):
        return []
    return [result.answer for result in own_results(context.store, context.viewer)]


def own_word(own: EnterpriseView, cell: PublishedCell, lang: Lang) -> ReportCell:
    """The own value; where a line is published its shape says whether it is reached."""
    kpi = own.kpi(cell.kpi)
    value = i18n.kpi_number(kpi.value, catalogue().kpi(cell.kpi), lang, kpi.basis)
    return words(f"{(REACHED if reaches_line(kpi) else MISSED)[1]} {value}" if has_line(kpi) else value)


def reached_words(own: EnterpriseView) -> str:
    """How many published lines the own values reach, and beside that how many verdicts say "leading"."""
    with_line = [kpi for kpi in own.kpis if has_line(kpi)]
    reached = sum(map(reaches_line, with_line))
    if any(kpi.verdict for kpi in own.kpis):
        leading = sum(kpi.verdict == "leading" for kpi in own.kpis)
        return translate("benchmarks.own_judged", reached=reached, of=len(with_line), leading=leading)
    return translate("benchmarks.own", reached=reached, of=len(with_line))


def has_line(kpi: EnterpriseKpiView) -> bool:
    """Whether there is an own value and a published line on one basis."""
    return isfinite(kpi.value) and isfinite(kpi.gap_to_line)


def reaches_line(kpi: EnterpriseKpiView) -> bool:
    """Equal counts."""
    return kpi.gap_to_line >= 0
