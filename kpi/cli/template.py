"""``kpi template``: the workbook to fill in."""

from __future__ import annotations

import click

from kpi.cli.session import CallSession, shared_options
from kpi.errors import UserError
from kpi.intake.form.template import template as workbook
from kpi.store.store_folder import SHARED, write_whole


@click.command()
@click.argument("out")
@shared_options
@click.pass_obj
def template(session: CallSession, out: str) -> None:
    """Write the workbook to fill in (annex 3 facts and the 21 KPIs)."""
    path = session.path(out)
    if path.suffix.lower() != ".xlsx":
        raise UserError("template_name", name=path.name)
    try:
        write_whole(path, workbook(session.lang), SHARED)
    except OSError as error:
        raise UserError("cannot_write", name=path.name) from error
    session.say_json({"written": out}) if session.as_json else session.say(session.words("written", name=out))
