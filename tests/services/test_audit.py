"""The audit trail: every change leaves its word, no word holds a secret, and whatever is done to the words is found."""

from __future__ import annotations

import ast
import hmac
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kpi import tables
from kpi.errors import UserError
from kpi.model.audit import AUDIT_ACTIONS, AuditEntry, AuditFilter
from kpi.model.viewer import SYSTEM, Actor
from kpi.services import audit_trail as trail_check
from kpi.services.administrator.audit import (
    audit_accounts,
    check_audit,
    export_audit,
    frequent_changes,
    read_audit,
    take_audit_entries,
)
from kpi.services.audit_losses import rotate_secret
from kpi.services.audit_trail import CHAIN_START, audit_key, audit_keys, broken_entries, entry_mac
from kpi.services.authorization import AUTHORIZED_SERVICES
from kpi.services.operation.authentication import SignedIn, sign_in, sign_out
from kpi.services.operation.demonstration import ensure_demonstration
from kpi.services.operation.verification import verify_store
from kpi.services.row_binding import changed_rows
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.cli.command_line import here
from tests.house.tracked import ROOT, declared, parsed, python_files
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, PASSWORD, A
from tests.services.service_calls import ASKS, PUBLIC, World, kept
from tests.services.submitting import YEAR, accepted, locked

pytestmark = pytest.mark.slow

ADDRESS = "203.0.113.7"


def trail(store: Store) -> list[AuditEntry]:
    with store.cursor() as cursor:
        return tables.audit.audit_entries(cursor)


def fits(reported: Any, expected: Any) -> bool:
    if isinstance(expected, re.Pattern):
        return isinstance(reported, str) and expected.fullmatch(reported) is not None
    if isinstance(expected, type):
        return isinstance(reported, expected)
    if isinstance(expected, dict):
        if not isinstance(reported, dict) or reported.keys() != expected.keys():
            return False
        return all(fits(reported[key], expected[key]) for key in reported)
    return bool(reported == expected)


def content(act: AuditEntry) -> tuple[Any, ...]:
    return (act.action, act.subject, *(json.loads(item) if item else None for item in (act.before, act.after)))


@pytest.mark.parametrize("name", AUTHORIZED_SERVICES)
def test_what_changes_anything_says_so_once_and_what_changes_nothing_says_nothing(world: World, name: str) -> None:
    """Asked by whom it is for: else the refusals of ``test_authorization`` would prove nothing. What was read of tables
    that it writes to is not kept.
    """
    ask = ASKS[name]
    viewer = replace(ask.viewer, address=ADDRESS)
    arguments = ask.inside(world)
    before, versions, length = kept(world.store), world.store.cache.versions(), len(trail(world.store))
    PUBLIC[name](world.store, viewer, *arguments)
    after, noted = kept(world.store), world.store.cache.versions()
    changed = {table for table in set(after) - {"originals", "head"} if after[table] != before.get(table)}
    assert changed <= {table for table in noted if noted[table] > versions.get(table, 0)}
    said = trail(world.store)[length:]
    expected = ask.says
    assert len(said) == len(expected)
    for act, item in zip(said, expected, strict=True):
        assert all(map(fits, content(act), item)), content(act)
        assert (act.actor, act.role, act.address) == (viewer.account, viewer.role, ADDRESS)
    assert (after == before) == (not expected)
    assert broken_entries(world.store, trail(world.store)) == []
    with world.store.cursor() as cursor:
        assert changed_rows(cursor, trail(world.store), audit_keys(world.store.folder)) == [], (
            "all is bound as it stands"
        )


def test_signing_in_and_out_are_reported_with_their_address(store: Store) -> None:
    length = len(trail(store))
    signed_in = sign_in(store, "a", PASSWORD, AT, ADDRESS)
    assert isinstance(signed_in, SignedIn)
    sign_out(store, signed_in.token, AT)
    said = trail(store)[length:]
    assert [(act.action, act.subject, act.actor, act.role, act.done_at) for act in said] == [
        (action, "a", "a", "enterprise", AT) for action in ("signed_in", "signed_out")
    ]
    assert said[0].address == ADDRESS


