"""The authority's list of awards as a file: what is read, what is refused, and the words for it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from kpi.i18n import problem_message
from kpi.i18n.texts import load_texts
from kpi.intake.lists import read_awarded
from kpi.model.problem import PROBLEM_CODES
from tests.benchmark.panels import credit_code

AWARDED_CODES = tuple(code for code in PROBLEM_CODES if code.startswith("awarded_"))
ROOT = Path(__file__).resolve().parents[2]
CODE = credit_code(8_200_001)
HEAD = "统一社会信用代码,工厂名称,等级,年度,来源"
ROW = f"{CODE},演示智能工厂（虚构）,先进级,2024,演示名单（虚构）"


def codes(*lines: str) -> list[str]:
    return [problem.code for problem in read_awarded("名单.csv", "\n".join(lines).encode()).problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_is_read_in_the_encodings_that_people_send(encoding: str) -> None:
    [award] = read_awarded("名单.csv", f"{HEAD}\n{ROW}\n\n".encode(encoding)).awards
    assert (award.credit_code, award.tier, award.year) == (CODE, "先进级", 2024)


def test_columns_go_by_name_in_either_language_and_others_are_left_alone() -> None:
    text = f"序号;year;tier;credit_code;source;factory\n1;2021年;智能工厂;{CODE.lower()};甲;乙\n"
    [award] = read_awarded("list.csv", text.encode()).awards
    assert (award.credit_code, award.factory, award.tier, award.year) == (CODE, "乙", "市级智能工厂", 2021)


def test_a_public_list_may_carry_names_alone() -> None:
    for lines in (f"{HEAD}\n{ROW.replace(CODE, '')}", f"工厂名称,等级,年度,来源\n{ROW.removeprefix(CODE + ',')}"):
        reading = read_awarded("名单.csv", lines.encode())
        assert [(award.credit_code, award.factory) for award in reading.awards] == [("", "演示智能工厂（虚构）")]
        assert not reading.problems
    assert codes(HEAD, *[ROW.replace(CODE, "")] * 2) == ["awarded_repeated"]


def test_one_enterprise_may_have_several_awards_but_none_twice() -> None:
    assert codes(HEAD, ROW, ROW.replace("2024", "2022")) == []
    assert codes(HEAD, ROW, ROW) == ["awarded_repeated"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((HEAD,), "awarded_empty"),
        ((HEAD.replace(",来源", ""), ROW), "awarded_missing_column"),
        (("nothing", "known"), "awarded_missing_column"),
        ((HEAD, ROW.replace("先进级", "基础级")), "awarded_unknown_tier"),
        ((HEAD, ROW.replace("2024", "24")), "awarded_invalid_year"),
        ((HEAD, ROW.replace("2024", "2024.5")), "awarded_invalid_year"),
        ((HEAD, ROW.replace("2024", "９９９９")), "awarded_invalid_year"),
        ((HEAD, ROW.replace(CODE, CODE[:-1])), "awarded_invalid_credit_code"),
        ((f"{HEAD},推荐单位", f"{ROW},松江"), "awarded_unknown_body"),
        ((HEAD, ROW.replace("演示智能", "演\u202e示")), "awarded_unreadable_text"),
        ((HEAD, ROW.replace("演示智能", "演" * 3000)), "awarded_unreadable_text"),
        ((HEAD, ROW.replace(",先进级", ",")), "awarded_blank"),
    ],
)
def test_a_fault_is_reported_by_its_code(lines: tuple[str, ...], code: str) -> None:
    assert codes(*lines) == [code]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04\x00", b"\x00\x01", b"\xff\xfe\x00", b'"' * 2000, b"a" * 10_000_001])
def test_bytes_that_are_no_list_are_refused_and_nothing_is_raised(data: bytes) -> None:
    reading = read_awarded("名单.csv", data)
    assert len(reading.problems) == 1
    assert reading.awards == ()


def test_codes_stand_in_the_docs_and_in_both_languages() -> None:
    page = (ROOT / "docs" / "list-formats.md").read_text("utf-8")
    assert tuple(re.findall(r"^\| `(awarded_\w+)` \|", page, re.MULTILINE)) == AWARDED_CODES
    for lang in ("zh", "en"):
        reported = {key.split(".")[1] for key in load_texts(lang) if key.startswith("problem.awarded_")}
        assert reported == set(AWARDED_CODES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_found_problems_are_put_into_words(lang: str) -> None:
    text = f"{HEAD}\n{CODE}X,甲,基础级,两千,\n{ROW}\n{ROW}\n"
    found = read_awarded("名单.csv", text.encode()).problems
    assert len(found) == 5
    for problem in found:
        assert all(part and "{" not in part for part in problem_message(problem, lang))


def test_awards_that_count_for_a_quota_are_counted_by_body_where_the_list_names_bodies() -> None:
    assert read_awarded("a.csv", f"{HEAD}\n{ROW}".encode()).by_body is None
    other = ROW.replace(CODE, credit_code(8_200_002))
    earlier = ROW.replace("先进级", "市级智能工厂")
    text = f"{HEAD},推荐单位\n{ROW},松江区\n{other},松江区\n{earlier},松江区\n{ROW.replace('2024', '2022')},\n"
    reading = read_awarded("a.csv", text.encode())
    assert (reading.problems, reading.by_body) == ((), {"松江区": 2})


def test_a_body_and_a_source_merged_over_rows_are_those_of_each() -> None:
    book = openpyxl.Workbook()
    rows = [
        [*HEAD.split(","), "推荐单位"],
        [*ROW.split(","), "松江区"],
        [*ROW.replace("2024", "2022").split(","), None],
    ]
    rows[2][4] = None
    for row in rows:
        book.active.append(row)
    for block in ("E2:E3", "F2:F3"):
        book.active.merge_cells(block)
    stream = io.BytesIO()
    book.save(stream)
    reading = read_awarded("名单.xlsx", stream.getvalue())
    assert (reading.problems, reading.by_body) == ((), {"松江区": 2})


@pytest.mark.parametrize(("hidden", "where"), [("3", "3"), ("E", "E"), ("G", None)])
def test_a_list_with_hidden_content_is_refused(hidden: str, where: str | None) -> None:
    book = openpyxl.Workbook()
    for row in (f"{HEAD},推荐单位,备注", f"{ROW},松江区,甲", f"{ROW.replace('2024', '2022')},松江区,乙"):
        book.active.append(row.split(","))
    side = book.active.row_dimensions[int(hidden)] if hidden.isdigit() else book.active.column_dimensions[hidden]
    side.hidden = True
    stream = io.BytesIO()
    book.save(stream)
    reading = read_awarded("名单.xlsx", stream.getvalue())
    wanted = [("awarded_hidden", where)] if where else []
    assert [(problem.code, problem.params["where"]) for problem in reading.problems] == wanted
