"""Whatever was changed behind the product's back is found and named."""

from __future__ import annotations

import hashlib
import os
import shutil

import pytest

from kpi import tables as store_tables
from kpi.baseline.publication import publish, records_by_cell, republish
from kpi.baseline.word_exposure import rows_to_publish
from kpi.benchmark.sealed_record import sealed_hash
from kpi.services.administrator.awards import import_awards
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.state import BLOCKS_READ_BY, refuse_unsound
from kpi.services.operation.verification import verify_store
from kpi.services.row_binding import ROW_FINDINGS
from kpi.services.year import policy_of_year
from kpi.store.store import Store
from kpi.tables.baselines import add_published
from tests.services.sample_store import ADMINISTRATOR, CODE_A, A, file_of
from tests.services.submitting import lock_as_it_stands

pytestmark = pytest.mark.slow

AWARDED = f"信用代码,工厂名称,等级,年度,来源\n{CODE_A},演示工厂（虚构）,先进级,2024,虚构\n".encode()


@pytest.fixture
def full(store: Store) -> Store:
    accept_application(store, A, receive_file(store, A, "a.csv", file_of(CODE_A)))
    lock_as_it_stands(store, A, CODE_A, 2025)
    return store


def plant(store: Store, sql: str) -> None:
    with store.transaction() as cursor:
        cursor.execute(sql)


def codes(store: Store) -> list[str]:
    """What is found beside the row itself, of which ``test_bound_rows.py`` is."""
    return [finding.code for finding in verify_store(store).findings if finding.code not in ROW_FINDINGS]


def test_an_untouched_store_is_sound(full: Store) -> None:
    verified = verify_store(full)
    assert (verified.sound, verified.originals, verified.baselines, verified.releases) == (True, 2, 1, 1)


def test_one_changed_byte_of_an_original_is_found(full: Store) -> None:
    path = full.folder.originals()[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    [finding] = verify_store(full).findings
    assert (finding.code, finding.name) == ("original_changed", path.name)


def test_a_missing_original_is_found(full: Store) -> None:
    path = full.folder.originals()[1]
    path.unlink()
    [finding] = verify_store(full).findings
    assert (finding.code, finding.name) == ("original_missing", path.name)


def test_the_missing_file_of_a_list_of_awards_is_found(full: Store) -> None:
    import_awards(full, ADMINISTRATOR, "awarded.csv", AWARDED)
    assert verify_store(full).sound
    sha256 = hashlib.sha256(AWARDED).hexdigest()
    full.folder.original(sha256).unlink()
    assert [(finding.code, finding.name) for finding in verify_store(full).findings] == [("original_missing", sha256)]


def test_each_original_is_found_missing_where_their_folder_is_lost(full: Store) -> None:
    names = [path.name for path in full.folder.originals()]
    shutil.rmtree(full.folder.root / "originals")
    assert [(finding.code, finding.name) for finding in verify_store(full).findings] == [
        ("original_missing", name) for name in names
    ]


def test_an_original_without_a_row_is_no_fault(full: Store) -> None:
    """What a kill between file and row leaves."""
    full.folder.keep_original(b"half a visit")
    assert verify_store(full).sound


ONE = "(credit_code, kpi) = (select (credit_code, kpi) from observation order by credit_code, kpi limit 1)"


@pytest.mark.campaign
@pytest.mark.folder_store("its frozen records are rows, not files under their hashes")
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
        "insert into industry_size select name, region, '汽车', 500, null from baseline",
        "update baseline set year = 2024",
    ],
    ids=lambda sql: sql[:48],
)
def test_any_changed_row_of_a_baseline_is_found(full: Store, sql: str) -> None:
    plant(full, sql)
    assert codes(full) == ["baseline_changed"]


