"""What is written out and read in again is the same, as table and workbook; and no bytes make the reader fall over."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.catalogue.catalogue import catalogue
from kpi.intake.read import read
from tests.intake.sample_files import HEADER, rows, table, workbook

NOTES = st.text("说明 note，；\"'=+-@1", min_size=1, max_size=12).filter(lambda text: text.strip() == text)


@st.composite
def answer(draw, kpi):
    """One KPI's cells and what they must be read as: state, value, basis, note."""
    state = draw(st.sampled_from(["reported", "reported", "not_applicable", "not_reported"]))
    if state == "not_reported":
        return [], ("not_reported", None, None, None)
    note = draw(NOTES if state == "not_applicable" else st.none() | NOTES)
    if state == "not_applicable":
        return ["不适用", None, None, None, note], ("not_applicable", None, None, note)
    basis = draw(st.sampled_from(kpi.bases)) if kpi.bases else None
    low, high = kpi.bounds(basis)
    low, high = -1000 if low is None else int(low), 1000 if high is None else int(high)
    whole = st.integers(low, high)
    value = draw(whole if kpi.whole else whole | st.floats(low, high).map(lambda number: round(number, 3)))
    return [value, basis, None, None, note], ("reported", float(value), basis, note)


@pytest.mark.campaign
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_is_written_is_what_is_read(data):
    reported = {kpi.code: data.draw(answer(kpi)) for kpi in catalogue().kpis}
    lines = rows({code: cells for code, (cells, _) in reported.items()})
    separator = data.draw(st.sampled_from(",;\t"))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
    for content in (table(lines, separator, encoding), workbook(lines, above=3)):
        reading = read("a", content)
        assert not reading.blocked
        values = reading.applications[0].values
        for code, (_, expected) in reported.items():
            value = values[code]
            assert (value.state, value.value, value.basis, value.note) == expected


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
def test_no_bytes_make_it_fall_over(data):
    reading = read("a", data)
    assert reading.blocked
    assert reading.applications == ()


CELL = st.none() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CELL |= st.sampled_from(["N/A", "相对", "9%", "1,2", "K01"])
ITEM = st.sampled_from(["K05", "K10", "year", "scenarios", "phone", "x"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ITEM, *[CELL] * 5), max_size=8))
def test_any_answers_are_read_without_falling_over(answers):
    reading = read("a", table([list(HEADER), *(list(line) for line in answers)]))
    assert reading.blocked
    assert all(problem.file == "a" for problem in reading.problems)
