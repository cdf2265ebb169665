"""Files nobody thought of: nothing is raised, something is always said, and what is said can be put into words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi import i18n
from kpi.baseline.panel import read_panel, read_sizes
from kpi.baseline.registers import read_groups
from kpi.files.limits import application_limits
from kpi.files.text import is_forbidden
from kpi.intake.read import read
from kpi.intake.result import ReadResult
from kpi.model.problem import Problem
from tests.campaign import size, tally
from tests.cli.command_line import here
from tests.hostile.containers import CONTAINERS, TEXT
from tests.hostile.mutation import NASTY, mutated
from tests.intake.sample_files import HEADER, VALUES, rows

CHUNKS = 10
MUTATED, PANELS, CHECKED = size(120, 4_000), size(30, 800), size(10, 200)
bounded = settings(
    max_examples=size(40, 1_000),
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def _told(problems: tuple[Problem, ...]) -> None:
    """In both languages, without what cannot be seen, and no longer than fits a page."""
    for problem in problems[:200]:
        for lang in ("zh", "en"):
            assert all(i18n.problem_message(problem, lang))
        for text in (problem.file, problem.sheet or "", problem.value or ""):
            assert not any(map(is_forbidden, text))
            assert len(text) <= application_limits().problem_value_characters


def _read(name: str, data: bytes) -> ReadResult:
    reading = read(name, data)
    assert reading.problems or reading.applications
    _told(reading.problems)
    tally("hostile: files read", tried=1, refused=int(not reading.applications), read=int(bool(reading.applications)))
    return reading


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_mutated_file_is_read_or_refused(chunk: int) -> None:
    for seed in range(chunk, MUTATED, CHUNKS):
        name, data = mutated(seed)
        try:
            _read(name, data)
        except Exception as fault:
            raise AssertionError(f"seed {seed}, {name}") from fault


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_mutated_file_sent_as_a_panel_or_as_sizes_is_refused_in_words(chunk: int) -> None:
    for seed in range(chunk, PANELS, CHUNKS):
        name, data = mutated(100_000 + seed)
        try:
            for reading in (read_panel(name, data, "上海市"), read_sizes(name, data), read_groups(name, data)):
                assert reading.problems
                _told(reading.problems)
        except Exception as fault:
            raise AssertionError(f"seed {100_000 + seed}, {name}") from fault
        tally("hostile: panels read", tried=1, refused=1)


def test_check_ends_with_0_or_1_whatever_it_is_given(tmp_path: Path) -> None:
    for seed in range(CHECKED):
        name, data = mutated(200_000 + seed)
        (tmp_path / name).write_bytes(data)
        call = here("check", tmp_path / name, "--json", cwd=tmp_path)
        assert call.code in (0, 1), f"seed {200_000 + seed}"
        assert call.json["files"][0]["name"]
        tally("hostile: kpi check", tried=1, refused=call.code)
        assert sorted(path.name for path in tmp_path.iterdir()) == [name]
        (tmp_path / name).unlink()


anything = st.one_of(st.sampled_from(NASTY), st.text(max_size=60), st.floats(), st.integers(), st.none())
line = st.lists(anything, max_size=8)


@bounded
@given(st.binary(max_size=2_000))
def test_bytes_are_read_or_refused(data: bytes) -> None:
    _read("a", data)


@bounded
@given(st.text(st.characters(codec="utf-8"), max_size=400), st.sampled_from(["utf-8", "gb18030", "utf-16", "big5"]))
def test_text_below_our_header_is_read_or_refused(text: str, encoding: str) -> None:
    _read("a.csv", ("item,value,basis\n" + text).encode(encoding, "replace"))


@bounded
@given(st.lists(line, max_size=6), st.sampled_from(sorted(TEXT)))
def test_cells_of_any_content_are_read_or_refused(lines: list[list[object]], kind: str) -> None:
    _read("a", TEXT[kind](_fit([list(HEADER), *lines])))


@pytest.mark.campaign
@bounded
@given(
    st.dictionaries(st.sampled_from([*VALUES, "enterprise", "year", "credit_code", "scenarios"]), line),
    st.sampled_from(sorted(CONTAINERS)),
)
def test_answers_of_any_content_are_read_or_refused_in_every_container(
    changes: dict[str, list[object]], kind: str
) -> None:
    _read("a", CONTAINERS[kind](_fit(rows({item: cells[:5] for item, cells in changes.items()}))))


@bounded
@given(st.lists(line, max_size=6))
def test_a_panel_of_any_content_is_read_or_refused(lines: list[list[object]]) -> None:
    head = ["credit_code", "group", "industry", "body", "kpi", "value", "basis"]
    reading = read_panel("a.csv", TEXT["csv"](_fit([head, *lines])), "上海市")
    assert reading.problems
    _told(reading.problems)
    tally("hostile: panels read", tried=1, refused=1)


def _fit(lines: list[list[object]]) -> list[list[object]]:
    """What can be written at all: no half characters, and no infinities, which a workbook has no cell for."""
    return [[_writable(cell) for cell in cells] for cells in lines]


def _writable(cell: object) -> object:
    if isinstance(cell, float) and not abs(cell) < float("inf"):
        return repr(cell)
    if isinstance(cell, int) and abs(cell) > 2**53:
        return str(cell)
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell
