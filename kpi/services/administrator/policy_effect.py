"""The history of policy as a time line: what was stated for which day, by whom, and what has taken its place since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from kpi import tables
from kpi.access.roles import whole_programme
from kpi.benchmark.evaluation import evaluate_all
from kpi.errors import NotFound
from kpi.model.evaluation import Baseline, MethodVersion
from kpi.model.times import now, year_end
from kpi.model.viewer import Viewer
from kpi.policy.change_file import read_change
from kpi.policy.load import Policies, file_entries, policies
from kpi.policy.policy import Policy, PolicyEntry
from kpi.policy.schema import PolicyFile
from kpi.services.administrator.changed_verdicts import ChangedWords, changed_words
from kpi.services.administrator.policy import PolicyChange, policy_overview, years_ahead
from kpi.services.authorization import reads, requires
from kpi.services.claims import rulings_for
from kpi.services.evaluation import baseline_in_force
from kpi.services.year import begun_years, binding_changes, policies_known, policies_with
from kpi.store.database import Cursor
from kpi.store.store import Store

# What a change of policy would do, before it is in force: to the verdicts of a year, and to the quota of each body.


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


@reads("see_baselines")
def preview_policy_file(
    cursor: Cursor, viewer: Viewer, file: str, data: bytes, as_of: date | None = None
) -> PolicyPreview:
    """The effect of a change in a file as in ``data/policy``, on the latest year begun with locked applications.

    ``as_of``: the day to judge on, by default the first on which the change is in force, or the year's end if later.

    Raises:
        InvalidFile: the file has faults.
        UserError: no baseline or no policy is in force.
    """
    present = policies_known(cursor)
    return _preview(cursor, viewer, present, read_change(file, data, present), as_of)


@reads("see_baselines")
def preview_policy_change(cursor: Cursor, viewer: Viewer, number: int, as_of: date | None = None) -> PolicyPreview:
    """As ``preview_policy_file``, of a drafted change: beside what was approved, without the change itself.

    Raises:
        NotFound: there is no change of that number.
    """
    versions = tables.policy.policy_changes(cursor)
    edition = next((version for version in reversed(versions) if version.change == number), None)
    if edition is None:
        raise NotFound("policy_change", str(number))
    others = binding_changes([version for version in versions if version.change != number])
    present = policies_with(others)
    return _preview(cursor, viewer, present, PolicyFile.model_validate_json(edition.content), as_of)


def _preview(
    cursor: Cursor, viewer: Viewer, present: Policies, change: PolicyFile, as_of: date | None
) -> PolicyPreview:
    applications = [
        application.application
        for application in tables.applications.locked_applications(cursor, whole_programme(viewer))
    ]
    counts = Counter(application.year for application in applications)
    year = max(begun_years(cursor, counts), default=None)
    day = as_of or max(change.in_force_from, year_end(year or change.in_force_from.year))
    before, after = present.on(day), present.with_changes([change]).on(day)
    judged = [application for application in applications if application.year == year]
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
        ahead={item: counts[item] for item in sorted(years_ahead(cursor, change, counts, now()))},
    )


def _changed_values(present: Policies, change: PolicyFile) -> Iterator[ChangedValue]:
    known = {statement.key: statement.value for statement in present.statements(change.in_force_from)}
    for key, entry in file_entries(change):
        yield ChangedValue(key, known.get(key), entry.value)


def _changed_quotas(cursor: Cursor, year: int, before: Policy, after: Policy) -> Iterator[ChangedQuota]:
    for body, standing in tables.lists.programme(cursor, year).items():
        old, new = before.quota.of(standing.awarded), after.quota.of(standing.awarded)
        if old != new:
            yield ChangedQuota(body, old, new)


# The history of policy as a time line: what was stated for which day, by whom, and what has taken its place since.


StepState = Literal["draft", "scheduled", "in_force", "superseded", "withdrawn"]


@dataclass(frozen=True, slots=True)
class StatedValue:
    """``before`` is what it takes the place of, None where there was nothing.

    ``until`` is the first day of what takes its own place, by the change ``until_by``; None while it lasts.
    """

    entry: PolicyEntry
    before: PolicyEntry | None = None
    until: date | None = None
    until_by: int | None = None

    @property
    def moved(self) -> bool:
        """Whether the value is another than before: a whole notice states most of them once more."""
        before = self.before
        return before is None or (before.value, before.repealed) != (self.entry.value, self.entry.repealed)


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """What was stated for one day at once. ``change`` None came with the product."""

    day: date
    change: PolicyChange | None
    state: StepState
    values: tuple[StatedValue, ...]


@requires("see_baselines")
def policy_history(store: Store, viewer: Viewer, at: datetime | None = None) -> tuple[PolicyStep, ...]:
    """Every step that is in force, is to come, waits for its approval, or was withdrawn: the latest day first."""
    overview = policy_overview(store, viewer, at)
    # The earlier approval first: of two for one day the later one counts, as in ``Policies.with_changes``.
    approved = sorted(
        (item for item in overview.changes if item.state in ("scheduled", "in_force")),
        key=lambda item: (item.edition.approved_at, item.number),
    )
    binding: list[tuple[PolicyChange | None, PolicyEntry]] = [(None, policy) for policy in policies().stored]
    binding += [(change, entry) for change in approved for entry in _entries(change)]
    binding.sort(key=lambda item: item[1].in_force_from)
    steps = [*_binding_steps(binding, overview.today), *_other_steps(overview.changes, binding)]
    return tuple(sorted(steps, key=lambda step: (step.day, step.change.number if step.change else 0), reverse=True))


def _entries(change: PolicyChange) -> tuple[PolicyEntry, ...]:
    return Policies(()).with_changes([change.content]).stored


def _binding_steps(binding: Sequence[tuple[PolicyChange | None, PolicyEntry]], today: date) -> Iterator[PolicyStep]:
    """``binding`` in the order in which it counts."""
    of_key: dict[str, list[tuple[PolicyChange | None, PolicyEntry]]] = defaultdict(list)
    for change, entry in binding:
        of_key[entry.key].append((change, entry))
    stated: dict[tuple[date, int], list[StatedValue]] = defaultdict(list)
    changes = {change.number: change for change, _ in binding if change}
    for entries in of_key.values():
        for (_, before), (change, entry), (later, after) in _with_neighbours(entries):
            number = later.number if later else None
            value = StatedValue(entry, before, after.in_force_from if after else None, number)
            stated[entry.in_force_from, change.number if change else 0].append(value)
    for (day, number), values in stated.items():
        yield PolicyStep(day, changes.get(number), _state(day, values, today), tuple(values))


def _with_neighbours(
    entries: Iterable[tuple[PolicyChange | None, PolicyEntry]],
) -> Iterator[
    tuple[
        tuple[PolicyChange | None, PolicyEntry | None],
        tuple[PolicyChange | None, PolicyEntry],
        tuple[PolicyChange | None, PolicyEntry | None],
    ]
]:
    none: tuple[None, None] = (None, None)
    row = list(entries)
    yield from zip([none, *row[:-1]], row, [*row[1:], none], strict=True)


def _state(day: date, values: Sequence[StatedValue], today: date) -> StepState:
    if day > today:
        return "scheduled"
    lasts = any(value.until is None or value.until > today for value in values)
    return "in_force" if lasts else "superseded"


def _other_steps(
    changes: Iterable[PolicyChange], binding: Sequence[tuple[PolicyChange | None, PolicyEntry]]
) -> Iterator[PolicyStep]:
    """Drafts beside what they would take the place of; what was withdrawn alone."""
    for change in changes:
        day = change.content.in_force_from
        if change.state == "withdrawn":
            yield PolicyStep(day, change, "withdrawn", tuple(StatedValue(policy) for policy in _entries(change)))
        elif change.state == "draft":
            known = {entry.key: entry for _, entry in binding if entry.in_force_from <= day}
            values = tuple(StatedValue(policy, known.get(policy.key)) for policy in _entries(change))
            yield PolicyStep(day, change, "draft", values)
