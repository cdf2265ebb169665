"""A report, a table or a chart as a file in the format of its name: .html, .xlsx, .docx, .pdf, .csv, .svg, .png."""

from __future__ import annotations

import csv
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from io import StringIO
from math import ceil, isfinite, sqrt

import typst

from kpi import i18n
from kpi.catalogue.catalogue import catalogue, requirements
from kpi.charts.gap import gap_table
from kpi.files.text import no_formula
from kpi.i18n import NO_NUMBER, text
from kpi.model.evaluation import Reason
from kpi.model.language import Lang
from kpi.model.publication import GapAnalysis, KpiGap, PublishedCell, PublishedTable
from kpi.reports.content import (
    About,
    LabelledLine,
    Report,
    ReportCell,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    Taken,
    clean,
    number,
    page_report,
    words,
)
from kpi.reports.fonts import fonts

# A report's first table as CSV, with what goes with it below the data, each line behind a "#".


MARK = "# "
_UNIT = re.compile(r"^[+\u2212-]?\d+(?:\.\d+)? (.+)$")


def as_csv(report: Report, *, bom: bool = True, described: bool = False) -> bytes:
    """UTF-8 with a byte order mark, by which Excel knows it; numbers unrounded, each with its unit beside it.

    Without the mark (``bom`` false) for programs, some of which take it for a part of the first title. ``described``:
    beside it stands what its columns are, by which a line that begins with "#" is a comment, and one in quotes none.
    Not for words of a stranger: whatever follows a comma there is a cell of a spreadsheet.

    Raises:
        ValueError: no section has a table.
    """
    table = next((section.table for section in report.sections if section.table), None)
    if table is None:
        raise ValueError(report.heading)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(_rows(table, text("carried.unit", report.lang)))
    notes = [report.heading, report.subject, report.warning, report.finding]
    notes += [text("carried.line", report.lang, label=line.label, text=line.text) for line in report.provenance]
    writer.writerow([])
    for note in (MARK + " ".join(note.split()) for note in notes if note):
        if described:
            out.write(f"{note}\r\n")
        else:
            writer.writerow([note])
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _rows(table: ReportTable, unit_title: str) -> Iterator[list[str]]:
    """The head, then the rows; a column of numbers with units gets a column for them."""
    united = _united(table)
    banded = any(row.band for row in table.rows)
    head = [""] if banded else []
    for column, with_unit in zip(table.columns, united, strict=True):
        head.append(no_formula(column.title))
        head += [no_formula(f"{column.title} {unit_title}")] if with_unit else []
    noted = any(row.notes for row in table.rows)
    yield [*head, no_formula(table.notes_title)] if noted else head
    for row in table.rows:
        cells = [no_formula(row.band)] if banded else []
        for cell, with_unit in zip(row.cells, united, strict=True):
            cells.append(_value(cell))
            cells += [_unit(cell)] if with_unit else []
        yield [*cells, no_formula(" ".join(row.notes))] if noted else cells


def _united(table: ReportTable) -> list[bool]:
    """Which columns have another beside them for their units."""
    return [any(_unit(row.cells[at]) for row in table.rows) for at in range(len(table.columns))]


def _value(cell: ReportCell) -> str:
    if cell.is_number:
        return f"{cell.value:.15g}"
    return "" if cell.text == NO_NUMBER else no_formula(cell.text)


def _unit(cell: ReportCell) -> str:
    """A share is a number from 0 to 1."""
    found = _UNIT.match(cell.text) if cell.is_number and cell.kind == "number" else None
    return found[1] if found else ""


# The published figures of an industry as a table, with what goes with it: the same for everybody.


FIGURES = ("p20", "median", "mean", "p80")
NUMBERS = range(1, len(FIGURES) + 2)
"""The columns of figures and band, behind the first."""


def published_findings(table: PublishedTable, lang: Lang) -> str:
    """Of how many KPIs a line is published, and of how many nothing is."""
    lines = sum(isfinite(cell.p80) for cell in table.cells)
    nothing = sum(not any(isfinite(getattr(cell, name)) for name in FIGURES) for cell in table.cells)
    key = "sentence" if nothing else "sentence_all"
    industry = i18n.catalogue_name(table.industry, lang)
    return text(f"page.benchmarks.{key}", lang, industry=industry, of=len(table.cells), lines=lines, nothing=nothing)