def test_what_the_product_does_itself_is_reported_as_its_own(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        ensure_demonstration(store, AT)
        said = trail(store)
        assert broken_entries(store, said) == []
    assert {(act.actor, act.role, act.address) for act in said} == {
        (SYSTEM.account, "system", ""),
        ("administrator", "administrator", ""),
        *((word, "reviewer", "") for word in ("reviewer", "reviewer2", "reviewer3")),
    }
    scoring = {"round_opened", "reviewers_assigned", "round_started", "round_released", "panel_noted", "panel_decided"}
    scoring |= {
        "conflict_declared",
        "no_conflict_stated",
        "candidate_read",
        "score_saved",
        "score_handed_in",
        "score_abstained",
    }
    assert {act.action for act in said} == scoring | {
        "baseline_frozen",
        "application_locked",
        "step_taken",
        "demonstration_made",
    }
    assert [said[0].action, said[-1].action] == ["baseline_frozen", "demonstration_made"]


def test_every_kind_of_act_that_a_service_notes_is_known() -> None:
    noted = set()
    for file, source in python_files().items():
        if file.startswith("kpi/services/"):
            noted |= set(re.findall(r'(?:audit|audit_values)\((?:change, )?"(\w+)"', source))
    assert noted
    assert noted <= set(AUDIT_ACTIONS)


def test_no_act_holds_a_value_a_password_a_telephone_or_a_contact(world: World) -> None:
    for name in sorted(name for name, ask in ASKS.items() if ask.says):
        # Some take away what others need: a draft that is locked, an account that is disabled.
        try:
            PUBLIC[name](world.store, ASKS[name].viewer, *ASKS[name].inside(world))
        except (UserError, IndexError):
            continue
    said = [act for act in trail(world.store) if act.action != "baseline_frozen"]
    assert len({act.action for act in said}) > 14
    text = "\n".join(f"{act.actor} {act.address} {act.subject} {act.before} {act.after}" for act in said)
    application = world.answer.application
    facts = [application.text(name) for name in ("contact", "phone", "factory_name", "address", "enterprise")]
    assert [fact for fact in [*facts, PASSWORD, "$argon2", "magnet"] if fact is None or fact in text] == []
    assert not re.search(r"(?<![0-9A-Za-z])1\d{10}(?!\d)", text), "a mobile telephone"
    written = [json.loads(item) for act in said for item in (act.before, act.after) if item]
    numbers = {key for item in written for key, value in item.items() if type(value) in (int, float)}
    counts = {
        "items",
        "candidates",
        "faults",
        "assignments",
        "per_candidate",
        "position",
        "scores",
        "abstained",
        "sheets",
    }
    assert numbers <= counts | {"version", "edition", "seq", "year", "seed"}, "versions and counts"


def test_the_export_is_the_whole_trail_with_itself_at_the_end(store: Store) -> None:
    locked(store, A, CODE_A)
    lines = [json.loads(line) for line in export_audit(store, ADMINISTRATOR, "另存（演示）", AT).splitlines()]
    acts = trail(store)
    assert [(line["seq"], line["mac"], line["action"]) for line in lines] == [
        (act.seq, act.mac, act.action) for act in acts
    ]
    assert lines[-1]["action"] == "audit_exported"
    assert set(lines[0]) == set(AuditEntry.__slots__)


def test_the_trail_is_read_by_account_and_by_kind_the_latest_first(store: Store) -> None:
    locked(store, A, CODE_A)
    found = read_audit(store, ADMINISTRATOR, 2)
    assert [act.seq for act in found.acts] == [found.length, found.length - 1]
    assert (found.check and found.check.broken, found.unchecked) == ((), 0)
    assert {act.actor for act in asked(store, actor="a")} == {"a"}
    [act] = asked(store, action="application_locked")
    assert act.subject == f"{CODE_A} {YEAR}"
    assert asked(store, actor="nobody") == []
    assert asked(store, action="' or true --") == []
    assert audit_accounts(store, ADMINISTRATOR) == sorted({act.actor for act in asked(store)})


def test_the_trail_is_read_by_object_and_by_day(store: Store) -> None:
    locked(store, A, CODE_A)
    every = asked(store)
    assert len(asked(store, subject=CODE_A[3:9].lower())) == sum(CODE_A in act.subject for act in every) > 0
    assert asked(store, subject="%") == []
    [moment] = {act.done_at for act in every if act.action == "application_locked"}
    assert all(act.done_at >= moment for act in asked(store, since=moment))
    assert all(act.done_at < moment for act in asked(store, before=moment))
    assert len(asked(store, since=moment)) + len(asked(store, before=moment)) == len(every)
    assert asked(store, since=moment, before=moment) == []


def test_what_is_taken_of_the_trail_as_a_table_is_what_was_asked_for_and_stands_in_it(store: Store) -> None:
    locked(store, A, CODE_A)
    taken = take_audit_entries(store, ADMINISTRATOR, AuditFilter(actor="a"), "核对（演示）")
    assert {act.actor for act in taken} == {"a"}
    [exported] = asked(store, action="audit_exported")
    assert exported.actor == "administrator"
    assert json.loads(exported.after or "") == {"purpose": "核对（演示）"}


def test_without_a_purpose_nothing_of_the_trail_is_taken(store: Store) -> None:
    with pytest.raises(UserError, match="purpose_missing"):
        take_audit_entries(store, ADMINISTRATOR, AuditFilter(), " ")
    with pytest.raises(UserError, match="purpose_missing"):
        export_audit(store, ADMINISTRATOR, "", AT)
    assert asked(store, action="audit_exported") == []


def asked(store: Store, **wanted: Any) -> list[AuditEntry]:
    return read_audit(store, ADMINISTRATOR, 500, AuditFilter(**wanted)).acts


def test_the_alert_is_on_the_eleventh_set_of_values_within_thirty_days(store: Store) -> None:
    for number in range(10):
        accepted(store, A, CODE_A, str(30 + number))
        accepted(store, A, CODE_A, str(30 + number))
    assert frequent_changes(store, ADMINISTRATOR, AT) == []
    accepted(store, A, CODE_A, "50")
    [one] = frequent_changes(store, ADMINISTRATOR, AT)
    assert (one.credit_code, one.year, one.different, one.accounts) == (CODE_A, YEAR, 11, ("a",))
    assert frequent_changes(store, ADMINISTRATOR, AT + timedelta(days=31)) == []


@pytest.fixture
def chained(store: Store) -> Store:
    """Seven acts, with and without before and after, and rows that they bind."""
    for number in range(2, 7):
        with unit_of_work(store, Actor("somebody", "administrator", ADDRESS), AT + timedelta(seconds=number)) as change:
            change.audit("scope_changed", f"nr{number}", {"n": number} if number % 2 else None, {"n": -number})
    assert [act.seq for act in trail(store)] == [1, 2, 3, 4, 5, 6, 7]
    assert broken_entries(store, trail(store)) == []
    return store


def plant(store: Store, *statements: str) -> list[str]:
    """What is found after somebody wrote this into the database behind the product's back."""
    with store.transaction() as cursor:
        for sql in statements:
            cursor.execute(sql)
    return broken_entries(store, trail(store))


CHANGED = {column: f"coalesce({column}, '') || ' '" for column in AuditEntry.__slots__} | {
    "seq": "seq + 100",
    "done_at": "done_at + interval '1 microsecond'",
    "before": "case when before is null then '' end",
    "mac": "upper(mac)",
}
"""An upper-case mac is the same number: what counts is how it was written."""


@pytest.mark.parametrize("column", CHANGED)
@pytest.mark.parametrize("seq", [2, 4, 7], ids=["early", "middle", "last"])
def test_a_changed_column_of_any_act_is_found(chained: Store, column: str, seq: int) -> None:
    assert plant(chained, f"update audit set {column} = {CHANGED[column]} where seq = {seq}")


REST = ", ".join(AuditEntry.__slots__[1:-3])


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["delete from audit where seq = 1"], "2"),
        (["delete from audit where seq = 4"], "5"),
        (["delete from audit where seq = 7"], "end"),
        (["delete from audit where seq > 3"], "end"),
        (["delete from audit"], "end"),
        (["delete from audit where seq = 4", "update audit set seq = seq - 1 where seq > 4"], "4"),
        (["update audit set seq = 100 where seq = 3", "update audit set seq = 3 where seq = 4"], "3"),
        ([f"insert into audit select 8, {REST}, previous, mac, bound from audit where seq = 7"], "8"),
        ([f"insert into audit select 8, {REST}, mac, mac, bound from audit where seq = 7"], "8"),
        ([f"insert into audit select 0, {REST}, previous, mac, bound from audit where seq = 1"], "0"),
    ],
    ids=["first", "middle", "last", "tail", "all", "closed up", "moved", "repeated", "chained on", "before the first"],
)
def test_taken_out_moved_or_put_in_is_found(chained: Store, statements: list[str], found: str) -> None:
    assert found in plant(chained, *statements)


