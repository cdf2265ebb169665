"""A baseline panel in every form it may be sent: the same records, the same hash; a blank is no record."""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kpi.baseline import content_hash
from kpi.baseline.content_hash import baseline_sha256, canonical_bytes, streamed_sha256
from kpi.baseline.panel import RECORD_COLUMNS, PanelReading, read_panel
from kpi.baseline.registers import own_groups
from kpi.catalogue.names import check_digit

REGION = "上海市"


def code(number: int) -> str:
    first17 = f"91000000MA{number:07d}"
    return first17 + check_digit(first17)


WIDE = pd.DataFrame(
    {
        "credit_code": [code(1), code(2), code(3)],
        "group": ["演示集团甲（虚构）", None, "演示集团甲（虚构）"],
        "industry": ["汽车", "高端装备", "汽车"],
        "body": ["松江区", "临港新片区", None],
        "K05": [0.0, 3.0, None],
        "K08": [12.3, None, -4.25],
        "K10": [35.1, 2.1, 33.333],
        "K10_basis": ["relative", "points", "relative"],
    }
)


def long_of(wide: pd.DataFrame) -> pd.DataFrame:
    kept = ["credit_code", "group", "industry", "body"]
    values = wide.melt(kept, ["K05", "K08", "K10"], "kpi", "value")
    basis = dict(zip(wide["credit_code"], wide["K10_basis"], strict=True))
    values["basis"] = [
        basis[item] if kpi == "K10" else None for item, kpi in zip(values.credit_code, values.kpi, strict=True)
    ]
    return values


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode("utf-8")


def bom(frame: pd.DataFrame) -> bytes:
    return b"\xef\xbb\xbf" + csv(frame)


