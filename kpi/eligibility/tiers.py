"""The four tiers of annex 1: their requirements, and what selected scenarios and reported facts cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from kpi.benchmark.comparable_value import comparable_value
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Tier
from kpi.eligibility.rules import NO_CASE_FACTS, CaseFacts
from kpi.model.application import Application
from kpi.model.evaluation import ClauseVerdict, RuleState
from kpi.model.publication import PublishedCell
from kpi.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class SegmentCover:
    """A segment, the selected scenarios in it, and those that would cover it: exact Chinese names."""

    segment: str
    chosen: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def covered(self) -> bool:
        return bool(self.chosen)


@dataclass(frozen=True, slots=True)
class AboveMean:
    """How many main KPIs are above the published mean of the industry, are not, and of how many that is unknown."""

    above: int
    not_above: int
    unknown: int

    @property
    def clause(self) -> ClauseVerdict:
        """Every main KPI has to be above; one that is not decides it."""
        if self.not_above:
            return "not_met"
        return "undecided" if self.unknown else "met"


def above_mean(application: Application, policy: Policy, published: Mapping[str, PublishedCell]) -> AboveMean:
    """Own values against what everybody reads; no peer is counted.

    A published mean is rounded to its step: a value within half a step of it may lie on either side, and is unknown, as
    where nothing is published or reported.
    """
    main = [catalogue().kpi(code) for code in policy.main_kpis(application.industry)]
    values = [comparable_value(kpi, application.values[kpi.code], policy.basis(kpi.code)).value for kpi in main]
    sides = [_is_above(value, published[kpi.code]) for kpi, value in zip(main, values, strict=True)]
    return AboveMean(sides.count(True), sides.count(False), sides.count(None))


def _is_above(value: float, cell: PublishedCell) -> bool | None:
    distance, half_step = value - cell.mean, cell.step / 2
    if isnan(distance) or abs(distance) < half_step:
        return None
    return distance > 0


@dataclass(frozen=True, slots=True)
class TierStanding:
    """One tier. ``segments`` are the required ones; ``ai_share`` as reported, 0..1; None if not reported or required.

    ``clause`` is None for a tier whose clause cannot be decided here: there are no national or worldwide peers. That of
    a tier that asks for the average follows from ``means``, None where these are not known.
    """

    tier: Tier
    segments: tuple[SegmentCover, ...]
    segments_state: RuleState
    maturity_needed: int
    maturity: RuleState
    ai_share: float | None
    ai_state: RuleState | None
    clause: ClauseVerdict | None
    means: AboveMean | None

    @property
    def missing(self) -> tuple[SegmentCover, ...]:
        return tuple(segment for segment in self.segments if not segment.covered)


def segment_cover(segments: Sequence[str], scenarios: Sequence[str]) -> tuple[SegmentCover, ...]:
    """How far scenarios, by exact Chinese name, cover each of these segments."""
    return tuple(_cover(segment, scenarios) for segment in segments)


def tier_standings(
    application: Application,
    policy: Policy,
    known: CaseFacts = NO_CASE_FACTS,
    scenarios: Sequence[str] | None = None,
    means: AboveMean | None = None,
) -> tuple[TierStanding, ...]:
    """All four, the lowest first; ``scenarios`` replace the application's own while they are being selected."""
    chosen = application.scenarios if scenarios is None else tuple(scenarios)
    return tuple(_standing(tier, application, policy, known, chosen, means) for tier in catalogue().tiers)


def _standing(
    tier: Tier,
    application: Application,
    policy: Policy,
    known: CaseFacts,
    chosen: tuple[str, ...],
    means: AboveMean | None,
) -> TierStanding:
    segments = segment_cover(tier.segments, chosen)
    needed = max(tier.maturity, policy.maturity.body_advanced) if tier.code == "advanced" else tier.maturity
    level = application.text("maturity_level")
    share = _ai_share(tier, application)
    by_mean = means if tier.statistic == "mean" and tier.region == "region" else None
    return TierStanding(
        tier=tier,
        segments=segments,
        segments_state=_covered(tier, segments, chosen),
        maturity_needed=needed,
        maturity=_state(None if level is None else int(level) >= needed),
        ai_share=share,
        ai_state=None if tier.ai_share is None else _state(None if share is None else share >= tier.ai_share),
        clause=known.clause if tier.code == "advanced" else by_mean.clause if by_mean else None,
        means=by_mean,
    )


def _covered(tier: Tier, segments: tuple[SegmentCover, ...], chosen: tuple[str, ...]) -> RuleState:
    """原则上应覆盖 leaves an exception to the authority: a gap there is not yet a failure."""
    if all(segment.covered for segment in segments):
        return "ok"
    return "unknown" if tier.in_principle or not chosen else "fails"


def _cover(segment: str, chosen: Sequence[str]) -> SegmentCover:
    names = [scenario.name.zh for scenario in catalogue().scenarios_of(segment)]
    return SegmentCover(
        segment,
        tuple(name for name in names if name in chosen),
        tuple(name for name in names if name not in chosen),
    )


def _ai_share(tier: Tier, application: Application) -> float | None:
    reported = application.values.get(tier.ai_kpi) if tier.ai_kpi else None
    if reported is None or reported.state != "reported" or reported.value is None:
        return None
    return reported.value / 100


def _state(holds: bool | None) -> RuleState:
    if holds is None:
        return "unknown"
    return "ok" if holds else "fails"
