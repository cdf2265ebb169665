"""``kpi baseline compare``: what moved between two baselines, and whose words would change."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from kpi.cli.call import CallSession, shared_options
from kpi.cli.changed_words import changed_words_json, say_changed_words
from kpi.i18n.texts import plain_number
from kpi.reports.as_json import baseline_json
from kpi.services.administrator.baselines import ComparedCell, compare_baselines
from kpi.tables.baselines import BaselineCell


@click.command()
@click.argument("before")
@click.argument("after")
@shared_options
@click.pass_obj
def compare(session: CallSession, before: str, after: str) -> None:
    """Compare the baselines BEFORE and AFTER: records, lines, and verdicts of the latest locked applications."""
    with session.reading() as store:
        found = compare_baselines(store, session.viewer, before, after)
    if session.as_json:
        session.say_json(
            {
                "before": baseline_json(found.before),
                "after": baseline_json(found.after),
                "cells": [_json(cell) for cell in found.cells],
                "year": found.year,
                "applications": found.applications,
                "changed": found.words.applications,
                **changed_words_json(found.words),
            }
        )
        return
    moved = [cell for cell in found.cells if cell.moved]
    session.say(session.words("baseline_compare.sentence", moved=len(moved), cells=len(found.cells)))
    for cell in moved:
        session.say(session.words("baseline_compare.cell", **asdict(cell.changes), line=_lines(cell)))
    if found.year is not None:
        changed = found.words.applications
        session.say(session.words("policy.verdicts", year=found.year, count=found.applications, changed=changed))
        say_changed_words(session, found.words)


def _lines(cell: ComparedCell) -> str:
    """P80 before and after; a dash where the cell is not in one of them."""
    return " → ".join("-" if item is None else plain_number(item.p80) for item in (cell.before, cell.after))


def _json(cell: ComparedCell) -> dict[str, Any]:
    changes = asdict(cell.changes)
    basis = None if cell.changes.basis == "only" else cell.changes.basis
    return {**changes, "basis": basis, "before": _snapshot(cell.before), "after": _snapshot(cell.after)}


def _snapshot(cell: BaselineCell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "n": cell.records,
        "groups": cell.groups,
        "mean": cell.mean,
        "median": cell.p50,
        "p75": cell.p75,
        "p80": cell.p80,
        "p90": cell.p90,
    }
