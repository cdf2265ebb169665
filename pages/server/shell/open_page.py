"""What is published, drawn by the server alone for whoever has no account: to read, to compare with, to take away.

All of it comes from ``PublishedTable``. Own values are typed in the browser and stay there: the fields have no name and
stand in no form, and the page forbids its script every connection.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from math import isfinite
from pathlib import Path
from urllib.parse import urlencode

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.published_figures import reference_marks
from kpi.charts.chart import Chart
from kpi.charts.panel import published_trend
from kpi.charts.svg import as_svg
from kpi.charts.theme import Theme
from kpi.model.language import Lang
from kpi.model.publication import PublishedCell, PublishedTable
from kpi.reports.content import Taken, chart_foot
from kpi.reports.files import about_published, figure_columns, figure_row, published_findings
from kpi.services.published import OpenYear
from pages.server.shell.plain_page import plain_document
from pages.server.shell.streamlit_page import OPEN_SCRIPT
from pages.session.context import API, PUBLISHED, SHELL
from pages.session.language import in_language, translate

ALONE = "connect-src 'none'; form-action 'none'"
"""Beside the policy of every answer: what is typed here can be sent nowhere."""
WIDE, NARROW = 720, 400
"""Pixels of the picture."""
LINE_AT, LOWER_AT = 60.0, 8.0
"""Percent of a row: where the leading line and the other end of the bar stand, whatever the KPI."""
WRONG_WORDS = ((14, 4.7, 4.7), (30, 4.8, 3.4), (50, 5.0, 3.2), (100, 4.7, 3.3))
"""Peers, percent of wrong "leading" and "not leading": the method's own table, which a test holds them to."""
OWN = ["reached", "upper", "middle", "lower", "over_median", "under_median", "nothing", "no_number", "estimate", "sum"]


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """What is shown: year, industry and KPI by their codes, in which words; ``base`` is the server's address."""

    year: int
    industry: str
    kpi: str
    lang: Lang
    theme: Theme
    narrow: bool
    base: str

    def page(self, **other: object) -> str:
        """The page's address with something else chosen."""
        asked = {"year": self.year, "industry": self.industry, "kpi": self.kpi, "lang": self.lang, **other}
        return f"{PUBLISHED}?{urlencode(asked)}"

    def picture(self, **other: str) -> str:
        address = f"{PUBLISHED}/{self.year}/{self.industry}/{self.kpi}.svg"
        return f"{address}?{urlencode({'lang': self.lang, **other})}"


def first_shown(table: PublishedTable) -> str:
    """The first KPI with a published line, or with anything."""
    return next((cell.kpi for cell in table.cells if isfinite(cell.p80)), table.cells[0].kpi)


def open_finding(table: PublishedTable, cell: PublishedCell, lang: Lang) -> str:
    """What is published of a KPI, as a heading."""
    kpi, basis = catalogue().kpi(cell.kpi), table.bases.get(cell.kpi)
    found = "nothing" if not isfinite(cell.median) else "line" if isfinite(cell.p80) else "median"
    return i18n.text(
        f"page.open.{found}",
        lang,
        name=kpi.short.in_(lang),
        industry=i18n.catalogue_name(table.industry, lang),
        median=i18n.kpi_number(cell.median, kpi, lang, basis),
        line=i18n.kpi_number(cell.p80, kpi, lang, basis),
    )


def open_picture(_: Sequence[OpenYear], tables: Sequence[PublishedTable], on: OpenChoice) -> str:
    """The KPI's figures of that year and of years before, to stand on anybody's page: it says what it is of."""
    with in_language(on.lang):
        table = _of_year(tables, on.year)
        taken = Taken(None, f"{on.base}{on.page()}")
        foot = chart_foot(about_published(table, on.lang), on.lang, taken)
        return as_svg(_trend(tables, on), foot, on.theme, NARROW if on.narrow else WIDE)


