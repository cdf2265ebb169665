"""Whom the peers of an answer stand for, in one sentence; for reviewers and the authority with how fragile that is."""

from __future__ import annotations

from math import isfinite

from kpi.i18n.conditions import catalogue_name
from kpi.i18n.texts import NO_NUMBER, odds_ratio, text
from kpi.model.evaluation import Baseline, Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView, PublishedTable
from kpi.model.representation import PublishedRepresentation, Representation, Stratum


def peers_sentence(answer: Evaluation | EnterpriseView | PublishedTable, lang: Lang) -> str:
    """ "Among 64 of 210 enterprises of the register; large ones over-represented 2.1 times". "" for the baseline that
    ships, whose enterprises are invented; an enterprise's has no count.
    """
    return represented(answer.baseline, answer.representation, lang)


def represented(baseline: Baseline, found: Representation | PublishedRepresentation | None, lang: Lang) -> str:
    """The same of a baseline's peers in one industry."""
    if baseline.shipped:
        return ""
    if found is None:
        return text("represent.not_counted", lang)
    if found.kind is None:
        return text("represent.unpublished", lang)
    kind = text(f"represent.kind_{found.kind}", lang)
    if not found.registered:
        return text("represent.no_register", lang, kind=kind)
    over = _over(found, lang)
    if isinstance(found, Representation):
        share = found.included / found.registered
        counted = {"included": found.included, "registered": found.registered, "share": share}
        return text("represent.counted", lang, kind=kind, over=over, **counted)
    band = (found.band or NO_NUMBER).replace("-", "–")
    return text("represent.published", lang, band=band, registered=found.registered, kind=kind, over=over)


def fragile_sentence(answer: Evaluation, lang: Lang) -> str:
    """How much likelier better (or worse) factories had to be in the panel for the first word on a main KPI to fall; ""
    where no such word is shown, or the baseline ships.
    """
    main = [kpi for kpi in answer.kpis if kpi.main and isfinite(kpi.gamma)]
    shown = [kpi for kpi in main if kpi.verdict in ("leading", "not_leading")]
    if not shown or answer.baseline.shipped:
        return ""
    weakest = min(shown, key=lambda kpi: kpi.gamma)
    return text(f"represent.fragile_{weakest.verdict}", lang, kpi=weakest.code, gamma=odds_ratio(weakest.gamma))


def size_name(size: str | None, lang: Lang) -> str:
    """Of an enterprise; that it is not stated where a register does not say it."""
    return text(f"represent.size_{size}", lang) if size else text("represent.not_stated", lang)


def district_name(district: str | None, lang: Lang) -> str:
    """The same of where it is."""
    return catalogue_name(district, lang) if district else text("represent.not_stated", lang)


def _over(found: Representation | PublishedRepresentation, lang: Lang) -> str:
    known = found.over_represented() if isinstance(found, Representation) else found.over
    if known is None:
        return ""
    size, ratio = known
    name = size.name if isinstance(size, Stratum) else size
    return text("represent.over", lang, size=size_name(name, lang), ratio=f"{ratio:.1f}")
