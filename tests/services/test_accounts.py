"""Who is signed in: asked of the store each time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kpi.services.signing_in import SIGN_IN_LASTS, Refused, sign_in, sign_out, viewer_of
from kpi.store import Store
from tests.services.world import AT, PASSWORD, A, token_of


def test_the_right_password_opens(store: Store) -> None:
    token = token_of(store, "a", AT)
    assert viewer_of(store, token, AT) == A


@pytest.mark.parametrize(
    ("name", "password"), [("a", "wrong"), ("a", ""), ("a", PASSWORD + " "), ("A", PASSWORD), ("nobody", PASSWORD)]
)
def test_anything_else_does_not(store: Store, name: str, password: str) -> None:
    assert isinstance(sign_in(store, name, password, AT), Refused)


@pytest.mark.parametrize("token", [None, "", "x", "' or true --"])
def test_an_invented_token_is_nobody(store: Store, token: str | None) -> None:
    assert viewer_of(store, token, AT) is None


def disable(store: Store, name: str) -> None:
    with store.writing() as cursor:
        cursor.execute("update account set disabled = true where name = $1", [name])


def test_a_disabled_account_stops_at_its_next_click(store: Store) -> None:
    token = token_of(store, "a", AT)
    disable(store, "a")
    assert viewer_of(store, token, AT) is None
    assert isinstance(sign_in(store, "a", PASSWORD, AT), Refused)


def test_a_token_is_refused_after_sign_out_and_another_of_the_same_account_is_not(store: Store) -> None:
    copied, other = token_of(store, "a", AT), token_of(store, "a", AT)
    sign_out(store, copied, AT)
    assert viewer_of(store, copied, AT) is None
    assert viewer_of(store, other, AT) == A


def test_a_sign_in_runs_out(store: Store) -> None:
    token = token_of(store, "a", AT)
    assert viewer_of(store, token, AT + SIGN_IN_LASTS - timedelta(seconds=1)) == A
    assert viewer_of(store, token, AT + SIGN_IN_LASTS) is None


def test_scope_is_read_each_time(store: Store) -> None:
    token = token_of(store, "reviewer", AT)
    with store.writing() as cursor:
        cursor.execute("delete from account_scope where account = 'reviewer'")
    found = viewer_of(store, token, AT)
    assert found is not None
    assert found.scope == ()


def test_the_store_holds_no_token_and_no_password(store: Store) -> None:
    token = token_of(store, "a", AT)
    with store.cursor() as cursor:
        kept = repr(cursor.execute("select * from sign_in").fetchall() + cursor.execute("from account").fetchall())
    assert token
    assert token not in kept
    assert PASSWORD not in kept
    assert "$argon2id$" in kept
