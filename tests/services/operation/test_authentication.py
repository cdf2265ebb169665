"""Who is signed in: asked of the store each time, slowed for who guesses, and ended for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from kpi import tables
from kpi.access.passwords import FREE, generate_password
from kpi.access.passwords import LONGEST_WAIT as LONGEST
from kpi.errors import NotFound, StoreUnavailable, UserError
from kpi.model.times import CLOCK_PUT_BACK
from kpi.model.viewer import Viewer
from kpi.services.administrator.accounts import (
    NewAccount,
    add_account,
    add_token,
    disable_account,
    enable_account,
    reset_account,
    revoke_token,
)
from kpi.services.enterprise.lock import own_results
from kpi.services.operation import authentication
from kpi.services.operation.authentication import (
    SIGN_IN_LASTS,
    SignedIn,
    SignInRefused,
    account_bucket,
    change_password,
    end_own_sign_in,
    end_own_sign_ins,
    hash_password,
    own_sign_ins,
    sign_in,
    sign_out,
    token_sha256,
    viewer_by_identity,
    viewer_of,
)
from kpi.store.folder import StoreFolder
from kpi.store.store import Store
from kpi.tables.lists import DEMONSTRATION
from tests.either_store import table_rows
from tests.services.fake_hasher import Hasher
from tests.services.sample_store import ADMINISTRATOR, AT, PASSWORD, A, B, token_of

NEW = "magnet violin 47 oatmeal"
SECOND = timedelta(seconds=1)
ISSUER, SUBJECT = "https://login.example/" + "t" * 60, "演示-7"


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> Hasher:
    quick = Hasher()
    monkeypatch.setattr(authentication, "HASHER", quick)
    return quick


def ended(outcome: SignedIn | SignInRefused) -> str:
    """How a try ended: ``in``, ``wrong`` or ``held``."""
    return "in" if isinstance(outcome, SignedIn) else "held" if outcome.until else "wrong"


def guess(store: Store, times: int, name: str = "a", mark: str = "") -> list[SignedIn | SignInRefused]:
    """Wrong passwords one after the other, each as soon as something is tried at all."""
    found: list[SignedIn | SignInRefused] = []
    at = AT
    for number in range(times):
        found.append(sign_in(store, name, f"wrong {number}", at, mark=mark))
        at = getattr(found[-1], "until", None) or at
    return found


def mark_of(store: Store, name: str = "a") -> str:
    signed_in = sign_in(store, name, PASSWORD, AT)
    assert isinstance(signed_in, SignedIn)
    return signed_in.mark


def code(ask: Callable[[], object]) -> str:
    with pytest.raises(UserError) as refused:
        ask()
    return refused.value.code


def actions(store: Store) -> list[str]:
    with store.cursor() as cursor:
        return [act.action for act in tables.audit.audit_entries(cursor)]


def test_the_right_password_opens(store: Store) -> None:
    token = token_of(store, "a", AT)
    assert viewer_of(store, token, AT) == A


def test_a_password_is_as_good_after_ten_years(store: Store) -> None:
    assert ended(sign_in(store, "a", PASSWORD, AT + timedelta(days=3653))) == "in"


@pytest.mark.parametrize(
    ("name", "password"),
    [("a", "wrong"), ("a", ""), ("a", PASSWORD + " "), ("A", PASSWORD), ("nobody", PASSWORD), ("a", "x" * 5000)],
    ids=lambda text: text[:12],
)
def test_anything_else_does_not(store: Store, name: str, password: str) -> None:
    assert isinstance(sign_in(store, name, password, AT), SignInRefused)


@pytest.mark.parametrize("token", [None, "", "x", "' or true --"])
def test_an_invented_token_is_nobody(store: Store, token: str | None) -> None:
    assert viewer_of(store, token, AT) is None


def test_the_hash_of_a_token_opens_nothing(store: Store) -> None:
    assert viewer_of(store, token_sha256(token_of(store, "a", AT)), AT) is None


def test_a_disabled_account_stops_at_its_next_click_and_its_old_sign_ins_do_not_come_back(
    store: Store, hasher: Hasher
) -> None:
    token = token_of(store, "a", AT)
    disable_account(store, ADMINISTRATOR, "a", AT + SECOND)
    assert viewer_of(store, token, AT) is None
    assert isinstance(sign_in(store, "a", PASSWORD, AT), SignInRefused)
    enable_account(store, ADMINISTRATOR, "a", AT + 2 * SECOND)
    assert viewer_of(store, token, AT) is None
    assert viewer_of(store, token_of(store, "a", AT + 3 * SECOND), AT) == A


def test_a_token_is_refused_after_sign_out_and_another_of_the_same_account_is_not(store: Store, hasher: Hasher) -> None:
    copied, other = token_of(store, "a", AT), token_of(store, "a", AT)
    sign_out(store, copied, AT)
    assert viewer_of(store, copied, AT) is None
    assert viewer_of(store, other, AT) == A
    sign_out(store, copied, AT)
    assert actions(store).count("signed_out") == 1


def test_who_signs_out_in_two_windows_at_once_signs_out_once(
    store: Store, hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(store, "a", AT)

    lock = store.write_lock

    def ended_meanwhile() -> AbstractContextManager[None]:
        monkeypatch.setattr(store, "write_lock", lock)
        sign_out(store, token, AT)
        return lock()

    monkeypatch.setattr(store, "write_lock", ended_meanwhile)
    sign_out(store, token, AT)
    assert actions(store).count("signed_out") == 1


def test_a_sign_in_runs_out(store: Store, hasher: Hasher) -> None:
    token = token_of(store, "a", AT)
    assert viewer_of(store, token, AT + SIGN_IN_LASTS - SECOND) == A
    assert viewer_of(store, token, AT + SIGN_IN_LASTS) is None


def test_scope_is_read_each_time(store: Store, hasher: Hasher) -> None:
    token = token_of(store, "reviewer", AT)
    with store.transaction() as cursor:
        cursor.execute("delete from account_scope where account = 'reviewer'")
    found = viewer_of(store, token, AT)
    assert found is not None
    assert found.scope == ()


def test_nothing_in_the_stores_files_is_a_password_a_token_or_a_mark(store: Store) -> None:
    signed_in = sign_in(store, "a", PASSWORD, AT, "203.0.113.7", "Firefox · Linux")
    assert isinstance(signed_in, SignedIn)
    change_password(store, A, PASSWORD, NEW, signed_in.token, AT)
    first = add_account(store, ADMINISTRATOR, NewAccount("carol", "演示评审员三", "reviewer", ()), AT)
    again = reset_account(store, ADMINISTRATOR, "a", AT).password
    sign_in(store, "a", "typed and wrong", AT)
    rows = "\n".join(table_rows(store).values()).encode()
    store.close()
    kept = b"".join([rows, *(path.read_bytes() for path in store.folder.root.iterdir() if path.is_file())])
    secrets = (PASSWORD, NEW, first, again, "typed and wrong", signed_in.token, signed_in.mark)
    assert [secret for secret in secrets if secret.encode() in kept] == []
    assert b"$argon2id$" in kept
    assert token_sha256(signed_in.token).encode() in kept


def test_a_password_changed_while_the_old_one_was_being_checked_opens_nothing(
    store: Store, hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = authentication._password_right

    def changed_meanwhile(kept: str | None, password: str) -> bool:
        found = right(kept, password)
        with store.transaction() as cursor:
            tables.accounts.set_password(cursor, "a", hash_password(NEW), must_change=False)
        return found

    monkeypatch.setattr(authentication, "_password_right", changed_meanwhile)
    assert ended(sign_in(store, "a", PASSWORD, AT)) == "wrong"
    assert own_sign_ins(store, A, AT) == []


def test_five_tries_are_free_then_the_wait_doubles_up_to_five_minutes(store: Store, hasher: Hasher) -> None:
    at, waits = AT, []
    for number in range(20):
        outcome = sign_in(store, "a", f"wrong {number}", at)
        assert isinstance(outcome, SignInRefused)
        waits.append((outcome.until - at).total_seconds() if outcome.until else 0)
        at = outcome.until or at
    assert waits == [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256] + [300] * 8
    assert len(hasher.asked) == 20


def test_while_it_waits_nothing_is_tried_the_right_password_neither(store: Store, hasher: Hasher) -> None:
    *_, last = guess(store, FREE)
    assert isinstance(last, SignInRefused)
    assert last.until == AT + timedelta(seconds=2)
    tried = len(hasher.asked)
    assert sign_in(store, "a", PASSWORD, last.until - SECOND) == SignInRefused(last.until)
    assert sign_in(store, "a", PASSWORD, last.until - SECOND) == SignInRefused(last.until), (
        "asking does not lengthen it"
    )
    assert len(hasher.asked) == tried
    assert ended(sign_in(store, "a", PASSWORD, last.until)) == "in"


def test_success_forgets_what_went_wrong_before(store: Store, hasher: Hasher) -> None:
    guess(store, FREE - 1)
    token_of(store, "a", AT)
    assert [ended(item) for item in guess(store, FREE)] == ["wrong"] * (FREE - 1) + ["held"]


def test_wrong_passwords_are_forgotten_after_a_day_without_one(store: Store, hasher: Hasher) -> None:
    guess(store, FREE + 6)
    with store.cursor() as cursor:
        past = tables.accounts.failures(cursor, account_bucket("a"))
    assert past is not None
    day = timedelta(days=1)
    assert ended(sign_in(store, "a", "wrong", past.last_at + day - SECOND)) == "held"
    assert ended(sign_in(store, "a", "wrong", past.last_at + 2 * day)) == "wrong"
    with store.cursor() as cursor:
        assert tables.accounts.failures(cursor, account_bucket("a")).count == 1


def test_the_forgotten_are_swept_out_whoever_tries_next(store: Store, hasher: Hasher) -> None:
    for number in range(5):
        guess(store, 1, f"nobody{number}")
    sign_in(store, "a", "wrong", AT + timedelta(days=2))
    with store.cursor() as cursor:
        assert len(cursor.execute("select * from failed_sign_in").fetchall()) == 1


def test_a_known_device_is_not_held_by_whoever_guesses_elsewhere(store: Store, hasher: Hasher) -> None:
    mark = mark_of(store)
    assert ended(guess(store, FREE + 3)[-1]) == "held"
    assert ended(sign_in(store, "a", PASSWORD, AT)) == "held"
    assert ended(sign_in(store, "a", PASSWORD, AT, mark=mark)) == "in"
    assert ended(sign_in(store, "a", PASSWORD, AT)) == "held", "nor does it free the others"


def test_a_known_device_is_slowed_by_itself(store: Store, hasher: Hasher) -> None:
    mark = mark_of(store)
    assert [ended(item) for item in guess(store, FREE, mark=mark)] == ["wrong"] * (FREE - 1) + ["held"]
    assert ended(sign_in(store, "a", PASSWORD, AT)) == "in"


def test_a_forged_mark_or_one_of_another_account_gives_no_tries_of_its_own(store: Store, hasher: Hasher) -> None:
    mark, others = mark_of(store), mark_of(store, "b")
    nonce, _, proof = mark.partition(".")
    forged = ["x", ".", f".{proof}", f"{nonce}.", f"{nonce}x.{proof}", mark + "x", mark.upper(), "ü.ü", others]
    outcomes = [ended(sign_in(store, "a", "wrong", AT, mark=item)) for item in forged]
    assert outcomes == ["wrong"] * (FREE - 1) + ["held"] * (len(forged) - FREE + 1)
    assert ended(sign_in(store, "b", PASSWORD, AT, mark=others)) == "in"


def test_thirty_guesses_at_once_get_no_more_tries_than_one_after_the_other(store: Store, hasher: Hasher) -> None:
    together = Barrier(30)

    def guessing(number: int) -> str:
        together.wait()
        return ended(sign_in(store, "a", f"wrong {number}", AT))

    with ThreadPoolExecutor(30) as pool:
        outcomes = list(pool.map(guessing, range(30)))
    assert len(hasher.asked) == FREE
    assert len(outcomes) == 30
    assert "in" not in outcomes
    assert outcomes.count("wrong") < FREE


def test_tries_that_arrive_out_of_order_are_not_held_before_five_were_wrong(store: Store, hasher: Hasher) -> None:
    assert ended(sign_in(store, "a", "wrong", AT)) == "wrong"
    assert ended(sign_in(store, "a", PASSWORD, AT - SECOND)) == "in"


def test_a_name_that_does_not_exist_is_treated_exactly_as_one_that_does(
    store: Store, hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same answers, the same waits, as many hashes and as much writing: nor do the milliseconds tell."""
    heads, commits = [], []
    keep_head, writing = StoreFolder.keep_head, type(store).transaction

    def heard(folder: StoreFolder, seq: int, mac: str) -> None:
        heads.append(seq)
        keep_head(folder, seq, mac)

    def counted(opened: Store, **how: bool):
        commits.append(1)
        return writing(opened, **how)

    monkeypatch.setattr(StoreFolder, "keep_head", heard)
    monkeypatch.setattr(type(store), "transaction", counted)
    seen = {}
    disable_account(store, ADMINISTRATOR, "b", AT)
    for name in ("a", "b", "nobody"):
        heads.clear(), commits.clear(), hasher.asked.clear()
        outcomes = guess(store, FREE + 7, name)
        seen[name] = (outcomes, len(heads), len(commits), len(hasher.asked))
    assert seen["a"] == seen["b"] == seen["nobody"]
    assert seen["nobody"][3] == FREE + 7
    assert seen["nobody"][2] > 0, "the writing was counted"


