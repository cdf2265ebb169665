"""A comparison as a workbook: the order, the KPIs, and every draw; numbers as numbers, undefined ones blank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.catalogue.load import catalogue
from kpi.i18n import clause_word, reason_text, text, verdict_word
from kpi.model.comparison import Comparison
from kpi.model.language import Lang
from kpi.reports.comparison.draws_csv import draw_rows
from kpi.reports.plain_workbook import Rows, Written, plain_workbook


def comparison_xlsx(found: Comparison, lang: Lang) -> bytes:
    """Sheets: what was compared with what, the order, values and verdicts by KPI, the draws."""
    sheets: dict[str, Rows] = {
        "about": _about(found, lang),
        "order": _order(found, lang),
        "kpis": _kpis(found, lang),
        "draws": draw_rows(found),
    }
    return plain_workbook({text(f"comparison_file.{name}", lang): rows for name, rows in sheets.items()})


def _about(found: Comparison, lang: Lang) -> Iterable[Sequence[Written]]:
    answer = found.first
    yield [text("comparison_file.no_verdict", lang)]
    if answer.baseline.illustrative:
        yield [text("page.illustrative", lang)]
    for key, value in (
        ("baseline", answer.baseline.name),
        ("sha256", answer.baseline.sha256),
        ("industry", answer.application.industry),
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


def _kpis(found: Comparison, lang: Lang) -> Iterable[Sequence[Written]]:
    head = [text(f"comparison_file.{name}", lang) for name in ("kpi", "code")]
    for one in found.candidates:
        name = one.evaluation.application.label
        head += [f"{name} · {text(f'comparison_file.{part}', lang)}" for part in ("value", "beaten", "verdict")]
    yield [*head, text("comparison_file.ties", lang)]
    for kpi in found.kpis:
        row: list[Written] = [catalogue().kpi(kpi.code).name.in_(lang), kpi.code]
        for at, one in enumerate(found.candidates):
            beaten = one.evaluation.kpi(kpi.code).percentile.mid
            row += [kpi.values[at], beaten, verdict_word(kpi.verdicts[at], lang).word]
        labels = [one.evaluation.application.label for one in found.candidates]
        yield [*row, "; ".join(" ≈ ".join(labels[at] for at in run) for run in kpi.tied_runs)]
