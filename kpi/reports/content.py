"""A report's content in any format: texts and figures in order, cells, widths, sheets. Writers add nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.theme import verdict_mark
from kpi.i18n import text
from kpi.model.application import Basis
from kpi.model.evaluation import Baseline, PolicyUsed, Verdict
from kpi.model.language import Lang
from kpi.model.times import SHANGHAI, now, shanghai_date

# A report's content in any format: texts and figures in order. Writers lay it out and add nothing.


Tone = Literal["", "leading", "undecided", "plain", "error"]
CellKind = Literal["text", "number", "share", "p_value"]


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A cell's text, and its number: ``value`` unrounded, NaN for none.

    ``kind`` is the number format in a spreadsheet: a share 0..1 in percent, a p-value cut at 0.001. ``link``: where its
    words lead on a page; a report has no use for it.
    """

    text: str
    value: float = nan
    kind: CellKind = "text"
    tone: Tone = ""
    link: str = ""

    @property
    def is_number(self) -> bool:
        return self.kind != "text" and isfinite(self.value)


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """``width`` is a share of the table's width, relative to the other columns'."""

    title: str
    width: float
    right: bool = False


@dataclass(frozen=True, slots=True)
class ReportRow:
    """``notes`` are shown below the first cell; ``band`` is the heading shared by consecutive rows."""

    cells: tuple[ReportCell, ...]
    notes: tuple[str, ...] = ()
    band: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class ReportTable:
    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    notes_title: str = ""


@dataclass(frozen=True, slots=True)
class SectionChart:
    """A picture as SVG, and the whole of it in words for who cannot see it."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class ReportSection:
    """``code`` is the section's anchor; ``lines`` and ``charts`` come before the table, ``points`` are a list.

    ``lying``: on paper its charts need a page on its side.
    """

    code: str
    title: str
    lines: tuple[str, ...] = ()
    table: ReportTable | None = None
    points: tuple[str, ...] = ()
    charts: tuple[SectionChart, ...] = ()
    lying: bool = False


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A labelled line of the provenance."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. ``warning`` and its short form appear on every page, or are empty.

    The answer is a ``finding``, or that on the clause with its mark; the other is empty. ``provenance`` comes last.
    ``one_page``: the PDF is one page, smaller where its texts are long.
    """

    lang: Lang
    heading: str
    subject: str
    view: str
    warning: str
    warning_short: str
    finding: str
    clause_label: str
    clause_word: str
    clause_tone: Tone
    clause: str
    clause_reasons: tuple[str, ...]
    provenance_title: str
    provenance: tuple[LabelledLine, ...]
    sections: tuple[ReportSection, ...]
    as_of: date
    footer: str
    first_sheet: str
    one_page: bool = False


