"""Every table of a factory's own making gives exactly what its marks say, but for what is known to be wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.freeform.cases_wide import WHO, who
from tests.freeform.hand_made_sheets import ZH, Page, block
from tests.own_tables.corpus import LEAST_READ, PRESENT, TABLES, share, verdict
from tests.own_tables.judge import judged, read_silently
from tests.own_tables.known_wrong import KNOWN_WRONG
from tests.own_tables.layouts import long
from tests.own_tables.marks import Mark, Table, ask, fine, is_, label, level, note, other, out

pytestmark = pytest.mark.slow


def test_there_are_enough_tables_each_with_its_name():
    assert len(TABLES) >= 60
    assert KNOWN_WRONG.keys() <= TABLES.keys()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_gives_what_its_marks_say(name):
    """A cell that is put right must leave ``KNOWN_WRONG``; what is wrong with the others is said beside them."""
    faults = verdict(name).faults
    known = set(KNOWN_WRONG.get(name, "").split())
    assert {cell: fault for cell, fault in faults.items() if cell not in known} == {}
    assert known - faults.keys() == set(), "right now: to be taken out of KNOWN_WRONG"


@pytest.mark.parametrize(
    ("row", "fault", "wrong"),
    [
        ([ZH["K01"], is_("K01", 75.5, 57.5)], "B5 read as 75.5", True),
        ([ZH["K11"], is_("K11", 4.5)], "B5 basis_unclear instead of being read", False),
        ([ZH["K01"], is_("K01", "约75")], "B5 not_a_number instead of being read", False),
        ([ZH["K01"], ask("K01", 75.5)], "B5 not asked", True),
        ([ZH["K01"], out(75.5, "K01")], "B5 read", True),
        ([ZH["K16"], level("K16", 65)], "B5 read", True),
        (["人工智能模型应用数量（个）", other("K05", 9)], "B5 K05 is proposed", False),
        (["K16", level("K16", "约65")], "B5 no word of before and after", False),
        (["K01", None, out("自评")], "C5 dropped without a word", False),
        ([ZH["K01"], 75.5], "B5 K01 of 91000000MA0000001R in 2025 is made up: 75.5", True),
        ([label("人工智能模型应用数量（个）"), out(9)], "A5 K05 is proposed", False),
        ([note("水资源重复利用率（%）"), "约75"], "A5 not_a_number", False),
    ],
)
def test_a_false_mark_is_seen(row, fault, wrong):
    """The judge says nothing of a faultless reader; marks that are false show what it says of each fault."""
    said = judged(long("false", ["指标名称", "数值", "备注"], row, [ZH["K05"], is_("K05", 7)]))
    assert [f"{cell} {what}" for cell, what in said.faults.items()] == [fault]
    assert (list(said.wrong) == ["B5"]) == wrong
    present = [cell for cell in row if isinstance(cell, Mark) and cell.must in ("read", "asked")]
    assert (said.silent, said.present) == (1, 1 + len(present))


def test_no_fewer_values_are_read_without_a_question():
    read, present = share()
    assert present == PRESENT
    assert read >= LEAST_READ


def pairs() -> list[tuple[str, Page, list[str]]]:
    """Pages of numbers, and the cells whose format is changed."""
    numbers = [
        {"K01": 0.45, "K07": 0.128, "K08": 0.25},
        {"K01": 45.5, "K07": 12.8},
        {"K01": 75.5, "K07": 0.5, "K19": 1},
        {"K05": 7, "K01": 0.35},
        {"K07": 0.128},
        {"K08": 1, "K07": 0.012, "K20": 1.2},
    ]
    found = []
    for given in numbers:
        cells = [fine(name, number, number) for name, number in given.items()]
        across = Page([[*WHO, *(ZH[name] for name in given)], [*who(1), *cells]])
        down = Page([*block(1), ["指标名称", "数值"], *([ZH[cell.code], cell] for cell in cells)])
        named = ", ".join(f"{name} {number}" for name, number in given.items())
        found.append((f"{named}, wide", across, [f"{'EFGH'[at]}2" for at in range(len(cells))]))
        found.append((f"{named}, long", down, [f"B{at + 5}" for at in range(len(cells))]))
    return found


@pytest.mark.parametrize(("name", "page", "cells"), pairs(), ids=lambda word: word if isinstance(word, str) else "")
@pytest.mark.parametrize("all_others", [False, True])
def test_files_that_differ_in_one_cell_s_format_differ_in_no_value_in_silence(name, page, cells, all_others):
    for changed in cells:
        others = [cell for cell in cells if cell != changed and all_others]
        plain = read_silently(Table(name, [replace(page, percent=others)], "ods"))
        shown = read_silently(Table(name, [replace(page, percent=[*others, changed])], "ods"))
        both = plain.keys() & shown.keys()
        assert {code: plain[code] for code in both} == {code: shown[code] for code in both}, changed
