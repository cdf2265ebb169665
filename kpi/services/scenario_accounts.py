"""How an enterprise meets the scenarios that its application claims. No verdict rests on it, and none seals it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime

from kpi import tables
from kpi.access.roles import Scope, scope_of
from kpi.eligibility.ai_use import AiUse, ai_use
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.application import Application
from kpi.model.claims import ScenarioAccount
from kpi.model.viewer import Viewer
from kpi.services import lifecycle
from kpi.services.application_audit import refuse_locked
from kpi.services.authorization import requires
from kpi.services.enterprise.drafts import own_draft
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

LONGEST_HOW = 300
LONGEST_MODEL = 80


@dataclass(frozen=True, slots=True)
class AccountInput:
    """What is said of one scenario; without words and without artificial intelligence nothing is said of it."""

    how: str = ""
    uses_ai: bool = False
    ai_model: str = ""


NOTHING_SAID = AccountInput()


def scenario_use(cursor: Cursor, application: Application) -> AiUse:
    """Of an application that the caller has reached."""
    code = application.credit_code
    return ai_use(application, tables.conditions.scenario_accounts(cursor, Scope(own=(code,)), code, application.year))


def as_said(account: ScenarioAccount | None) -> AccountInput:
    """What was entered for it to stand like this."""
    return NOTHING_SAID if account is None else AccountInput(account.how, account.uses_ai, account.ai_model)


@requires("fill_own")
def account_for_scenarios(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    accounts: Mapping[str, AccountInput],
    at: datetime | None = None,
    seen: Mapping[str, AccountInput] | None = None,
) -> int:
    """Save what is said of scenarios, by exact Chinese name, and return how many changed; ``seen``: what was said of
    them when this was entered.

    All of it or nothing.

    Raises:
        NotFound: the viewer has no such open application, or it does not claim a scenario.
        UserError: the year is locked, a model is named without artificial intelligence or the other way round, or a
            colleague has said something else since.
    """
    plain = {scenario: _plain(said) for scenario, said in accounts.items()}
    lifecycle.refuse(
        [
            UserError("scenario_ai_unclear", scenario=scenario)
            for scenario, said in plain.items()
            if said.uses_ai != bool(said.ai_model)
        ]
    )
    with store.write_lock():
        with store.cursor() as cursor:
            refuse_locked(cursor, viewer, credit_code, year)
            claimed = own_draft(cursor, viewer, credit_code, year).application.scenarios
            known = tables.conditions.scenario_accounts(cursor, scope_of(viewer), credit_code, year)
        for scenario in plain:
            if scenario not in claimed:
                raise NotFound("scenario", scenario[:40])
        before = {scenario: as_said(known.get(scenario)) for scenario in plain}
        changed = {scenario: said for scenario, said in plain.items() if said != before[scenario]}
        lifecycle.refuse(
            [
                UserError("scenario_account_changed", scenario=scenario)
                for scenario in changed
                if seen and scenario in seen and before[scenario] != seen[scenario]
            ]
        )
        if changed:
            with unit_of_work(store, viewer.actor, at) as change:
                for scenario, said in changed.items():
                    _keep(change, credit_code, year, scenario, said)
                was, becomes = _traced({name: before[name] for name in changed}), _traced(changed)
                change.audit("scenarios_accounted", f"{credit_code} {year}", was, {"items": len(changed), **becomes})
    return len(changed)


def _plain(said: AccountInput) -> AccountInput:
    return AccountInput(plain_line(said.how, LONGEST_HOW), said.uses_ai, plain_line(said.ai_model, LONGEST_MODEL))


def _keep(change: UnitOfWork, credit_code: str, year: int, scenario: str, said: AccountInput) -> None:
    if said == NOTHING_SAID:
        tables.conditions.remove_scenario_account(change.cursor, credit_code, year, scenario)
    else:
        kept = ScenarioAccount(scenario, said.how, said.uses_ai, said.ai_model, change.actor.account, change.at)
        tables.conditions.keep_scenario_account(change.cursor, credit_code, year, kept)


def _traced(said: Mapping[str, AccountInput]) -> dict[str, object]:
    """As recorded in the trail, by hash only: its readers are not the words' readers."""
    content = json.dumps({scenario: astuple(item) for scenario, item in said.items()}, ensure_ascii=False)
    return {"sha256": hashlib.sha256(content.encode()).hexdigest()}