def gb18030(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode("gb18030")


def utf16_little(frame: pd.DataFrame) -> bytes:
    return b"\xff\xfe" + frame.to_csv(index=False).encode("utf-16-le")


def utf16_big(frame: pd.DataFrame) -> bytes:
    return b"\xfe\xff" + frame.to_csv(index=False).encode("utf-16-be")


def parquet(frame: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.to_parquet(stream)
    return stream.getvalue()


def xlsx(frame: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.to_excel(stream, index=False, engine="openpyxl")
    return stream.getvalue()


def read(data: bytes) -> PanelReading:
    return read_panel("panel", data, REGION)


def digest(reading: PanelReading) -> str:
    assert reading.problems == ()
    return baseline_sha256(reading.records, None, REGION, 2025)


def test_a_record_for_every_value_and_none_for_a_blank() -> None:
    records = read(csv(WIDE)).records
    reported = records[["credit_code", "kpi", "value"]].itertuples(index=False, name=None)
    assert tuple(records.columns) == RECORD_COLUMNS
    assert set(reported) == {
        (code(1), "K05", 0.0),
        (code(1), "K08", 12.3),
        (code(1), "K10", 35.1),
        (code(2), "K05", 3.0),
        (code(2), "K10", 2.1),
        (code(3), "K08", -4.25),
        (code(3), "K10", 33.333),
    }


def test_blank_group_body_and_needless_basis_are_none() -> None:
    records = read(csv(WIDE)).records.set_index(["credit_code", "kpi"])
    assert records.loc[(code(2), "K05"), "group"] is None
    assert records.loc[(code(3), "K08"), "body"] is None
    assert records.loc[(code(1), "K08"), "basis"] is None
    assert records.loc[(code(2), "K10"), "basis"] == "points"


@pytest.mark.campaign
@pytest.mark.parametrize("word", ["无", "暂无", "None", "N/A", "-", "—", "／"])
def test_a_word_for_no_group_is_a_blank_and_not_one_group_of_all_who_write_it(word: str) -> None:
    alone = digest(read(csv(WIDE.assign(group=None))))
    assert digest(read(csv(WIDE.assign(group=word)))) == alone
    assert digest(read(parquet(WIDE.assign(group=f" {word} ")))) == alone


def test_who_names_a_group_in_one_row_and_none_in_another_has_two() -> None:
    rows = long_of(WIDE)
    rows.loc[rows.kpi == "K10", "group"] = "无"
    found = [(problem.code, problem.value) for problem in read(csv(rows)).problems]
    assert found == [("panel_two_groups", None)] * 2


@pytest.mark.parametrize("write", [csv, bom, gb18030, utf16_little, utf16_big, parquet, xlsx])
@pytest.mark.parametrize("shape", [lambda frame: frame, long_of], ids=["wide", "long"])
def test_every_form_has_the_same_hash(
    write: Callable[[pd.DataFrame], bytes], shape: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    assert digest(read(write(shape(WIDE)))) == digest(read(csv(WIDE)))


def test_a_panel_in_big5_is_read_as_what_it_says() -> None:
    line = f"{code(1)},上海機電集團（虛構）,Automotive,Songjiang,12.5"
    reading = read(f"credit_code,group,industry,body,K08\n{line}\n".encode("big5"))
    assert reading.problems == ()
    assert reading.records[["group", "industry", "value"]].values.tolist() == [["上海機電集團（虛構）", "汽车", 12.5]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_panel_in_utf_16_without_a_mark_is_refused_like_an_application(encoding: str) -> None:
    reading = read(WIDE.to_csv(index=False).encode(encoding))
    assert [found.code for found in reading.problems] == ["panel_unreadable"]


def test_order_of_rows_and_columns_is_irrelevant() -> None:
    rows = long_of(WIDE).sample(frac=1, random_state=7)
    columns = list(rows.columns)
    random.Random(3).shuffle(columns)
    assert digest(read(csv(rows[columns]))) == digest(read(csv(WIDE)))


def test_any_changed_content_changes_the_hash() -> None:
    records = read(csv(WIDE)).records
    base = baseline_sha256(records, None, REGION, 2025)
    for column, value in (
        ("value", 12.300000000000002),
        ("group", "乙"),
        ("industry", "汽车零件"),
        ("basis", "points"),
    ):
        changed = records.copy()
        changed.loc[1, column] = value
        assert baseline_sha256(changed, None, REGION, 2025) != base, column
    assert baseline_sha256(records, None, REGION, 2026) != base
    assert baseline_sha256(records, None, "浙江省", 2025) != base
    sizes = pd.DataFrame({"region": [REGION], "industry": ["汽车"], "size": [900], "groups": [None]})
    assert baseline_sha256(records, sizes, REGION, 2025) != base
    assert baseline_sha256(records, sizes.iloc[:0], REGION, 2025) == base
    counted = sizes.assign(groups=[400])
    assert baseline_sha256(records, counted, REGION, 2025) != baseline_sha256(records, sizes, REGION, 2025)


def test_canonical_lines_are_sorted_text_with_the_shortest_exact_numbers() -> None:
    records = read(csv(WIDE)).records
    records.loc[len(records) - 1, "value"] = 0.1 + 0.2
    lines = canonical_bytes(records, None, REGION, 2025).decode("utf-8").splitlines()
    assert lines[:3] == ['"duibiao baseline 1"', '"region"\t"上海市"', '"year"\t2025']
    assert lines[3:] == sorted(lines[3:])
    assert "0.30000000000000004" in lines[-1]


def test_the_lines_are_each_records_json_whatever_the_order_of_the_records() -> None:
    records = read(csv(WIDE)).records
    columns = ("credit_code", "kpi", "group", "industry", "body", "value", "basis")
    each = zip(*(records[name].astype(object).where(records[name].notna(), None) for name in columns), strict=True)
    wanted = sorted("\t".join(json.dumps(cell, ensure_ascii=False) for cell in ("record", *row)) for row in each)
    for seed in range(5):
        mixed = records.sample(frac=1, random_state=seed)
        assert canonical_bytes(mixed, None, REGION, 2025).decode("utf-8").splitlines()[3:] == wanted


def test_minus_zero_is_zero_and_nan_is_no_content() -> None:
    records = read(csv(WIDE)).records
    plus, minus = records.assign(value=0.0), records.assign(value=-0.0)
    assert canonical_bytes(plus, None, REGION, 2025) == canonical_bytes(minus, None, REGION, 2025)
    with pytest.raises(ValueError, match="finite"):
        canonical_bytes(records.assign(value=np.nan), None, REGION, 2025)


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_lines_of_a_panel_in_order_are_written_a_piece_at_a_time(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """They take more memory than all else that is held of a panel."""
    written: list[int] = []

    def noted(columns: Mapping[str, pa.Array]) -> pa.Array:
        written.append(len(columns["value"]))
        return write(columns)

    write = content_hash._written_lines
    monkeypatch.setattr(content_hash, "_written_lines", noted)
    monkeypatch.setattr(content_hash, "ROWS_OF_A_PIECE", rows)
    records = read(csv(WIDE)).records
    found = baseline_sha256(records, None, REGION, 2025)
    assert (max(written), sum(written)) == (rows, len(records))
    assert found == hashlib.sha256(canonical_bytes(records, None, REGION, 2025)).hexdigest()
    # Out of order within a piece, or between two.
    for order in ([1, 0, *range(2, len(records))], [*range(rows, len(records)), *range(rows)]):
        assert baseline_sha256(records.iloc[order], None, REGION, 2025) == found


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_records_that_come_piece_by_piece_have_the_same_hash(rows: int) -> None:
    records = read(csv(WIDE)).records
    odd = [-0.0, 1e-7, 1e22, 0.1 + 0.2, 5e-324, 33.333, -4.25]
    records["value"] = odd[: len(records)]
    records.loc[[1, 4], "group"] = ['甲"\\', "甲\t乙"]
    sizes = pd.DataFrame({"region": [REGION], "industry": ["汽车"], "size": [900], "groups": [None]})
    rest = (sizes, REGION, 2025, None, pd.DataFrame({"credit_code": [code(1)], "code": ["C36"]}))
    table = pa.table({name: pa.array(records[name].tolist()) for name in records})
    assert streamed_sha256(table.to_batches(max_chunksize=rows), *rest) == baseline_sha256(records, *rest)
    # A piece may be a window on a longer one.
    windows = [table.slice(at, 2).to_batches()[0] for at in range(0, len(records), 2)]
    assert streamed_sha256(windows, *rest) == baseline_sha256(records, *rest)
    with pytest.raises(ValueError, match="finite"):
        streamed_sha256([table.set_column(5, "value", [[np.nan] * len(records)]).to_batches()[0]], *rest)


def test_nan_from_parquet_and_polars_is_a_blank_not_a_value() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {
            "credit_code": [code(1), code(2)],
            "group": ["", ""],
            "industry": ["汽车", "汽车"],
            "body": ["松江区", "松江区"],
            "K08": [float("nan"), 5.0],
            "K03": [None, 7.0],
            "K04": ["", "8"],
        }
    )
    stream = io.BytesIO()
    frame.write_parquet(stream)
    reading = read(stream.getvalue())
    assert reading.problems == ()
    assert reading.records["value"].tolist() == [7.0, 8.0, 5.0]
    assert reading.rows.nulls == {"K08": 1, "K03": 1}, "a blank text is blank to whoever looks at it, a null is not"
    assert read(csv(frame.to_pandas())).rows.nulls == {}


def test_kpi_columns_by_name_with_number_unit_and_width() -> None:
    named = WIDE.rename(
        columns={"K08": "8 生产效率提升（％）", "K10": "产品不良率下降", "K10_basis": "产品不良率下降_basis"}
    )
    assert digest(read(csv(named))) == digest(read(csv(WIDE)))


def test_numbers_as_people_write_them() -> None:
    frame = WIDE.astype(object)
    frame.loc[0, "K08"] = "１２.３%"
    assert digest(read(csv(frame))) == digest(read(csv(WIDE)))


def test_the_sheet_with_credit_codes_is_read_and_the_others_are_reported() -> None:
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="openpyxl") as book:
        pd.DataFrame({"说明": ["演示"]}).to_excel(book, sheet_name="说明", index=False)
        WIDE.to_excel(book, sheet_name="数据", index=False)
    reading = read(stream.getvalue())
    assert [(problem.code, problem.severity, problem.sheet) for problem in reading.problems] == [
        ("panel_other_sheet", "warning", "说明")
    ]
    assert not reading.blocked
    assert len(reading.records) == 7


def test_bodies_are_checked_in_shanghai_only() -> None:
    elsewhere = WIDE.assign(body="西湖区")
    assert read_panel("panel", csv(elsewhere), "浙江省").problems == ()
    assert {problem.code for problem in read(csv(elsewhere)).problems} == {"panel_unknown_body"}


def test_a_branch_belongs_to_the_group_of_its_legal_person() -> None:
    frame = WIDE.assign(group=["演示集团甲（虚构）", None, code(1)])
    records = read(csv(frame)).records
    owners = dict(zip(records["credit_code"], own_groups(records), strict=True))
    assert owners == {code(1): "演示集团甲（虚构）", code(2): code(2), code(3): "演示集团甲（虚构）"}


def test_a_branch_of_a_legal_person_without_group_belongs_to_it() -> None:
    frame = WIDE.assign(group=[None, None, code(1)])
    records = read(csv(frame)).records
    owners = dict(zip(records["credit_code"], own_groups(records), strict=True))
    assert owners == {code(1): code(1), code(2): code(2), code(3): code(1)}


def test_enterprises_that_name_each_other_are_one_group() -> None:
    frame = WIDE.assign(group=[code(3), None, code(1)])
    records = read(csv(frame)).records
    owners = dict(zip(records["credit_code"], own_groups(records), strict=True))
    assert owners[code(1)] == owners[code(3)] != owners[code(2)]


def test_twenty_thousand_enterprises_are_read_in_full() -> None:
    count = 20_000
    values = np.arange(count) % 101
    frame = pd.DataFrame({"credit_code": [code(number) for number in range(count)], "group": "", "industry": "汽车"})
    frame["body"] = "松江区"
    for number in (1, 2, 3, 4, 19, 20):
        frame[f"K{number:02d}"] = values
    reading = read(csv(frame))
    assert reading.problems == ()
    assert len(reading.records) == 6 * count
    assert reading.records["value"].sum() == 6 * values.sum()