def _trend(tables: Sequence[PublishedTable], on: OpenChoice) -> Chart:
    basis = _of_year(tables, on.year).bases.get(on.kpi)
    # As on the page of whoever is signed in: numbers on another basis do not stand beside these.
    alike = [item for item in tables if item.baseline.year <= on.year and item.bases.get(on.kpi) == basis]
    return published_trend(
        on.kpi,
        [(item.baseline.year, cell) for item in alike if (cell := item.cell(on.kpi))],
        reference_marks(on.kpi),
        basis,
        on.lang,
        on.theme,
        illustrative=any(item.baseline.illustrative for item in alike),
        titled=False,
    )


def _of_year(tables: Sequence[PublishedTable], year: int) -> PublishedTable:
    return next(item for item in tables if item.baseline.year == year)


def open_page(years: Sequence[OpenYear], tables: Sequence[PublishedTable], on: OpenChoice) -> str:
    """The whole document. ``years``: all that have a table; ``tables``: those of the chosen industry."""
    with in_language(on.lang):
        table = _of_year(tables, on.year)
        cell = next(item for item in table.cells if item.kpi == on.kpi)
        finding = open_finding(table, cell, on.lang)
        other: Lang = "zh" if on.lang == "en" else "en"
        filled = {"reached": "{reached}", "of": "{of}", **i18n.published_at(table.cells)}
        words = json.dumps({name: _said(f"own_{name}", **filled) for name in OWN}, ensure_ascii=False)
        head = (
            f'<meta http-equiv="Content-Security-Policy" content="{ALONE}">'
            f"<style>{_sheet()}</style>"
            f'<script defer src="{SHELL}/{OPEN_SCRIPT}.js"></script>'
        )
        switch = escape(on.page(lang=other))
        notice = escape(catalogue().notice.number.in_(on.lang))
        body = f"""<header><b>{escape(translate("product"))}</b><span>{notice}</span>
            <a href="/?lang={on.lang}">{_words("sign_in")}</a>
            <a href="{switch}" hreflang="{other}">{escape(i18n.text("page.language", other))}</a></header>
            <main class="kpi-open" data-axis="{LOWER_AT} {LINE_AT}" data-own-words="{escape(words)}">
            <h1>{_words("title")}</h1>{_choices(years, on)}{_answer(table, on)}
            <div class="columns"><section>{_every_kpi(table, on)}</section>
            <section id="kpi">{_detail(tables, table, cell, finding, on)}</section></div>
            <section>{_method(years, table, on)}</section></main>"""
        return plain_document(on.lang, f"{finding} · {translate('product')}", body, head)


@cache
def _sheet() -> str:
    return Path(__file__).with_suffix(".css").read_text("utf-8")


def _choices(years: Sequence[OpenYear], on: OpenChoice) -> str:
    """Industries and years as links; a year with its notice where there are several."""
    several = len({item.notice.notice.id for item in years}) > 1
    industries = (
        _chosen(on.page(industry=item.code), item.name.in_(on.lang), chosen=item.code == on.industry)
        for item in catalogue().industries
    )
    of_years = (
        _chosen(
            f"{PUBLISHED}?{urlencode({'year': item.year, 'lang': on.lang})}"
            if item.notice != catalogue()
            else on.page(year=item.year),
            f"{item.year} · {item.notice.notice.number.in_(on.lang)}" if several else str(item.year),
            chosen=item.year == on.year,
        )
        for item in years
    )
    return "".join(
        f'<nav aria-label="{escape(translate(f"benchmarks.{what}"))}">{"".join(links)}</nav>'
        for what, links in (("industry", industries), ("year", of_years))
    )


def _chosen(address: str, words: str, *, chosen: bool) -> str:
    return f'<a href="{escape(address)}"{" aria-current=true" if chosen else ""}>{escape(words)}</a>'


