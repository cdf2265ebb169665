"""Keeping accounts: what is accepted, whom an account then reaches, and from which moment on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.errors import NotFound, UserError
from kpi.model.viewer import SYSTEM, Viewer, console_actor
from kpi.services.administrator.accounts import (
    NewAccount,
    add_account,
    correct_conflict_reason,
    declare_conflict,
    disable_account,
    enable_account,
    end_account_sign_ins,
    known_conflicts,
    list_accounts,
    reset_account,
    set_scope,
    withdraw_conflict,
)
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.enterprise.lock import own_results
from kpi.services.operation import authentication
from kpi.services.operation.authentication import viewer_of
from kpi.services.reviewer.candidates import candidate_evaluation, candidates, peers_of, side_by_side
from kpi.store.store import Store
from kpi.tables.accounts import Account
from tests.benchmark.panels import credit_code
from tests.services.fake_hasher import Hasher
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, CODE_B, REVIEWER, A, B, token_of
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, locked, say_no_conflict

NOBODYS = credit_code(8_999_999)
GROUP = tuple(credit_code(8_100_000 + number) for number in range(8))
INDUSTRY, OTHER_INDUSTRY = "高端装备", "汽车"


@pytest.fixture(autouse=True)
def hasher(monkeypatch: pytest.MonkeyPatch) -> Hasher:
    quick = Hasher()
    monkeypatch.setattr(authentication, "HASHER", quick)
    return quick


def new(
    name: str = "carol", display: str = "演示新账号", role: Any = "reviewer", scope: Any = (), **more: Any
) -> NewAccount:
    return NewAccount(name, display, role, scope, **more)


def add(store: Store, account: NewAccount) -> str:
    return add_account(store, ADMINISTRATOR, account, AT)


def refused_with(ask: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(UserError) as error:
        ask()
    return error.value.code, repr(error.value.params)


def kept(store: Store, name: str) -> Account | None:
    return {account.viewer.account: account for account in list_accounts(store, ADMINISTRATOR)}.get(name)


def present(store: Store, name: str) -> Viewer:
    """The account as its next click finds it."""
    found = kept(store, name)
    assert found is not None
    return found.viewer


def length(store: Store) -> int:
    with store.cursor() as cursor:
        return len(tables.audit.audit_entries(cursor))


@pytest.mark.parametrize("name", ["ab", "a1", "7f", "songjiang-office", "li.lei_2", "a" * 40])
def test_names_that_are_accepted(store: Store, name: str) -> None:
    add(store, new(name))
    assert present(store, name).account == name


@pytest.mark.campaign
@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "a" * 41,
        "Ab",
        "-ab",
        ".ab",
        "_ab",
        "a b",
        "ab ",
        "ab\n",
        "ab\x00",
        "дab",
        "李雷",
        "console:root",
        "a/b",
        "a'b",
    ],
    ids=repr,
)
def test_names_that_are_none(store: Store, name: str) -> None:
    before = list_accounts(store, ADMINISTRATOR), length(store)
    assert refused_with(lambda: add(store, new(name)))[0] == "account_name_invalid"
    assert (list_accounts(store, ADMINISTRATOR), length(store)) == before


@pytest.mark.parametrize("name", ["reviewer", SYSTEM.account])
def test_a_name_that_is_taken_is_refused_the_products_own_too(store: Store, name: str) -> None:
    before = list_accounts(store, ADMINISTRATOR)
    assert refused_with(lambda: add(store, new(name)))[0] == "account_exists"
    assert list_accounts(store, ADMINISTRATOR) == before


@pytest.mark.parametrize(
    "display",
    ["", " ", " 演示", "演示 ", "演\u202e示", "演\x00示", "演\n示", "演\u200b示", "演" * 61, "\ue000"],
    ids=ascii,
)
def test_display_names_that_deceive_or_do_not_fit_are_refused(store: Store, display: str) -> None:
    assert refused_with(lambda: add(store, new(display=display)))[0] == "display_name_invalid"


def test_unknown_role_is_refused(store: Store) -> None:
    for role in ("root", "", "Reviewer", "system"):
        assert refused_with(lambda role=role: add(store, new(role=role)))[0] == "role_unknown"


BODY, OTHER_BODY = (body.name.zh for body in catalogue().bodies[:2])
FITTING: list[tuple[str, tuple[str, ...]]] = [
    ("enterprise", (CODE_A,)),
    ("enterprise", GROUP),
    ("reviewer", ()),
    ("reviewer", (INDUSTRY,)),
    ("reviewer", (CODE_A, CODE_B)),
    ("reviewer", (INDUSTRY, OTHER_INDUSTRY, CODE_B)),
    ("leader", (BODY,)),
    ("administrator", ("system",)),
]
UNFITTING: list[tuple[str, tuple[str, ...], str]] = [
    ("enterprise", (), "scope_needed"),
    ("enterprise", (CODE_A, CODE_A), "scope_needed"),
    ("enterprise", (CODE_A[:17] + "?",), "scope_does_not_fit"),
    ("enterprise", (CODE_A.lower(),), "scope_does_not_fit"),
    ("enterprise", (CODE_A + " ",), "scope_does_not_fit"),
    ("enterprise", (CODE_A, INDUSTRY), "scope_does_not_fit"),
    ("enterprise", (BODY,), "scope_does_not_fit"),
    ("reviewer", (BODY,), "scope_does_not_fit"),
    ("reviewer", ("没有的行业",), "scope_does_not_fit"),
    ("reviewer", ("",), "scope_does_not_fit"),
    ("reviewer", ("%",), "scope_does_not_fit"),
    ("reviewer", (INDUSTRY, INDUSTRY), "scope_needed"),
    ("leader", (), "scope_needed"),
    ("leader", (BODY, OTHER_BODY), "one_body_only"),
    ("leader", (INDUSTRY,), "scope_does_not_fit"),
    ("leader", (CODE_A,), "scope_does_not_fit"),
    ("administrator", (BODY,), "scope_does_not_fit"),
    ("administrator", (CODE_A,), "scope_does_not_fit"),
]


@pytest.mark.parametrize(("role", "scope"), FITTING, ids=str)
def test_scopes_that_fit_their_role(store: Store, role: str, scope: tuple[str, ...]) -> None:
    add(store, new(role=role, scope=scope))
    assert sorted(present(store, "carol").scope) == sorted(scope)
    set_scope(store, ADMINISTRATOR, "carol", scope)
    assert sorted(present(store, "carol").scope) == sorted(scope)


def test_what_an_account_is_already_is_no_act(store: Store) -> None:
    add(store, new(role="leader", scope=(BODY,)))
    before = length(store)
    assert enable_account(store, ADMINISTRATOR, "carol") is False
    set_scope(store, ADMINISTRATOR, "carol", (BODY,))
    with pytest.raises(NotFound):
        end_account_sign_ins(store, ADMINISTRATOR, "carol")
    assert length(store) == before
    assert disable_account(store, ADMINISTRATOR, "carol") == 0
    assert disable_account(store, ADMINISTRATOR, "carol") is None
    assert length(store) == before + 1


def test_a_scope_that_another_has_set_since_it_was_read_stays(store: Store) -> None:
    add(store, new(role="leader", scope=(BODY,)))
    set_scope(store, ADMINISTRATOR, "carol", (OTHER_BODY,), seen=(BODY,))
    assert (
        refused_with(lambda: set_scope(store, ADMINISTRATOR, "carol", (BODY,), seen=(BODY,)))[0] == "changed_since_read"
    )
    assert present(store, "carol").scope == (OTHER_BODY,)


@pytest.mark.campaign
@pytest.mark.parametrize(("role", "scope", "code"), UNFITTING, ids=str)
def test_scopes_that_do_not(store: Store, role: str, scope: tuple[str, ...], code: str) -> None:
    assert refused_with(lambda: add(store, new(role=role, scope=scope)))[0] == code
    fitting = next(fits for item, fits in FITTING if item == role)
    add(store, new(role=role, scope=fitting))
    before = length(store)
    assert refused_with(lambda: set_scope(store, ADMINISTRATOR, "carol", scope))[0] == code
    assert (present(store, "carol").scope, length(store)) == (fitting, before)


def test_an_identity_is_as_long_as_providers_make_them_and_opens_one_account(store: Store) -> None:
    issuer = "https://login.example/" + "0f" * 50
    add(store, new(identity=(issuer, "subject")))
    add(store, new("dora", identity=(issuer, "another")))
    assert (kept(store, "carol").issuer, kept(store, "carol").subject) == (issuer, "subject")
    code, params = refused_with(lambda: add(store, new("emma", identity=(issuer, "subject"))))
    assert (code, params) == ("identity_taken", "{'name': 'carol'}")
    for identity in (("", "s"), ("i", ""), ("i" * 256, "s"), ("i", "s\u202e"), (" i", "s")):
        assert (
            refused_with(lambda identity=identity: add(store, new("emma", identity=identity)))[0] == "identity_invalid"
        )


def test_a_listing_holds_no_hash(store: Store) -> None:
    found = list_accounts(store, ADMINISTRATOR)
    assert [account.viewer.account for account in found] == sorted(account.viewer.account for account in found)
    assert {account.password_hash for account in found} == {None}


def test_an_account_that_does_not_exist_is_not_there_for_any_work_and_no_trace_is_left(store: Store) -> None:
    before = length(store)
    for work in (
        lambda: disable_account(store, ADMINISTRATOR, "nobody"),
        lambda: enable_account(store, ADMINISTRATOR, "nobody"),
        lambda: reset_account(store, ADMINISTRATOR, "nobody"),
        lambda: set_scope(store, ADMINISTRATOR, "nobody", ()),
        lambda: declare_conflict(store, ADMINISTRATOR, "nobody", CODE_A, "亲属任职"),
        lambda: withdraw_conflict(store, ADMINISTRATOR, "nobody", CODE_A),
        lambda: declare_conflict(store, ADMINISTRATOR, "a", CODE_A, "亲属任职"),
        lambda: withdraw_conflict(store, ADMINISTRATOR, "leader", CODE_A),
    ):
        with pytest.raises(NotFound):
            work()
    assert length(store) == before


def test_an_administrator_cannot_disable_itself_but_the_console_can(store: Store) -> None:
    before = length(store)
    assert refused_with(lambda: disable_account(store, ADMINISTRATOR, "administrator"))[0] == "own_account"
    assert not kept(store, "administrator").disabled
    assert length(store) == before
    disable_account(store, console_actor("root"), "administrator")
    assert kept(store, "administrator").disabled


def test_a_new_scope_holds_at_the_next_call(store: Store) -> None:
    locked(store, A, CODE_A)
    token = token_of(store, "other", AT)
    assert candidates(store, viewer_of(store, token, AT)) == []
    set_scope(store, ADMINISTRATOR, "other", [INDUSTRY])
    assert [candidate.credit_code for candidate in candidates(store, viewer_of(store, token, AT))] == [CODE_A]
    set_scope(store, ADMINISTRATOR, "other", [])
    assert candidates(store, viewer_of(store, token, AT)) == []


def test_a_group_sees_all_of_its_subsidiaries_and_no_ninth(store: Store) -> None:
    add(store, new("group", role="enterprise", scope=GROUP))
    group = replace(present(store, "group"), must_change=False)
    for code in GROUP:
        accepted(store, group, code)
    for code in GROUP[:4]:
        lock_as_it_stands(store, group, code, YEAR)
    locked(store, B, CODE_B)
    assert sorted(own_result.answer.application.credit_code for own_result in own_results(store, group)) == sorted(
        GROUP
    )
    assert refused_with(lambda: accepted(store, group, CODE_B))[0] == "not_your_enterprise"
    assert refused_with(lambda: lock_as_it_stands(store, group, CODE_B, YEAR)) == refused_with(
        lambda: lock_as_it_stands(store, group, NOBODYS, YEAR)
    )


def test_a_reviewer_assigned_a_candidate_sees_it_and_not_its_industry(store: Store) -> None:
    locked(store, A, CODE_A)
    locked(store, B, CODE_B)
    single = Viewer("other", "", "reviewer", (CODE_A,))
    by_industry = Viewer("other", "", "reviewer", (INDUSTRY,))
    both = Viewer("other", "", "reviewer", (OTHER_INDUSTRY, CODE_B))
    for viewer, reach in ((single, [CODE_A]), (by_industry, [CODE_A, CODE_B]), (both, [CODE_B])):
        set_scope(store, ADMINISTRATOR, "other", viewer.scope)
        found = present(store, "other")
        assert sorted(found.scope) == sorted(viewer.scope)
        assert [candidate.credit_code for candidate in candidates(store, found)] == reach
    say_no_conflict(store, single)
    assert candidate_evaluation(store, single, CODE_A, YEAR).application.credit_code == CODE_A
    outside = refused_with(lambda: candidate_evaluation(store, single, CODE_B, YEAR))
    assert outside == refused_with(lambda: candidate_evaluation(store, single, NOBODYS, YEAR))


def test_a_conflict_makes_a_candidate_one_that_does_not_exist(store: Store) -> None:
    locked(store, A, CODE_A)
    locked(store, B, CODE_B)
    before = present(store, "reviewer")
    say_no_conflict(store, before)
    answer = candidate_evaluation(store, before, CODE_A, YEAR)
    set_scope(store, ADMINISTRATOR, "reviewer", [INDUSTRY, CODE_A])
    declare_conflict(store, ADMINISTRATOR, "reviewer", CODE_A, "配偶在该企业任职")
    barred = present(store, "reviewer")
    assert barred.barred == (CODE_A,)
    assert [candidate.credit_code for candidate in candidates(store, barred)] == [CODE_B]
    nobodys = refused_with(lambda: candidate_evaluation(store, barred, NOBODYS, YEAR))
    assert nobodys[0] == "not_there"
    for ask in (
        lambda: candidate_evaluation(store, barred, CODE_A, YEAR),
        lambda: side_by_side(store, barred, [CODE_A], YEAR),
        lambda: side_by_side(store, barred, [CODE_B, CODE_A], YEAR),
        lambda: side_by_side(store, barred, [CODE_B, NOBODYS], YEAR),
        lambda: peers_of(store, barred, answer, "K08"),
    ):
        assert refused_with(ask) == nobodys
    withdraw_conflict(store, ADMINISTRATOR, "reviewer", CODE_A)
    assert [candidate.credit_code for candidate in candidates(store, present(store, "reviewer"))] == [CODE_A, CODE_B]


def test_a_reason_is_corrected_while_the_conflict_stands(store: Store) -> None:
    """It was withdrawn for that, and the enterprise in reach until it was declared again."""
    declare_conflict(store, ADMINISTRATOR, "reviewer", CODE_A, "曾任职")

    def corrected(reason: str, read: str, viewer: Viewer = ADMINISTRATOR, code: str = CODE_A) -> None:
        correct_conflict_reason(store, viewer, "reviewer", code, reason, read)

    corrected(" 配偶曾任职 ", "曾任职")
    assert known_conflicts(store, ADMINISTRATOR, "reviewer") == {CODE_A: "配偶曾任职"}
    for wrong, code in (
        (lambda: corrected("x", "曾任职"), "changed_since_read"),
        (lambda: corrected(" ", "配偶曾任职"), "reason_needed"),
        (lambda: corrected("x", "y", code=CODE_B), "not_there"),
        (lambda: corrected("x", "配偶曾任职", replace(ADMINISTRATOR, account="reviewer")), "own_conflict"),
    ):
        assert refused_with(wrong)[0] == code
    corrected("配偶曾任职", "配偶曾任职")
    with store.cursor() as cursor:
        acts = [audit_entry.action for audit_entry in tables.audit.audit_entries(cursor)]
        [found] = [account for account in tables.accounts.accounts(cursor) if account.viewer.account == "reviewer"]
    assert (acts.count("conflict_corrected"), found.viewer.barred) == (1, (CODE_A,))


def test_a_conflict_is_one_reviewers_alone_and_declared_again_is_one(store: Store) -> None:
    locked(store, A, CODE_A)
    set_scope(store, ADMINISTRATOR, "other", [INDUSTRY])
    declare_conflict(store, ADMINISTRATOR, "other", CODE_A, "曾任职")
    for again in (partial(declare_conflict, store, ADMINISTRATOR, "other", CODE_A, word) for word in ("曾任职", "x")):
        assert refused_with(again)[0] == "conflict_known"
    with store.cursor() as cursor:
        assert [audit_entry.action for audit_entry in tables.audit.audit_entries(cursor)].count(
            "conflict_declared"
        ) == 1
    assert present(store, "other").barred == (CODE_A,)
    assert [candidate.credit_code for candidate in candidates(store, REVIEWER)] == [CODE_A]
    withdraw_conflict(store, ADMINISTRATOR, "other", CODE_A)
    assert refused_with(lambda: withdraw_conflict(store, ADMINISTRATOR, "other", CODE_A))[0] == "not_there"


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        (CODE_A, "", "reason_needed"),
        (CODE_A, " \u200b\n", "reason_needed"),
        (CODE_A[:17], "曾任职", "scope_does_not_fit"),
        ("", "曾任职", "scope_does_not_fit"),
        (INDUSTRY, "曾任职", "scope_does_not_fit"),
    ],
)
def test_a_conflict_needs_a_credit_code_and_a_reason(store: Store, code: str, reason: str, expected: str) -> None:
    assert refused_with(lambda: declare_conflict(store, ADMINISTRATOR, "reviewer", code, reason))[0] == expected
    assert present(store, "reviewer").barred == ()


def test_what_the_console_did_alone_is_said_on_every_administrators_home(store: Store) -> None:
    """Whoever reaches the server adds accounts and hands out passwords past a second person."""

    def said(at: datetime) -> list[tuple[bool, str, object, object]]:
        return [
            (matter.open, matter.page, matter.params["count"], matter.query["actor"])
            for matter in administrator_to_dos(store, ADMINISTRATOR, at)
            if matter.code == "console_acts"
        ]

    add(store, NewAccount("carol", "演示评审员三", "reviewer", ()))
    assert said(AT + timedelta(minutes=1)) == [], "an administrator did that, whom the others see"
    add_account(store, console_actor("root"), NewAccount("dora", "演示管理员二", "administrator", ()), AT)
    assert said(AT + timedelta(minutes=1)) == [(False, "audit", 1, "console:root")]
    assert said(AT + timedelta(days=31)) == []
