"""``kpi baseline``: import and inspect baselines."""

from __future__ import annotations

from typing import Any

import click

from kpi import queries, stats
from kpi.cli.input_files import base_name, read_file
from kpi.cli.session import CallSession, shared_options
from kpi.model.baseline import Provenance
from kpi.policy.in_force import policy_of_year
from kpi.queries import BaselineCell
from kpi.reports.as_json import baseline_json
from kpi.services.baseline_freeze import IncomingBaseline, import_baseline


def _printable_words(_: click.Context, __: click.Parameter, words: str) -> str:
    if not words.strip() or not words.isprintable():
        raise click.BadParameter(repr(words))
    return words.strip()


@click.group()
@shared_options
def baseline() -> None:
    """Import, list and show baselines."""


@baseline.command("import")
@click.argument("file")
@click.option("--name", required=True, callback=_printable_words)
@click.option("--year", required=True, type=click.IntRange(1900, 2999))
@click.option("--region", required=True, callback=_printable_words)
@click.option("--provenance", required=True, type=click.Choice(["official", "panel", "illustrative"]))
@click.option("--source", default="", help="Description of the source.")
@click.option("--industry-size", "sizes", metavar="FILE", help="Enterprises per industry: region, industry, size.")
@shared_options
@click.pass_obj
def import_panel(
    session: CallSession,
    file: str,
    name: str,
    year: int,
    region: str,
    provenance: Provenance,
    source: str,
    sizes: str | None,
) -> None:
    """Check the panel in FILE and freeze it under a name."""
    incoming = IncomingBaseline(base_name(file), read_file(session, file), name, year, region, provenance, source)
    register = (base_name(sizes), read_file(session, sizes)) if sizes else None
    with session.store() as store:
        frozen = import_baseline(store, incoming, register, by=session.viewer.actor)
        with store.cursor() as cursor:
            cells = queries.cells(cursor, frozen.name)
    if session.as_json:
        session.say_json({"baseline": baseline_json(frozen), "cells": len(cells)})
    else:
        session.say(session.words("imported", name=frozen.name, cells=len(cells), sha256=frozen.sha256))


@baseline.command("list")
@shared_options
@click.pass_obj
def print_baselines(session: CallSession) -> None:
    """List all baselines, the one in force first."""
    with session.store() as store, store.cursor() as cursor:
        found = queries.baselines(cursor)
    if session.as_json:
        session.say_json({"baselines": [baseline_json(one) for one in found]})
        return
    for one in found:
        provenance = session.words(f"provenance.{one.provenance}")
        session.say(f"{one.name}  {one.region}  {one.year}  {provenance}  {one.sha256[:12]}")


@baseline.command()
@click.argument("name")
@shared_options
@click.pass_obj
def show(session: CallSession, name: str) -> None:
    """Show a baseline: provenance, cells, and whether each supports a verdict."""
    with session.store() as store, store.cursor() as cursor:
        found = queries.baseline_named(cursor, name)
        cells = queries.cells(cursor, name)
    if session.as_json:
        policy = policy_of_year(found.year)
        needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
        session.say_json({"baseline": baseline_json(found), "cells": [_cell(cell, needed) for cell in cells]})
        return
    for key, value in baseline_json(found).items():
        session.say(f"{key}: {value}")
    for cell in cells:
        session.say(f"{cell.industry}  {cell.kpi}  {cell.basis}  n={cell.records}  groups={cell.groups}")


def _cell(cell: BaselineCell, needed: int) -> dict[str, Any]:
    return {
        "region": cell.region,
        "industry": cell.industry,
        "kpi": cell.kpi,
        "basis": None if cell.basis == "only" else cell.basis,
        "n": cell.records,
        "groups": cell.groups,
        "mean": cell.mean,
        "median": cell.p50,
        "can_decide": cell.records >= needed,
    }