def test_audit_records_guessing_at_accounts_but_no_unknown_names(store: Store, hasher: Hasher) -> None:
    guess(store, FREE + 1)
    guess(store, FREE + 1, "my password, typed into the wrong field")
    with store.cursor() as cursor:
        held = [act for act in tables.audit.audit_entries(cursor) if act.action == "sign_in_held"]
    assert [(act.subject, act.after) for act in held] == [("a", '{"failures": 5}'), ("a", '{"failures": 6}')]


def test_a_reset_ends_the_wait_everywhere(store: Store, hasher: Hasher) -> None:
    mark = mark_of(store)
    guess(store, FREE + 3)
    guess(store, FREE + 3, mark=mark)
    for _ in range(FREE):
        code(lambda: change_password(store, A, "wrong", NEW, at=AT))
    guess(store, FREE + 3, "b")
    password = reset_account(store, ADMINISTRATOR, "a", AT).password
    assert ended(sign_in(store, "a", password, AT)) == "in"
    assert ended(sign_in(store, "a", password, AT, mark=mark)) == "in"
    assert code(lambda: change_password(store, A, "wrong", NEW, at=AT)) == "password_wrong"
    assert ended(sign_in(store, "b", PASSWORD, AT)) == "held", "another's wait goes on"


@pytest.mark.parametrize("marked", [False, True])
def test_demonstration_accounts_open_in_a_demonstration_store_alone(store: Store, hasher: Hasher, marked: bool) -> None:
    with store.transaction() as cursor:
        tables.accounts.insert_account(
            cursor, "shown", "演示", "reviewer", (), hash_password("demo-reviewer"), True, AT
        )
        if marked:
            tables.lists.set_mark(cursor, DEMONSTRATION, "true")
    assert ended(sign_in(store, "shown", "demo-reviewer", AT)) == ("in" if marked else "wrong")


