"""Advice beside the gap: what listed factories of the industry agreed to show, and the own targets by year.

What is shown to others is words that their factory wrote and agreed to show, never a value. Own targets are read by
the enterprise alone, and stand in the trail without their values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from kpi import tables
from kpi.access.roles import scope_of
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.errors import NotFound, UserError
from kpi.model.advice import Advice, OwnTarget
from kpi.model.application import Application, Basis
from kpi.model.claims import ScenarioAccount
from kpi.model.publication import EnterpriseView
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.services import lifecycle
from kpi.services.authorization import reads, requires
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import policy_on
from kpi.store.database import Cursor
from kpi.store.store import Store

YEARS_AHEAD = 10
"""So far ahead of the latest application a target may be."""
_INTEGER = re.compile(
    r"(?<![\d.A-Za-z])(\d+)(?![\d.]*\d)(?:\s*(%|‰|个百分点|percent|pct|pp\b|倍|成(?![员品本套型果]))|(?![A-Za-z]))"
)
"""Not within a name, as in 5G."""
_DECIMAL = re.compile(r"(?<![\d.A-Za-z])\d+\.\d+(?!\.)")
_THOUSANDS = re.compile(r"(?<=\d)[,'](?=\d{3}(?!\d))")
_DIGIT = "[〇零一二三四五六七八九十百两]"
_IN_LETTERS = re.compile(rf"[百千]分之|{_DIGIT}+点{_DIGIT}(?!滴)|{_DIGIT}成(?![员品本套型果])")


@dataclass(frozen=True, slots=True)
class ShareableAccounts:
    """What a listed factory says of its scenarios, each with whether the other factories of its industry see it."""

    credit_code: str
    year: int
    label: str
    accounts: tuple[tuple[ScenarioAccount, bool], ...]


@reads("see_own_result")
def own_advice(cursor: Cursor, viewer: Viewer, answer: EnterpriseView) -> Advice:
    """``answer``: the viewer's own.

    Raises:
        NotFound: the answer is not of one of the viewer's enterprises.
    """
    application = answer.application
    if application.credit_code not in viewer.scope:
        raise NotFound("draft")
    accounts = tables.advice.shared_accounts(cursor, application.industry, viewer.scope)
    targets = tables.advice.own_targets(cursor, scope_of(viewer), application.credit_code)
    return Advice(tuple(accounts), targets)


@reads("submit_own")
def shareable_accounts(cursor: Cursor, viewer: Viewer) -> list[ShareableAccounts]:
    """Of the viewer's factories that are listed and said in words how they meet a scenario, the latest year first."""
    found = [
        ShareableAccounts(
            item.credit_code, item.year, item.label, _accounts(cursor, viewer, item.credit_code, item.year)
        )
        for item in tables.outreach.listed_factories(cursor, scope_of(viewer))
    ]
    return [item for item in found if item.accounts]


