"""What a change of policy would do, before it is in force: to the verdicts of a year, and to the quota of each body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpi import queries
from kpi.access.roles import whole_programme
from kpi.benchmark.evaluation import evaluate_all
from kpi.errors import NotFound
from kpi.model.evaluation import Baseline, MethodVersion
from kpi.model.times import now, year_end
from kpi.model.viewer import Viewer
from kpi.policy.change_file import read_change
from kpi.policy.load import Policies, file_entries
from kpi.policy.policy import Policy
from kpi.policy.schema import PolicyFile
from kpi.services.administrator.changed_verdicts import ChangedWords, changed_words
from kpi.services.administrator.policy_refusals import years_ahead
from kpi.services.authorization import requires
from kpi.services.claims import rulings_for
from kpi.services.evaluation import baseline_in_force
from kpi.services.policies import binding_changes, policies_known, policies_with
from kpi.services.programme_year import begun_years
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A policy value as it is on the day before the change, and as the change states it; None is repealed or new."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ChangedQuota:
    body: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class PolicyPreview:
    """The locked applications of ``year`` judged on the day ``as_of``, without and with the change.

    ``before`` and ``after`` are the days from which the two policies are in force. ``year`` None: nothing is locked.
    ``ahead``: how many applications are locked for years that have not begun, which hold the change back no longer.
    """

    in_force_from: date
    values: tuple[ChangedValue, ...]
    as_of: date
    before: date
    after: date
    method: MethodVersion
    year: int | None
    baseline: Baseline | None
    applications: int
    words: ChangedWords
    quotas: tuple[ChangedQuota, ...]
    ahead: Mapping[int, int]


@requires("see_baselines")
def preview_policy_file(
    store: Store, viewer: Viewer, file: str, data: bytes, as_of: date | None = None
) -> PolicyPreview:
    """The effect of a change in a file as in ``data/policy``, on the latest year begun with locked applications.

    ``as_of``: the day to judge on, by default the first on which the change is in force, or the year's end if later.

    Raises:
        InvalidFile: the file has faults.
        UserError: no baseline or no policy is in force.
    """
    with store.cursor() as cursor:
        present = policies_known(cursor)
        return _preview(cursor, viewer, present, read_change(file, data, present), as_of)


@requires("see_baselines")
def preview_policy_change(store: Store, viewer: Viewer, number: int, as_of: date | None = None) -> PolicyPreview:
    """As ``preview_policy_file``, of a drafted change: beside what was approved, without the change itself.

    Raises:
        NotFound: there is no change of that number.
    """
    with store.cursor() as cursor:
        versions = queries.policy_changes(cursor)
        edition = next((one for one in reversed(versions) if one.change == number), None)
        if edition is None:
            raise NotFound("policy_change", str(number))
        others = binding_changes([one for one in versions if one.change != number])
        present = policies_with(others)
        return _preview(cursor, viewer, present, PolicyFile.model_validate_json(edition.content), as_of)


def _preview(
    cursor: Cursor, viewer: Viewer, present: Policies, change: PolicyFile, as_of: date | None
) -> PolicyPreview:
    applications = [one.application for one in queries.locked_applications(cursor, whole_programme(viewer))]
    counts = Counter(one.year for one in applications)
    year = max(begun_years(cursor, counts), default=None)
    day = as_of or max(change.in_force_from, year_end(year or change.in_force_from.year))
    before, after = present.on(day), present.with_changes([change]).on(day)
    judged = [one for one in applications if one.year == year]
    baseline: Baseline | None = None
    words = ChangedWords()
    if year is not None:
        baseline = baseline_in_force(cursor, year_end(year))
        rulings = rulings_for(cursor, judged)
        answers = [evaluate_all(cursor, judged, baseline, policy, day, rulings) for policy in (before, after)]
        words = changed_words(*answers)
    return PolicyPreview(
        in_force_from=change.in_force_from,
        values=tuple(_changed_values(present, change)),
        as_of=day,
        before=before.in_force_from,
        after=after.in_force_from,
        method=after.method_version,
        year=year,
        baseline=baseline,
        applications=len(judged),
        words=words,
        quotas=tuple(_changed_quotas(cursor, day.year if year is None else year, before, after)),
        ahead={one: counts[one] for one in sorted(years_ahead(cursor, change, counts, now()))},
    )


def _changed_values(present: Policies, change: PolicyFile) -> Iterator[ChangedValue]:
    known = {one.key: one.value for one in present.statements(change.in_force_from)}
    for key, entry in file_entries(change):
        yield ChangedValue(key, known.get(key), entry.value)


def _changed_quotas(cursor: Cursor, year: int, before: Policy, after: Policy) -> Iterator[ChangedQuota]:
    for body, standing in queries.programme(cursor, year).items():
        old, new = before.quota.of(standing.awarded), after.quota.of(standing.awarded)
        if old != new:
            yield ChangedQuota(body, old, new)