def _answer(table: PublishedTable, on: OpenChoice) -> str:
    where = _words(
        "of_year",
        region=i18n.region_name(table.baseline.region, on.lang),
        industry=i18n.catalogue_name(table.industry, on.lang),
        year=on.year,
    )
    invented = f'<p class="kpi-notice" role="note">{_words("invented")}</p>' if table.baseline.illustrative else ""
    peers = i18n.peers_sentence(table, on.lang)
    return f"""{invented}<section class="kpi-answer plain"><p><span>{where}</span><span>{_words("rounded")}</span></p>
        <strong>{escape(published_findings(table, on.lang))}</strong>
        {f"<small>{escape(peers)}</small>" if peers else ""}
        <small data-own-sum role="status" hidden></small></section>"""


# Without files: the CSV and JSON of the interface, linked beside it
def _every_kpi(table: PublishedTable, on: OpenChoice) -> str:
    numbers = "".join(f'<th class="number" scope="col">{escape(title)}</th>' for title in _heads(table, on))
    own = f'<th class="number" scope="col" data-own hidden>{_words("column_own")}</th>'
    rows = "".join(_row(table, cell, on) for cell in table.cells)
    return f"""<h2>{_words("kpis")}</h2><table><thead><tr><th scope="col">{escape(translate("benchmarks.kpi"))}</th>
        <th aria-hidden="true"></th>{numbers}{own}</tr></thead><tbody>{rows}</tbody></table>
        <p class="kpi-caption" data-own hidden>{_words("own_where")}
        <button type="button">{_words("own_clear")}</button></p>"""


def _heads(table: PublishedTable, on: OpenChoice) -> tuple[str, str, str]:
    return figure_columns(table.cells, on.lang)[0], _said("column_median"), _said("column_line")


def _row(table: PublishedTable, cell: PublishedCell, on: OpenChoice) -> str:
    kpi, basis = catalogue().kpi(cell.kpi), table.bases.get(cell.kpi)
    figures = "".join(
        f'<td class="number" data-title="{escape(title)}">{escape(i18n.kpi_number(value, kpi, on.lang, basis))}</td>'
        for title, value in zip(_heads(table, on), (cell.p20, cell.median, cell.p80), strict=True)
    )
    known = "".join(
        f' data-{name}="{value:.15g}"'
        for name, value in (("lower", cell.p20), ("median", cell.median), ("line", cell.p80))
        if isfinite(value)
    )
    name = kpi.short.in_(on.lang)
    chosen = ' class="chosen"' if cell.kpi == on.kpi else ""
    link = f'<a href="{escape(on.page(kpi=cell.kpi))}#kpi">{escape(name)}</a>'
    field = f'<input inputmode="decimal" autocomplete="off" aria-label="{_words("own_label", name=name)}"'
    return f"""<tr{chosen} data-kpi="{cell.kpi}{basis or ""}"{known}><th scope="row">{link}</th>
        <td class="axis" aria-hidden="true">{"".join(_bar(cell))}<b hidden></b></td>{figures}
        <td class="number" data-own data-title="{_words("column_own")}" hidden>{field}>
        <small role="status"></small></td></tr>"""


def _bar(cell: PublishedCell) -> Iterator[str]:
    """The bar between the two outer numbers, the median and the line, each KPI on a scale of its own."""
    spread = cell.p80 - cell.p20
    if not spread > 0:
        return
    yield f'<i class="bar" style="left:{LOWER_AT}%;width:{LINE_AT - LOWER_AT}%"></i>'
    median = LOWER_AT + (cell.median - cell.p20) / spread * (LINE_AT - LOWER_AT)
    yield f'<i class="median" style="left:{median:.1f}%"></i><i class="line" style="left:{LINE_AT}%"></i>'


