"""``kpi benchmark``: one factory's verdict, with the store's own rights."""

from __future__ import annotations

from datetime import date, datetime

import click

from kpi.cli.call import CallSession, shared_options, write_output
from kpi.cli.check import one_application
from kpi.errors import UserError
from kpi.model.application import Application
from kpi.model.evaluation import Evaluation
from kpi.model.publication import EnterpriseView
from kpi.reports.as_json import enterprise_json, evaluation_json
from kpi.reports.as_text import as_text
from kpi.reports.report_file import is_report_name, write_report
from kpi.services.evaluation import enterprise_evaluation, evaluation_context, first_lock, full_evaluation


@click.command()
@click.argument("file")
@click.option("--baseline", metavar="NAME", help="Baseline to compare with (default: the one in force).")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day: by what was in force on it (default: 31 December of the file's year, by what is in force now).",
)
@click.option("--view", type=click.Choice(["authority", "enterprise"]), default="authority")
@click.option("--report", "out", metavar="OUT", help="Write a report (.pdf, .docx, .xlsx or .html).")
@shared_options
@click.pass_obj
def benchmark(
    session: CallSession, file: str, baseline: str | None, as_of: datetime | None, view: str, out: str | None
) -> None:
    """Compare the factory in FILE with its peers and evaluate it."""
    if out and not is_report_name(out):
        raise UserError("unknown_report", name=out)
    application = one_application(session, file)
    if application is None:
        return
    answer = _answer(session, application, baseline, as_of.date() if as_of else None, view)
    if out:
        write_output(session, out, write_report(answer, session.lang, out))
    _print_answer(session, answer, out)


def _answer(
    session: CallSession, application: Application, baseline: str | None, as_of: date | None, view: str
) -> Evaluation | EnterpriseView:
    with session.furnished() as store, store.cursor() as cursor:
        on = evaluation_context(cursor, application.year, baseline, as_of)
        if view == "enterprise":
            return enterprise_evaluation(cursor, application, on, first_lock(cursor, application))
        return full_evaluation(cursor, application, on)


def _print_answer(session: CallSession, answer: Evaluation | EnterpriseView, out: str | None) -> None:
    if session.as_json:
        to_json = (
            evaluation_json(answer, session.lang)
            if isinstance(answer, Evaluation)
            else enterprise_json(answer, session.lang)
        )
        session.say_json(to_json)
    elif out:
        session.say(session.words("report_written", name=out))
    else:
        session.say(as_text(answer, session.lang))
