"""A comparison as a workbook: the order, the KPIs, and every draw; numbers as numbers, undefined ones blank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpi.catalogue.catalogue import catalogue
from kpi.i18n import catalogue_name, clause_word, reason_text, text, verdict_word
from kpi.model.comparison import Comparison
from kpi.model.language import Lang
from kpi.reports.comparison.draws_csv import draw_rows
from kpi.reports.comparison.heat_rows import YearBefore, kpis_by_difference
from kpi.reports.plain_workbook import Rows, Written, plain_workbook


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
    labels = [one.evaluation.application.label for one in found.candidates]
    yield [*names, *weights, *(text("comparison_file.place_of", lang, name=name) for name in labels)]
    for number, seed, _, *rest in rows:
        yield [number, seed, text("comparison_file.arithmetic", lang), *rest]


def _about(found: Comparison, lang: Lang) -> Iterable[Sequence[Written]]:
    answer = found.first
    yield [text("comparison_file.no_verdict", lang)]
    if answer.baseline.illustrative:
        yield [text("page.illustrative", lang)]
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
    known = [value for one in found.candidates for value in one.evaluation.application.values.values()]
    if any(value.before is not None for value in known):
        parts += ["before", "after"]
    parts += ["year_before"] if year_before else []
    head = [text(f"comparison_file.{name}", lang) for name in ("kpi", "code")]
    labels = [one.evaluation.application.label for one in found.candidates]
    head += [f"{name} · {text(f'comparison_file.{part}', lang)}" for name in labels for part in parts]
    yield [*head, text("comparison_file.ties", lang)]
    for kpi in kpis_by_difference(found):
        row: list[Written] = [catalogue().kpi(kpi.code).name.in_(lang), kpi.code]
        for at, one in enumerate(found.candidates):
            application = one.evaluation.application
            reported, earlier = application.values[kpi.code], year_before.get(application.credit_code)
            said: dict[str, Written] = {
                "value": kpi.values[at],
                "beaten": one.evaluation.kpi(kpi.code).percentile.mid,
                "verdict": verdict_word(kpi.verdicts[at], lang).word,
                "before": reported.before,
                "after": reported.after,
                "year_before": earlier.values[kpi.code].value if earlier else None,
            }
            row += [said[part] for part in parts]
        yield [*row, "; ".join(" ≈ ".join(labels[at] for at in run) for run in kpi.tied_runs)]