def test_a_first_password_opens_nothing_but_its_change(store: Store, hasher: Hasher) -> None:
    password = reset_account(store, ADMINISTRATOR, "a", AT).password
    outcome = sign_in(store, "a", password, AT)
    assert isinstance(outcome, SignedIn)
    viewer = viewer_of(store, outcome.token, AT)
    assert viewer == replace(A, must_change=True)
    with pytest.raises(NotFound):
        own_results(store, viewer)
    assert code(lambda: change_password(store, viewer, password, password, outcome.token, AT)) == "password_same"
    change_password(store, viewer, password, NEW, outcome.token, AT)
    changed = viewer_of(store, outcome.token, AT)
    assert changed == A
    assert own_results(store, changed) == []
    assert ended(sign_in(store, "a", password, AT)) == "wrong"
    assert ended(sign_in(store, "a", NEW, AT)) == "in"


def test_changing_ends_every_other_sign_in_here_and_elsewhere(store: Store, hasher: Hasher) -> None:
    bound(store)
    present, other, stranger = (token_of(store, name, AT) for name in ("a", "a", "b"))
    assert viewer_by_identity(store, ISSUER, SUBJECT, AT, AT) == A
    change_password(store, A, PASSWORD, NEW, present, AT + SECOND)
    assert [viewer_of(store, token, AT) for token in (present, other, stranger)] == [A, None, B]
    assert [own_sign_in.id for own_sign_in in own_sign_ins(store, A, AT)] == [token_sha256(present)]
    assert viewer_by_identity(store, ISSUER, SUBJECT, AT, AT + 2 * SECOND) is None
    assert viewer_by_identity(store, ISSUER, SUBJECT, AT + 2 * SECOND, AT + 3 * SECOND) == A


