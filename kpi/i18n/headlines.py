"""The opening sentences of an answer. The count is of the list corrected for multiple testing, and says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan

from kpi.i18n.kpi_words import WITHHELD, is_open
from kpi.i18n.published_lines import published_at
from kpi.i18n.sentences import reason_text
from kpi.i18n.texts import text
from kpi.model.evaluation import Evaluation, Verdict
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView

_TESTED: tuple[Verdict, ...] = ("leading", "undecided", "not_leading", "no_discrimination")


@dataclass(frozen=True, slots=True)
class Headline:
    """``count`` is of all KPIs, ``main`` of the policy's main ones (None where nothing may be stated).

    ``title`` is both in one sentence; ``clause`` is the verdict on the clause.
    """

    count: str
    main: str | None
    clause: str
    title: str


def headline(answer: Evaluation | EnterpriseView, lang: Lang) -> Headline:
    """The authority's headline counts exactly; an enterprise's counts released verdicts, or else estimates."""
    verdicts = {kpi.code: kpi.verdict for kpi in answer.kpis}
    main = _main(verdicts, answer.policy.main_kpis, lang)
    if isinstance(answer, Evaluation):
        count = _counted(answer, lang)
    else:
        count = _as_released(answer, lang)
        main = main if any(verdict in _TESTED for verdict in verdicts.values()) else None
    title = text("headline.join", lang).join(part for part in (count, main) if part)
    return Headline(count=count, main=main, clause=_clause(answer, lang), title=title)


def _clause(answer: Evaluation | EnterpriseView, lang: Lang) -> str:
    on = {
        "baseline": answer.baseline.name,
        "confidence": answer.policy.confidence,
        # The policy of the day that is decided as of: for a past year it is not today's.
        "year": answer.as_of.year,
        "since": answer.policy.in_force_from.isoformat(),
    }
    if not isinstance(answer, Evaluation):
        if why := next((one for one in answer.clause_reasons if one.code in WITHHELD), None):
            return text("clause.unreleased.without", lang, reason=reason_text(why, lang))
        return text(f"clause.{answer.clause or 'unreleased'}.released", lang, **on)
    counts = [kpi.peers.n for kpi in answer.kpis if kpi.main and kpi.peers.n] or [0]
    low, high = min(counts), max(counts)
    return text(f"clause.{answer.clause.verdict}.sentence", lang, n=low if low == high else f"{low}–{high}", **on)


def _counted(answer: Evaluation, lang: Lang) -> str:
    comparable = sum(kpi.verdict in _TESTED for kpi in answer.kpis)
    if not comparable:
        return text("headline.none_comparable", lang)
    return text("headline.counted", lang, comparable=comparable, leading=len(answer.leading_list))


def _as_released(answer: EnterpriseView, lang: Lang) -> str:
    released = [kpi.verdict for kpi in answer.kpis if kpi.verdict in _TESTED]
    if released:
        return text("headline.released", lang, of=len(released), parts=_parts(released, lang))
    measured = [kpi for kpi in answer.kpis if not isnan(kpi.gap_to_line)]
    form = "headline.estimated" if all(is_open(kpi) for kpi in answer.kpis) else "headline.without"
    if not measured:
        return text(f"{form}_none", lang)
    above = sum(kpi.gap_to_line >= 0 for kpi in measured)
    return text(form, lang, of=len(measured), above=above, **published_at(kpi.published for kpi in measured))


def _main(verdicts: Mapping[str, Verdict | None], main_kpis: tuple[str, ...], lang: Lang) -> str | None:
    if not main_kpis:
        return None
    parts = _parts([verdicts.get(code) for code in main_kpis], lang)
    return text("headline.main", lang, of=len(main_kpis), parts=parts)


def _parts(verdicts: Iterable[Verdict | None], lang: Lang) -> str:
    """ "4 项领先、2 项尚不能判定": every verdict is in exactly one part, so the parts add up."""
    counts = Counter(verdict if verdict in _TESTED else "without" for verdict in verdicts)
    present = [name for name in (*_TESTED, "without") if counts[name]]
    return text("number.list", lang).join(text(f"headline.part_{name}", lang, count=counts[name]) for name in present)
