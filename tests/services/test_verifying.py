"""Whatever was changed behind the product's back is found and named."""

from __future__ import annotations

import pytest

from kpi.services.submissions import accept, lock, receive
from kpi.services.verifying import verify
from kpi.store import Store
from tests.services.world import CODE_A, A, file_of


@pytest.fixture
def full(store: Store) -> Store:
    accept(store, A, receive(store, A, "a.csv", file_of(CODE_A)))
    lock(store, A, CODE_A, 2025)
    return store


def plant(store: Store, sql: str) -> None:
    with store.writing() as cursor:
        cursor.execute(sql)


def codes(store: Store) -> list[str]:
    return [finding.code for finding in verify(store).findings]


def test_an_untouched_store_is_sound(full: Store) -> None:
    verified = verify(full)
    assert (verified.sound, verified.originals, verified.baselines, verified.releases) == (True, 2, 1, 1)


def test_one_changed_byte_of_an_original_is_found(full: Store) -> None:
    path = full.folder.originals()[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    [finding] = verify(full).findings
    assert (finding.code, finding.name) == ("original_changed", path.name)


def test_a_missing_original_is_found(full: Store) -> None:
    path = full.folder.originals()[1]
    path.unlink()
    [finding] = verify(full).findings
    assert (finding.code, finding.name) == ("original_missing", path.name)


def test_an_original_without_a_row_is_no_fault(full: Store) -> None:
    """What a kill between file and row leaves."""
    full.folder.keep_original(b"half a visit")
    assert verify(full).sound


ONE = "(credit_code, kpi) = (select (credit_code, kpi) from observation order by credit_code, kpi limit 1)"


@pytest.mark.parametrize(
    "sql",
    [
        f"update observation set value = value + 1e-9 where {ONE}",
        f"update observation set value = 'nan'::double where {ONE}",
        f"update observation set value = 'inf'::double where {ONE}",
        f"update observation set industry = '汽车' where {ONE}",
        f"update observation set basis = 'points' where {ONE}",
        f"update observation set told_group = '演示集团99（虚构）' where {ONE}",
        f"update observation set own_group = '演示集团99（虚构）' where {ONE}",
        f"update observation set body = '松江区' where {ONE}",
        f"delete from observation where {ONE}",
        f"insert into observation from observation where {ONE}",
        f"update observation set region = '江苏省' where {ONE}",
        "insert into industry_size select name, region, '汽车', 500 from baseline",
        "update baseline set year = 2024",
    ],
    ids=lambda sql: sql[:48],
)
def test_any_changed_row_of_a_baseline_is_found(full: Store, sql: str) -> None:
    plant(full, sql)
    assert codes(full) == ["baseline_changed"]


@pytest.mark.parametrize(
    "sql",
    [
        """update release set record = replace(record, '"verdict":"leading"', '"verdict":"undecided"')""",
        "update release set sha256 = 'x'",
        "update release set application = replace(application, '45.0', '46.0')",
        "update release set industry = '没有的行业', body = null",
    ],
    ids=["record", "seal", "application", "industry"],
)
def test_a_changed_release_is_found(full: Store, sql: str) -> None:
    plant(full, sql)
    assert codes(full) == ["record_changed"]
