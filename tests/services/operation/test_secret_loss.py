"""A secret that no backup has: the store goes on under a new one, and says for ever what it lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kpi import tables
from kpi.errors import StoreUnavailable, UserError
from kpi.services.audit_losses import acknowledge_lost_secret, acknowledged_losses, rotate_secret
from kpi.services.audit_trail import broken_entries
from kpi.services.operation.verification import verify_store
from kpi.store.store import Store
from tests.cli.command_line import here, made
from tests.services.operation.test_secret import KEEPER, acts, note, secret
from tests.services.sample_store import AT

LOSE: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "cut short": lambda path: path.write_bytes(b"short"),
    "another": lambda path: path.write_bytes(os.urandom(32)),
}


@pytest.mark.campaign
@pytest.mark.parametrize("lose", LOSE.values(), ids=LOSE)
@pytest.mark.parametrize("rotations", [0, 2])
def test_it_is_named_goes_on_and_stays_on_record(store: Store, lose: Callable[[Path], object], rotations: int) -> None:
    note(store, "x")
    for _ in range(rotations):
        rotate_secret(store, KEEPER, AT)
    lose(secret(store))
    last = acts(store)[-1].seq
    with pytest.raises(UserError) as refused:
        acknowledge_lost_secret(store, KEEPER, "secret", "the disk failed", AT)
    assert (refused.value.code, refused.value.params["lost"]) == ("other_loss", f"secret:1-{last}")
    with pytest.raises(UserError, match="loss_reason_needed"):
        acknowledge_lost_secret(store, KEEPER, f"secret:1-{last}", " ", AT)
    acknowledge_lost_secret(store, KEEPER, f"secret:1-{last}", "the disk failed", AT)
    note(store, "y")
    rotate_secret(store, KEEPER, AT)
    note(store, "z")
    assert verify_store(store).findings == ()
    [act] = acknowledged_losses(store)
    assert (act.seq, act.actor, act.subject) == (last + 1, "console:keeper", f"secret:1-{last}")
    assert json.loads(act.after or "")["reason"] == "the disk failed"
    with pytest.raises(UserError, match="nothing_lost"):
        acknowledge_lost_secret(store, KEEPER, f"secret:1-{last}", "again", AT)


@pytest.mark.parametrize("change", ["subject = 'q'", "actor = 'q'", "after = 'q'", "mac = repeat('0', 64)"])
def test_from_then_on_the_acts_before_are_bound_although_no_key_proves_them(store: Store, change: str) -> None:
    note(store, "x")
    rotate_secret(store, KEEPER, AT)
    note(store, "y")
    secret(store).unlink()
    acknowledge_lost_secret(store, KEEPER, f"secret:1-{acts(store)[-1].seq}", "lost", AT)
    note(store, "z")
    for act in acts(store):
        with store.transaction() as cursor:
            cursor.execute(f"update audit set {change} where seq = $1", [act.seq])
        assert broken_entries(store, acts(store)), act.seq
        with store.transaction() as cursor:
            cursor.execute("delete from audit where seq = $1", [act.seq])
        with store.transaction() as cursor:
            cursor.execute(
                "insert into audit values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                [
                    act.seq,
                    act.done_at.replace(tzinfo=None),
                    act.actor,
                    act.role,
                    act.address,
                    act.action,
                    act.subject,
                    act.before,
                    act.after,
                    act.previous,
                    act.mac,
                    act.bound,
                ],
            )
        assert broken_entries(store, acts(store)) == []


def test_acts_that_are_lost_too_are_named_with_it(store: Store) -> None:
    note(store, "x")
    secret(store).unlink()
    store.folder.keep_head(5, "a" * 64)
    with pytest.raises(UserError, match="other_loss"):
        acknowledge_lost_secret(store, KEEPER, "secret:1-3", "lost", AT)
    assert acknowledge_lost_secret(store, KEEPER, "secret:1-3+4-5", "lost", AT) == "secret:1-3+4-5"
    assert verify_store(store).sound


def test_a_rotation_that_waits_for_its_act_is_no_loss(store: Store) -> None:
    note(store, "x")
    rotate_secret(store, KEEPER, AT)
    with pytest.raises(UserError, match="nothing_lost"):
        acknowledge_lost_secret(store, KEEPER, "secret:1-4", "lost", AT)


def test_a_kill_before_the_act_leaves_the_loss_to_be_acknowledged_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(store, "x")
    secret(store).write_bytes(b"cut")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("kpi.tables.audit.add_audit_entry", killed)
        with pytest.raises(KeyboardInterrupt):
            acknowledge_lost_secret(store, KEEPER, "secret:1-3", "lost", AT)
    with pytest.raises(StoreUnavailable, match="secret_other"):
        note(store, "not yet")
    acknowledge_lost_secret(store, KEEPER, "secret:1-3", "lost", AT)
    assert verify_store(store).sound
    kept = [path.read_bytes() for path in store.folder.root.glob("secret-unfit-*")]
    assert b"cut" in kept, "what lay there is kept"


def test_nobody_proves_anything_with_the_mark_of_a_lost_key(store: Store) -> None:
    note(store, "x")
    secret(store).write_bytes(os.urandom(32) + bytes(32))
    with pytest.raises(StoreUnavailable, match="secret_other"):
        note(store, "y")
    with store.cursor() as cursor:
        assert tables.audit.count_key_changes(cursor) == 0
    assert not verify_store(store).sound


def test_the_command_says_what_can_no_longer_be_proved(tmp_path: Path) -> None:
    root = made(tmp_path / "s")
    (root / "secret").unlink()
    words = ["--reason", "the disk failed", "--store", root, "--lang", "en"]
    assert "--lost secret" in here("store", "verify", "--store", root, "--lang", "en").err
    said = here("store", "acknowledge", "--lost", "secret", *words)
    assert (said.code, "--lost secret:1-1" in said.err) == (2, True)
    said = here("store", "acknowledge", "--lost", "secret:1-1", *words)
    assert (said.code, said.err) == (0, "")
    assert "can no longer be proved" in said.out
    said = here("store", "verify", "--store", root, "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert "Loss on record: secret:1-1" in said.out
    assert here("account", "add", "chief", "--role", "administrator", "--display", "c", "--store", root).code == 0
