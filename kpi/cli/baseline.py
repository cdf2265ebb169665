"""``kpi baseline``: import and inspect baselines."""

from __future__ import annotations

import click

from kpi import tables
from kpi.cli.call import CallSession, shared_options
from kpi.cli.main import LazyCommands
from kpi.reports.as_json import baseline_json


@click.group(
    cls=LazyCommands,
    modules={
        "import": "kpi.cli.baseline_import:import_panel",
        "show": "kpi.cli.baseline_show",
        "compare": "kpi.cli.baseline_compare",
    },
)
@shared_options
def baseline() -> None:
    """Import, list and show baselines."""


@baseline.command("list")
@shared_options
@click.pass_obj
def print_baselines(session: CallSession) -> None:
    """List all baselines, the one in force first."""
    with session.reading() as store, store.cursor() as cursor:
        found = tables.baselines.baselines(cursor)
    if session.as_json:
        session.say_json({"baselines": [baseline_json(entry) for entry in found]})
        return
    for item in found:
        provenance = session.words(f"provenance.{item.provenance}")
        session.say(f"{item.name}  {item.region}  {item.year}  {provenance}  {item.sha256[:12]}")