def test_two_acts_that_changed_places_are_found(chained: Store) -> None:
    with chained.cursor() as cursor:
        rows = cursor.execute("select * from audit where seq in (3, 4) order by seq").fetchall()
    with chained.transaction() as cursor:
        cursor.execute("delete from audit where seq in (3, 4)")
        for seq, row in ((4, rows[0]), (3, rows[1])):
            cursor.execute(
                f"insert into audit values ({', '.join(f'${at}' for at in range(1, len(row) + 1))})", [seq, *row[1:]]
            )
    assert broken_entries(chained, trail(chained)) == ["3", "4", "5"]


def test_a_trail_written_anew_without_the_key_is_found(chained: Store) -> None:
    """Whoever can write the database has everything but this installation's secret."""
    previous = CHAIN_START
    for act in trail(chained):
        forged = replace(act, subject="another", previous=previous)
        mac = entry_mac(forged, hmac.digest(b"guessed", b"audit trail", "sha256"))
        with chained.transaction() as cursor:
            cursor.execute(
                "update audit set subject = $2, previous = $3, mac = $4 where seq = $1",
                [act.seq, forged.subject, previous, mac],
            )
        previous = mac
    assert broken_entries(chained, trail(chained)) == [*"1234567", "end"]


def test_what_cannot_even_be_read_is_found_and_named(store: Store) -> None:
    locked(store, A, CODE_A)
    [act] = [act for act in trail(store) if act.action == "application_locked"]
    for after in ("{", "[1]", "7", "", "篡改"):
        plant(store, f"update audit set after = '{after}', mac = '篡改' where seq = {act.seq}")
        found = [(finding.code, finding.name) for finding in verify_store(store).findings]
        assert ("act_changed", str(act.seq)) in found
        assert ("record_unwitnessed", act.subject) in found


