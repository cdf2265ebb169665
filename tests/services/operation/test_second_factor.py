"""One-time codes beside the password: each good once, slowed when guessed, and asked of administrators by policy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from pyotp import TOTP

from kpi.errors import UserError
from kpi.model.times import shanghai_date
from kpi.model.viewer import SYSTEM, Viewer
from kpi.services.administrator.accounts import NewAccount, add_account, remove_second_factor, reset_account
from kpi.services.audit_losses import rotate_secret
from kpi.services.operation import second_factor
from kpi.services.operation.authentication import (
    TICKET_LASTS,
    CodeNeeded,
    SignedIn,
    SignInRefused,
    change_password,
    own_second_factor,
    set_up_second_factor,
    sign_in,
    sign_in_by_code,
    viewer_by_identity,
    viewer_of,
)
from kpi.services.operation.second_factor import STEP_SECONDS, new_seed, provisioning_uri, step_of
from kpi.services.operation.verification import verify_store
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import policy_of_day
from kpi.store.store import Store
from tests.services.operation.test_authentication import actions, code, hasher
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, PASSWORD, A, token_of

__all__ = ["hasher"]
pytestmark = pytest.mark.usefixtures("hasher")
STEP = timedelta(seconds=STEP_SECONDS)
LATER = AT + 10 * STEP
LONG = "another long password of mine"
RFC_6238_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The test secret of RFC 6238, appendix B, in base32."""


def set_up(store: Store, viewer: Viewer = A, password: str = PASSWORD) -> tuple[TOTP, tuple[str, ...]]:
    """The viewer's app, and the recovery codes."""
    seed = new_seed()
    app = TOTP(seed)
    return app, set_up_second_factor(store, viewer, seed, app.at(AT), password, at=AT)


def ticket_of(store: Store, name: str = "a", password: str = PASSWORD) -> str:
    outcome = sign_in(store, name, password, LATER)
    assert isinstance(outcome, CodeNeeded)
    return outcome.ticket


@pytest.mark.parametrize(
    ("second", "expected"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")],
)
def test_codes_are_those_of_the_standards_table(second: int, expected: str) -> None:
    at = AT.fromtimestamp(second, AT.tzinfo)
    assert step_of(RFC_6238_SEED, expected, at) == second // STEP_SECONDS
    assert provisioning_uri(RFC_6238_SEED, "a").startswith("otpauth://totp/Duibiao:a?secret=GEZDGNBVGY3TQOJQ")


def test_the_password_alone_opens_nothing_and_the_code_does(store: Store) -> None:
    app, _ = set_up(store)
    signed_in = sign_in_by_code(store, ticket_of(store), app.at(LATER), LATER)
    assert isinstance(signed_in, SignedIn)
    assert viewer_of(store, signed_in.token, LATER) == A
    assert isinstance(sign_in(store, "a", "wrong", LATER), SignInRefused)


def test_a_code_is_good_once_also_where_two_come_at_once(store: Store) -> None:
    app, _ = set_up(store)
    ticket, typed = ticket_of(store), app.at(LATER)
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _: sign_in_by_code(store, ticket, typed, LATER), range(4)))
    assert sum(isinstance(answer, SignedIn) for answer in answers) == 1
    assert isinstance(sign_in_by_code(store, ticket, app.at(LATER - STEP), LATER), SignInRefused), "nor the one before"
    assert isinstance(sign_in_by_code(store, ticket, app.at(LATER + STEP), LATER + STEP), SignedIn)


def test_the_code_that_set_it_up_signs_nobody_in(store: Store) -> None:
    app, _ = set_up(store)
    outcome = sign_in(store, "a", PASSWORD, AT)
    assert isinstance(outcome, CodeNeeded)
    assert isinstance(sign_in_by_code(store, outcome.ticket, app.at(AT), AT), SignInRefused)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_thirty_seconds(store: Store, steps: int, good: bool) -> None:
    app, _ = set_up(store)
    answer = sign_in_by_code(store, ticket_of(store), app.at(LATER + steps * STEP), LATER)
    assert isinstance(answer, SignedIn) == good


def test_a_clock_that_was_ahead_keeps_nobody_out(store: Store) -> None:
    app, _ = set_up(store)
    ahead = LATER + timedelta(hours=2)
    outcome = sign_in(store, "a", PASSWORD, ahead)
    assert isinstance(outcome, CodeNeeded)
    assert isinstance(sign_in_by_code(store, outcome.ticket, app.at(ahead), ahead), SignedIn)
    assert isinstance(sign_in_by_code(store, ticket_of(store), app.at(LATER), LATER), SignedIn)