def figure_columns(cells: Iterable[PublishedCell], lang: Lang) -> list[str]:
    """The titles of each one's ``figure_row``."""
    at = i18n.published_at(cells)
    titles = [text(f"page.detail.{name}", lang, **at) for name in (*FIGURES, "band")]
    return [*titles, text("page.benchmarks.note", lang)]


def figure_row(table: PublishedTable, cell: PublishedCell, lang: Lang) -> list[ReportCell]:
    """What is published of a KPI, and why not all of it is."""
    known, basis = catalogue().kpi(cell.kpi), table.bases.get(cell.kpi)
    figures = [number(getattr(cell, name), known, lang, basis) for name in FIGURES]
    band = cell.band.replace("-", " – ") if cell.band else i18n.NO_NUMBER
    return [*figures, words(band), words(_note(cell, lang))]


def rows_of_published(table: PublishedTable, lang: Lang) -> list[list[ReportCell]]:
    """A row a KPI, in the annex's order, below the KPI's name and ``figure_columns``."""
    return [
        [words(f"{cell.kpi} {catalogue().kpi(cell.kpi).short.in_(lang)}"), *figure_row(table, cell, lang)]
        for cell in table.cells
    ]


def how_published(cells: Iterable[PublishedCell], leading_quantile: float, lang: Lang) -> str:
    """At which percentiles they are, how they are rounded and withheld; and that verdicts use another line, if so."""
    known = list(cells)
    how = text("page.benchmarks.how", lang, **i18n.published_at(known))
    return " ".join(filter(None, [how, i18n.other_line(known, leading_quantile, lang)]))


def about_published(table: PublishedTable, lang: Lang) -> About:
    """What goes with the table where it leaves."""
    industry = i18n.catalogue_name(table.industry, lang)
    return About(
        title=text("page.title.benchmarks", lang),
        subject=industry,
        finding=published_findings(table, lang),
        baseline=table.baseline,
        filters=[
            LabelledLine(text("page.benchmarks.industry", lang), industry),
            LabelledLine(text("page.benchmarks.year", lang), str(table.baseline.year)),
        ],
        kpis=[cell.kpi for cell in table.cells],
        withheld=how_published(table.cells, table.leading_quantile, lang),
    )


def published_csv(table: PublishedTable, lang: Lang, taken: Taken, *, bom: bool) -> bytes:
    """The table as ``as_csv`` writes it, definitions and source below the data."""
    shown = _as_table(table, lang)
    counted = text("page.carried.rows_all", lang, rows=len(shown.rows))
    section = ReportSection("table", text("carried.sheet", lang), table=shown)
    return as_csv(page_report(about_published(table, lang), [section], lang, taken, counted), bom=bom, described=True)


def published_fields(table: PublishedTable, lang: Lang) -> dict[str, str]:
    """The columns of ``published_csv``: a name in no language -> the title above it."""
    shown = _as_table(table, lang)
    named = zip(("kpi", *FIGURES, "band", "note"), _united(shown), strict=True)
    names = [field for name, united in named for field in (name, f"{name}_unit")[: 1 + united]]
    return dict(zip(names, next(_rows(shown, text("carried.unit", lang))), strict=True))


def _as_table(table: PublishedTable, lang: Lang) -> ReportTable:
    titles = [text("page.benchmarks.kpi", lang), *figure_columns(table.cells, lang)]
    columns = tuple(ReportColumn(title, 1.0, right=at in NUMBERS) for at, title in enumerate(titles))
    return ReportTable(columns, tuple(ReportRow(tuple(cells)) for cells in rows_of_published(table, lang)))


def _note(cell: PublishedCell, lang: Lang) -> str:
    if cell.withheld:
        return i18n.reason_text(Reason(cell.withheld), lang)
    return "" if isfinite(cell.p80) else text("page.benchmarks.median_only", lang)