def head_of(store: Store) -> Path:
    return store.folder.root / "audit-head"


@pytest.mark.parametrize("head", [None, b"", b"7", b"seven x", b"\xff\xfe", b"8 x y"], ids=repr)
def test_without_a_head_nobody_says_that_the_last_entries_are_missing(chained: Store, head: bytes | None) -> None:
    head_of(chained).unlink() if head is None else head_of(chained).write_bytes(head)
    assert broken_entries(chained, trail(chained)) == ["head"]
    root = chained.folder.root
    chained.close()
    said = here("store", "verify", "--store", root, "--lang", "en")
    assert (said.code, "the last entries are missing" in said.err) == (3, False)
    assert here("store", "verify", "--store", root, "--json").json["findings"] == [
        {"code": "head_missing", "name": "head"}
    ]


def test_a_head_of_another_act_is_found(chained: Store) -> None:
    head_of(chained).write_bytes(b"7 " + b"0" * 64)
    assert broken_entries(chained, trail(chained)) == ["end"]


def test_a_page_checks_what_is_new_and_calls_nothing_checked_that_was_not(
    chained: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_check, "CHECKED_AT_ONCE", 3)
    found = read_audit(chained, ADMINISTRATOR, 1)
    assert (found.check, found.length, found.unchecked) == (None, 7, 7)
    shares: list[float] = []
    monkeypatch.setattr(trail_check, "REPORTED_EVERY", 2)
    whole = check_audit(chained, ADMINISTRATOR, shares.append, AT)
    assert (whole.seq, whole.whole_seq, whole.whole_at, whole.broken) == (7, 7, AT, ())
    assert shares == [2 / 7, 4 / 7, 6 / 7]
    for number in range(5):
        with unit_of_work(chained, SYSTEM, AT + timedelta(minutes=number)) as change:
            change.audit("signed_out", "x")
    first, then = (read_audit(chained, ADMINISTRATOR, 1) for _ in range(2))
    assert [(item.check and item.check.seq, item.unchecked) for item in (first, then)] == [(10, 2), (12, 0)]
    assert then.check is not None
    assert (then.check.whole_seq, then.check.whole_at) == (7, AT)