@pytest.mark.parametrize(
    ("new", "reported"),
    [
        ("zq7 lamp ochre", "password_too_short"),
        ("lamp ochre 7q " * 10, "password_too_long"),
        ("passwordpassword", "password_easily_guessed"),
        (PASSWORD, "password_same"),
    ],
    ids=lambda text: text[:16],
)
def test_a_weak_password_is_refused_and_nothing_changes(store: Store, hasher: Hasher, new: str, reported: str) -> None:
    before = actions(store)
    assert code(lambda: change_password(store, A, PASSWORD, new, at=AT)) == reported
    assert actions(store) == before
    assert ended(sign_in(store, "a", PASSWORD, AT)) == "in"


def test_weak_choices_are_no_wrong_passwords(store: Store, hasher: Hasher) -> None:
    """Who knows the present one is not slowed for looking for a new one."""
    for _ in range(FREE + 2):
        assert code(lambda: change_password(store, A, PASSWORD, "too short", at=AT)) == "password_too_short"
    change_password(store, A, PASSWORD, NEW, at=AT)


@pytest.mark.parametrize("act", [reset_account, disable_account])
def test_a_password_that_is_taken_away_while_its_change_is_being_checked_is_not_changed(
    store: Store, hasher: Hasher, monkeypatch: pytest.MonkeyPatch, act: Callable[..., object]
) -> None:
    """Whoever knows a stolen password does not get past an administrator who has just replaced it."""
    right = authentication._password_right

    def taken_away_meanwhile(kept: str | None, password: str) -> bool:
        monkeypatch.undo()
        monkeypatch.setattr(authentication, "HASHER", hasher)
        answer = right(kept, password)
        act(store, ADMINISTRATOR, "a", AT)
        return answer

    monkeypatch.setattr(authentication, "_password_right", taken_away_meanwhile)
    assert code(lambda: change_password(store, A, PASSWORD, NEW, at=AT + SECOND)) == "password_wrong"
    if act is disable_account:
        enable_account(store, ADMINISTRATOR, "a", AT + SECOND)
    assert ended(sign_in(store, "a", NEW, AT + SECOND)) == "wrong"
    assert "password_changed" not in actions(store)


