"""``kpi check``: report every problem, write nothing."""

from __future__ import annotations

import click

from kpi.cli import problems
from kpi.cli.call import INPUT_HAS_ERRORS, CallSession, base_name, read_file, shared_options
from kpi.errors import UserError
from kpi.intake.read import read
from kpi.model.application import Application
from kpi.reports.as_json import check_json


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@shared_options
@click.pass_obj
def check(session: CallSession, files: tuple[str, ...]) -> None:
    """Check each FILE and report every problem with its cell and remedy."""
    readings = [read(base_name(name), read_file(session, name)) for name in files]
    found = [problem for reading in readings for problem in reading.problems]
    if session.as_json:
        session.say_json(check_json(readings, session.lang))
    else:
        problems.print_problems(session, found)
        factories = sum(len(reading.applications) for reading in readings)
        session.say(session.words("checked", factories=factories, faults=sum(problem.blocks for problem in found)))
    if any(problem.blocks for problem in found):
        session.code = INPUT_HAS_ERRORS


def one_application(session: CallSession, file: str) -> Application | None:
    """The application of the one factory in a file. None where it has errors, which are told: the call has failed.

    Raises:
        UserError: the file cannot be read, or holds several factories.
    """
    reading = read(base_name(file), read_file(session, file))
    if any(problem.blocks for problem in reading.problems) or not reading.applications:
        session.code = INPUT_HAS_ERRORS
        if session.as_json:
            session.say_json(check_json([reading], session.lang))
        else:
            problems.print_problems(session, reading.problems)
        return None
    if len(reading.applications) > 1:
        raise UserError("many_factories", count=len(reading.applications))
    return reading.applications[0]
