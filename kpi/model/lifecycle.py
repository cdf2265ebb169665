"""The life of an application (the notice, part II): its stages, and who moves it from where to where.

Whoever wants to know what may be done asks here; ``kpi.services.lifecycle.move`` alone does it. Nobody else compares
stages, so that a rule has one place. The picture is in ``docs/life-of-an-application.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from kpi.errors import UserError
from kpi.model.audit import AuditAction
from kpi.model.viewer import Role

ApplicationState = Literal[
    "draft",
    "submitted",
    "put_forward",
    "material_review",
    "on_site",
    "defence",
    "publicity",
    "listed",
    "not_listed",
]
APPLICATION_STATES: tuple[ApplicationState, ...] = get_args(ApplicationState)
"""In order; the last two are alternatives. Texts: ``page.step.<state>``."""
LOCKED_STATES = APPLICATION_STATES[1:]
ENDS = APPLICATION_STATES[-2:]
PUBLIC_LISTS: dict[Literal["publicity", "final"], ApplicationState] = {"publicity": "publicity", "final": "listed"}
"""The lists that the public reads, each by the stage of those who stand on it."""

LifeAct = Literal["lock", "reopen", "nominate", "drop", "set", "undo", "uphold", "overturn", "demonstrate"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that must be true, by the code of the error that says it is not (texts: ``error.<code>``).

    ``known_by``: the ``stage`` that the application is at, the ``words`` that are given as a reason, those that a step
    ``out_of_order`` needs, or whoever has ``looked`` it up. ``names_stage``: the error names the stage that is wanted.
    """

    code: str
    known_by: Literal["stage", "words", "out_of_order", "looked"] = "looked"
    names_stage: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from ``sources`` to ``target``: who goes it, and what must be true, in the order in which it is said.

    ``recorded_as``: the entry of the audit trail, that of a step with both stages. The enterprise sees stage and note
    at once, its recommending body and its reviewers the stage.
    """

    sources: tuple[ApplicationState, ...]
    target: ApplicationState
    act: LifeAct
    role: Role | Literal["system"]
    requires: tuple[Requirement, ...]
    recorded_as: tuple[AuditAction, ...]


def _looked(*codes: str) -> tuple[Requirement, ...]:
    return tuple(Requirement(code) for code in codes)


def _set_by_the_programme(target: ApplicationState) -> Transition:
    """The next one; with a reason a later one, and the end off the list."""
    earlier = LOCKED_STATES[: LOCKED_STATES.index(target)]
    requires = (
        Requirement("changed_since_read"),
        Requirement("step_taken_already", "stage", names_stage=True),
        Requirement("step_needs_reason", "out_of_order"),
        *_looked(*_BEFORE.get(target, ())),
    )
    return Transition(earlier, target, "set", "administrator", requires, ("step_taken",))


def _undone_to(target: ApplicationState) -> Transition:
    """From wherever the step that is taken back may have led: ``last_step`` says where it came from."""
    later = LOCKED_STATES[LOCKED_STATES.index(target) + 1 :]
    requires = (Requirement("changed_since_read"), Requirement("undo_needs_reason", "words"), *_looked(*_STANDING))
    return Transition(later, target, "undo", "administrator", requires, ("step_undone",))


_BEFORE: dict[ApplicationState, tuple[str, ...]] = {
    "publicity": ("decision_open", "decision_not_forward"),
    "listed": ("publicity_running", "objections_open"),
}
_STANDING = ("undo_objected", "undo_upheld")
_WINDOW = ("window_not_open", "window_closed")
_PEOPLE = ("own_duties_too_many", "not_checked", "changed_since_check")
_LIST = ("list_changed", "list_sent", "list_too_late")
_HEARING = ("not_heard", "hearing_running")
_OBJECTION = ("objection_needs_answer", "objection_answered", "objection_added_since", "objection_answer_day")

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        ("draft",),
        "submitted",
        "lock",
        "enterprise",
        _looked("changed_since_read", "lock_not_confirmed", *_PEOPLE, "register_unfit", "year_not_begun", *_WINDOW),
        ("application_locked",),
    ),
    Transition(
        ("submitted",),
        "draft",
        "reopen",
        "enterprise",
        (
            Requirement("reopening_needs_reason", "words"),
            Requirement("too_far_to_reopen", "stage"),
            *_looked(*_WINDOW),
        ),
        ("application_reopened",),
    ),
    # An application that the administrator took further by hand can still be put on its body's list.
    Transition(
        LOCKED_STATES,
        "put_forward",
        "nominate",
        "leader",
        _looked(*_LIST, "list_unknown", "list_twice", "list_empty", "list_over_quota", "list_not_eligible"),
        ("list_put_forward",),
    ),
    # Before there were stages a list was kept without any: what it holds may be at the lock still.
    Transition(
        ("submitted", "put_forward"),
        "submitted",
        "drop",
        "leader",
        (
            Requirement("list_needs_reason", "words"),
            *_looked(*_LIST, "list_not_forward"),
            Requirement("list_under_review", "stage"),
        ),
        ("list_put_forward", "list_withdrawn"),
    ),
    *(_set_by_the_programme(target) for target in LOCKED_STATES[1:]),
    *(_undone_to(target) for target in LOCKED_STATES[:-1]),
    Transition(
        LOCKED_STATES, "not_listed", "uphold", "administrator", _looked(*_OBJECTION, *_HEARING), ("step_taken",)
    ),
    *(
        Transition(("not_listed",), target, "overturn", "administrator", _looked(*_OBJECTION), ("step_taken",))
        for target in LOCKED_STATES[:-1]
    ),
    Transition(("submitted",), "put_forward", "demonstrate", "system", (), ("step_taken",)),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known before an act: the stages of all that it is done to, where it would lead, and the reason given.

    ``target`` may be any word that somebody typed. ``words`` are None while nobody was asked for a reason yet.
    ``found``: what those who looked found in the way.
    """

    stages: Collection[ApplicationState | None]
    target: str
    words: str | None = None
    found: Sequence[UserError] = ()


