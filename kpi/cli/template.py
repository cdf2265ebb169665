"""``kpi template``: the workbook to fill in."""

from __future__ import annotations

from typing import get_args

import click

from kpi.cli.call import CallSession, refuse_to_replace, shared_options, write_output
from kpi.errors import UserError
from kpi.intake.form.template import template as workbook
from kpi.model.language import Lang


@click.command()
@click.argument("out")
@shared_options
@click.pass_obj
def template(session: CallSession, out: str) -> None:
    """Write the workbook to fill in (the notice's facts and KPIs)."""
    path = session.path(out)
    if path.suffix.lower() != ".xlsx":
        raise UserError("template_name", name=path.name)
    blank = {language: workbook(language) for language in get_args(Lang)}
    refuse_to_replace(session, out, *blank.values())
    write_output(session, out, blank[session.lang])
    session.say_json({"written": out}) if session.as_json else session.say(session.words("written", name=out))