def test_what_was_changed_since_the_last_check_is_found_by_what_is_new_or_by_a_check_of_all(chained: Store) -> None:
    check_audit(chained, ADMINISTRATOR)
    for number in range(2):
        with unit_of_work(chained, SYSTEM, AT + timedelta(minutes=number)) as change:
            change.audit("signed_out", "x")
    plant(chained, "update audit set subject = 'y' where seq in (3, 8)")
    for _ in range(2):
        found = read_audit(chained, ADMINISTRATOR, 1)
        assert found.check is not None
        assert (found.check.broken, found.check.whole_seq) == (("8",), 7)
    assert check_audit(chained, ADMINISTRATOR).broken == ("3", "8")


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("update audit set mac = reverse(mac) where seq = 7", ("7",)),
        ("delete from audit where seq = 7", ("end",)),
        ("delete from audit", ("end",)),
    ],
)
def test_where_what_was_checked_is_not_there_any_more_all_of_it_is_checked(
    chained: Store, statement: str, broken: tuple[str, ...]
) -> None:
    check_audit(chained, ADMINISTRATOR)
    found = plant(chained, statement)
    check = read_audit(chained, ADMINISTRATOR, 1).check
    assert check is not None
    assert check.broken == tuple(found)
    assert set(broken) <= set(found)


def test_a_new_secret_has_all_of_it_checked_again(chained: Store) -> None:
    check_audit(chained, ADMINISTRATOR, at=AT)
    rotate_secret(chained, SYSTEM, AT + timedelta(hours=1))
    check = read_audit(chained, ADMINISTRATOR, 1, at=AT + timedelta(hours=2)).check
    assert check is not None
    assert (check.broken, check.whole_at) == ((), AT + timedelta(hours=2))


def test_a_kill_between_the_commit_and_the_head_leaves_a_sound_trail_that_goes_on(store: Store) -> None:
    before = head_of(store).read_bytes()
    with unit_of_work(store, SYSTEM, AT) as change:
        change.audit("signed_out", "x")
    head_of(store).write_bytes(before)
    assert broken_entries(store, trail(store)) == []
    with unit_of_work(store, SYSTEM, AT) as change:
        change.audit("signed_out", "y")
    assert broken_entries(store, trail(store)) == []
    assert store.folder.head() == (trail(store)[-1].seq, trail(store)[-1].mac)


