"""The comparison as a report: the same words and figures as its page, as paper, workbook and draws. No verdict."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kpi.catalogue.catalogue import catalogue
from kpi.charts.chart import scale_colour
from kpi.charts.order import WRITTEN_FROM, order_how
from kpi.charts.strip_comparison import (
    candidate_names,
    how_to_read_comparison,
    strip_comparison,
    strip_comparison_parts,
)
from kpi.charts.svg import as_svg
from kpi.charts.theme import CANDIDATE_LETTERS, LIGHT
from kpi.i18n import catalogue_name, clause_word, peers_sentence, reason_text, text, verdict_word
from kpi.model.comparison import Comparison
from kpi.model.language import Lang
from kpi.reports.as_xlsx import PlainWorkbookRows as Rows
from kpi.reports.as_xlsx import Written, plain_workbook
from kpi.reports.content import (
    About,
    LabelledLine,
    Report,
    ReportCell,
    ReportColumn,
    ReportRow,
    ReportSection,
    ReportTable,
    SectionChart,
    Taken,
    page_report,
    share,
    words,
)
from kpi.reports.heat import HeatRow, YearBefore, heat_rows, kpis_by_difference

# The words and figures of a comparison on paper: what its page says, as lines and rows.


PART_HEIGHT = 540
"""Pixels of a part of the strip, of 1080 in width: letters of 12 are then 8 points high on a page on its side."""
_FIGURES = ("candidate", "score", "range", "equal_weights", "geometric", "leave_one_out", "true_rank")


def comparison_picture(found: Comparison, lang: Lang) -> str:
    """All candidates on one strip as an SVG of its own, with what it leans on below."""
    chart = strip_comparison([candidate.evaluation for candidate in found.candidates], lang, titled=False)
    return as_svg(chart, comparison_basis(found, lang))


def parted_strip(found: Comparison, lang: Lang, *, even: bool = True) -> ReportSection:
    """The strip in parts, each as high as a page on its side holds where it is as wide as that page's text.

    Not ``even``: what follows stands on the page of the last part, which may be low.
    """
    answers = [candidate.evaluation for candidate in found.candidates]
    parts = [
        strip_comparison(answers, lang, titled=False, codes=codes)
        for codes in strip_comparison_parts(answers, lang, PART_HEIGHT, even=even)
    ]
    lines = (parts[0].title, *how_to_read_comparison(answers, lang))
    charts = tuple(SectionChart(as_svg(part, headed=False), part.alt) for part in parts)
    return ReportSection("strip", text("page.compare.strip", lang), lines, charts=charts, lying=True)


def comparison_basis(found: Comparison, lang: Lang) -> list[str]:
    """What was compared with what, and that it is no verdict."""
    answer = found.first
    rows = (
        ("baseline", answer.baseline.name),
        ("sha256", answer.baseline.sha256),
        ("year", answer.application.year),
        ("reference_size", found.reference_size),
        ("seed", found.seed),
    )
    lines = [
        text("carried.line", lang, label=text(f"comparison_file.{key}", lang), text=str(value)) for key, value in rows
    ]
    if said := peers_sentence(answer, lang):
        lines.append(said)
    if answer.baseline.illustrative:
        lines.insert(0, text("page.illustrative", lang))
    return [*lines, text("comparison_file.no_verdict", lang)]


def comparison_words(found: Comparison, lang: Lang, year_before: YearBefore) -> dict[str, Any]:
    """What the layout shows, but for the strip and the font."""
    names = candidate_names([candidate.evaluation for candidate in found.candidates])
    letters = CANDIDATE_LETTERS[: len(names)]
    return {
        "lang": lang,
        "look": asdict(LIGHT),
        "title": text("comparison_file.title", lang, year=found.first.application.year),
        "warning": text("report.illustrative.short", lang) if found.first.baseline.illustrative else "",
        "no_verdict": text("comparison_file.no_verdict", lang),
        "answer": text("comparison_file.of", lang, names=text("number.list", lang).join(names)),
        "about": comparison_basis(found, lang),
        "order_title": text("comparison_file.order", lang),
        "order_how": order_how(found, lang),
        "bars": [_bar(found, names[at], at, lang) for at in found.order],
        "order_columns": [text(f"page.order.column_{name}", lang) for name in _FIGURES],
        "order_rows": [_figures(found, names[at], at) for at in found.order],
        "not_run": [text("page.order.not_run", lang, why=reason_text(why, lang)) for why in found.not_run],
        "heat_title": text("page.compare.heat", lang),
        "heat_how": text("page.compare.heat_how", lang),
        # The letters alone: eight names have no room for their verdicts beside one another.
        "heat_columns": [text("page.compare.kpi", lang), *letters, text("page.compare.ties", lang)],
        "heat_rows": [_row(row) for row in heat_rows(found, lang, year_before)],
        "dominance_title": text("comparison_file.dominance", lang),
        "dominance": _dominance(found, names, lang),
    }


def _bar(found: Comparison, name: str, at: int, lang: Lang) -> dict[str, Any]:
    one, places = found.candidates[at], len(found.candidates)
    alone = one.rank.best == one.rank.worst
    return {
        "name": name,
        "rank": text("order.rank_alone", lang, place=one.rank.best)
        if alone
        else text("order.rank", lang, best=one.rank.best, worst=one.rank.worst),
        "parts": [
            {
                "share": share,
                "colour": scale_colour(places - place, places, "light"),
                "label": str(place) if share >= WRITTEN_FROM else "",
            }
            for place, share in enumerate(one.acceptability, start=1)
            if share
        ],
    }


def _figures(found: Comparison, name: str, at: int) -> list[str]:
    one = found.candidates[at]
    composite, without = one.composite, one.leave_one_out.values()
    return [
        name,
        _points(composite.score),
        f"{_points(composite.low)} – {_points(composite.high)}",
        _points(composite.equal_weights),
        _points(composite.geometric),
        _comparison_words_places(min(without), max(without)),
        _comparison_words_places(one.rank.best, one.rank.worst),
    ]


def _row(row: HeatRow) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = [
        {"text": "\n".join([*filter(None, [" · ".join(cell.figures)]), *cell.words]), "share": cell.share}
        for cell in row.cells
    ]
    return [{"text": row.name, "share": None}, *cells, {"text": row.ties, "share": None}]


def _dominance(found: Comparison, names: list[str], lang: Lang) -> list[str]:
    lines = []
    for i, j in found.dominance:
        better = [kpi.code for kpi in found.kpis if kpi.values[i] > kpi.values[j]]
        kpis = text("number.list", lang).join(catalogue().kpi(code).short.in_(lang) for code in better)
        lines.append(text("page.order.dominates", lang, one=names[i], other=names[j], kpis=kpis))
    return lines or [text("page.order.none_dominates", lang)]


def _points(score: float) -> str:
    return f"{score * 100:.1f}"


def _comparison_words_places(best: int, worst: int) -> str:
    return str(best) if best == worst else f"{best} – {worst}"


# Every draw of an order as a table: its weights, its variant, its seed, and the places that came of it.


VARIANT = "arithmetic"
"""How each draw combines the groups' means; the other variants are computed once, not drawn."""


