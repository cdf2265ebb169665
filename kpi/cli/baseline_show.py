"""``kpi baseline show``: what a baseline holds, and what it can decide."""

from __future__ import annotations

from typing import Any

import click

from kpi import i18n, stats, tables
from kpi.baseline.recipe import read_recipe, recipe_bytes
from kpi.cli.call import CallSession, shared_options, write_output
from kpi.errors import NotFound
from kpi.policy.policy import Policy
from kpi.reports.as_json import baseline_json
from kpi.services.administrator.baselines import can_decide
from kpi.services.year import policy_of_year
from kpi.tables.baselines import BaselineCell


@click.command()
@click.argument("name")
@click.option("--recipe", "out", metavar="OUT", help="Write the recipe by which the panel was read.")
@shared_options
@click.pass_obj
def show(session: CallSession, name: str, out: str | None) -> None:
    """Show a baseline: provenance, cells, and whether each supports a verdict."""
    with session.reading() as store, store.cursor() as cursor:
        found = tables.baselines.baseline_named(cursor, name)
        cells = tables.baselines.cells(cursor, name)
        recipes = {baseline.baseline: baseline.recipe for baseline in tables.baselines.baseline_recipes(cursor)}
        policy = policy_of_year(cursor, found.year)
    if out and name not in recipes:
        raise NotFound("recipe", name)
    if out:
        recipe = read_recipe(name, recipes[name].encode()).made_for(found.original_sha256)
        write_output(session, out, recipe_bytes(recipe))
    if session.as_json:
        needed = stats.smallest_n(policy.leading_quantile, policy.alpha)
        session.say_json({"baseline": baseline_json(found), "cells": [_cell(cell, policy, needed) for cell in cells]})
        return
    for key, value in baseline_json(found).items():
        session.say(f"{key}: {value}")
    for cell in cells:
        industry = i18n.catalogue_name(cell.industry, session.lang)
        session.say(f"{industry}  {cell.kpi}  {cell.basis}  n={cell.records}  groups={cell.groups}")


def _cell(cell: BaselineCell, policy: Policy, needed: int) -> dict[str, Any]:
    return {
        "region": cell.region,
        "industry": cell.industry,
        "kpi": cell.kpi,
        "basis": None if cell.basis == "only" else cell.basis,
        "n": cell.records,
        "groups": cell.groups,
        "mean": cell.mean,
        "median": cell.p50,
        "can_decide": can_decide(cell, policy, needed),
    }
