"""The secret of a store that several processes share is replaced while the others go on, whoever is cut off then."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from kpi import tables
from kpi.errors import StoreUnavailable
from kpi.model.viewer import SYSTEM
from kpi.services.audit_losses import acknowledge_lost_secret, rotate_secret
from kpi.services.audit_trail import audit_keys, rotated
from kpi.services.operation.verification import verify_store
from kpi.store.folder import SECRET_BYTES, StoreFolder
from kpi.store.store import Store
from kpi.store.store_place import StorePlace
from tests.cli.command_line import here
from tests.store.shared.test_shared_store import code, noted, subjects, trail
from tests.store.shared_places import Databases, name_of

pytestmark = [pytest.mark.slow, pytest.mark.campaign]


def rotations(store: Store) -> int:
    return [act.action for act in trail(store)].count("secret_rotated")


def test_one_replaces_it_and_all_go_on(stores: tuple[Store, Store]) -> None:
    one, other = stores
    for number, store in enumerate((one, other, one)):
        noted(other, f"before {number}")
        old = store.folder.secret()
        head = rotate_secret(store, SYSTEM)
        assert (head.seq, head.mac) == other.folder.head()
        assert other.folder.secret() != old
        noted(one, f"after {number}")
    for store in stores:
        assert verify_store(store).sound
        assert rotations(store) == 3
    assert len(audit_keys(one.folder)) == 4


def test_who_is_cut_off_before_the_file_takes_no_later_secret_away(
    databases: Databases, place: StorePlace, stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped between the lock and the file, it goes on after others have written."""
    one, other = stores
    replace = StoreFolder.replace_secret

    def late(folder: StoreFolder, kept: bytes) -> None:
        monkeypatch.setattr(StoreFolder, "replace_secret", replace)
        databases.ask(
            f"select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = '{name_of(place)}'"
        )
        noted_by_other(other, "meanwhile")
        assert code(lambda: rotate_secret(other, SYSTEM)) == "store_busy", "the first one is still at it"
        assert code(lambda: acknowledge_lost_secret(other, SYSTEM, "secret:1-1", "lost")) == "store_busy"
        replace(folder, kept)

    noted(one, "before")
    monkeypatch.setattr(StoreFolder, "replace_secret", late)
    assert code(lambda: rotate_secret(one, SYSTEM)) in ("database_unreachable", "change_cut_off")
    noted(other, "after")
    noted(one, "again")
    assert subjects(other) == ["before", "meanwhile", "after", "again"]
    assert rotations(other) == 1, "noted by the next change, as after a kill"
    assert verify_store(other).sound
    rotate_secret(other, SYSTEM)
    assert verify_store(one).sound


def test_after_a_killed_one_nobody_writes_between_its_act_and_the_next_secret(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = stores
    noted(one, "before")
    one.folder.replace_secret(rotated(one.folder.secrets(), os.urandom(SECRET_BYTES)))
    replace = StoreFolder.replace_secret
    with ThreadPoolExecutor(1) as beside:
        waiting: list[Future[None]] = []

        def replaced(folder: StoreFolder, kept: bytes) -> None:
            monkeypatch.setattr(StoreFolder, "replace_secret", replace)
            replace(folder, kept)
            waiting.append(beside.submit(noted, other, "meanwhile"))
            wait(waiting, 1)

        monkeypatch.setattr(StoreFolder, "replace_secret", replaced)
        head = rotate_secret(one, SYSTEM)
        waiting[0].result(120)
    assert [act.action for act in trail(one)][-3:] == ["secret_rotated", "secret_rotated", "backup_made"]
    assert head.seq == trail(one)[-2].seq
    assert verify_store(other).sound


def noted_by_other(store: Store, subject: str) -> None:
    """Its connections were ended too: the first one that it takes up says so."""
    try:
        noted(store, subject)
    except StoreUnavailable:
        noted(store, subject)


def test_a_rotation_that_cannot_be_noted_is_put_back_or_noted_by_who_writes_at_that_moment(
    stores: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = stores
    add = tables.audit.add_audit_entry
    noted(one, "before")
    with ThreadPoolExecutor(1) as beside:
        for number in range(5):
            waiting: list[Future[None]] = []

            def full(*_: object, number: int = number, waiting: list[Future[None]] = waiting) -> None:
                monkeypatch.setattr(tables.audit, "add_audit_entry", add)
                waiting.append(beside.submit(noted, other, f"meanwhile {number}"))
                raise StoreUnavailable("store_full")

            monkeypatch.setattr(tables.audit, "add_audit_entry", full)
            assert code(lambda: rotate_secret(one, SYSTEM)) == "store_full"
            waiting[0].result(120)
            noted(one, f"after {number}")
            assert verify_store(other).sound
            assert len(audit_keys(one.folder)) == rotations(one) + 1


def test_a_lost_one_is_acknowledged_and_the_others_go_on(stores: tuple[Store, Store]) -> None:
    one, other = stores
    noted(one, "before")
    last = trail(one)[-1].seq
    (one.folder.root / "secret").write_bytes(os.urandom(32))
    assert code(lambda: noted(other, "refused")) == "secret_other"
    assert acknowledge_lost_secret(one, SYSTEM, f"secret:1-{last}", "the disk failed") == f"secret:1-{last}"
    noted(other, "after")
    assert verify_store(one).sound


def test_the_command_replaces_it_and_prints_the_anchor(place: StorePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    said = here("store", "rotate-secret", "--json")
    assert (said.code, said.err) == (0, "")
    assert here("store", "verify", "--anchor", said.json["anchor"]).code == 0
