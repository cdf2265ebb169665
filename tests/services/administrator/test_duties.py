"""Administrators' duties are separate: who may what, who may combine them, and who is named for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpi.access.roles import DUTY_PERMISSIONS, ROLE_PERMISSIONS, allows
from kpi.errors import NotFound, UserError
from kpi.model.times import set_clock_offset
from kpi.model.viewer import DUTIES, Duty, Viewer, console_actor
from kpi.services.administrator.account_import import add_accounts, preview_accounts
from kpi.services.administrator.accounts import NewAccount, add_account, disable_account, list_accounts, set_scope
from kpi.services.administrator.audit import read_audit
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.meeting import may_attend
from kpi.services.administrator.policy import policy_overview
from kpi.store.store import Store
from kpi.tables.accounts import accounts
from pages.session.context import page_at, pages_for
from tests.clock.sitecustomize import clock
from tests.either_store import copied_store
from tests.services.sample_store import ADMINISTRATOR, AT

CONSOLE = console_actor("root")
LIST = "账号,显示名称,身份,权限范围\n"


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(copied_store(made, tmp_path / "s")) as opened:
        yield opened


def of(*duties: Duty) -> Viewer:
    return Viewer("li.lei", "李雷（虚构）", "administrator", duties)


def refused_with(store: Store, viewer: Viewer, *scope: str) -> str:
    with pytest.raises(UserError) as error:
        add_account(store, viewer, NewAccount("li.lei", "李雷（虚构）", "administrator", scope), AT)
    return error.value.code


def test_every_permission_of_an_administrator_is_of_one_duty_or_of_all() -> None:
    of_duties = [permission for duty in DUTIES for permission in DUTY_PERMISSIONS[duty]]
    assert len(of_duties) == len(set(of_duties))
    assert ROLE_PERMISSIONS["administrator"] == {*of_duties, "keep_own_account", "see_published", "administer"}
    for duty in DUTIES:
        allowed = {permission for permission in ROLE_PERMISSIONS["administrator"] if allows(of(duty), permission)}
        assert allowed == {*DUTY_PERMISSIONS[duty], "keep_own_account", "see_published", "administer"}
    assert of().duties == DUTIES, "none named: as on the command line"
    assert Viewer("a", "b", "leader", ("system",)).duties == ()


@pytest.mark.parametrize("duty", DUTIES)
def test_a_home_names_only_pages_that_its_reader_can_open(store: Store, duty: Duty) -> None:
    add_account(store, CONSOLE, NewAccount("second", "韩梅（虚构）", "administrator", ()), AT)
    offered = {matter.page for matter in administrator_to_dos(store, of(duty), AT) if matter.page}
    assert offered <= {page.address for page in pages_for(of(duty))}
    assert page_at("administrator-home") in pages_for(of(duty))


def test_whoever_keeps_one_duty_is_not_there_for_the_others(store: Store) -> None:
    asks = {
        "system": lambda viewer: policy_overview(store, viewer, AT),
        "security": lambda viewer: list_accounts(store, viewer),
        "audit": lambda viewer: read_audit(store, viewer, 1),
    }
    for kept, ask in asks.items():
        for duty in DUTIES:
            if duty != kept:
                with pytest.raises(NotFound):
                    ask(of(duty))
    assert list_accounts(store, of("security"))
    assert read_audit(store, of("audit"), 1).acts


def test_one_account_combines_as_many_duties_as_policy_allows(store: Store) -> None:
    assert refused_with(store, ADMINISTRATOR) == "duties_too_many"
    assert refused_with(store, ADMINISTRATOR, "system", "audit") == "duties_too_many"
    assert refused_with(store, ADMINISTRATOR, "root") == "scope_does_not_fit"
    add_account(store, ADMINISTRATOR, NewAccount("li.lei", "李雷（虚构）", "administrator", ("system",)), AT)
    with pytest.raises(UserError, match="duties_too_many"):
        set_scope(store, ADMINISTRATOR, "li.lei", ())
    with pytest.raises(UserError, match="duties_too_many"):
        set_scope(store, ADMINISTRATOR, "li.lei", ("system", "security"))
    set_scope(store, ADMINISTRATOR, "li.lei", ("audit",))


def test_nobody_changes_their_own_duties(store: Store) -> None:
    with pytest.raises(UserError, match="own_duties"):
        set_scope(store, ADMINISTRATOR, ADMINISTRATOR.account, ("system",))


def test_what_combines_more_than_policy_allows_is_named_on_every_home(store: Store) -> None:
    add_account(store, CONSOLE, NewAccount("second", "韩梅（虚构）", "administrator", ()), AT)

    def combined(viewer: Viewer) -> list[tuple[bool, str, object]]:
        found = administrator_to_dos(store, viewer, AT)
        return [(item.open, item.page, item.params["count"]) for item in found if item.code == "duties_combined"]

    assert combined(of("security")) == [(True, "accounts", 2)]
    assert combined(of("audit")) == combined(of("system")) == [(False, "", 2)]
    set_scope(store, CONSOLE, "second", ("security",))
    assert combined(of("audit")) == [(False, "", 1)]
    disable_account(store, CONSOLE, ADMINISTRATOR.account)
    assert combined(of("audit")) == []


def test_a_day_without_policy_still_has_homes_and_lets_one_account_have_one_duty(store: Store) -> None:
    before_any = datetime(2024, 6, 1, tzinfo=UTC)
    found = administrator_to_dos(store, of("security"), before_any)
    assert [item.params["count"] for item in found if item.code == "duties_combined"] == [1]
    assert administrator_to_dos(store, of("system"), before_any)
    set_clock_offset(before_any)
    try:
        assert refused_with(store, ADMINISTRATOR, "system", "audit") == "duties_too_many"
    finally:
        set_clock_offset(clock())


def test_whoever_does_not_run_panels_is_not_named_as_one_who_may_attend(store: Store) -> None:
    for name, duty in (("keeper", "security"), ("runner", "system")):
        add_account(store, CONSOLE, NewAccount(name, name, "administrator", (duty,)), AT)
    with store.cursor() as cursor:
        found = {account.viewer.account for account in accounts(cursor) if may_attend(account, set())}
    assert found == {ADMINISTRATOR.account, "runner"}


def test_a_list_says_duties_as_roles_or_as_scope(store: Store) -> None:
    rows = "sys,甲（虚构）,系统管理员,\nsec,乙（虚构）,管理员,安全管理\naud,丙（虚构）,审计员,\n"
    preview = preview_accounts(store, ADMINISTRATOR, "a.csv", (LIST + rows).encode())
    assert [(new.role, new.scope) for new in preview.accounts] == [("administrator", (duty,)) for duty in DUTIES]
    assert preview.faults == ()
    add_accounts(store, ADMINISTRATOR, "a.csv", (LIST + rows).encode(), at=AT)
    undivided = (LIST + "all,丁（虚构）,管理员,\n").encode()
    faults = preview_accounts(store, ADMINISTRATOR, "b.csv", undivided).faults
    assert [fault.error.code for fault in faults] == ["duties_too_many"]
    assert preview_accounts(store, CONSOLE, "b.csv", undivided).faults == ()
