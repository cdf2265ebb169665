"""A page's answer, or one of its tables, as a report: what it shows, and all one needs to read it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.evaluation import Baseline, PolicyUsed
from kpi.model.language import Lang
from kpi.model.times import SHANGHAI
from kpi.reports.report_cells import clean
from kpi.reports.report_content import LabelledLine, Report, ReportSection


@dataclass(frozen=True, slots=True)
class About:
    """What goes with data that leaves a page.

    ``facts`` are further lines; ``filters`` everything that narrows it, each with its value; ``kpis`` are the codes
    whose definitions go with it; ``withheld`` says what is left out and why. ``invented``: the enterprises are, where
    no single ``baseline`` says so. ``caution``: what else stands on every page.
    """

    title: str
    subject: str = ""
    finding: str = ""
    baseline: Baseline | None = None
    policy: PolicyUsed | None = None
    facts: Sequence[LabelledLine] = ()
    filters: Sequence[LabelledLine] = ()
    kpis: Sequence[str] = ()
    withheld: str = ""
    invented: bool = False
    caution: str = ""

    @property
    def illustrative(self) -> bool:
        return self.invented or (self.baseline is not None and self.baseline.illustrative)


@dataclass(frozen=True, slots=True)
class Taken:
    """When something was taken away, and the address that shows it to whoever may see it."""

    at: datetime
    link: str


def page_report(about: About, sections: Sequence[ReportSection], lang: Lang, taken: Taken, rows: str = "") -> Report:
    """``rows`` says how many of how many rows a table of data holds; the definitions go with it.

    In the report of a page they come last, after the answer.
    """
    definitions = list(_definitions(about, lang))
    lines = [*_lines(about, lang, taken, rows), *(definitions if rows else [])]
    last = [_defined(definitions, lang)] if definitions and not rows else []
    day = taken.at.astimezone(SHANGHAI).date()
    return Report(
        lang=lang,
        heading=clean(about.title),
        subject=clean(about.subject),
        view="",
        warning=_warning(about, lang),
        warning_short=text("report.illustrative.short", lang) if about.illustrative else clean(about.caution),
        finding=clean(about.finding),
        clause_label="",
        clause_word="",
        clause_tone="",
        clause="",
        clause_reasons=(),
        provenance_title=text("carried.title", lang),
        provenance=tuple(lines),
        sections=(*sections, *last),
        as_of=day,
        footer=clean(text("carried.footer", lang, title=about.title, day=day)),
        first_sheet=text("report.first_sheet", lang),
    )


def _warning(about: About, lang: Lang) -> str:
    if not about.illustrative:
        return ""
    if about.baseline is None:
        return text("page.illustrative", lang)
    return clean(text("report.illustrative.long", lang, baseline=about.baseline.name))


def chart_foot(about: About, lang: Lang, taken: Taken) -> list[str]:
    """The lines below a chart's own file: baseline and policy, then time and address."""
    lines = [line for line in _lines(about, lang, taken, "") if line.text != taken.link]
    dot = text("strip.dot", lang)
    marked = [text("report.illustrative.short", lang)] if about.illustrative else []
    source = dot.join([*marked, *(f"{line.label} {line.text}" for line in lines if len(line.text) < _SHORT)])
    return [clean(source), clean(taken.link)]


_SHORT = 80
"""What is longer, as a definition, is no line below a picture."""


def _lines(about: About, lang: Lang, taken: Taken, rows: str) -> Iterator[LabelledLine]:
    def line(code: str, words: str) -> LabelledLine:
        return LabelledLine(text(f"carried.{code}", lang), clean(words))

    if rows:
        yield line("rows", rows)
    yield from (LabelledLine(clean(one.label), clean(one.text)) for one in (*about.facts, *about.filters))
    if not about.filters:
        yield line("filters", text("carried.no_filter", lang))
    if baseline := about.baseline:
        where = i18n.region_name(baseline.region, lang)
        named = text("report.provenance.baseline_text", lang, name=baseline.name, region=where, year=baseline.year)
        yield line("baseline", named)
        yield line("provenance", text(f"report.provenance_word.{baseline.provenance}", lang))
        yield line("source", baseline.source)
        yield line("sha256", baseline.sha256)
    if policy := about.policy:
        since = text("report.provenance.policy_text", lang, reference=policy.reference, day=policy.in_force_from)
        yield line("policy", since)
    if about.withheld:
        yield line("withheld", about.withheld)
    yield line("at", taken.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M (UTC+8)"))
    yield line("link", taken.link)


def _definitions(about: About, lang: Lang) -> Iterator[LabelledLine]:
    for code in about.kpis:
        kpi = catalogue().kpi(code)
        defined = text("carried.defined", lang, formula=kpi.formula.in_(lang), unit=kpi.unit.in_(lang))
        yield LabelledLine(f"{code} {kpi.name.in_(lang)}", clean(defined))


def _defined(definitions: Sequence[LabelledLine], lang: Lang) -> ReportSection:
    points = tuple(text("carried.line", lang, label=one.label, text=one.text) for one in definitions)
    return ReportSection("definitions", text("carried.definitions", lang), points=points)
