"""``kpi place``: every record of a baseline or a panel among its peers, into files, with the store's own rights."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kpi import tables
from kpi.baseline.recipe import read_recipe
from kpi.cli.call import CallSession, base_name, printable_words, read_file, shared_options
from kpi.cli.problems import print_problems
from kpi.errors import UserError
from kpi.reports.as_json import baseline_reference_json, problem_json
from kpi.services.downloads import note_download
from kpi.services.panel_folder import parts_of
from kpi.services.preparation import IncomingBaseline
from kpi.services.whole_panels.new_folder import new_folder
from kpi.services.whole_panels.placed_files import Form
from kpi.services.whole_panels.whole_year import (
    PlacedYear,
    ReportPlaced,
    place_baseline,
    place_folder,
    place_panel,
)
from kpi.store.folder import write_whole
from kpi.store.on_spark import refuse_without_spark


@click.command()
@click.argument("baseline", required=False)
@click.option("--out", required=True, metavar="FOLDER", help="The new folder to write; it is for its owner only.")
@click.option("--form", type=click.Choice(["parquet", "csv"]), default="parquet")
@click.option("--panel", metavar="PATH", help="Place a panel, a file or a folder of Parquet, not kept.")
@click.option("--year", type=click.IntRange(1900, 2999), help="Of the panel.")
@click.option("--region", callback=printable_words, help="Of the panel.")
@click.option("--groups", metavar="FILE", help="Register of groups for the panel: credit_code, group.")
@click.option("--recipe", metavar="FILE", help="How the panel is read.")
@click.option("--engine", metavar="ADDRESS", help="Place on a Spark cluster: spark://HOST:PORT, or local[2].")
@click.option("--purpose", help="What a baseline is placed for; the audit trail keeps it.")
@shared_options
@click.pass_obj
def place_year(
    session: CallSession,
    baseline: str | None,
    out: str,
    form: Form,
    panel: str | None,
    year: int | None,
    region: str | None,
    groups: str | None,
    recipe: str | None,
    engine: str | None,
    purpose: str | None,
) -> None:
    """Place every record of a frozen BASELINE, or of a panel, among its peers: counts are confidential."""
    of_panel = (year, region, groups, recipe)
    if (baseline is None) == (panel is None) or (baseline is not None and any(of_panel)):
        raise UserError("place_one_of")
    if baseline is None and purpose:
        raise UserError("place_purpose_of_panel")
    if baseline is not None and not (purpose or "").strip():
        raise UserError("place_purpose_missing")
    if engine is not None:
        if session.serving is not None:
            raise UserError("engine_while_served")
        refuse_without_spark()
    with new_folder(session.path(out)) as folder:
        if baseline is not None:
            summary = _of_baseline(session, baseline, folder, form, engine)
        elif session.path(str(panel)).is_dir():
            summary = _of_folder(session, str(panel), (year, region, recipe), groups, folder, form, engine)
        else:
            incoming = _incoming(session, str(panel), year, region, recipe)
            summary = _of_panel(session, incoming, groups, folder, form, engine)
        data = json.dumps(summary, ensure_ascii=False, indent=1).encode()
        write_whole(folder / "summary.json", data)
        if baseline is not None:
            # Before the folder is there under its name: nothing is carried away that the trail does not have.
            with session.store(furnish=False) as store:
                note_download(store, session.viewer, "placed_records", baseline, form, data, purpose=purpose or "")
    if session.as_json:
        session.say_json({"out": out, **summary})
        return
    counts = {name: summary[name] for name in ("records", "cells")}
    session.say(session.words("placed", name=out, files=len(summary["files"]), **counts))
    session.say(session.words("placed_confidential"))


def _of_baseline(session: CallSession, name: str, folder: Path, form: Form, engine: str | None) -> dict[str, Any]:
    with session.reading() as store:
        with store.cursor() as cursor:
            found = tables.baselines.baseline_named(cursor, name)
        placed = place_baseline(store, session.viewer, found, folder, form, _progress(session), engine)
    return {"baseline": baseline_reference_json(found), **_placed_json(placed)}


def _of_panel(
    session: CallSession,
    incoming: IncomingBaseline,
    groups: str | None,
    folder: Path,
    form: Form,
    engine: str | None,
) -> dict[str, Any]:
    grouped = (base_name(groups), read_file(session, groups)) if groups else None
    found = place_panel(incoming, grouped, folder, form, _progress(session), engine)
    if not session.as_json:
        print_problems(session, found.warnings)
    panel = {"name": incoming.name, "region": incoming.region, "year": incoming.year, "sha256": found.sha256}
    problems = [problem_json(warning, session.lang) for warning in found.warnings]
    return {"panel": panel, **_placed_json(found.placed), "problems": problems}


def _of_folder(
    session: CallSession,
    panel: str,
    of_panel: tuple[int | None, str | None, str | None],
    groups: str | None,
    folder: Path,
    form: Form,
    engine: str | None,
) -> dict[str, Any]:
    year, region, recipe = of_panel
    if recipe is not None:
        raise UserError("parts_no_recipe")
    if year is None or region is None:
        raise UserError("place_panel_of_what")
    grouped = (base_name(groups), read_file(session, groups)) if groups else None
    parts = parts_of(session.path(panel))
    found = place_folder(parts, region, year, grouped, folder, form, session.say_part, _progress(session), engine)
    if not session.as_json:
        print_problems(session, found.warnings)
    about = {"name": base_name(panel), "region": region, "year": year, "parts": [asdict(part) for part in found.parts]}
    problems = [problem_json(warning, session.lang) for warning in found.warnings]
    return {"panel": about, **_placed_json(found.placed), "problems": problems}


def _incoming(
    session: CallSession, panel: str, year: int | None, region: str | None, recipe: str | None
) -> IncomingBaseline:
    if year is None or region is None:
        raise UserError("place_panel_of_what")
    followed = read_recipe(base_name(recipe), read_file(session, recipe)) if recipe else None
    name = base_name(panel)
    return IncomingBaseline(name, read_file(session, panel), name, year, region, "panel", "", recipe=followed)


def _progress(session: CallSession) -> ReportPlaced:
    """Nothing is said where it is done at once."""

    def report(region: str, done: int, everything: int) -> None:
        if done < everything:
            session.say_progress(session.words("placing", region=region, done=f"{done:,}", all=f"{everything:,}"))

    return report


def _placed_json(placed: PlacedYear) -> dict[str, Any]:
    return {"records": placed.records, "cells": placed.cells, "files": [asdict(file) for file in placed.files]}