def draws_csv(found: Comparison) -> bytes:
    """``draw_rows`` as CSV; numbers in full."""
    out = io.StringIO()
    csv.writer(out).writerows(draw_rows(found))
    return out.getvalue().encode()


def draw_rows(found: Comparison) -> Iterator[list[str | float | int]]:
    """One row a draw: ``G1``.. sum to 1, ``K01``.. sum to 1 within each group, ``place_<credit code>`` from 1.

    The draw's weights of the baseline's enterprises are not in it: the seed makes them again.
    """
    codes = [candidate.evaluation.application.credit_code for candidate in found.candidates]
    groups, kpis = [group.code for group in catalogue().groups], [kpi.code for kpi in catalogue().kpis]
    yield ["draw", "seed", "variant", *groups, *kpis, *(f"place_{code}" for code in codes)]
    draws = found.draws
    rows = zip(draws.group_weights.tolist(), draws.kpi_weights.tolist(), draws.places.tolist(), strict=True)
    for number, (between, within, places) in enumerate(rows):
        yield [number, found.seed, VARIANT, *between, *within, *places]


# A comparison as a workbook: the order, the KPIs, and every draw; numbers as numbers, undefined ones blank.


def comparison_xlsx(found: Comparison, lang: Lang, year_before: YearBefore) -> bytes:
    """Sheets: what was compared with what, the order, values and verdicts by KPI, the draws."""
    sheets: dict[str, Rows] = {
        "about": _about(found, lang),
        "order": _order(found, lang),
        "kpis": _kpis(found, lang, year_before),
        "draws": _draws(found, lang),
    }
    return plain_workbook({text(f"comparison_file.{name}", lang): rows for name, rows in sheets.items()})


