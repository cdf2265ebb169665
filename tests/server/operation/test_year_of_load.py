"""A year of load in an hour: enterprises and reviewers at work without a pause while all goes wrong that may go wrong.

An upgrade in the middle, kills, a full disk, a rush at the deadline, a lost disk. At the end the store is sound, and
nothing that was acknowledged is gone but what was lost with the disk and has its name.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from kpi.services.operation.verification import verify_store
from kpi.store.store import Store
from tests.campaign import trial
from tests.cli.command_line import process
from tests.conftest import _free_port
from tests.server.acknowledged import DRAFT, LOCK, SCORE, YEAR, Act, Fact, Ledger, logged_acts, missing
from tests.server.disks import disk_of
from tests.server.load import loaded
from tests.server.operation.test_release import Installation, before_the_newest_tables
from tests.server.year_of_load import DISK_BYTES, ENTERPRISES, REVIEWERS, SENDERS, Copies, Year

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.campaign,
    pytest.mark.folder_store("snapshots and an upgrade of a store in a folder"),
]


def test_a_year_of_load_loses_nothing_but_what_is_named(tmp_path: Path) -> None:
    with (
        disk_of(tmp_path / "disk", DISK_BYTES) as small,
        loaded(f"http://127.0.0.1:{_free_port()}", Ledger()) as load,
        closing(Year(tmp_path, tmp_path / "disk", load, Installation(tmp_path, before_the_newest_tables()))) as year,
    ):
        load.send(year.writers, SENDERS)
        year.serve(year.before.clone)
        year.some_kills()
        year.upgrade()
        copies = Copies(year, tmp_path / "second")
        year.some_kills()
        if small:
            year.fill_disk(tmp_path / "disk")
        year.deadline()
        year.open_review()
        year.some_kills()
        year.lose_disk(copies)
        proof = year.sign()
        again = Copies(year, tmp_path / "second")
        year.some_kills()
        year.some_more(REVIEWERS)
        again.end()
        load.end()
        year.end_server()
        year.note_errors()
        last = logged_acts(year.root)[-1].seq
        trial(
            f"a year of load: {ENTERPRISES} enterprises, {REVIEWERS} reviewers, {last} acts, {load.ledger.count}"
            f" acknowledged, {year.kills} kills, {year.lost_and_named} acts lost and named,"
            f" {copies.made + again.made} copies, {'a' if small else 'no'} full disk",
            1,
            len(year.losses),
        )
        assert (year.losses, year.errors, load.wrong) == ([], [], [])
        for words in ([], proof):
            verified = process("store", "verify", "--store", year.root, "--lang", "en", *words)
            assert verified.code == 0, verified.out + verified.err
        kept = year.kept()
        assert {fact.subject for fact in kept if fact.kind == LOCK} == {f"{item.code} {YEAR}" for item in year.writers}
        a_planted_loss_is_found(year, kept)


def a_planted_loss_is_found(year: Year, kept: dict[Fact, int]) -> None:
    """All rows of scores are taken away: ledger and verification both miss them."""
    with duckdb.connect(str(year.root / "duibiao.duckdb")) as database:
        database.execute("delete from score_version")
    acknowledged = year.ledger.by_now()
    found = missing(acknowledged, year.kept())
    assert sorted(found) == sorted(fact for fact in acknowledged if fact.kind == SCORE)
    assert found
    assert missing(acknowledged, kept) == []
    with Store.open(year.root) as store:
        assert not verify_store(store).sound


def test_what_is_gone_and_what_nobody_sent_is_found() -> None:
    ledger = Ledger()
    for _ in range(3):
        fact, number = ledger.next(DRAFT, "w1", "x 2025")
        ledger.acknowledge(fact, number)
    assert missing(ledger.by_now(), {fact: number}) == []
    assert missing(ledger.by_now(), {fact: number - 1}) == missing(ledger.by_now(), {}) == [fact]
    assert ledger.never_tried({fact: number + 1, fact._replace(account="w2"): 1}) == [fact, fact._replace(account="w2")]
    acts = [Act(seq, "", DRAFT, "w1") for seq in (7, 8)]
    assert ledger.lose({fact: number - 2}, acts[:1]) == 1, "two are gone, and one has a name"
    assert missing(ledger.by_now(), {fact: number - 2}) == []