@requires("confirm_own")
def share_accounts(
    store: Store, viewer: Viewer, credit_code: str, year: int, shown: Mapping[str, bool], at: datetime | None = None
) -> None:
    """Agree that what is said of a scenario, by exact Chinese name, is ``shown`` to the other factories of the industry
    under the own name, or take that back. What is not named stays as it is.

    Raises:
        NotFound: the viewer has no such factory on the final list, or it says nothing of a scenario.
        UserError: an account names a value: none is shown to others.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        listed = tables.outreach.listed_factories(change.cursor, scope_of(viewer))
        if (credit_code, year) not in [(item.credit_code, item.year) for item in listed]:
            raise NotFound("application")
        known = {
            account.scenario: (account, agreed)
            for account, agreed in _accounts(change.cursor, viewer, credit_code, year)
        }
        if unknown := sorted(shown.keys() - known.keys()):
            raise NotFound("scenario", unknown[0][:40])
        before = {scenario for scenario, (_, agreed) in known.items() if agreed}
        becomes = before | {scenario for scenario, wanted in shown.items() if wanted}
        becomes -= {scenario for scenario, wanted in shown.items() if not wanted}
        locked = tables.applications.locked_applications(change.cursor, scope_of(viewer), [credit_code], year)
        lifecycle.refuse(
            [
                UserError("shared_account_names_value", scenario=scenario)
                for scenario in sorted(becomes - before)
                if any(names_value(known[scenario][0].how, item.application) for item in locked)
            ]
        )
        for scenario in sorted(becomes - before):
            tables.advice.share_scenario(change.cursor, credit_code, year, scenario, viewer.account, change.at)
        for scenario in sorted(before - becomes):
            tables.advice.unshare_scenario(change.cursor, credit_code, year, scenario)
        was, now = ({"scenarios": sorted(names)} for names in (before, becomes))
        change.audit("accounts_shared", f"{credit_code} {year}", was, now)


def names_value(words: str, application: Application) -> bool:
    """Whether a share or a decimal number stands in them, or an integer that the application reports of a KPI."""
    reported = {
        number
        for value in application.values.values()
        for number in (value.value, value.before, value.after)
        if number is not None
    }
    read = _THOUSANDS.sub("", unicodedata.normalize("NFKC", words).replace("·", "."))
    if _DECIMAL.search(read) or _IN_LETTERS.search(read):
        return True
    return any(unit or float(number) in reported for number, unit in _INTEGER.findall(read))


def _accounts(cursor: Cursor, viewer: Viewer, credit_code: str, year: int) -> tuple[tuple[ScenarioAccount, bool], ...]:
    """Agreed to is what stood there then: other words need another agreement."""
    scope = scope_of(viewer)
    agreed = tables.advice.scenarios_shared(cursor, scope, credit_code, year)
    accounts = tables.conditions.scenario_accounts(cursor, scope, credit_code, year)
    return tuple(
        (account, scenario in agreed and account.written_at <= agreed[scenario])
        for scenario, account in accounts.items()
        if account.how
    )


@requires("fill_own")
def set_target(
    store: Store,
    viewer: Viewer,
    credit_code: str,
    year: int,
    kpi: str,
    value: float | None,
    at: datetime | None = None,
) -> None:
    """Write down what a KPI is to be in the application of a later ``year``, in its unit on policy's basis; None takes
    the target back, also of a year that is over.

    Raises:
        NotFound: the viewer has no application of that factory, or the notice of the year no such KPI.
        UserError: values of that year are in already, it is too far ahead, or the KPI cannot have that value.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        latest = _latest_year(change.cursor, viewer, credit_code)
        known = next((item for item in catalogue().kpis if item.code == kpi), None)
        if known is None:
            raise NotFound("kpi", kpi[:40])
        if value is None:
            tables.advice.remove_target(change.cursor, credit_code, year, kpi)
            change.audit("target_removed", f"{credit_code} {year}", after={"kpi": kpi})
            return
        if not latest < year <= latest + YEARS_AHEAD:
            raise UserError("target_year", first=latest + 1, last=latest + YEARS_AHEAD)
        basis = policy_on(change.cursor, year_end(year)).basis(kpi)
        if not _possible(value, known, basis):
            raise UserError("target_impossible", kpi=kpi)
        target = OwnTarget(year, kpi, float(value), basis)
        tables.advice.keep_target(change.cursor, credit_code, target, viewer.account, change.at)
        change.audit("target_set", f"{credit_code} {year}", after={"kpi": kpi})


def _latest_year(cursor: Cursor, viewer: Viewer, credit_code: str) -> int:
    """Of the viewer's applications of that factory."""
    scope = scope_of(viewer)
    drafts, locked = tables.applications.drafts(cursor, scope), tables.applications.locked_applications(cursor, scope)
    sent = [*(item.application for item in drafts), *(item.application for item in locked)]
    years = [item.year for item in sent if item.credit_code == credit_code]
    if not years:
        raise NotFound("draft")
    return max(years)


def _possible(value: float, known: Kpi, basis: Basis | None) -> bool:
    low, high = known.bounds(basis)
    within = isfinite(value) and (low is None or value >= low) and (high is None or value <= high)
    return within and (not known.whole or value == int(value))