def test_a_kill_before_the_first_act_was_noted_beside_it_leaves_a_sound_trail(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s") as store:
        assert broken_entries(store, trail(store)) == []
        with unit_of_work(store, SYSTEM, AT) as change:
            change.audit("signed_out", "x")
        store.folder.keep_head(0, CHAIN_START)
        assert broken_entries(store, trail(store)) == []
        with unit_of_work(store, SYSTEM, AT + timedelta(hours=1)) as change:
            change.audit("signed_out", "y")
        assert broken_entries(store, trail(store)) == []
        store.folder.keep_head(0, CHAIN_START)
        assert broken_entries(store, trail(store)) == ["end"], "one change may be ahead of the head, two may not"


def test_verifying_the_store_ends_with_3_and_names_the_act(chained: Store) -> None:
    root = chained.folder.root
    chained.close()
    assert here("store", "verify", "--store", root, "--json").json["acts"] == 7
    with Store.open(root) as store:
        plant(store, "update audit set actor = 'another' where seq = 5", "delete from audit where seq = 7")
    said = here("store", "verify", "--store", root, "--json", "--lang", "en")
    assert said.code == 3
    assert said.json["findings"] == [{"code": "act_changed", "name": name} for name in ("5", "end")]
    assert "5" in said.err


def test_eight_that_write_at_once_keep_one_chain(store: Store) -> None:
    length = len(trail(store))

    def write(number: int) -> None:
        for turn in range(5):
            with unit_of_work(store, Actor(f"writer{number}", "administrator"), AT) as change:
                change.audit("scope_changed", f"{turn}")
                change.audit("scope_changed", f"{turn} again")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    acts = trail(store)
    assert len(acts) == length + 80
    assert broken_entries(store, acts) == []
    assert store.folder.head() == (acts[-1].seq, acts[-1].mac)
    for number in range(8):
        own = [act.subject for act in acts if act.actor == f"writer{number}"]
        assert own == [f"{turn}{more}" for turn in range(5) for more in ("", " again")]


def test_a_change_without_a_word_and_one_that_fails_keep_nothing(store: Store) -> None:
    before = kept(store)

    def silent() -> None:
        with unit_of_work(store, SYSTEM, AT) as change:
            change.cursor.execute("delete from account")

    def failing() -> None:
        with unit_of_work(store, SYSTEM, AT) as change:
            change.cursor.execute("delete from account")
            change.audit("signed_out", "x")
            raise KeyError("a bug")

    for ask, error in ((silent, RuntimeError), (failing, KeyError)):
        with pytest.raises(error):
            ask()
    assert kept(store) == before


def test_the_key_is_this_installations_own(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "another") as another:
        assert audit_key(store.folder) != audit_key(another.folder)
    assert audit_key(store.folder) != store.folder.secret()


CHANGES = {name for name in vars(Store) if name.startswith("transaction")}
"""The store's ways to change something."""


def _writers(source: str) -> set[str]:
    return {
        node.name
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(item, ast.Attribute) and item.attr in CHANGES for item in ast.walk(node))
    }


def test_nothing_is_written_past_the_trail() -> None:
    """None of it is bound (``kpi/store/writes.py``)."""
    assert {"transaction", "transaction_of_a_try"} <= CHANGES
    elsewhere = {file: source for file, source in python_files().items() if not file.startswith("kpi/store/")}
    found = {f"{file}:{name}" for file, source in elsewhere.items() for name in _writers(source)}
    assert found - {"kpi/services/unit_of_work.py:unit_of_work"} == declared("Without a word in the trail")


def test_no_act_is_ever_changed_or_taken_out() -> None:
    scripts = {path.as_posix(): path.read_text("utf-8") for path in (ROOT / "kpi").rglob("*.sql")}
    sources = {**python_files(), **scripts}
    statements = r"\b(?:update|delete\s+from|insert\s+into|truncate|drop\s+table|alter\s+table)\s+audit\b"
    words = rf'{statements}|\binsert\(cursor, "audit"'
    found = {
        file.rpartition("/")[2]: re.findall(words, source, re.IGNORECASE)
        for file, source in sources.items()
        if re.search(words, source, re.IGNORECASE)
    }
    assert found == {"audit.py": ['insert(cursor, "audit"'], "from_22.sql": ["alter table audit"]}