def _draws(found: Comparison, lang: Lang) -> Iterable[Sequence[Written]]:
    """As ``draw_rows``, with heads in the reader's language."""
    _, *rows = draw_rows(found)
    names = [text(f"comparison_file.{name}", lang) for name in ("draw", "seed", "variant")]
    codes = [*(group.code for group in catalogue().groups), *(kpi.code for kpi in catalogue().kpis)]
    weights = [text("comparison_file.weight", lang, code=code) for code in codes]
    labels = [candidate.evaluation.application.label for candidate in found.candidates]
    yield [*names, *weights, *(text("comparison_file.place_of", lang, name=name) for name in labels)]
    for number, seed, _, *rest in rows:
        yield [number, seed, text("comparison_file.arithmetic", lang), *rest]


def _about(found: Comparison, lang: Lang) -> Iterable[Sequence[Written]]:
    answer = found.first
    yield [text("comparison_file.no_verdict", lang)]
    if answer.baseline.illustrative:
        yield [text("page.illustrative", lang)]
    if said := peers_sentence(answer, lang):
        yield [said]
    for key, value in (
        ("baseline", answer.baseline.name),
        ("sha256", answer.baseline.sha256),
        ("industry", catalogue_name(answer.application.industry, lang)),
        ("year", answer.application.year),
        ("reference_size", found.reference_size),
        ("draws", len(found.draws.places)),
        ("seed", found.seed),
    ):
        yield [text(f"comparison_file.{key}", lang), value]
    for code, weight in (found.weights or {}).items():
        yield [catalogue().group(code).name.in_(lang), weight]
    for why in found.not_run:
        yield [text("comparison_file.not_run", lang), reason_text(why, lang)]


def _order(found: Comparison, lang: Lang) -> Iterable[Sequence[Written]]:
    columns = ("candidate", "credit_code", "place", "score", "low", "high", "equal_weights", "geometric", "best")
    shares = [text("comparison_file.share", lang, place=place) for place in range(1, len(found.candidates) + 1)]
    without = [text("comparison_file.without", lang, code=kpi.code) for kpi in found.kpis]
    head = [text(f"comparison_file.{name}", lang) for name in (*columns, "worst", "clause")]
    yield [*head, *shares, *without]
    for at in found.order:
        one = found.candidates[at]
        composite, application = one.composite, one.evaluation.application
        yield [
            application.label,
            application.credit_code,
            one.place,
            composite.score,
            composite.low,
            composite.high,
            composite.equal_weights,
            composite.geometric,
            one.rank.best,
            one.rank.worst,
            clause_word(one.evaluation.clause.verdict, lang),
            *one.acceptability,
            *one.leave_one_out.values(),
        ]


