"""``kpi compare``: candidates side by side and an order with its uncertainty, with the store's own rights."""

from __future__ import annotations

import click

from kpi import i18n
from kpi.benchmark.comparison import FEWEST_DRAWS, MOST_DRAWS, OrderSettings
from kpi.catalogue.catalogue import catalogue
from kpi.cli import problems
from kpi.cli.call import INPUT_HAS_ERRORS, CallSession, base_name, read_file, shared_options, write_output
from kpi.errors import UserError
from kpi.intake.read import read
from kpi.intake.result import ReadResult
from kpi.model.comparison import Comparison
from kpi.policy.weights import read_group_weights
from kpi.reports.as_json import check_json, comparison_json
from kpi.reports.comparison import draws_csv
from kpi.services.evaluation import evaluation_context
from kpi.services.reviewer.candidates import compare_applications


@click.command("compare")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--baseline", metavar="NAME", help="Baseline to compare with (default: the one in force).")
@click.option("--weights", metavar="FILE", help="Weights of the five KPI groups (JSON or TOML, G1 to G5, 1 in all).")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the draws.")
@click.option(
    "--draws", type=click.IntRange(1, MOST_DRAWS), default=FEWEST_DRAWS, show_default=True, help="Number of draws."
)
@click.option("--draws-file", metavar="OUT.csv", help="Write every draw: its weights, variant, seed and places.")
@shared_options
@click.pass_obj
def compare_factories(
    session: CallSession,
    files: tuple[str, ...],
    baseline: str | None,
    weights: str | None,
    seed: int,
    draws: int,
    draws_file: str | None,
) -> None:
    """Compare the factories in each FILE, of one industry and year, and order them with the order's uncertainty."""
    readings = [read(base_name(name), read_file(session, name)) for name in files]
    if any(problem.blocks for reading in readings for problem in reading.problems):
        _say_problems(session, readings)
        return
    applications = [application for reading in readings for application in reading.applications]
    if len(applications) < 2:
        raise UserError("compare_too_few", count=len(applications))
    weights_data = None if weights is None else read_file(session, weights)
    with session.furnished_for_now() as store, store.cursor() as cursor:
        on = evaluation_context(cursor, applications[0].year, baseline)
        given = (
            None
            if weights is None or weights_data is None
            else read_group_weights(base_name(weights), weights_data, on.policy.group_weight)
        )
        found = compare_applications(cursor, applications, on, OrderSettings(seed, draws, given))
    if draws_file:
        write_output(session, draws_file, draws_csv(found))
    if session.as_json:
        session.say_json(comparison_json(found, session.lang))
    else:
        _say(session, found)


def _say_problems(session: CallSession, readings: list[ReadResult]) -> None:
    session.code = INPUT_HAS_ERRORS
    if session.as_json:
        session.say_json(check_json(readings, session.lang))
    else:
        problems.print_problems(session, [problem for reading in readings for problem in reading.problems])


def _say(session: CallSession, found: Comparison) -> None:
    """Answer first: the order with its uncertainty, then who dominates whom, and what tells them apart."""
    answer = found.first
    session.say(
        session.words(
            "compare.what",
            count=len(found.candidates),
            industry=i18n.catalogue_name(answer.application.industry, session.lang),
            year=answer.application.year,
            name=answer.baseline.name,
            size=found.reference_size,
        )
    )
    for at in found.order:
        one = found.candidates[at]
        session.say(
            session.words(
                "compare.line",
                place=one.place,
                name=_name(found, at),
                score=f"{one.composite.score:.3f}",
                low=f"{one.composite.low:.3f}",
                high=f"{one.composite.high:.3f}",
                best=one.rank.best,
                worst=one.rank.worst,
                first=i18n.percent(one.acceptability[0]),
                clause=i18n.clause_word(one.evaluation.clause.verdict, session.lang),
            )
        )
    for i, j in found.dominance:
        session.say(session.words("compare.dominates", one=_name(found, i), other=_name(found, j)))
    pairs = len(found.candidates) * (len(found.candidates) - 1) // 2
    session.say(session.words("compare.apart", pairs=pairs))
    for kpi in sorted(found.kpis, key=lambda item: -item.differing):
        session.say(f"  {kpi.code}  {catalogue().kpi(kpi.code).short.in_(session.lang)}  {kpi.differing}")
    for why in found.not_run:
        session.say(session.words("compare.not_run", why=i18n.reason_text(why, session.lang)))
    session.say(session.words("compare.drawn", draws=len(found.draws.places), seed=found.seed))
    session.say(session.words("compare.no_verdict"))


def _name(found: Comparison, at: int) -> str:
    application = found.candidates[at].evaluation.application
    return application.text("factory_name") or application.text("enterprise") or application.credit_code