def transition(act: LifeAct, target: str) -> Transition | None:
    """The row of the table; None where the act never leads there."""
    return next((row for row in TRANSITIONS if (row.act, row.target) == (act, target)), None)


def hindrances(act: LifeAct, facts: Facts) -> list[UserError]:
    """All that stands in the way of an act, in the table's order; empty where it may be done."""
    way = transition(act, facts.target)
    if way is None:
        return [UserError("no_such_step"), *facts.found]
    if unknown := {error.code for error in facts.found} - {required.code for required in way.requires}:
        raise ValueError(f"{act} does not require {sorted(unknown)}")
    return [error for required in way.requires for error in _unmet(required, way, facts)]


def _unmet(required: Requirement, way: Transition, facts: Facts) -> Iterator[UserError]:
    if required.known_by == "looked":
        yield from (error for error in facts.found if error.code == required.code)
    elif required.known_by == "words":
        if facts.words is not None and not facts.words.strip():
            yield UserError(required.code)
    elif required.known_by == "out_of_order":
        moved = [stage_of(state) for state in facts.stages if stage_of(state) in way.sources]
        unexplained = facts.words is not None and not facts.words.strip()
        if unexplained and any(is_out_of_order(before, way.target) for before in moved):
            yield UserError(required.code)
    elif any(stage_of(state) not in way.sources for state in facts.stages):
        yield UserError(required.code, state=way.target) if required.names_stage else UserError(required.code)


def stage_of(taken: ApplicationState | None) -> ApplicationState:
    """The stage of a locked application by the last that was written: a lock did not always write one."""
    return taken if taken in LOCKED_STATES else "submitted"


def targets(act: LifeAct, before: ApplicationState | None = None) -> list[ApplicationState]:
    """Where an act may lead, in the order of stages; from one of them alone, where it is given."""
    found = {row.target for row in TRANSITIONS if row.act == act and (before is None or before in row.sources)}
    return [state for state in APPLICATION_STATES if state in found]


def is_out_of_order(before: ApplicationState, target: ApplicationState) -> bool:
    """Whether an administrator who sets it says why: it is not the next stage, or it is the end off the list."""
    return is_off_the_list(target) or APPLICATION_STATES.index(target) != APPLICATION_STATES.index(before) + 1


def last_step(
    steps: Sequence[tuple[ApplicationState, LifeAct | None]],
) -> tuple[LifeAct | None, ApplicationState] | None:
    """The last step that still holds, by its act, and the stage that it left; None where none does.

    ``steps``: each stage with the act that led to it (None: of the enterprise or its body, or nobody knows).
    """
    holding: list[tuple[LifeAct | None, ApplicationState]] = []
    present = stage_of(None)
    for state, act in steps:
        if act in ("undo", "overturn"):
            holding = holding[:-1]
        elif act != "uphold" or state != present:  # upheld again, it stays where it is
            holding.append((act, present))
        present = stage_of(state)
    return holding[-1] if holding else None


def must_be_looked_up(target: str, code: str) -> bool:
    """Whether an administrator who sets that stage needs to know that the error of this ``code`` is not in the way."""
    way = transition("set", target)
    return way is not None and any(required.code == code for required in way.requires)


def needs_no_record(state: ApplicationState) -> bool:
    """Nobody needs to have written that it was reached: a draft is begun, and a lock did not always write one."""
    return not is_nominated(state)


def waits_for_its_body(state: ApplicationState) -> bool:
    """It is locked, and nobody has put it forward."""
    return state == "submitted"


def is_nominated(state: ApplicationState) -> bool:
    """It has been put forward, or has come further, whatever the end."""
    return state in APPLICATION_STATES[APPLICATION_STATES.index("put_forward") :]


def is_under_review(state: ApplicationState) -> bool:
    """It has been put forward, and has come neither to publicity nor to an end: it may be visited and defended."""
    return is_nominated(state) and not is_public(state) and not is_off_the_list(state)


def is_public(state: ApplicationState | None) -> bool:
    """It stands on a list that the public reads."""
    return state in PUBLIC_LISTS.values()


def is_listed(state: ApplicationState | None) -> bool:
    return state == "listed"


def is_off_the_list(state: ApplicationState | None) -> bool:
    return state == "not_listed"


def way_of(present: ApplicationState) -> tuple[ApplicationState, ...]:
    """From draft to the end, in order; of the two ends the one that came, else the one that is hoped for."""
    end: ApplicationState = "not_listed" if is_off_the_list(present) else "listed"
    return (*APPLICATION_STATES[: -len(ENDS)], end)


def outside_the_table(states: Sequence[ApplicationState]) -> list[tuple[ApplicationState, ApplicationState]]:
    """Each step of one application, the earliest first, that no row of the table allows: from where, to where.

    Stores may hold them from before there was the table. They are read as they are.
    """
    allowed = {(source, row.target) for row in TRANSITIONS for source in row.sources}
    if not states:
        return []
    # A lock did not always write its stage: what comes first was then done to what was locked.
    begin: ApplicationState = "draft" if ("draft", states[0]) in allowed else stage_of(None)
    return [step for step in pairwise([begin, *states]) if step not in allowed]