def _kpis(found: Comparison, lang: Lang, year_before: YearBefore) -> Iterable[Sequence[Written]]:
    """Before and after and the year before have columns where anybody has them."""
    parts = ["value", "beaten", "verdict"]
    known = [value for candidate in found.candidates for value in candidate.evaluation.application.values.values()]
    if any(value.before is not None for value in known):
        parts += ["before", "after"]
    parts += ["year_before"] if year_before else []
    head = [text(f"comparison_file.{name}", lang) for name in ("kpi", "code")]
    labels = [candidate.evaluation.application.label for candidate in found.candidates]
    head += [f"{name} · {text(f'comparison_file.{part}', lang)}" for name in labels for part in parts]
    yield [*head, text("comparison_file.ties", lang)]
    for kpi in kpis_by_difference(found):
        row: list[Written] = [catalogue().kpi(kpi.code).name.in_(lang), kpi.code]
        for at, candidate in enumerate(found.candidates):
            application = candidate.evaluation.application
            reported, earlier = application.values[kpi.code], year_before.get(application.credit_code)
            said: dict[str, Written] = {
                "value": kpi.values[at],
                "beaten": candidate.evaluation.kpi(kpi.code).percentile.mid,
                "verdict": verdict_word(kpi.verdicts[at], lang).word,
                "before": reported.before,
                "after": reported.after,
                "year_before": earlier.values[kpi.code].value if earlier else None,
            }
            row += [said[part] for part in parts]
        yield [*row, "; ".join(" ≈ ".join(labels[at] for at in run) for run in kpi.tied_runs)]


# The comparison as a report for every writer: the same words and figures as its page and its paper.


FIRST, OTHER = 2.4, 1.6
"""Widths: the names, and what is said of each."""


def comparison_report(
    found: Comparison, lang: Lang, taken: Taken, year_before: YearBefore, *, paged: bool = False
) -> Report:
    """``paged``: for paper, where the strip is parted into pictures of a page's size."""
    said = comparison_words(found, lang, year_before)
    answer = found.first
    listed = text("number.list", lang).join(candidate_names([candidate.evaluation for candidate in found.candidates]))
    about = About(
        title=said["title"],
        finding=said["answer"],
        baseline=answer.baseline,
        policy=answer.policy,
        facts=[
            LabelledLine(text("comparison_file.reference_size", lang), str(found.reference_size)),
            LabelledLine(text("comparison_file.seed", lang), str(found.seed)),
        ],
        filters=[LabelledLine(text("comparison_file.candidate", lang), listed)],
        kpis=[kpi.code for kpi in found.kpis],
        withheld=said["no_verdict"],
    )
    return page_report(about, _sections(found, said, lang, paged=paged), lang, taken)


def _sections(found: Comparison, said: Mapping[str, Any], lang: Lang, *, paged: bool) -> list[ReportSection]:
    order = _table(said["order_columns"], said["order_rows"])
    heat = _table(said["heat_columns"], [[_unbroken(cell["text"]) for cell in row] for row in said["heat_rows"]])
    order_lines = (said["order_how"], *said["not_run"])
    return [
        ReportSection("order", said["order_title"], order_lines, order),
        ReportSection("places", text("page.order.shares", lang), table=_comparison_report_places(found, said, lang)),
        ReportSection("dominance", said["dominance_title"], points=tuple(said["dominance"])),
        parted_strip(found, lang) if paged else _whole_strip(found, lang),
        ReportSection("heat", said["heat_title"], (said["heat_how"],), heat),
    ]


def _whole_strip(found: Comparison, lang: Lang) -> ReportSection:
    strip = strip_comparison([candidate.evaluation for candidate in found.candidates], lang, titled=False)
    return ReportSection("strip", text("page.compare.strip", lang), charts=(SectionChart(as_svg(strip), strip.alt),))


def _unbroken(cell: str) -> str:
    """A letter of a tie stays with the sign behind it."""
    return cell.replace(" ≈ ", "\u00a0≈ ")


def _comparison_report_places(found: Comparison, said: Mapping[str, Any], lang: Lang) -> ReportTable:
    """How often each comes to each place, over all draws."""
    places = range(1, len(found.candidates) + 1)
    rows: list[list[ReportCell]] = []
    for at, bar in zip(found.order, said["bars"], strict=True):
        shares = found.candidates[at].acceptability
        rows.append([words(bar["name"]), *(share(item) for item in shares)])
    return _table([text("page.order.column_place", lang), *map(str, places)], rows)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str | ReportCell]]) -> ReportTable:
    return ReportTable(
        tuple(ReportColumn(title, OTHER if at else FIRST) for at, title in enumerate(columns)),
        tuple(ReportRow(tuple(words(cell) if isinstance(cell, str) else cell for cell in row)) for row in rows),
    )
