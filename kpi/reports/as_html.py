"""The report as one self-contained page: styles and SVG inline, no network requests, all text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from kpi.charts.strip import position_strip, strip_list
from kpi.charts.svg import as_svg
from kpi.charts.theme import FONT, Theme, css_variables
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.reports.content import (
    Report,
    ReportCell,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    column_widths,
    kept_together,
)
from kpi.reports.evaluation import drawable_evaluation

STYLE = Path(__file__).with_name("report.css")
MANY_COLUMNS = 9
ROOM, PADDING = 74.0, 1.0
"""Of a table on a wide screen, and beside a cell's text, in font sizes."""
_LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
_DAY = re.compile(r"(?<![\w/-])\d{4}-\d\d-\d\d(?![\w-])", re.ASCII)
_NO_REQUESTS = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(report: Report, strips: str = "") -> bytes:
    """``strips``: markup of ``both_strips``, in place of the picture of the KPIs."""
    title = f"{report.heading} · {report.subject}"
    page = (
        f'<!DOCTYPE html>\n<html lang="{_LANGUAGES[report.lang]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_NO_REQUESTS}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="robots" content="noindex">\n<title>{escape(title)}</title>\n'
        f"<style>\n{_style()}</style>\n</head>\n<body>\n{_ribbon(report)}<main>\n{_head(report)}"
        f"{''.join(_section(section, strips) for section in report.sections)}{_provenance(report)}"
        f"<footer>{_words(report.footer)}</footer>\n</main>\n</body>\n</html>\n"
    )
    return page.encode()


def _style() -> str:
    style = STYLE.read_text("utf-8").replace("FONT", FONT)
    return style.replace("LIGHT", css_variables("light")).replace("DARK", css_variables("dark"))


def _words(text: str) -> str:
    """Escaped, with what stands together on one line; dates too (``report.css``)."""
    return _DAY.sub(r"<time>\g<0></time>", escape(kept_together(text)))


def _ribbon(report: Report) -> str:
    return f'<div class="ribbon" role="alert">{_words(report.warning_short)}</div>\n' if report.warning_short else ""


def _head(report: Report) -> str:
    warning = f'<p class="warning">{_words(report.warning)}</p>\n' if report.warning else ""
    finding = f'<p class="finding">{_words(report.finding)}</p>\n' if report.finding else ""
    clause = _clause(report) if report.clause_label else ""
    return (
        f'<header>\n<h1>{_words(report.heading)}</h1>\n<p class="subject">{_words(report.subject)}</p>\n'
        f'<p class="view">{_words(report.view)}</p>\n</header>\n{warning}'
        f"{finding}{clause}"
    )


def _provenance(report: Report) -> str:
    lines = "".join(f"<dt>{_words(line.label)}</dt><dd>{_words(line.text)}</dd>" for line in report.provenance)
    return f'<section id="provenance"><h2>{_words(report.provenance_title)}</h2><dl>{lines}</dl></section>\n'


def _clause(report: Report) -> str:
    reasons = "".join(f'<p class="reason">{_words(reason)}</p>' for reason in report.clause_reasons)
    return (
        f'<section class="clause {report.clause_tone}"><p class="label">{_words(report.clause_label)}</p>'
        f'<p class="word">{_words(report.clause_word)}</p>'
        f"<p>{_words(report.clause)}</p>{reasons}</section>\n"
    )


def both_strips(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    """The strip in both themes and for both widths, as on the page; the reader's screen shows one of the four."""
    shown = drawable_evaluation(answer)
    drawn = "".join(_strip(shown, lang, theme) for theme in ("light", "dark"))
    return f'<div class="strips">{drawn}</div>\n'


def _strip(shown: Evaluation | EnterpriseView, lang: Lang, theme: Theme) -> str:
    wide = as_svg(position_strip(shown, lang, theme, titled=False), theme=theme, headed=False)
    narrow = strip_list(shown, lang, theme, titled=False)
    return f'<div class="{theme}"><figure class="chart wide">{wide}</figure><div class="narrow">{narrow}</div></div>'


def _section(section: ReportSection, strips: str) -> str:
    lines = "".join(f'<p class="line">{_words(line)}</p>' for line in section.lines)
    table = _table(section.table) if section.table else ""
    points = "".join(f"<li>{_words(point)}</li>" for point in section.points)
    listed = f'<ul class="points">{points}</ul>' if points else ""
    drawn = "".join(f'<figure class="chart">{chart.svg}</figure>' for chart in section.charts)
    drawn = strips if strips and section.code == "kpis" else drawn
    return f'<section id="{section.code}"><h2>{_words(section.title)}</h2>{lines}{drawn}{table}{listed}</section>\n'


def _table(table: ReportTable) -> str:
    prose = not any(column.right for column in table.columns)
    look = _class("many" if len(table.columns) >= MANY_COLUMNS else "prose" if prose else "")
    found = column_widths(table, ROOM, PADDING)
    widths = "".join(f'<col style="width:{width / ROOM:.1%}">' for width in found)
    heads = "".join(
        f'<th scope="col"{_class("right" if column.right else "")}>{_words(column.title)}</th>'
        for column in table.columns
    )
    body = "".join(_rows(table))
    return f"<table{look}><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _rows(table: ReportTable) -> Iterable[str]:
    band = ""
    wide = len(table.columns)
    for row in table.rows:
        if row.band and row.band != band:
            yield f'<tr><th class="band" scope="colgroup" colspan="{wide}">{_words(row.band)}</th></tr>'
        band = row.band
        yield _row(row, table.columns)


def _row(row: ReportRow, columns: tuple[ReportColumn, ...]) -> str:
    paired = list(zip(row.cells, columns, strict=True))
    first = _cell(paired[0][0], paired[0][1], "first strong" if row.strong else "first", spans=bool(row.notes))
    rest = "".join(_cell(cell, column) for cell, column in paired[1:])
    if not row.notes:
        return f"<tr>{first}{rest}</tr>"
    notes = "".join(f"<p>{_words(note)}</p>" for note in row.notes)
    return f'<tr class="noted">{first}{rest}</tr><tr class="notes"><td colspan="{len(columns) - 1}">{notes}</td></tr>'


def _cell(cell: ReportCell, column: ReportColumn, extra: str = "", *, spans: bool = False) -> str:
    """The label replaces the table head on narrow screens."""
    classes = " ".join(
        item
        for item in (extra, cell.tone, "right" if column.right else "", "figure" if cell.kind != "text" else "")
        if item
    )
    label = "" if extra else f' data-label="{escape(column.title)}"'
    span = ' rowspan="2"' if spans else ""
    return f"<td{_class(classes)}{span}{label}>{_words(cell.text)}</td>"


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""
