"""``kpi plan``: what the baseline in force can decide, before any candidate is looked at."""

from __future__ import annotations

from typing import Any

import click

from kpi import i18n
from kpi.cli.call import CallSession, shared_options
from kpi.i18n.texts import percent
from kpi.services.administrator.plan import (
    EXAMPLE_PERCENTILE,
    REGISTER_SIZES,
    TRUE_PERCENTILES,
    Plan,
    PlannedIndustry,
    decision_plan,
)


@click.command()
@shared_options
@click.pass_obj
def plan(session: CallSession) -> None:
    """Show how likely the baseline in force is to show a truly leading factory, industry by industry."""
    with session.reading() as store:
        planned = decision_plan(store, session.viewer)
    if session.as_json:
        session.say_json(_json(planned))
        return
    session.say(
        session.words(
            "plan.what",
            name=planned.baseline.name,
            line=planned.policy.leading_quantile,
            confidence=planned.policy.confidence,
        )
    )
    for industry in planned.industries:
        size = session.words("plan.unknown") if industry.industry_size is None else str(industry.industry_size)
        session.say(session.words("plan.industry", industry=_industry_name(industry.industry, session), size=size))
        for kpi in industry.kpis:
            session.say(f"  {kpi.code}  n={kpi.n}  {session.words(f'plan.{kpi.unit}')}  {_percents(kpi.power)}")
        session.say(f"  {session.words('plan.clause')}  {_percents(industry.clause)}")
    _say_alternatives(session, planned)
    _say_registers(session, planned)
    session.say(session.words("plan.independent"))


def _say_alternatives(session: CallSession, planned: Plan) -> None:
    session.say(session.words("plan.alternatives"))
    for alternative in planned.alternatives:
        session.say(
            session.words("plan.alternative", line=alternative.leading_quantile, confidence=alternative.confidence)
        )
        for industry in alternative.industries:
            session.say(f"  {_industry_name(industry.industry, session)}  {_percents(industry.clause)}")


def _say_registers(session: CallSession, planned: Plan) -> None:
    session.say(session.words("plan.registers", at=f"P{round(EXAMPLE_PERCENTILE * 100)}"))
    for effect in planned.registers:
        known = "  ".join(
            f"N={size} {percent(power)}" for size, power in zip(REGISTER_SIZES, effect.known, strict=True)
        )
        name = _industry_name(effect.industry, session)
        session.say(f"  {name}  {session.words('plan.unknown')} {percent(effect.without)}  {known}")


def _industry_name(industry: str, session: CallSession) -> str:
    return i18n.catalogue_name(industry, session.lang)


def _percents(powers: tuple[float, ...]) -> str:
    return "  ".join(f"P{round(at * 100)} {percent(power)}" for at, power in zip(TRUE_PERCENTILES, powers, strict=True))


def _json(planned: Plan) -> dict[str, Any]:
    policy = planned.policy
    return {
        "policy": {
            "leading_quantile": policy.leading_quantile,
            "confidence": policy.confidence,
            "reference": policy.reference,
        },
        "industries": [_industry(industry) for industry in planned.industries],
        "alternatives": [
            {
                "leading_quantile": alternative.leading_quantile,
                "confidence": alternative.confidence,
                "power": [
                    {
                        "industry": industry.industry,
                        "kpis": [{"code": kpi.code, "power": _at(kpi.power, "word")} for kpi in industry.kpis],
                        "clause": _at(industry.clause, "power"),
                    }
                    for industry in alternative.industries
                ],
            }
            for alternative in planned.alternatives
        ],
    }


def _industry(industry: PlannedIndustry) -> dict[str, Any]:
    return {
        "industry": industry.industry,
        "industry_size": industry.industry_size,
        "kpis": [
            {"code": kpi.code, "n": kpi.n, "smallest_n": kpi.smallest_n, "power": _at(kpi.power, "word")}
            for kpi in industry.kpis
        ],
        "clause": _at(industry.clause, "power"),
    }


def _at(powers: tuple[float, ...], name: str) -> list[dict[str, float]]:
    return [{"at": at, name: power} for at, power in zip(TRUE_PERCENTILES, powers, strict=True)]
