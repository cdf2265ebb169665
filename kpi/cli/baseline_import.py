"""``kpi baseline import``: bring a baseline in."""

from __future__ import annotations

import click

from kpi import queries
from kpi.cli.input_files import base_name, read_file
from kpi.cli.session import CallSession, shared_options
from kpi.model.baseline import Provenance
from kpi.reports.as_json import baseline_json
from kpi.services.baseline_freeze import IncomingBaseline, import_baseline


def _printable_words(_: click.Context, __: click.Parameter, words: str) -> str:
    if not words.strip() or not words.isprintable():
        raise click.BadParameter(repr(words))
    return words.strip()


@click.command("import")
@click.argument("file")
@click.option("--name", required=True, callback=_printable_words)
@click.option("--year", required=True, type=click.IntRange(1900, 2999))
@click.option("--region", required=True, callback=_printable_words)
@click.option("--provenance", required=True, type=click.Choice(["official", "panel", "illustrative"]))
@click.option("--source", default="", help="Description of the source.")
@click.option("--industry-size", "sizes", metavar="FILE", help="Enterprises per industry: region, industry, size.")
@click.option("--groups", metavar="FILE", help="Register of groups: credit_code, group. It outweighs the panel's own.")
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
    groups: str | None,
) -> None:
    """Check the panel in FILE and freeze it under a name."""
    incoming = IncomingBaseline(base_name(file), read_file(session, file), name, year, region, provenance, source)
    counted, grouped = ((base_name(one), read_file(session, one)) if one else None for one in (sizes, groups))
    with session.store() as store:
        frozen = import_baseline(store, incoming, counted, by=session.viewer.actor, groups=grouped)
        with store.cursor() as cursor:
            cells = queries.cells(cursor, frozen.name)
    if session.as_json:
        session.say_json({"baseline": baseline_json(frozen), "cells": len(cells)})
    else:
        session.say(session.words("imported", name=frozen.name, cells=len(cells), sha256=frozen.sha256))
