"""An enterprise's way from file to lock."""

from __future__ import annotations

import hashlib

import pytest

from kpi import tables
from kpi.access.roles import scope_of
from kpi.benchmark.sealed_record import sealed_hash
from kpi.errors import InvalidFile, NotFound, UserError
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.benchmark.panels import INDUSTRY, freeze, records
from tests.services.sample_store import AT, CODE_A, A, file_of
from tests.services.submitting import lock_as_it_stands

YEAR = 2025


def test_the_file_is_kept_as_it_came(store: Store) -> None:
    data = file_of(CODE_A)
    receive_file(store, A, "a.csv", data)
    assert store.folder.original(hashlib.sha256(data).hexdigest()).read_bytes() == data


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no workbook", b"\xff\xfe\x00", file_of(CODE_A, "viel")])
def test_a_faulty_file_is_kept_as_well_reported_and_changes_nothing(store: Store, data: bytes) -> None:
    received = receive_file(store, A, "a.csv", data, AT)
    assert not received.usable
    assert any(problem.blocks for problem in received.reading.problems)
    with store.cursor() as cursor:
        kept = tables.applications.uploads(cursor, "a")
    assert [(upload.id, upload.sent_at, upload.faults > 0) for upload in kept] == [(received.upload, AT, True)]
    assert store.folder.original(kept[0].file_sha256).read_bytes() == data
    with pytest.raises(InvalidFile) as refused:
        accept_application(store, A, received)
    assert refused.value.problems == received.reading.problems
    assert own_results(store, A) == []


def test_the_same_file_twice_is_two_uploads_and_one_original(store: Store) -> None:
    before = len(store.folder.originals())
    for _ in range(2):
        receive_file(store, A, "a.csv", file_of(CODE_A))
    with store.cursor() as cursor:
        assert len(tables.applications.uploads(cursor, "a")) == 2
    assert len(store.folder.originals()) == before + 1


def test_a_later_file_takes_the_drafts_place(store: Store) -> None:
    for efficiency in ("45", "30"):
        accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A, efficiency)))
    [result] = own_results(store, A)
    assert (result.answer.kpi("K08").value, result.locked_at) == (30.0, None)


def test_locking_decides_once(store: Store) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR, AT)
    [result] = own_results(store, A)
    assert result.locked_at == AT
    assert result.answer.kpi("K08").verdict == "leading"
    with pytest.raises(NotFound):
        lock_as_it_stands(store, A, CODE_A, YEAR)


@pytest.mark.parametrize(("size", "groups_in_all"), [(15, None), (40, 15)], ids=["enterprises", "groups"])
def test_a_register_that_does_not_fit_locks_nothing_and_counts_no_peers(
    store: Store, size: int, groups_in_all: int | None
) -> None:
    peers = records({"K08": [1.0] * 15}, [])
    freeze(store, "unfit", peers, {INDUSTRY: size}, groups_in_all=groups_in_all and {INDUSTRY: groups_in_all})
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    with pytest.raises(UserError, match="register_unfit") as refused:
        lock_as_it_stands(store, A, CODE_A, YEAR, AT)
    assert refused.value.params == {"industry": INDUSTRY}
    [result] = own_results(store, A)
    assert result.locked_at is None


def test_a_locked_year_takes_no_other_file(store: Store) -> None:
    """A changed value gets no new verdict in its window: lock, reopen, ask again is the rival's bisection."""
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    words = [kpi.verdict for kpi in own_results(store, A)[0].answer.kpis]
    received = receive_file(store, A, "a.csv", file_of(CODE_A, "46"))
    with pytest.raises(UserError, match="already_locked"):
        accept_application(store, A, received)
    [result] = own_results(store, A)
    assert [kpi.verdict for kpi in result.answer.kpis] == words
    assert result.answer.kpi("K08").value == 45.0


def test_drafts_give_no_word_however_often_they_are_sent(store: Store) -> None:
    for efficiency in ("10", "20", "27", "28", "29", "45"):
        accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A, efficiency)))
        [result] = own_results(store, A)
        words = {kpi.verdict for kpi in result.answer.kpis if kpi.state == "reported"}
        assert words <= {None, "basis_mismatch"}
        assert result.answer.clause is None


def test_locking_needs_a_draft_of_that_year(store: Store) -> None:
    with pytest.raises(NotFound):
        lock_as_it_stands(store, A, CODE_A, YEAR)
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    with pytest.raises(NotFound):
        lock_as_it_stands(store, A, CODE_A, YEAR - 1)


def test_the_record_is_sealed(store: Store) -> None:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, YEAR)
    with store.cursor() as cursor:
        [release] = tables.applications.locked_applications(cursor, scope_of(A))
    assert sealed_hash(release.record) == release.sha256
    for word in ("in_force_from", '"worse"', '"population"', '"p_value_not"', '"sha256"'):
        assert word in release.record
