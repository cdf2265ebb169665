"""What an enterprise states of the notice's conditions, within the caller's scope, and what was decided on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kpi.access.roles import Scope
from kpi.model.claims import (
    ConditionRuling,
    CoreTechnology,
    EnterpriseStatement,
    ScenarioAccount,
    StatementFile,
    TechnologyList,
)
from kpi.model.times import from_stored
from kpi.store.database import Cursor
from kpi.tables.sql_runner import fields_of, insert, query_rows

# Statements of enterprises on the notice's conditions, and the authority's list of awards.


def state_condition(cursor: Cursor, credit_code: str, year: int, said: EnterpriseStatement) -> None:
    """Replaces the earlier statement."""
    unstate_condition(cursor, credit_code, year, said.condition)
    insert(cursor, "statement", credit_code=credit_code, year=year, **fields_of(said))


def unstate_condition(cursor: Cursor, credit_code: str, year: int, condition: str) -> None:
    cursor.execute(
        "delete from statement where credit_code = $1 and year = $2 and condition = $3", [credit_code, year, condition]
    )


# What is known of the conditions beside the application: statements, within the caller's scope, and awards.


def statements(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> dict[str, EnterpriseStatement]:
    """By condition. Others reach a statement only through an application in their scope."""
    return statements_of(cursor, scope, [credit_code]).get((credit_code, year), {})


def statements_of(
    cursor: Cursor, scope: Scope, credit_codes: Sequence[str]
) -> dict[tuple[str, int], dict[str, EnterpriseStatement]]:
    """As ``statements``, of several factories, by credit code and year."""
    found: defaultdict[tuple[str, int], dict[str, EnterpriseStatement]] = defaultdict(dict)
    for row in query_rows(cursor, "statements", {"own": list(scope.own), "credit_codes": list(credit_codes)}):
        key = row.pop("credit_code"), row.pop("year")
        found[key][row["condition"]] = EnterpriseStatement(**(row | {"stated_at": from_stored(row["stated_at"])}))
    return dict(found)


# How an enterprise meets the scenarios that it claims.


def scenario_accounts(cursor: Cursor, scope: Scope, credit_code: str, year: int) -> dict[str, ScenarioAccount]:
    """By scenario, of scenarios that are claimed no more, too. Others reach one as they reach a statement."""
    asked = {"own": list(scope.own), "credit_code": credit_code, "year": year}
    found = (
        ScenarioAccount(**(row | {"written_at": from_stored(row["written_at"])}))
        for row in query_rows(cursor, "scenario_accounts", asked)
    )
    return {account.scenario: account for account in found}


def keep_scenario_account(cursor: Cursor, credit_code: str, year: int, account: ScenarioAccount) -> None:
    """Replaces the earlier one."""
    remove_scenario_account(cursor, credit_code, year, account.scenario)
    insert(cursor, "scenario_account", credit_code=credit_code, year=year, **fields_of(account))


def remove_scenario_account(cursor: Cursor, credit_code: str, year: int, scenario: str) -> None:
    cursor.execute(
        "delete from scenario_account where credit_code = $1 and year = $2 and scenario = $3",
        [credit_code, year, scenario],
    )


# What stands beside statements: the list of core equipment and software, and files. The caller reached the factory.


def core_technology(cursor: Cursor, credit_code: str, year: int) -> TechnologyList:
    found = query_rows(cursor, "core_technology", {"own": [credit_code], "year": year})
    if not found:
        return TechnologyList()
    rows = tuple(CoreTechnology(row["kind"], row["name"], row["maker"], row["source"]) for row in found)
    return TechnologyList(rows, found[0]["written_by"], from_stored(found[0]["written_at"]))


def write_core_technology(cursor: Cursor, credit_code: str, year: int, listed: TechnologyList) -> None:
    """Replaces the whole list."""
    cursor.execute("delete from core_technology where credit_code = $1 and year = $2", [credit_code, year])
    by = {"written_by": listed.written_by, "written_at": listed.written_at}
    for position, row in enumerate(listed.rows):
        of = {"credit_code": credit_code, "year": year, "position": position}
        insert(cursor, "core_technology", **of, **fields_of(row), **by)


def statement_files(cursor: Cursor, credit_code: str, year: int) -> dict[str, StatementFile]:
    """The latest of each condition."""
    found = query_rows(cursor, "statement_files", {"own": [credit_code], "year": year})
    files = (StatementFile(**(row | {"attached_at": from_stored(row["attached_at"])})) for row in found)
    return {file.condition: file for file in files}


def add_statement_file(cursor: Cursor, credit_code: str, year: int, file: StatementFile) -> None:
    """Only ever added to."""
    insert(cursor, "statement_file", credit_code=credit_code, year=year, **fields_of(file, "file_name"))


# What was decided on them. Only ever added to; reached through an application that is in reach.


def add_condition_ruling(cursor: Cursor, credit_code: str, year: int, given: ConditionRuling) -> None:
    insert(cursor, "condition_ruling", credit_code=credit_code, year=year, **fields_of(given))


def condition_rulings(cursor: Cursor, credit_codes: Sequence[str]) -> dict[tuple[str, int], list[ConditionRuling]]:
    """By factory and year, the earliest first: of applications as they are locked. The caller reached them before."""
    found: defaultdict[tuple[str, int], list[ConditionRuling]] = defaultdict(list)
    for row in query_rows(cursor, "condition_rulings", {"own": list(credit_codes)}):
        key = row.pop("credit_code"), row.pop("year")
        found[key].append(ConditionRuling(**(row | {"ruled_at": from_stored(row["ruled_at"])})))
    return dict(found)