# A report's cells from numbers and texts. Only the text is rounded; the number is kept in full.


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML forbids: a name with one must not make the report fail."""


def clean(text: str) -> str:
    """Text from people, without characters that documents forbid."""
    return _UNWRITABLE.sub("", text)


def words(text: str, tone: Tone = "") -> ReportCell:
    return ReportCell(clean(text), tone=tone)


def number(value: float, kpi: Kpi, lang: Lang, basis: Basis | None = None) -> ReportCell:
    return ReportCell(i18n.kpi_number(value, kpi, lang, basis), value, "number")


def gap(value: float, kpi: Kpi, lang: Lang) -> ReportCell:
    # A difference of two numbers: 78 − 84.8 is −6.799999999999997 as a float.
    return ReportCell(i18n.kpi_gap(value, kpi, lang), round(value, 9), "number")


def count(value: int | None) -> ReportCell:
    return ReportCell(i18n.plain_number(value), nan if value is None else float(value), "number")


def share(value: float, digits: int = 0) -> ReportCell:
    return ReportCell(i18n.percent(value, digits), value, "share")


def probability(value: float) -> ReportCell:
    return ReportCell(i18n.p_value(value), value, "p_value")


def odds(value: float) -> ReportCell:
    return ReportCell(i18n.odds_ratio(value), value, "number" if isfinite(value) else "text")


def tone(verdict: Verdict | None) -> Tone:
    return verdict if verdict in ("leading", "undecided") else "plain"


def verdict(found: Verdict | None, word: str) -> ReportCell:
    """The word after its shape, so that it is distinguishable without colour."""
    return ReportCell(f"{verdict_mark(found, 'light').glyph} {word}", tone=tone(found))


# A page's answer, or one of its tables, as a report: what it shows, and all one needs to read it elsewhere.


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
    """When something was taken away, and the address that shows it to whoever may see it. No time stands in what is the
    same for everybody, whenever they take it.
    """

    at: datetime | None
    link: str


def page_report(about: About, sections: Sequence[ReportSection], lang: Lang, taken: Taken, rows: str = "") -> Report:
    """``rows`` says how many of how many rows a table of data holds; the definitions go with it.

    In the report of a page they come last, after the answer.
    """
    definitions = list(_definitions(about, lang))
    lines = [*_shown_lines(about, lang, taken, rows), *(definitions if rows else [])]
    last = [_defined(definitions, lang)] if definitions and not rows else []
    day = shanghai_date(taken.at or now())
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
    lines = [line for line in _shown_lines(about, lang, taken, "") if line.text != taken.link]
    dot = text("strip.dot", lang)
    marked = [text("report.illustrative.short", lang)] if about.illustrative else []
    source = dot.join([*marked, *(f"{line.label} {line.text}" for line in lines if len(line.text) < _SHORT_TEXT)])
    return [clean(source), clean(taken.link)]


_SHORT_TEXT = 80
"""What is longer, as a definition, is no line below a picture."""


def _shown_lines(about: About, lang: Lang, taken: Taken, rows: str) -> Iterator[LabelledLine]:
    def line(code: str, words: str) -> LabelledLine:
        return LabelledLine(text(f"carried.{code}", lang), clean(words))

    if rows:
        yield line("rows", rows)
    yield from (LabelledLine(clean(fact.label), clean(fact.text)) for fact in (*about.facts, *about.filters))
    if not about.filters:
        yield line("filters", text("carried.no_filter", lang))
    if baseline := about.baseline:
        where = i18n.region_name(baseline.region, lang)
        named = text("report.provenance.baseline_text", lang, name=baseline.name, region=where, year=baseline.year)
        yield line("baseline", named)
        yield line("provenance", text(f"report.provenance_word.{baseline.provenance}", lang))
        yield line("source", baseline.source)
        if baseline.sha256:
            yield line("sha256", baseline.sha256)
    if policy := about.policy:
        since = text("report.provenance.policy_text", lang, reference=policy.reference, day=policy.in_force_from)
        yield line("policy", since)
    if about.withheld:
        yield line("withheld", about.withheld)
    if taken.at:
        yield line("at", taken.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M (UTC+8)"))
    yield line("link", taken.link)


def _definitions(about: About, lang: Lang) -> Iterator[LabelledLine]:
    for code in about.kpis:
        kpi = catalogue().kpi(code)
        defined = text("carried.defined", lang, formula=kpi.formula.in_(lang), unit=kpi.unit.in_(lang))
        yield LabelledLine(f"{code} {kpi.name.in_(lang)}", clean(defined))


def _defined(definitions: Sequence[LabelledLine], lang: Lang) -> ReportSection:
    points = tuple(
        text("carried.line", lang, label=definition.label, text=definition.text) for definition in definitions
    )
    return ReportSection("definitions", text("carried.definitions", lang), points=points)


# How wide a table's columns are: none narrower than its longest word, and the table as low as may be.
#
# All in font sizes. Letters are measured by the widest of the faces that a machine may put in for ours.


_CHINESE, _OTHER, _BOLD = 1.0, 0.65, 1.12
_WIDTHS = {
    letter: width
    for width, letters in (
        (0.33, "ijlI|'.,:;· \u00a0"),
        (0.42, "ftrJ()[]-/!"),
        (0.55, "csvxyz"),
        (0.72, "ABCEKPRSTVXYZ"),
        (0.8, "DGHNOQU+−<=≈w"),
        (1.0, "mMW%—●■◆▲▽△▼○□◇"),
    )
    for letter in letters
}
_WORD = re.compile(r"[^ \n\u3000-\u9fff\uff00-\uffef]+|[\u3000-\u9fff\uff00-\uffef]")
"""What a line is not broken within: a word with its no-break spaces, or one Chinese character."""
_TOGETHER = re.compile(
    r" (?=%|pp\b|[·≈] )|(?<=^[<●■▲◆▽–]) |(?<=[\d%]) (?=– [\d−])|(?<=[\d%] –) (?=[\d−])"
    r"|(?<=\w) (?=[=<≤≥>] [\d−])|(?<=\w [=<≤≥>]) (?=[\d−])|(?<=\d{4}-\d\d-\d\d) (?=\d\d:\d\d)",
    re.MULTILINE,
)
"""Between a number and its sign, between a verdict's shape and its word, within a range of numbers or shares, within
what a letter equals, and between a day and its hour.
"""
_BOUNDARY = re.compile(r"(?<=[\u2e80-\uffef])(?=[!-~])|(?<=[!-~])(?=[\u2e80-\uffef])")
_BETWEEN_SCRIPTS = 0.25
"""What Word sets between a Chinese and a Latin letter."""
_STEP, _STEPS = 0.5, 48
"""Columns are widened by so much, and at most so many times at once."""
_RAGGED = 1.08
"""A text of several lines takes so much more than its length: lines end at words."""
_SHORT_WIDTH = 8.0

Lines = NDArray[np.float64]


def kept_together(text: str) -> str:
    """With no-break spaces where a line must not end."""
    return _TOGETHER.sub("\u00a0", text)


def least_widths(table: ReportTable, room: float, padding: float) -> list[float]:
    """Each column as wide as its longest word, which is broken where it takes half the ``room``."""
    found = []
    for at, column in enumerate(table.columns):
        need = padding + max(
            _longest_word(column.title) * _BOLD,
            max((_longest_word(text) * bold for text, bold in _texts(table, at)), default=0.0),
        )
        found.append(min(need, room / 2))
    return found


def column_widths(table: ReportTable, room: float, padding: float) -> list[float]:
    """Widths that make up ``room``. What the words leave goes first to columns that soon have no line to break."""
    least = least_widths(table, room, padding)
    spare = room - sum(least)
    if spare <= 0:
        return [need * room / sum(least) for need in least]
    widths = _lowest(table, least, spare, padding)
    left = room - sum(widths)
    weights = [column.width for column in table.columns]
    return [width + left * weight / sum(weights) for width, weight in zip(widths, weights, strict=True)]


def _lowest(table: ReportTable, least: Sequence[float], spare: float, padding: float) -> list[float]:
    """Widened step by step where a step makes the whole table lowest; what no step makes lower is left over."""
    columns = [_lines_at_width(table, at, need - padding) for at, need in enumerate(least)]
    taken, left = [0] * len(columns), int(spare / _STEP)
    while left > 0:
        now = np.array([lines[step] for lines, step in zip(columns, taken, strict=True)])
        height = now.max(axis=0).sum()
        best, gain = (0, 0), 0.0
        for at, lines in enumerate(columns):
            others = np.delete(now, at, axis=0).max(axis=0, initial=0.0)
            further = lines[taken[at] + 1 : taken[at] + 1 + left]
            gains = (height - np.maximum(further, others).sum(axis=1)) / np.arange(1, len(further) + 1)
            if len(gains) and gains.max() > gain:
                best, gain = (at, int(gains.argmax()) + 1), float(gains.max())
        if not gain:
            break
        taken[best[0]] += best[1]
        left -= best[1]
    return [need + steps * _STEP for need, steps in zip(least, taken, strict=True)]


def _lines_at_width(table: ReportTable, at: int, least: float) -> Lines:
    """For each number of steps the lines of each cell, the heading first."""
    found = [[_width(table.columns[at].title) * _BOLD]]
    found += [[_width(line) * bold for line in kept_together(text).split("\n")] for text, bold in _texts(table, at)]
    widths = least + _STEP * np.arange(_STEPS)
    lines = np.zeros((_STEPS, len(found)))
    for row, lengths in enumerate(found):
        for length in lengths:
            lines[:, row] += np.where(length <= widths, 1, np.ceil(length * _RAGGED / widths))
    return lines


def _texts(table: ReportTable, at: int) -> Iterable[tuple[str, float]]:
    for row in table.rows:
        cell: ReportCell = row.cells[at]
        loud = cell.tone in ("leading", "error") or (row.strong and at == 0)
        yield cell.text, _BOLD if loud else 1.0


def _longest_word(text: str) -> float:
    """Chinese lines so short as a verdict's word are not broken either."""
    lines = [line for line in text.split("\n") if any(letter >= "\u2e80" for letter in line)]
    short = (width for width in map(_width, lines) if width <= _SHORT_WIDTH)
    return max(*map(_width, _WORD.findall(kept_together(text))), *short, 0.0, 0.0)


def _width(text: str) -> float:
    letters = sum(_WIDTHS.get(letter, _CHINESE if letter >= "\u2e80" else _OTHER) for letter in text)
    return letters + _BETWEEN_SCRIPTS * len(_BOUNDARY.findall(text))


# Names of a workbook's sheets: any title, as Excel accepts it. The whole title stands in the sheet itself.


LONGEST = 31
"""Characters, as Excel counts them: one beyond the first plane is two."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_MORE = "…"


def sheet_name(title: str, taken: Collection[str] = ()) -> str:
    """``title`` without what Excel forbids, no longer than it allows, and unlike ``taken`` in any case of letters."""
    plain = " ".join(_FORBIDDEN.sub(" ", title).split()).strip("' ") or _MORE
    known = {name.casefold() for name in taken}
    found, number = _cut(plain, LONGEST), 1
    while found.casefold() in known or found.casefold() == "history":
        number += 1
        last = f" {number}"
        found = _cut(plain, LONGEST - len(last)) + last
    return found


def _cut(text: str, most: int) -> str:
    if _length(text) <= most:
        return text
    while _length(text) > most - len(_MORE):
        text = text[:-1]
    return text.rstrip("' ,;，；、：") + _MORE


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