def test_a_recovery_code_is_good_once_however_it_is_typed(store: Store) -> None:
    _, codes = set_up(store)
    assert len({*codes}) == len(codes) == 5
    assert len(codes[0].replace("-", "")) * 5 == 120, "bits: base32 has five a letter"
    typed = f" {codes[0].lower().replace('-', '')} "
    assert isinstance(sign_in_by_code(store, ticket_of(store), typed, LATER), SignedIn)
    assert isinstance(sign_in_by_code(store, ticket_of(store), codes[0], LATER), SignInRefused)
    assert isinstance(sign_in_by_code(store, ticket_of(store), codes[1], LATER), SignedIn)
    with store.cursor() as cursor:
        kept = str(
            cursor.execute("select * from recovery_code").fetchall() + cursor.execute("select * from audit").fetchall()
        )
    assert not any(text in kept for code in codes for text in (code, code.replace("-", "")))
    assert own_second_factor(store, A).recovery_codes == 3


@pytest.mark.parametrize("typed", ["", "000000", "１２３４５６", "12 34", "x" * 5000, "\0", "-"])
def test_anything_else_is_refused(store: Store, typed: str) -> None:
    set_up(store)
    assert sign_in_by_code(store, ticket_of(store), typed, LATER) == SignInRefused()


def test_guessing_codes_is_slowed_and_said_in_the_trail(store: Store) -> None:
    app, _ = set_up(store)
    ticket = ticket_of(store)
    answers = [sign_in_by_code(store, ticket, "1", LATER) for _ in range(6)]
    assert [isinstance(answer, SignInRefused) and answer.until is not None for answer in answers] == [False] * 4 + [
        True,
        True,
    ]
    held = sign_in_by_code(store, ticket, app.at(LATER), LATER)
    assert isinstance(held, SignInRefused)
    assert held.until
    assert "sign_in_held" in actions(store)
    assert isinstance(sign_in_by_code(store, ticket, app.at(held.until), held.until), SignedIn)


def test_a_ticket_ends_and_goes_with_its_password(store: Store) -> None:
    app, _ = set_up(store)
    ticket = ticket_of(store)
    expired = SignInRefused(expired=True)
    late = LATER + TICKET_LASTS
    assert sign_in_by_code(store, ticket, app.at(late), late) == expired
    forged = ticket.rpartition(".")[0] + ".x" + "A" * 42
    assert sign_in_by_code(store, forged, app.at(LATER), LATER) == expired
    assert sign_in_by_code(store, "", app.at(LATER), LATER) == expired
    change_password(store, A, PASSWORD, LONG, at=AT)
    assert sign_in_by_code(store, ticket, app.at(LATER), LATER) == expired


def test_another_accounts_code_and_ticket_do_not_go_together(store: Store) -> None:
    app, codes = set_up(store)
    set_up(store, Viewer("b", "", "enterprise", ()))
    assert sign_in_by_code(store, ticket_of(store, "b"), app.at(LATER), LATER) == SignInRefused()
    assert sign_in_by_code(store, ticket_of(store, "b"), codes[0], LATER) == SignInRefused()


def test_setting_it_up_asks_for_the_password_and_a_code_and_ends_other_sign_ins(store: Store) -> None:
    before, here = token_of(store, "a", AT), token_of(store, "a", AT)
    seed = new_seed()
    right = TOTP(seed).at(AT)
    assert code(lambda: set_up_second_factor(store, A, seed, right, "wrong", at=AT)) == "password_wrong"
    assert code(lambda: set_up_second_factor(store, A, seed, "000000", PASSWORD, at=AT)) == "code_wrong"
    assert own_second_factor(store, A).set_up_at is None
    set_up_second_factor(store, A, seed, right, PASSWORD, here, at=AT)
    assert (viewer_of(store, before, AT), viewer_of(store, here, AT)) == (None, A)
    assert actions(store)[-1] == "second_factor_set_up"


def test_one_set_up_anew_takes_the_place_of_the_one_before(store: Store) -> None:
    app, codes = set_up(store)
    other, _ = set_up(store)
    ticket = ticket_of(store)
    assert sign_in_by_code(store, ticket, app.at(LATER), LATER) == SignInRefused()
    assert sign_in_by_code(store, ticket, codes[0], LATER) == SignInRefused()
    assert isinstance(sign_in_by_code(store, ticket, other.at(LATER), LATER), SignedIn)


def administrator(store: Store) -> Viewer:
    """One that was added as people are, and has changed its first password."""
    first = add_account(store, ADMINISTRATOR, NewAccount("chief", "总管", "administrator", ("security",)), AT)
    signed_in = sign_in(store, "chief", first, AT)
    assert isinstance(signed_in, SignedIn)
    viewer = viewer_of(store, signed_in.token, AT)
    assert viewer
    change_password(store, viewer, first, LONG, signed_in.token, at=AT)
    found = viewer_of(store, signed_in.token, AT)
    assert found
    return found


def test_an_administrator_may_do_nothing_else_before_it_is_set_up(store: Store) -> None:
    chief = administrator(store)
    assert chief.must_set_up
    assert code(lambda: reset_account(store, chief, "a", AT)) == "not_there"
    app, _ = set_up(store, chief, LONG)
    signed_in = sign_in_by_code(store, ticket_of(store, "chief", LONG), app.at(LATER), LATER)
    assert isinstance(signed_in, SignedIn)
    by_now = viewer_of(store, signed_in.token, LATER)
    assert by_now
    assert not by_now.must_set_up
    assert reset_account(store, by_now, "a", LATER).password


