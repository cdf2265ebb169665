"""Accounts of scenarios that listed factories show to others of their industry, and enterprises' own targets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kpi.access.roles import Scope
from kpi.model.advice import OwnTarget, SharedAccount
from kpi.model.lifecycle import is_listed
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import insert, query_rows


def shared_accounts(cursor: Cursor, industry: str, without: Collection[str]) -> list[SharedAccount]:
    """Of factories on the final list of their year by now, the latest year first; not of the codes in ``without``."""
    rows = query_rows(cursor, "shared_accounts", {"industry": industry, "own": sorted(without)})
    return [
        SharedAccount(
            row["scenario"], row["factory"] or row["enterprise"] or row["credit_code"], row["year"], row["how"]
        )
        for row in rows
        if is_listed(row["state"])
    ]


def scenarios_shared(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> dict[str, datetime]:
    """When it was agreed to, by scenario."""
    asked = {"own": list(scope.own), "credit_code": credit_code, "year": year}
    return {row["scenario"]: from_stored(row["agreed_at"]) for row in query_rows(cursor, "scenarios_shared", asked)}


def share_scenario(cursor: Cursor, credit_code: str, year: int, scenario: str, by: str, at: datetime) -> None:
    """Replaces an earlier agreement."""
    unshare_scenario(cursor, credit_code, year, scenario)
    of = {"credit_code": credit_code, "year": year, "scenario": scenario}
    insert(cursor, "scenario_shared", **of, agreed_by=by, agreed_at=at)


def unshare_scenario(cursor: Cursor, credit_code: str, year: int, scenario: str) -> None:
    cursor.execute(
        "delete from scenario_shared where credit_code = $1 and year = $2 and scenario = $3",
        [credit_code, year, scenario],
    )


def own_targets(cursor: Cursor, scope: Scope, credit_code: str) -> tuple[OwnTarget, ...]:
    """The earliest year first."""
    rows = query_rows(cursor, "own_targets", {"own": list(scope.own)})
    return tuple(
        OwnTarget(row["year"], row["kpi"], float(row["value"]), row["basis"])
        for row in rows
        if row["credit_code"] == credit_code
    )


def keep_target(cursor: Cursor, credit_code: str, target: OwnTarget, by: str, at: datetime) -> None:
    """Replaces an earlier one of that KPI and year."""
    remove_target(cursor, credit_code, target.year, target.kpi)
    of = {"credit_code": credit_code, "year": target.year, "kpi": target.kpi}
    insert(cursor, "own_target", **of, value=repr(target.value), basis=target.basis, written_by=by, written_at=at)


def remove_target(cursor: Cursor, credit_code: str, year: int, kpi: str) -> None:
    cursor.execute("delete from own_target where credit_code = $1 and year = $2 and kpi = $3", [credit_code, year, kpi])
