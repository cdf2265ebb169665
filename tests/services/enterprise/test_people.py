"""Several people of one enterprise: who may do what, a check before the lock, invited, handing over, leaving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kpi.access.roles import ENTERPRISE_PERMISSIONS, Scope, allows
from kpi.errors import NotFound, UserError
from kpi.model.viewer import ENTERPRISE_DUTIES, EnterpriseDuty, Viewer
from kpi.services.administrator.account_import import preview_accounts
from kpi.services.administrator.accounts import set_person_duties, set_scope
from kpi.services.conditions import state_conditions
from kpi.services.enterprise import lock
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.checks import acted_for, check_draft, draft_for_check
from kpi.services.enterprise.lock import lock_application, reopen_application
from kpi.services.enterprise.people import end_person, hand_over, invite_person, own_people, set_duties
from kpi.services.enterprise.sheets import SheetEdit, edit_sheet, own_sheet
from kpi.services.enterprise.uploads import receive_file
from kpi.services.unit_of_work import UnitOfWork
from kpi.store.store import Store
from kpi.tables.applications import locked_applications
from kpi.tables.sheets import worksheet_changes
from tests.either_store import copied_store
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, A, B, account_by_now
from tests.services.service_calls import STATED
from tests.services.submitting import YEAR, accepted


@pytest.fixture
def store(furnished: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(copied_store(furnished, tmp_path / "s")) as opened:
        accepted(opened, B, CODE_B)
        yield opened


def person(store: Store, name: str, *duties: EnterpriseDuty) -> Viewer:
    invite_person(store, B, name, f"{name}（虚构）", duties, (CODE_B,), AT)
    return replace(account_by_now(store, name), must_change=False)


def refused(ask: Callable[..., object], *arguments: Any) -> str:
    with pytest.raises(UserError) as error:
        ask(*arguments)
    return error.value.code


def lock_as(store: Store, viewer: Viewer) -> None:
    points = lock_outlook(store, viewer, CODE_B, YEAR).points
    lock_application(store, viewer, CODE_B, YEAR, points, AT)


def change_value(store: Store, viewer: Viewer, text: str = "46") -> None:
    version = own_sheet(store, viewer, CODE_B, YEAR).version
    edit_sheet(store, viewer, CODE_B, YEAR, version, [SheetEdit("K08", "value", text)], at=AT)


def test_each_person_may_do_what_is_theirs_and_read_everything(store: Store) -> None:
    for duty in ENTERPRISE_DUTIES:
        viewer = person(store, f"p-{duty}", duty)
        assert viewer.enterprise_duties == (duty,)
        allowed = {kept for kept, permission in ENTERPRISE_PERMISSIONS.items() if allows(viewer, permission)}
        assert allowed == {duty}
        assert own_sheet(store, viewer, CODE_B, YEAR)
        assert own_people(store, viewer)
    assert B.enterprise_duties == ENTERPRISE_DUTIES, "none named: as before"
    assert ADMINISTRATOR.enterprise_duties == ()


def test_what_is_anothers_to_do_is_refused_by_the_service(store: Store) -> None:
    fills, checks, confirms = (person(store, f"p-{duty}", duty) for duty in ENTERPRISE_DUTIES)
    for other in (checks, confirms):
        assert refused(change_value, store, other) == "duty_needed_fill"
        assert refused(receive_file, store, other, "x.csv", b"x") == "duty_needed_fill"
        assert refused(state_conditions, store, other, CODE_B, YEAR, STATED) == "duty_needed_fill"
    for other in (fills, confirms):
        assert refused(check_draft, store, other, CODE_B, YEAR) == "duty_needed_check"
    for other in (fills, checks):
        assert refused(lock_application, store, other, CODE_B, YEAR, ()) == "duty_needed_confirm"
        assert refused(reopen_application, store, other, CODE_B, YEAR, "x") == "duty_needed_confirm"
        assert refused(invite_person, store, other, "x1", "x", ("fill",), (CODE_B,)) == "duty_needed_confirm"
        assert refused(set_duties, store, other, other.account, ("confirm",)) == "duty_needed_confirm"


def test_one_who_does_everything_locks_without_a_check(store: Store) -> None:
    lock_as(store, B)


def test_a_lock_needs_a_check_that_stands_where_the_one_who_locks_does_not_check(store: Store) -> None:
    fills, checks, confirms = (person(store, f"p-{duty}", duty) for duty in ENTERPRISE_DUTIES)
    assert refused(lock_as, store, confirms) == "not_checked"
    read = draft_for_check(store, checks, CODE_B, YEAR)
    assert (read.checked_by, read.stands) == (None, False)
    change_value(store, fills)
    assert refused(check_draft, store, checks, CODE_B, YEAR, read.sha256) == "changed_since_read"
    check_draft(store, checks, CODE_B, YEAR, at=AT)
    assert draft_for_check(store, fills, CODE_B, YEAR).stands
    change_value(store, fills, "47")
    read = draft_for_check(store, confirms, CODE_B, YEAR)
    assert (read.checked_by, read.stands) == (checks.account, False)
    assert [(change.item, change.becomes, change.changed_by) for change in read.changes] == [
        ("K08", "47", fills.account)
    ]
    assert [error.code for error in read.against_lock] == ["changed_since_check"]
    assert refused(lock_as, store, confirms) == "changed_since_check"
    check_draft(store, checks, CODE_B, YEAR, at=AT)  # of the same moment: the latest stands all the same
    lock_as(store, confirms)


def test_who_filled_checked_and_confirmed_is_said_of_what_is_locked(store: Store) -> None:
    fills, checks, confirms = (person(store, f"p-{duty}", duty) for duty in ENTERPRISE_DUTIES)
    change_value(store, fills)
    check_draft(store, checks, CODE_B, YEAR, at=AT)
    lock_as(store, confirms)
    with store.cursor() as cursor:
        [locked] = locked_applications(cursor, Scope(own=(CODE_B,)))
        changes = worksheet_changes(cursor, Scope(own=(CODE_B,)), CODE_B, YEAR)
        acted = acted_for(cursor, locked, changes)
    assert (acted.filled, acted.checked, acted.confirmed) == ((B.name, fills.name), checks.name, confirms.name)


def test_a_statement_after_the_check_ends_it(store: Store) -> None:
    fills, confirms = person(store, "fills", "fill", "check"), person(store, "confirms", "confirm")
    check_draft(store, fills, CODE_B, YEAR, at=AT)
    state_conditions(store, fills, CODE_B, YEAR, STATED, AT)
    read = draft_for_check(store, confirms, CODE_B, YEAR)
    assert (read.stands, read.changes) == (False, ())
    assert refused(lock_as, store, confirms) == "changed_since_check"


def test_a_change_while_the_lock_is_being_decided_is_not_locked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fills, confirms = person(store, "fills", "fill", "check"), person(store, "confirms", "confirm")
    check_draft(store, fills, CODE_B, YEAR, at=AT)
    decide, left = lock._decide, [True]

    def decide_slowly(*arguments: Any) -> Any:
        decided = decide(*arguments)
        if left:
            left.pop()
            change_value(store, fills)
        return decided

    monkeypatch.setattr(lock, "_decide", decide_slowly)
    assert refused(lock_as, store, confirms) == "changed_since_check"


def limited(monkeypatch: pytest.MonkeyPatch, **values: int) -> None:
    """Policy with these values, wherever one is asked for."""
    from kpi.services import evaluation, year
    from kpi.services.administrator import accounts
    from kpi.services.enterprise import people

    of_day = year.policy_of_day
    for module in (accounts, people):
        monkeypatch.setattr(module, "policy_of_day", lambda *asked: replace(of_day(*asked), **values))
    context = evaluation.evaluation_context
    for module in (lock, __import__("kpi.services.enterprise.checks", fromlist=["x"])):
        monkeypatch.setattr(
            module,
            "evaluation_context",
            lambda *asked: replace(on := context(*asked), policy=replace(on.policy, **values)),
        )


def test_where_policy_separates_duties_a_person_gets_and_keeps_as_many(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, duties_of_a_person=1)
    assert refused(invite_person, store, B, "x1", "x", ("fill", "check"), (CODE_B,)) == "person_duties_too_many"
    assert refused(lock_as, store, B) == "own_duties_too_many"
    fills, checks = person(store, "fills", "fill"), person(store, "checks", "check")
    assert refused(set_duties, store, B, "fills", ("fill", "check")) == "person_duties_too_many"
    assert refused(set_person_duties, store, ADMINISTRATOR, "fills", ("fill", "check")) == "person_duties_too_many"
    # Step by step, each of which leaves fewer than before.
    assert not hand_over(store, B, checks.account, ("check",), AT)
    assert not hand_over(store, B, fills.account, ("fill",), AT)
    confirms = account_by_now(store, "b")
    assert confirms.enterprise_duties == ("confirm",)
    check_draft(store, checks, CODE_B, YEAR, at=AT)
    lock_as(store, confirms)


def test_an_enterprise_has_as_many_people_as_policy_allows(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, people_of_an_enterprise=2)
    person(store, "second", "fill")
    assert refused(person, store, "third", "fill") == "people_too_many"
    end_person(store, B, "second", AT)
    person(store, "third", "fill")


def test_nobody_raises_or_ends_themselves(store: Store) -> None:
    confirms = person(store, "confirms", "confirm")
    assert refused(set_duties, store, confirms, "confirms", ENTERPRISE_DUTIES) == "own_person"
    assert refused(end_person, store, confirms, "confirms") == "own_person"
    assert refused(hand_over, store, confirms, "b", ("fill",)) == "duty_missing"
    # Nor by what the session remembers of duties that were taken away meanwhile.
    set_duties(store, B, "confirms", ("check",), AT)
    assert refused(set_duties, store, confirms, "b", ("fill",)) == "duty_needed_confirm"


def test_a_person_who_leaves_hands_over(store: Store) -> None:
    other = person(store, "colleague", "fill")
    assert hand_over(store, B, "colleague", ENTERPRISE_DUTIES, AT), "with the last duty the account is ended"
    assert account_by_now(store, "colleague").enterprise_duties == ENTERPRISE_DUTIES
    assert [(item.account, item.gone) for item in own_people(store, other)] == [("b", True), ("colleague", False)]
    assert refused(end_person, store, B, "colleague") == "duty_needed_confirm"


def test_of_two_who_let_each_other_go_one_stays(store: Store) -> None:
    confirms = person(store, "confirms", "confirm")
    end_person(store, B, "confirms", AT)
    assert refused(end_person, store, confirms, "b") == "duty_needed_confirm"


def test_duties_that_somebody_has_changed_meanwhile_are_seen_first(store: Store) -> None:
    person(store, "colleague", "fill")
    set_duties(store, B, "colleague", ("check",), AT, seen=("fill",))
    assert refused(set_duties, store, B, "colleague", ("confirm",), AT, ("fill",)) == "changed_since_read"
    assert refused(set_duties, store, B, "colleague", ()) == "duty_missing"


def test_people_are_of_the_inviters_enterprises_alone(store: Store) -> None:
    group = replace(B, scope=(CODE_A, CODE_B))
    assert refused(invite_person, store, B, "x1", "x", ("fill",), (CODE_A,)) == "not_your_enterprise"
    set_scope(store, ADMINISTRATOR, "b", group.scope, AT)
    invite_person(store, group, "of-both", "两家（虚构）", ("confirm",), (CODE_A, CODE_B), AT)
    found = {item.account: item for item in own_people(store, A)}
    assert {name: (item.codes, item.within) for name, item in found.items()} == {
        "a": ((CODE_A,), True),
        "b": ((CODE_A,), False),
        "of-both": ((CODE_A,), False),
    }
    for act in (end_person, set_duties, hand_over):
        with pytest.raises(NotFound):
            act(store, A, "of-both", *([("fill",)] if act is not end_person else []))


def test_a_list_of_accounts_may_name_duties(store: Store) -> None:
    head = "账号,显示名称,身份,权限范围,职责\n"
    rows = f"wang,王（虚构）,企业,{CODE_B},填报；复核\nzhao,赵（虚构）,评审,,填报\n"
    preview = preview_accounts(store, ADMINISTRATOR, "a.csv", (head + rows).encode())
    assert [new.duties for new in preview.accounts] == [("fill", "check"), ("fill",)]
    assert [(fault.row, fault.error.code) for fault in preview.faults] == [(3, "duty_does_not_fit")]


def test_two_acts_of_a_hand_over_are_one_change(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    person(store, "colleague", "fill")
    audit = UnitOfWork.audit

    def fails_at_the_second(self: UnitOfWork, action: Any, subject: str, *more: Any, **named: Any) -> None:
        if subject == "b":
            raise UserError("changed_since_read")
        audit(self, action, subject, *more, **named)

    monkeypatch.setattr(UnitOfWork, "audit", fails_at_the_second)
    assert refused(hand_over, store, B, "colleague", ("check",)) == "changed_since_read"
    assert account_by_now(store, "colleague").enterprise_duties == ("fill",)
