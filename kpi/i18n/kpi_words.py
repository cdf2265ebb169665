"""The word beside a KPI: its verdict, else - for an enterprise - where it stands to what is published, or none."""

from __future__ import annotations

from math import isclose, isnan

from kpi.i18n.published_lines import published_at
from kpi.i18n.sentences import VerdictWord, reason_text, verdict_word
from kpi.i18n.texts import text
from kpi.model.evaluation import Evaluation, KpiEvaluation, Verdict
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseKpiView, EnterpriseView


def verdict_shown(kpi: KpiEvaluation | EnterpriseKpiView) -> Verdict | None:
    """The verdict; a blank or a "not applicable" is the enterprise's own word, which needs no release."""
    if kpi.verdict is None and kpi.state != "reported":
        return "not_applicable" if kpi.state == "not_applicable" else "not_reported"
    return kpi.verdict


def kpi_word(kpi: KpiEvaluation | EnterpriseKpiView, lang: Lang) -> VerdictWord:
    """The word and its meaning. A draft's is an estimate: on which side of the published line, else median, it is."""
    shown = verdict_shown(kpi)
    if shown or isinstance(kpi, KpiEvaluation):
        return verdict_word(shown, lang)
    form = _standing(kpi) if is_open(kpi) else "without"
    at = published_at([kpi.published])
    return VerdictWord(text(f"standing.{form}.word", lang), text(f"standing.{form}.explanation", lang, **at))


def verdict_sentence(kpi: KpiEvaluation | EnterpriseKpiView, whole: Evaluation | EnterpriseView, lang: Lang) -> str:
    """A KPI's verdict as a full sentence: among whom, of which baseline, at which confidence, on declared figures."""
    if isinstance(kpi, EnterpriseKpiView):
        if kpi.verdict is None:
            return kpi_word(kpi, lang).explanation
        form, n = "released", 0
    else:
        form, n = "sentence", kpi.peers.n
    return text(
        f"verdict.{kpi.verdict}.{form}",
        lang,
        baseline=whole.baseline.name,
        n=n,
        confidence=whole.policy.confidence,
        quantile=whole.policy.leading_quantile,
    )


def kpi_reasons(kpi: KpiEvaluation | EnterpriseKpiView, lang: Lang) -> list[str]:
    """Its reasons as sentences; where they and the gap beside them point to two sides of the line, why that can be.

    That a verdict is not released is said by its own word.
    """
    said = [reason_text(reason, lang) for reason in kpi.reasons if reason.code != "not_released"]
    if isnan(kpi.gap_to_line) or not _other_side(kpi):
        return said
    if isinstance(kpi, KpiEvaluation):
        return [*said, text("line.counted", lang)]
    return [*said, text("line.published", lang, **published_at([kpi.published]))]


def _other_side(kpi: KpiEvaluation | EnterpriseKpiView) -> bool:
    """Whether the gap has another sign than the word: the line shown is a number, and the verdict counts peers."""
    if isinstance(kpi, KpiEvaluation):
        sides = [_SIDE[reason.code] for reason in kpi.reasons if reason.code in _SIDE]
        gap = 0.0 if isclose(kpi.gap_to_line, 0, abs_tol=1e-9) else kpi.gap_to_line  # what floats add is no gap
        return any(gap * side < 0 if side else gap != 0 for side in sides)
    return kpi.gap_to_line < 0 if kpi.verdict == "leading" else kpi.verdict == "not_leading" and kpi.gap_to_line >= 0


_SIDE = {"leading_shown": 1, "leans_leading": 1, "tied_on_line": 0, "leans_not_leading": -1, "not_leading_shown": -1}
"""By reason: above the line, on it or below, counted in peers."""


def is_open(kpi: EnterpriseKpiView) -> bool:
    """Whether the KPI waits for the lock: a draft's. After it a word that is missing is withheld by a rule."""
    return not any(reason.code in WITHHELD for reason in kpi.reasons)


WITHHELD = frozenset(
    {
        "decided_before",
        "decided_in_other_industry",
        "few_groups_main",
        "held_exposing",
        "held_exposing_main",
        "held_for_group",
        "held_to_close",
        "no_word_of_few_groups",
    }
)
"""Reasons of a word that the lock did not give."""


def _standing(kpi: EnterpriseKpiView) -> str:
    if not isnan(kpi.gap_to_line):
        return "at_line" if kpi.gap_to_line >= 0 else "below_line"
    if isnan(kpi.value) or isnan(kpi.published.median):
        return "nothing_published"
    return "at_median" if kpi.value >= kpi.published.median else "below_median"