# A chart as a picture file: SVG, PNG, and a PNG of the size that annex 4 asks of a picture. No browser is needed.


SCREEN_SCALE = 2
_SHEET = """
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS_AN_INCH = 96
CHECKSUM_BYTES, MOST_BYTES = 4, 4
_SPARE = 1.02
"""Above what is asked, for the file's own heads."""


def chart_png(svg: str, scale: float = SCREEN_SCALE) -> bytes:
    """The SVG of ``as_svg`` as PNG, ``scale`` pixels a pixel of it."""
    return typst.compile(
        _SHEET.encode(),
        sys_inputs={"svg": svg},
        format="png",
        ppi=_PIXELS_AN_INCH * scale,
        font_paths=fonts(),
    )


def annex4_png(svg: str) -> bytes:
    """A PNG with the pixels and of the bytes that annex 4 asks of each picture.

    A drawing compresses far below that size; so the first part of its pixels is stored as it is. Nothing is added to
    the picture and nothing is lost.
    """
    asked = requirements().pictures
    width, height = picture_size(svg)
    scale = ceil(sqrt(asked.pixels / (width * height)) * 100 + 1) / 100
    return store_plainly(chart_png(svg, scale), round(asked.bytes_binary * _SPARE))


def picture_size(svg: str) -> tuple[float, float]:
    """Width and height that the file states."""
    head = svg[: svg.index(">")]
    width, height = (float(head.split(f'{side}="')[1].split('"')[0]) for side in ("width", "height"))
    return width, height


def store_plainly(png: bytes, least: int) -> bytes:
    """The same pixels with the first ``least`` bytes of them not compressed; their checksum is the one there was."""
    chunks = list(_chunks(png))
    packed_before = b"".join(data for name, data in chunks if name == b"IDAT")
    width, height = struct.unpack(">II", chunks[0][1][:8])
    lines = memoryview(zlib.decompress(packed_before, bufsize=height * (1 + width * MOST_BYTES)))
    checksum = packed_before[-CHECKSUM_BYTES:]
    plain, packed = zlib.compressobj(0, wbits=-15), zlib.compressobj(zlib.Z_BEST_SPEED, wbits=-15)
    stream = b"\x78\x01" + plain.compress(lines[:least]) + plain.flush(zlib.Z_FULL_FLUSH)
    stream += packed.compress(lines[least:]) + packed.flush() + checksum
    kept = [chunk for chunk in chunks if chunk[0] not in (b"IDAT", b"IEND")]
    return _SIGNATURE + b"".join(_chunk(*item) for item in [*kept, (b"IDAT", stream), (b"IEND", b"")])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


# The table of the way to leading with its numbers unrounded: texts as the page shows them.


WIDTHS = (2.6, 1.3, 1.3, 1.3, 1.3, 1.3, 1.4, 2.6)


def gap_report_table(way: GapAnalysis, lang: Lang) -> ReportTable:
    """A row a KPI, the nearest to its line first."""
    rows = gap_table(way, lang)
    numbers = range(1, len(WIDTHS) - 1)
    columns = [
        ReportColumn(title, width, right=at in numbers)
        for at, (title, width) in enumerate(zip(rows[0], WIDTHS, strict=True))
    ]
    return ReportTable(
        tuple(columns),
        tuple(
            ReportRow(_cells(kpi, list(row.values())), strong=kpi.main) for kpi, row in zip(way.kpis, rows, strict=True)
        ),
    )


def _cells(kpi: KpiGap, texts: list[str]) -> tuple[ReportCell, ...]:
    name, *shown, word = texts
    values = (kpi.value, kpi.published.median, kpi.to_median, kpi.published.p80, kpi.to_line, kpi.distance)
    numbers = [
        ReportCell(clean(text), value, "number") if isfinite(value) and _is_figure(text) else ReportCell(clean(text))
        for text, value in zip(shown, values, strict=True)
    ]
    return (ReportCell(clean(name)), *numbers, ReportCell(clean(word)))


def _is_figure(text: str) -> bool:
    """Not the word for a gap that is closed."""
    return text.removeprefix("\u2212")[:1].isdigit()