def test_whoever_sits_at_a_page_left_open_cannot_guess_the_password_there(store: Store, hasher: Hasher) -> None:
    reported = [code(lambda: change_password(store, A, "wrong", NEW, at=AT)) for _ in range(FREE + 2)]
    assert reported == ["password_wrong"] * FREE + ["sign_in_held"] * 2
    assert len(hasher.asked) == FREE
    assert code(lambda: change_password(store, A, PASSWORD, NEW, at=AT)) == "sign_in_held"
    assert ended(sign_in(store, "a", PASSWORD, AT)) == "in", "signing in is another matter"
    change_password(store, A, PASSWORD, NEW, at=AT + LONGEST)


def test_a_password_composed_another_way_is_the_same(store: Store, hasher: Hasher) -> None:
    composed, decomposed = "café ligne 47 ﬁn mûr", "cafe\u0301 ligne 47 fin mu\u0302r"
    change_password(store, A, PASSWORD, composed, at=AT)
    assert ended(sign_in(store, "a", decomposed, AT)) == "in"


def test_a_generated_password_would_be_accepted_by_the_rules(store: Store, hasher: Hasher) -> None:
    change_password(store, A, PASSWORD, generate_password(), at=AT)


def test_own_sign_ins_are_listed_with_device_and_address_and_ended_by_id(store: Store, hasher: Hasher) -> None:
    for number, device in enumerate(("Firefox · Linux", "Edge · Windows")):
        sign_in(store, "a", PASSWORD, AT + number * SECOND, f"203.0.113.{number}", device)
    others = token_of(store, "b", AT)
    latest, first = own_sign_ins(store, A, AT)
    assert [(item.device, item.address) for item in (latest, first)] == [
        ("Edge · Windows", "203.0.113.1"),
        ("Firefox · Linux", "203.0.113.0"),
    ]
    assert latest.expires_at - latest.created_at == SIGN_IN_LASTS
    end_own_sign_in(store, A, latest.id, AT)
    assert own_sign_ins(store, A, AT) == [first]
    assert own_sign_ins(store, A, AT + SIGN_IN_LASTS) == []
    assert viewer_of(store, others, AT) == B