@pytest.mark.parametrize(
    ("asked", "confined"), [("optional", []), ("administrators", ["chief"]), ("everyone", ["a", "chief"])]
)
def test_policy_says_of_whom(store: Store, monkeypatch: pytest.MonkeyPatch, asked: str, confined: list[str]) -> None:
    administrator(store)
    with store.cursor() as cursor:
        policy = replace(policy_of_day(cursor, shanghai_date(AT)), second_factor=asked)
    monkeypatch.setattr(second_factor, "policy_of_day", lambda *_: policy)
    outcomes = [sign_in(store, name, password, AT) for name, password in (("a", PASSWORD), ("chief", LONG))]
    viewers = [viewer_of(store, outcome.token, AT) for outcome in outcomes if isinstance(outcome, SignedIn)]
    assert [viewer.account for viewer in viewers if viewer and viewer.must_set_up] == confined


def test_a_new_first_password_leaves_the_second_factor(store: Store) -> None:
    """Whoever resets a password does not get in by it."""
    app, _ = set_up(store)
    first = reset_account(store, ADMINISTRATOR, "a", AT).password
    assert isinstance(sign_in_by_code(store, ticket_of(store, "a", first), app.at(LATER), LATER), SignedIn)


def test_who_has_lost_it_is_let_in_by_another_administrator_and_sets_up_another(store: Store) -> None:
    chief = administrator(store)
    set_up(store, chief, LONG)
    assert code(lambda: remove_second_factor(store, chief, "chief", AT)) == "not_there", "who must set it up"
    whole = replace(chief, must_set_up=False)
    assert code(lambda: remove_second_factor(store, whole, "chief", AT)) == "own_second_factor"
    remove_second_factor(store, ADMINISTRATOR, "chief", AT)
    assert code(lambda: remove_second_factor(store, ADMINISTRATOR, "chief", AT)) == "not_there"
    signed_in = sign_in(store, "chief", LONG, LATER)
    assert isinstance(signed_in, SignedIn)
    by_now = viewer_of(store, signed_in.token, LATER)
    assert by_now
    assert by_now.must_set_up


def test_a_provider_that_vouches_is_not_asked_for_ours(store: Store) -> None:
    identity = ("https://sso.example", "u1")
    add_account(store, ADMINISTRATOR, NewAccount("chief", "总管", "administrator", ("security",), identity), AT)
    viewer = viewer_by_identity(store, *identity, AT, AT)
    assert viewer
    assert not viewer.must_set_up


def test_the_seed_is_not_in_the_database_and_outlives_a_new_secret(store: Store) -> None:
    app, _ = set_up(store)
    with store.cursor() as cursor:
        ((kept,),) = cursor.execute("select seed from second_factor").fetchall()
    assert app.secret not in kept
    rotate_secret(store, ADMINISTRATOR.actor, AT)
    assert isinstance(sign_in_by_code(store, ticket_of(store), app.at(LATER), LATER), SignedIn)
    assert verify_store(store).sound


def test_where_the_key_is_lost_recovery_codes_still_open(store: Store) -> None:
    app, codes = set_up(store)
    with unit_of_work(store, SYSTEM) as change:
        change.cursor.execute("update second_factor set seed = $1 where account = 'a'", ["x" * 64])
        change.audit("signed_out", "a")
    assert sign_in_by_code(store, ticket_of(store), app.at(LATER), LATER) == SignInRefused()
    assert isinstance(sign_in_by_code(store, ticket_of(store), codes[0], LATER), SignedIn)


def test_a_seed_is_good_for_its_own_account_alone(store: Store) -> None:
    app, _ = set_up(store)
    set_up(store, Viewer("b", "", "enterprise", ()))
    with unit_of_work(store, SYSTEM) as change:
        ((seed,),) = change.cursor.execute("select seed from second_factor where account = 'a'").fetchall()
        change.cursor.execute("update second_factor set seed = $1 where account = 'b'", [seed])
        change.audit("signed_out", "b")
    assert sign_in_by_code(store, ticket_of(store, "b"), app.at(LATER), LATER) == SignInRefused()


def test_a_demonstrations_account_has_none(store: Store) -> None:
    with unit_of_work(store, SYSTEM) as change:
        change.cursor.execute("update account set demonstration = true where name = 'a'")
        change.audit("signed_out", "a")
    with pytest.raises(UserError, match="demonstration_second_factor"):
        set_up(store)
    assert own_second_factor(store, A).open_to_all


def test_the_trail_says_by_what(store: Store) -> None:
    app, codes = set_up(store)
    sign_in_by_code(store, ticket_of(store), app.at(LATER), LATER)
    sign_in_by_code(store, ticket_of(store), codes[0], LATER)
    with store.cursor() as cursor:
        said = cursor.execute("select after from audit where action = 'signed_in' order by seq").fetchall()
    assert [value for (value,) in said[-2:]] == [
        '{"second_factor": "one_time_code"}',
        '{"second_factor": "recovery_code"}',
    ]
    assert CODE_A not in str(said)
