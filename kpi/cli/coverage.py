"""``kpi coverage``: which bodies, industries and scenarios the year's candidates cover, and where nobody stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from kpi import i18n
from kpi.cli.call import CallSession, shared_options
from kpi.services.leader.coverage import CityCoverage, city_coverage


@click.command("coverage")
@click.option(
    "--year",
    type=click.IntRange(2000, 2100),
    help="By default the year at work: last year until it is over, then this.",
)
@shared_options
@click.pass_obj
def show_coverage(session: CallSession, year: int | None) -> None:
    """Show which bodies, industries and scenarios the candidates cover, and the gaps."""
    with session.reading() as store:
        found = city_coverage(store, session.viewer, year)
    if session.as_json:
        session.say_json(_json(found, session))
        return
    session.say(session.words("coverage.what", year=found.year))
    if others := [str(year_spread) for year_spread in found.years if year_spread != found.year]:
        listed = i18n.text("number.list", session.lang).join(others)
        session.say(session.words("coverage.other_years", years=listed))
    session.say(session.words("coverage.bodies"))
    for body in found.bodies:
        name = i18n.catalogue_name(body.body, session.lang)
        session.say(f"  {name}  {body.awarded} / {body.allowed} / {body.nominated}")
    session.say(session.words("coverage.industries"))
    for industry in found.industries:
        name = i18n.catalogue_name(industry.industry, session.lang)
        session.say(f"  {name}  {industry.candidates} / {industry.awarded} / {industry.baseline_enterprises}")
    covered = sum(scenario.candidates > 0 for scenario in found.scenarios)
    session.say(session.words("coverage.scenarios", covered=covered))
    session.say(session.words("coverage.gaps"))
    for gap in found.gaps:
        session.say(f"  {i18n.coverage_gap(gap, session.lang)}")
    if not found.gaps:
        session.say(f"  {i18n.text('gap.none', session.lang)}")


def _json(found: CityCoverage, session: CallSession) -> dict[str, Any]:
    return {
        "year": found.year,
        "bodies": [asdict(body) for body in found.bodies],
        "industries": [asdict(industry) for industry in found.industries],
        "scenarios": [
            {"stage": scenario.stage, "scenario": scenario.scenario, "candidates": scenario.candidates}
            for scenario in found.scenarios
        ],
        "gaps": [{"code": gap.code, "text": i18n.coverage_gap(gap, session.lang)} for gap in found.gaps],
    }
