"""A sent file opened at one cell shows what stands around it, and nothing of another factory or of a person."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from kpi.files.workbook import UnreadableFile
from kpi.intake.cell_view import MASK, CellView, cell_view
from kpi.intake.read import read
from kpi.intake.settings import sample
from kpi.model.application import Application, CellReference
from tests.benchmark.panels import credit_code

EXAMPLE = sample("example")
HEADER = "企业名称,统一社会信用代码,行业,年度,联系人,手机,生产效率提升（%）,单位产值综合能耗降低（%）"
OWN, OTHER, THIRD = (credit_code(8_100_000 + number) for number in range(3))


def texts(view: CellView | None) -> set[str]:
    assert view is not None
    return {text for _, row in view.rows for text in row if text}


def opened(name: str, data: bytes, which: int, kpi: str, personal: tuple[str, ...] = ()) -> CellView | None:
    application = read(name, data).applications[which]
    at = application.values[kpi].cell
    assert at is not None
    return cell_view(name, data, at, application, personal)


def test_the_cell_stands_in_the_middle_of_what_surrounds_it() -> None:
    view = opened("example.xlsx", EXAMPLE, 0, "K08")
    assert view is not None
    by_place = {(row, letter): text for row, line in view.rows for letter, text in zip(view.columns, line, strict=True)}
    assert by_place[view.row, view.column] == "45"
    assert by_place[view.row, "A"] == "生产效率提升（%）"
    assert (view.own_only, view.masked) == (False, False)
    assert {number for number, _ in view.rows} == set(range(view.row - 4, view.row + 5))


def listed(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode()


ROWS = (
    f"演示企业甲,{OWN},汽车,2025,张三,13800138000,41.5,12.5",
    f"演示企业乙,{OTHER},汽车,2025,李四,13900139000,42.5,13.5",
    f"演示企业丙,{THIRD},汽车,2025,王五,13700137000,43.5,14.5",
)


@pytest.mark.parametrize("own", range(3))
def test_of_a_file_of_many_factories_only_the_own_line_is_shown(own: int) -> None:
    data = listed(*ROWS)
    assert len(read("x.csv", data).applications) == 3
    view = opened("x.csv", data, own, "K08")
    assert view is not None
    assert view.own_only
    assert f"{41.5 + own}" in texts(view)
    assert "生产效率提升（%）" in texts(view)
    others = [
        part for at, row in enumerate(ROWS) if at != own for part in row.split(",") if part not in ("汽车", "2025")
    ]
    assert texts(view).isdisjoint(others)


def test_of_a_list_with_one_kpi_the_own_line_alone_is_shown_too() -> None:
    """One place of one's own is a line of a list, not a column that holds everybody's."""
    lines = ("统一社会信用代码,行业,年度,生产效率提升（%）", f"{OWN},汽车,2025,41.5", f"{OTHER},汽车,2025,42.5")
    view = opened("x.csv", "\n".join(lines).encode(), 0, "K08")
    assert "41.5" in texts(view)
    assert texts(view).isdisjoint({"42.5", OTHER})


def turned() -> bytes:
    book = openpyxl.Workbook()
    for line in zip(*(row.split(",") for row in (HEADER, *ROWS)), strict=True):
        book.active.append([line[0], *(float(item) if item.replace(".", "").isdigit() else item for item in line[1:])])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_factory_a_column_is_shown_by_its_column() -> None:
    data = turned()
    assert len(read("x.xlsx", data).applications) == 3
    view = opened("x.xlsx", data, 1, "K08")
    assert view is not None
    assert (view.own_only, view.columns) == (True, ("A", "C"))
    assert "42.5" in texts(view)
    assert texts(view).isdisjoint({"41.5", "43.5", "演示企业甲", "演示企业丙", OWN, THIRD})


def test_a_line_that_was_not_read_is_not_shown_as_a_heading() -> None:
    broken = f"演示企业丁,{THIRD[:-1]}A,汽车,2025,赵六,13600136000,44.5,15.5"
    data = listed(broken, *ROWS[:2])
    applications = read("x.csv", data).applications
    at = next(at for at, application in enumerate(applications) if application.facts.get("credit_code") == OTHER)
    assert texts(opened("x.csv", data, at, "K08")).isdisjoint({"44.5", "15.5"})


def test_persons_are_covered() -> None:
    application = read("example.xlsx", EXAMPLE).applications[0]
    view = _at_contact(application)
    assert view is not None
    assert view.masked
    assert MASK in texts(view)
    assert texts(view).isdisjoint({application.text("contact"), application.text("phone")})


def _at_contact(application: Application) -> CellView | None:
    personal = tuple(text for code in ("contact", "phone") if (text := application.text(code)))
    book = openpyxl.load_workbook(BytesIO(EXAMPLE))
    sheet = book["填报"]
    row = next(row for row in range(1, 60) if sheet.cell(row, 2).value == application.text("contact"))
    return cell_view("example.xlsx", EXAMPLE, CellReference("example.xlsx", "填报", row, "B"), application, personal)


def test_what_cannot_be_seen_is_shown_by_its_number() -> None:
    book = openpyxl.load_workbook(BytesIO(EXAMPLE))
    book["填报"]["F35"] = "<img src=x onerror=alert(1)>\u202e"
    out = BytesIO()
    book.save(out)
    application = read("example.xlsx", EXAMPLE).applications[0]
    view = cell_view("x.xlsx", out.getvalue(), CellReference("x.xlsx", "填报", 35, "E"), application, ())
    assert "<img src=x onerror=alert(1)>\\u202e" in texts(view)


def test_a_place_that_the_file_has_not_is_not_there() -> None:
    application = read("example.xlsx", EXAMPLE).applications[0]
    for at in (CellReference("x", "填报", 9999, "B"), CellReference("x", "无此表", 2, "B")):
        assert cell_view("x", EXAMPLE, at, application, ()) is None
    with pytest.raises(UnreadableFile):
        cell_view("x", b"PK\x03\x04", CellReference("x", "填报", 2, "B"), application, ())