def _detail(
    tables: Sequence[PublishedTable], table: PublishedTable, cell: PublishedCell, finding: str, on: OpenChoice
) -> str:
    kpi = catalogue().kpi(on.kpi)
    *figures, note = figure_row(table, cell, on.lang)
    tiles = "".join(
        f"<div><dt>{escape(title)}</dt><dd>{escape(figure.text)}</dd></div>"
        for title, figure in zip(figure_columns([cell], on.lang), figures, strict=False)
    )
    chart = _trend(tables, on)
    sources = "".join(
        f'<source media="{media}" srcset="{escape(on.picture(**asked))}">'
        for media, asked in (
            ("(max-width: 600px) and (prefers-color-scheme: dark)", {"size": "narrow", "theme": "dark"}),
            ("(max-width: 600px)", {"size": "narrow"}),
            ("(prefers-color-scheme: dark)", {"theme": "dark"}),
        )
    )
    shown = f'<picture>{sources}<img src="{escape(on.picture())}" alt="{escape(chart.alt)}"></picture>'
    withheld = f'<p class="kpi-where">{escape(note.text)}</p>' if note.text else ""
    formula = f"{on.kpi} {kpi.name.in_(on.lang)}: {kpi.formula.in_(on.lang)}"
    return f"""<h2>{escape(finding)}</h2><dl>{tiles}</dl>{withheld}
        <p class="kpi-titled" data-own-word role="status" hidden></p>{shown}
        <p class="kpi-where">{escape(formula)}</p>{_to_take(table, finding, on)}"""


def _to_take(table: PublishedTable, finding: str, on: OpenChoice) -> str:
    """The addresses that stay: of the figures, of what they mean, and of the picture."""
    figures = f"{API}/published/{on.year}"
    asked = urlencode({"industry": table.industry})
    title = _words("tables", industry=i18n.catalogue_name(table.industry, on.lang), year=on.year)
    links = "".join(
        f'<li><a href="{escape(address)}">{_words(words)}</a></li>'
        for address, words in (
            (f"{figures}/table.csv?{asked}&lang={on.lang}", "csv"),
            (f"{figures}?{asked}&lang={on.lang}", "json"),
            (f"{figures}/table.csv-metadata.json?{asked}", "described"),
            (on.picture(), "picture"),
        )
    )
    image = f'<img src="{escape(on.base + on.picture())}" alt="{escape(finding)}" width="{WIDE}">'
    return f"""<h3>{title}</h3><ul>{links}</ul><details><summary>{_words("embed")}</summary>
        <p><code>{escape(image)}</code></p></details>"""


# Without files: an example of four rows within a text
def _method(years: Sequence[OpenYear], table: PublishedTable, on: OpenChoice) -> str:
    alpha = next(item.alpha for item in years if item.year == on.year)
    said = [
        _words("method_asked", quantile=i18n.percent(table.leading_quantile)),
        _words("method_three", once=round(1 / alpha)),
        _words("method_withheld"),
        _words("method_wrong"),
    ]
    heads = (
        _said("method_peers"),
        i18n.text("verdict.leading.word", on.lang),
        i18n.text("verdict.not_leading.word", on.lang),
    )
    head = "".join(f'<th class="number" scope="col">{escape(title)}</th>' for title in heads)
    rows = "".join(
        "<tr>" + "".join(f'<td class="number">{said}</td>' for said in (peers, f"{yes:.1f} %", f"{no:.1f} %")) + "</tr>"
        for peers, yes, no in WRONG_WORDS
    )
    text = "".join(f"<p>{_emphasised(item)}</p>" for item in said)
    return f"""<h2>{_words("method")}</h2>{text}
        <table class="wrong"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        <p>{_emphasised(_words("method_groups"))}</p>"""


def _emphasised(said: str) -> str:
    """Words between asterisks."""
    parts = said.split("*")
    return "".join(f"<em>{part}</em>" if at % 2 else part for at, part in enumerate(parts))


def _words(key: str, **params: object) -> str:
    return escape(_said(key, **params))


def _said(key: str, **params: object) -> str:
    return translate(f"open.{key}", **params)
