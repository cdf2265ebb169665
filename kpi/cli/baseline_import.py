"""``kpi baseline import``: bring a baseline in."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from kpi import i18n, tables
from kpi.baseline.recipe import RowAccount, read_recipe
from kpi.cli.call import CallSession, base_name, printable_words, read_file, shared_options
from kpi.cli.problems import print_problems
from kpi.errors import UserError
from kpi.model.evaluation import Baseline, Provenance
from kpi.model.problem import Problem
from kpi.reports.as_json import baseline_json, problem_json
from kpi.services.freeze import import_files
from kpi.services.notices import under_notice_of
from kpi.services.preparation import File, IncomingBaseline, Report, Stage
from kpi.services.tasks import HERE, ProcessRunner
from kpi.store.on_spark import refuse_without_spark

PROGRESS_EVERY_SECONDS = 5.0


@click.command("import")
@click.argument("file")
@click.option("--name", required=True, callback=printable_words)
@click.option("--year", required=True, type=click.IntRange(1900, 2999))
@click.option("--region", required=True, callback=printable_words)
@click.option("--provenance", required=True, type=click.Choice(["official", "panel", "illustrative"]))
@click.option("--source", default="", help="Description of the source.")
@click.option("--industry-size", "sizes", metavar="FILE", help="Enterprises per industry: region, industry, size.")
@click.option("--groups", metavar="FILE", help="Register of groups: credit_code, group. It outweighs the panel's own.")
@click.option("--recipe", metavar="FILE", help="How the panel is read, as the page hands it out.")
@click.option("--smaller-because", default="", metavar="TEXT", help="Why the panel is much smaller than the last.")
@click.option("--engine", metavar="ADDRESS", help="Publish by a Spark cluster: spark://HOST:PORT, or local[2].")
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
    recipe: str | None,
    smaller_because: str,
    engine: str | None,
) -> None:
    """Check the panel in FILE, or a folder of Parquet files, and freeze it under a name."""
    if engine is not None:
        if session.serving is not None:
            raise UserError("import_engine_while_served")
        refuse_without_spark()
    parts = session.path(file).is_dir()
    if parts and recipe:
        raise UserError("parts_no_recipe")
    followed = read_recipe(base_name(recipe), read_file(session, recipe)) if recipe else None
    data = b"" if parts else read_file(session, file)
    incoming = IncomingBaseline(base_name(file), data, name, year, region, provenance, source, recipe=followed)
    counted, grouped = ((base_name(item), read_file(session, item)) if item else None for item in (sizes, groups))
    if parts:
        _import_folder(session, incoming, session.path(file), counted, grouped, smaller_because.strip(), engine)
        return
    with session.store() as store:
        # Within the server that process would hold up everybody's pages.
        runner = HERE if session.serving is None else ProcessRunner()
        done = import_files(
            store,
            incoming,
            counted,
            by=session.viewer.actor,
            groups=grouped,
            smaller_because=smaller_because.strip(),
            runner=runner,
            engine=engine,
        )
        with store.cursor() as cursor:
            cells = len(tables.baselines.cells(cursor, done.baseline.name))
            same = tables.baselines.baselines_of_content(cursor, done.baseline.sha256, but=done.baseline.name)
    if not session.as_json:
        print_problems(session, done.warnings)
        _say_rows(session, done.rows)
    _say_frozen(session, done.baseline, cells, same, done.warnings, {"rows": _rows_json(done.rows)})


def _import_folder(
    session: CallSession,
    incoming: IncomingBaseline,
    folder: Path,
    sizes: File | None,
    groups: File | None,
    smaller_because: str,
    engine: str | None,
) -> None:
    from kpi.services.panel_folder import import_folder  # a file needs nothing of it

    with session.store() as store:
        by, read, report = session.viewer.actor, session.say_part, _progress(session)
        with under_notice_of(store, incoming.year):
            done = import_folder(store, folder, incoming, by, sizes, groups, smaller_because, read, report, engine)
        with store.cursor() as cursor:
            cells = len(tables.baselines.cells(cursor, done.baseline.name))
            same = tables.baselines.baselines_of_content(cursor, done.baseline.sha256, but=done.baseline.name)
    if not session.as_json:
        print_problems(session, done.warnings)
        for part in done.parts:
            session.say(session.words("part", name=part.name, rows=part.rows, values=part.values))
    _say_frozen(session, done.baseline, cells, same, done.warnings, {"parts": [asdict(part) for part in done.parts]})


def _progress(session: CallSession) -> Report:
    """How far it is, every few seconds: a nation's panel takes half an hour."""
    said = time.monotonic()

    def report(stage: Stage, share: float) -> None:
        nonlocal said
        if time.monotonic() - said >= PROGRESS_EVERY_SECONDS:
            said = time.monotonic()
            stage_words = i18n.text(f"page.baseline_import.stage_{stage}", session.lang)
            session.say_progress(session.words("stage", stage=stage_words, share=i18n.percent(share)))

    return report


def _say_frozen(
    session: CallSession,
    frozen: Baseline,
    cells: int,
    same: Sequence[str],
    warnings: Sequence[Problem],
    more: dict[str, Any],
) -> None:
    """``same`` are the other names under which the content is frozen."""
    if session.as_json:
        problems = [problem_json(warning, session.lang) for warning in warnings]
        said = {"baseline": baseline_json(frozen), "cells": cells, "same_content_as": list(same)}
        session.say_json({**said, **more, "problems": problems})
        return
    session.say(session.words("imported", name=frozen.name, cells=cells, sha256=frozen.sha256))
    if same:
        session.say(session.words("same_content", names=", ".join(same)))


def _say_rows(session: CallSession, rows: RowAccount) -> None:
    """Every row read, in one of three lists."""
    session.say(
        session.words(
            "rows", read=rows.read, taken=rows.count_taken, merged=len(rows.merged), refused=len(rows.refused)
        )
    )
    taken = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in rows.taken)
    session.say(session.words("rows_taken", rows=taken or "-"))
    for item in rows.merged:
        session.say(session.words("row_merged", row=item.row, into=item.into))
    for refused in rows.refused:
        session.say(session.words(f"row_{refused.because}", row=refused.row, words=refused.words))
    for word, count in rows.blanked.items():
        session.say(session.words("blanked", word=word, count=count))
    for column, count in rows.nulls.items():
        session.say(session.words("nulls", column=column, count=count))


def _rows_json(rows: RowAccount) -> dict[str, Any]:
    return {
        "read": rows.read,
        "taken": {"count": rows.count_taken, "rows": [list(run) for run in rows.taken]},
        "merged": [{"row": item.row, "into": item.into} for item in rows.merged],
        "refused": [
            {"row": refused_row.row, "because": refused_row.because, "text": refused_row.words or None}
            for refused_row in rows.refused
        ],
        "blanked": dict(rows.blanked),
        "nulls": dict(rows.nulls),
    }
