"""What no change of policy may do: begin early, decide a sealed verdict, state a value twice, contradict another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from kpi import queries
from kpi.errors import UserError
from kpi.model.times import shanghai_date, year_end
from kpi.policy.change_file import contradicting_values
from kpi.policy.load import Policies, file_entries
from kpi.policy.schema import PolicyFile
from kpi.services.policies import binding_changes
from kpi.services.programme_year import not_begun
from kpi.store.cursor import Cursor

DECIDES_VERDICTS = (
    "leading_quantile",
    "confidence",
    "method_version",
    "average",
    "clause_coverage",
    "clause_at_least",
    "sensitivity_quantiles",
    "power_percentiles",
    "main_kpis",
    "not_applicable_allowed",
    "basis",
)
"""Keys, or the tables of keys, that a sealed verdict was decided by."""


def decides_verdicts(change: PolicyFile) -> bool:
    """Whether any of its values is one that verdicts are decided by."""
    return any(key.partition(".")[0] in DECIDES_VERDICTS for key, _ in file_entries(change))


def refuse_early(cursor: Cursor, content: PolicyFile, at: datetime) -> None:
    """Raises ``UserError`` where the change would begin by that day, or as ``refuse_decided``."""
    today = shanghai_date(at)
    if content.in_force_from <= today:
        raise UserError("policy_too_early", day=content.in_force_from.isoformat(), today=today.isoformat())
    refuse_decided(cursor, content, at)


def refuse_decided(cursor: Cursor, content: PolicyFile, at: datetime) -> None:
    """Raises ``UserError`` where the change would decide, or has decided, the verdict of a locked application.

    One of a year that is ``not_begun`` holds no change back: its call is none yet, and it keeps the words it was given.
    """
    if not decides_verdicts(content):
        return
    # Reopened ones too: their words were given out.
    decided = {(one.credit_code, one.year) for one in queries.sealed_records(cursor)}
    ahead = years_ahead(cursor, content, {year for _, year in decided}, at)
    late = [year for _, year in decided if year_end(year) >= content.in_force_from and year not in ahead]
    if late:
        first = date(max(late) + 1, 1, 1)
        raise UserError("policy_decides_locked", count=len(late), year=max(late), first=first.isoformat())


def years_ahead(cursor: Cursor, content: PolicyFile, years: Iterable[int], at: datetime) -> set[int]:
    """Of years with locked applications those that the change would be held back by, were they not ``not_begun``."""
    later = {one for one in years if year_end(one) >= content.in_force_from}
    return {one for one in later if not_begun(cursor, one, at)} if decides_verdicts(content) else set()


def refuse_contradicted(after: Policies, today: date) -> None:
    """Raises ``UserError`` where values could not hold together on some day to come."""
    for day in (one for one in after.in_force_dates() if one > today):
        for _, keys in contradicting_values(after.on(day)):
            raise UserError("policy_contradicted", day=day.isoformat(), policy_keys=", ".join(keys))


def refuse_second(cursor: Cursor, content: PolicyFile) -> None:
    """Raises ``UserError`` where another approved change states one of its values for the same day: which one counts
    would depend on the order of approval.
    """
    stated = {key for key, _ in file_entries(content)}
    for one in binding_changes(queries.policy_changes(cursor)):
        other = PolicyFile.model_validate_json(one.content)
        both = stated & {key for key, _ in file_entries(other)}
        if other.in_force_from == content.in_force_from and both:
            raise UserError("policy_stated_twice", change=one.change, policy_keys=", ".join(sorted(both)))
