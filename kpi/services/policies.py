"""The policy as a store knows it: what ships, and the changes that were approved in it.

``known_at`` is the moment of a decision: what was approved later does not change it, so that every sealed verdict and
every published table can be made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby

from kpi import queries
from kpi.benchmark.sealed_record import sealed_policy
from kpi.model.application import Application
from kpi.model.evaluation import PolicyUsed
from kpi.model.programme import PolicyChangeVersion
from kpi.model.times import year_end
from kpi.model.viewer import Viewer
from kpi.policy.load import Policies, policies
from kpi.policy.policy import Policy
from kpi.policy.schema import PolicyFile
from kpi.services.authorization import requires
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@requires("submit_own")
def policy_for_application(store: Store, _: Viewer, year: int) -> Policy:
    """The policy that decides an application of that year, as far as it is known today."""
    with store.cursor() as cursor:
        return policy_on(cursor, year_end(year))


def policies_known(cursor: Cursor, known_at: datetime | None = None) -> Policies:
    """All values with the changes that are approved, or were at ``known_at``."""
    return policies_with(binding_changes(queries.policy_changes(cursor), known_at))


def policies_with(changes: Sequence[PolicyChangeVersion]) -> Policies:
    """The values that ship with these changes on top."""
    return _merged(tuple(one.content for one in changes))


def policy_on(cursor: Cursor, day: date, known_at: datetime | None = None) -> Policy:
    """The policy in force on ``day``. Raises ``UserError("no_policy", day=...)`` where there is none."""
    changes = binding_changes(queries.policy_changes(cursor), known_at)
    return _in_force(tuple(one.content for one in changes), day)


def policy_of_year(cursor: Cursor, year: int, known_at: datetime | None = None) -> Policy:
    """The policy at the end of a year; for a year before the first, the first: a baseline may be older."""
    changes = binding_changes(queries.policy_changes(cursor), known_at)
    return _of_year(tuple(one.content for one in changes), year)


def policy_of_words(cursor: Cursor, used: PolicyUsed, as_of: date, application: Application, record: str) -> PolicyUsed:
    """The policy to be named beside the words of a sealed ``record``, "" for none: ``used`` is that of the day by now.

    They differ where the application was locked before its year had begun, and policy was changed for that year since.
    """
    sealed = sealed_policy(record, application.industry, as_of, used) if record else used
    return used if sealed == used else replace(sealed, reference=policy_on(cursor, sealed.in_force_from).reference)


def binding_changes(
    versions: Sequence[PolicyChangeVersion], known_at: datetime | None = None
) -> list[PolicyChangeVersion]:
    """Of each change the edition that was the last by then, if it was approved and not withdrawn; by approval."""
    binding = []
    for _, editions in groupby(versions, lambda one: one.change):
        known = [one for one in editions if known_at is None or one.saved_at <= known_at]
        if known and known[-1].binding(known_at):
            binding.append(known[-1])
    return sorted(binding, key=lambda one: (one.approved_at, one.change))


@lru_cache(maxsize=64)
def _in_force(contents: tuple[str, ...], day: date) -> Policy:
    return _merged(contents).on(day)


@lru_cache(maxsize=64)
def _of_year(contents: tuple[str, ...], year: int) -> Policy:
    return _merged(contents).of_year(year)


@lru_cache(maxsize=64)
def _merged(contents: tuple[str, ...]) -> Policies:
    return policies().with_changes(PolicyFile.model_validate_json(content) for content in contents)
