"""The history of policy as a time line: what was stated for which day, by whom, and what has taken its place since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kpi.model.viewer import Viewer
from kpi.policy.load import Policies, policies
from kpi.policy.policy import PolicyEntry
from kpi.services.administrator.policy_changes import PolicyChange, policy_overview
from kpi.services.authorization import requires
from kpi.store.store import Store

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
        (one for one in overview.changes if one.state in ("scheduled", "in_force")),
        key=lambda one: (one.edition.approved_at, one.number),
    )
    binding: list[tuple[PolicyChange | None, PolicyEntry]] = [(None, one) for one in policies().stored]
    binding += [(change, entry) for change in approved for entry in _entries(change)]
    binding.sort(key=lambda one: one[1].in_force_from)
    steps = [*_binding_steps(binding, overview.today), *_other_steps(overview.changes, binding)]
    return tuple(sorted(steps, key=lambda one: (one.day, one.change.number if one.change else 0), reverse=True))


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
    lasts = any(one.until is None or one.until > today for one in values)
    return "in_force" if lasts else "superseded"


def _other_steps(
    changes: Iterable[PolicyChange], binding: Sequence[tuple[PolicyChange | None, PolicyEntry]]
) -> Iterator[PolicyStep]:
    """Drafts beside what they would take the place of; what was withdrawn alone."""
    for change in changes:
        day = change.content.in_force_from
        if change.state == "withdrawn":
            yield PolicyStep(day, change, "withdrawn", tuple(StatedValue(one) for one in _entries(change)))
        elif change.state == "draft":
            known = {entry.key: entry for _, entry in binding if entry.in_force_from <= day}
            values = tuple(StatedValue(one, known.get(one.key)) for one in _entries(change))
            yield PolicyStep(day, change, "draft", values)