@pytest.mark.campaign
@pytest.mark.folder_store("its frozen records are rows, not files under their hashes")
@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("update cell set mean = mean + 1e-6 where kpi = 'K08' and industry = '汽车'", "cells_changed"),
        ("update cell set groups = groups + 1 where kpi = 'K08' and industry = '汽车'", "cells_changed"),
        ("update cell set basis = 'points' where kpi = 'K10' and industry = '时尚消费品'", "cells_changed"),
        ("delete from cell where kpi = 'K08' and industry = '汽车'", "cells_changed"),
        ("insert into cell from cell where kpi = 'K08' and industry = '汽车'", "cells_changed"),
        ("update peer_record set value = value + 1e-9 where cell = 3 and chosen", "placing_changed"),
        (
            "update peer_record set chosen = not chosen"
            " where cell = 3 and enterprise = (select min(enterprise) from peer_record where cell = 3)",
            "placing_changed",
        ),
        ("update peer_record set enterprise = enterprise + 1 where cell = 3", "placing_changed"),
        ("delete from peer_record where cell = (select max(cell) from peer_cell)", "placing_changed"),
        ("insert into peer_record from peer_record where cell = 3", "placing_changed"),
        ("update peer_cell set cell = cell + 1 where kpi = 'K08'", "placing_changed"),
        ("delete from peer_cell where kpi = 'K08' and industry = '汽车'", "placing_changed"),
        ("delete from peer_cell", "placing_changed"),
        ("update peer_enterprise set own_group = 'another' where enterprise = 1", "placing_changed"),
        ("update peer_enterprise set enterprise = 3 - enterprise where enterprise in (1, 2)", "placing_changed"),
        ("delete from peer_enterprise where enterprise = 1", "placing_changed"),
        ("update published set p80 = p80 + 1 where kpi = 'K08' and industry = '汽车'", "published_changed"),
        ("update published set mean = null where kpi = 'K08' and industry = '汽车'", "published_changed"),
        ("update published set upper_quantile = 0.75 where kpi = 'K08' and industry = '汽车'", "published_changed"),
        ("update published set upper_quantile = 0.75", "published_changed"),
        ("update published set withheld = null where industry = '时尚消费品'", "published_changed"),
        ("update published set computed_from = 'another' where kpi = 'K08'", "published_changed"),
        ("delete from published where kpi = 'K08' and industry = '汽车'", "published_changed"),
        ("insert into published from published where kpi = 'K08' and industry = '汽车'", "published_changed"),
    ],
    ids=lambda text: text[:48],
)
def test_one_changed_number_of_what_was_made_from_the_records_is_found(store: Store, sql: str, found: str) -> None:
    plant(store, sql)
    assert [(finding.code, finding.name) for finding in verify_store(store).findings] == [(found, "illustrative-2025")]


@pytest.mark.campaign
@pytest.mark.folder_store("its frozen records are rows, not files under their hashes")
def test_a_table_made_again_at_other_quantiles_is_found(store: Store) -> None:
    """Consistent in itself: only the act that froze the baseline says at which it was published."""
    with store.transaction() as cursor:
        [baseline] = store_tables.baselines.baselines(cursor)
        policy, records_of = (
            policy_of_year(cursor, baseline.year),
            store_tables.freezing.observations(cursor, baseline.name),
        )
        cells, sizes = records_by_cell(records_of), store_tables.freezing.industry_sizes(cursor, baseline.name)
        tables = publish(cells, baseline.region, policy, quantiles=(0.25, 0.75))
        fresh = rows_to_publish(tables, cells, sizes, baseline.name, policy)
        cursor.execute("delete from published")
        add_published(cursor, baseline.name, republish(cursor, records_of, fresh, {}, policy))
    assert codes(store) == ["published_changed"]


@pytest.mark.campaign
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
    assert set(codes(full)) - {"record_unwitnessed"} == {"record_changed"}


def test_a_verdict_that_was_sealed_anew_is_not_the_one_that_was_locked(full: Store) -> None:
    """Whoever can write the row can make its plain hash fit; the trail's key is what he does not have."""
    with full.cursor() as cursor:
        ((record,),) = cursor.execute("select record from release").fetchall()
    forged = record.replace('"verdict":"undecided"', '"verdict":"leading"')
    assert forged != record
    with full.transaction() as cursor:
        cursor.execute("update release set record = $1, sha256 = $2", [forged, sealed_hash(forged)])
    assert codes(full) == ["record_decided_otherwise", "record_unwitnessed"]


def test_every_block_is_read_once_at_a_start_and_again_by_any_other_process(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Store] = []
    monkeypatch.setattr(type(store), "refuse_damage", lambda self: read.append(self))
    for process, times in ((os.getpid(), 0), (os.getpid() + 1, 1)):
        monkeypatch.setenv(BLOCKS_READ_BY, str(process))
        refuse_unsound(store)
        assert len(read) == times
    refuse_unsound(store)
    assert len(read) == 2, "once in a start, not for ever"