def test_of_two_tabs_that_end_the_same_sign_in_one_is_on_record(
    store: Store, hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(store, "a", AT)
    unit_of_work = authentication.unit_of_work

    def ended_meanwhile(*what: Any, **how: Any) -> Any:
        monkeypatch.setattr(authentication, "unit_of_work", unit_of_work)
        end_own_sign_in(store, A, token_sha256(token), AT)
        return unit_of_work(*what, **how)

    monkeypatch.setattr(authentication, "unit_of_work", ended_meanwhile)
    with pytest.raises(NotFound):
        end_own_sign_in(store, A, token_sha256(token), AT)
    assert actions(store).count("sign_in_ended") == 1


def test_a_token_that_is_revoked_twice_was_revoked_once(store: Store) -> None:
    """The trail says when it ended, and nothing more happens to it."""
    token = add_token(store, ADMINISTRATOR, "a", 30, at=AT).id
    assert [revoke_token(store, ADMINISTRATOR, token, AT + later * SECOND) for later in (1, 2)] == [True, False]
    assert actions(store).count("api_token_revoked") == 1


def test_anothers_sign_in_an_ended_one_and_an_invented_one_are_not_there(store: Store, hasher: Hasher) -> None:
    others, own = token_sha256(token_of(store, "b", AT)), token_sha256(token_of(store, "a", AT))
    end_own_sign_in(store, A, own, AT)
    before, reported = actions(store), set()
    for item in (others, own, "invented", ""):
        with pytest.raises(NotFound) as refused:
            end_own_sign_in(store, A, item, AT)
        reported.add((refused.value.code, repr(refused.value.params)))
    assert len(reported) == 1
    assert actions(store) == before
    assert [own_sign_in.id for own_sign_in in own_sign_ins(store, B, AT)] == [others]


def bound(store: Store) -> None:
    with store.transaction() as cursor:
        cursor.execute("update account set issuer = $1, subject = $2 where name = 'a'", [ISSUER, SUBJECT])


def elsewhere(store: Store, since: timedelta = timedelta(), at: timedelta = timedelta()) -> Viewer | None:
    return viewer_by_identity(store, ISSUER, SUBJECT, AT + since, AT + at, "203.0.113.7")


def test_an_identity_opens_the_account_bound_to_it_for_half_a_day(store: Store) -> None:
    assert elsewhere(store) is None
    bound(store)
    assert elsewhere(store) == A
    assert elsewhere(store).address == "203.0.113.7"
    assert elsewhere(store, at=SIGN_IN_LASTS - SECOND) == A
    assert elsewhere(store, at=SIGN_IN_LASTS) is None
    assert elsewhere(store, since=CLOCK_PUT_BACK) == A, "our clock was put back"
    assert elsewhere(store, since=CLOCK_PUT_BACK + SECOND) is None, "a sign-in that is still to come"


@pytest.mark.parametrize(
    "identity", [(ISSUER, "another"), ("https://other.example", SUBJECT), ("", ""), (SUBJECT, ISSUER)]
)
def test_another_identity_opens_nothing(store: Store, identity: tuple[str, str]) -> None:
    bound(store)
    assert viewer_by_identity(store, *identity, AT, AT) is None


def test_a_disabled_account_and_sign_ins_from_before_it_was_reset_hold_no_longer(store: Store, hasher: Hasher) -> None:
    bound(store)
    disable_account(store, ADMINISTRATOR, "a", AT + SECOND)
    assert elsewhere(store, at=2 * SECOND) is None
    assert elsewhere(store, 2 * SECOND, 2 * SECOND) is None
    enable_account(store, ADMINISTRATOR, "a", AT + 3 * SECOND)
    assert elsewhere(store, at=4 * SECOND) is None
    assert elsewhere(store, 4 * SECOND, 4 * SECOND) == A
    reset_account(store, ADMINISTRATOR, "a", AT + 5 * SECOND)
    assert elsewhere(store, 4 * SECOND, 6 * SECOND) is None


def test_a_first_password_that_nobody_used_holds_nobody_up_who_signed_in_elsewhere(store: Store) -> None:
    new = NewAccount("carol", "演示评审员三", "reviewer", (), (ISSUER, SUBJECT))
    password = add_account(store, ADMINISTRATOR, new, AT - SECOND)
    assert elsewhere(store) == Viewer("carol", "演示评审员三", "reviewer", ())
    signed_in = sign_in(store, "carol", password, AT)
    assert isinstance(signed_in, SignedIn)
    assert viewer_of(store, signed_in.token, AT).must_change


AHEAD = timedelta(days=5)


@pytest.mark.parametrize("tries", [FREE, FREE + 1, FREE + 12])
def test_wrong_passwords_while_the_clock_was_ahead_hold_nobody_longer_than_the_wait_itself(
    store: Store, hasher: Hasher, tries: int
) -> None:
    at = AT + AHEAD
    for number in range(tries):
        at = getattr(sign_in(store, "a", f"wrong {number}", at), "until", None) or at
    first = sign_in(store, "a", PASSWORD, AT)
    assert isinstance(first, SignInRefused)
    assert first.until is not None
    assert first.until - AT <= timedelta(minutes=5)
    assert sign_in(store, "a", PASSWORD, AT + SECOND) == first, "asking again does not move it"
    assert ended(sign_in(store, "a", PASSWORD, first.until)) == "in"


def test_a_sign_in_that_has_expired_stays_expired_when_the_clock_is_put_back(store: Store) -> None:
    token = token_of(store, "a", AT)
    assert viewer_of(store, token, AT + AHEAD) is None
    assert viewer_of(store, token, AT + SECOND) is None


@pytest.mark.parametrize("hours", [2, 11, 24])
def test_a_clock_that_is_put_back_ends_no_sign_in(store: Store, hours: int) -> None:
    token = token_of(store, "a", AT)
    assert viewer_of(store, token, AT - timedelta(hours=hours)) == A
    assert viewer_of(store, token, AT + SIGN_IN_LASTS) is None, "nor does it make one last"


def test_a_sign_in_of_a_day_that_has_not_come_holds_neither_now_nor_then(store: Store) -> None:
    token = token_of(store, "a", AT + AHEAD)
    assert viewer_of(store, token, AT) is None
    assert viewer_of(store, token, AT + AHEAD + SECOND) is None
    assert viewer_of(store, token_of(store, "a", AT), AT + SECOND) == A


def test_what_was_signed_out_stays_so_when_the_clock_is_put_back(store: Store) -> None:
    bound(store)
    end_own_sign_ins(store, A, AT)
    assert elsewhere(store, -timedelta(minutes=30), -timedelta(hours=2)) is None
    assert elsewhere(store, timedelta(minutes=1), -timedelta(hours=2)) == A


def test_who_was_signed_out_while_the_clock_was_ahead_comes_back_by_the_provider_at_once(store: Store) -> None:
    bound(store)
    end_own_sign_ins(store, A, AT + AHEAD)
    assert elsewhere(store) == A
    assert elsewhere(store, -SECOND, SECOND) is None, "what began before that moment has ended"


def test_a_full_disk_does_not_keep_from_saying_that_a_sign_in_has_expired(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(store, "a", AT)

    @contextmanager
    def full(_: Store, **__: object) -> Iterator[None]:
        raise StoreUnavailable("store_full")
        yield

    monkeypatch.setattr(type(store), "transaction", full)
    assert viewer_of(store, token, AT + AHEAD) is None
