"""All benchmarks in one run: none is left out, and the page says what each printed, also of one that failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import one_run
from benchmarks.one_run import COMMANDS, ROOT, Printed, as_page

pytestmark = pytest.mark.campaign

MEASURED = Printed(
    "growth_of_nothing --full",
    datetime(2026, 11, 28, 17, 52, tzinfo=UTC),
    61.4,
    (0.31, 1.26),
    (
        *("load before: 0.31 of 2 cores", "| a | b |", "| --- | ---: |", "| x | 1 |", "", "  a detail"),
        *("slope 0.5", "| c |", "| --- |", "| y |"),
    ),
    0,
)


@pytest.fixture
def a_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project of one benchmark, which says what it was asked and ends with 3 if it was asked to."""
    (tmp_path / "benchmarks").mkdir()
    program = "import sys\nprint('asked', *sys.argv[1:])\nsys.exit(3 if 'fail' in sys.argv else 0)\n"
    (tmp_path / "benchmarks" / "growth_of_nothing.py").write_text(
        f'"""How nothing grows: ``python -m benchmarks.growth_of_nothing``.\n\nMore.\n"""\n{program}', "utf-8"
    )
    monkeypatch.setattr(one_run, "ROOT", tmp_path)


def test_no_benchmark_is_left_out() -> None:
    programs = {file.stem for file in (ROOT / "benchmarks").glob("*.py")} - {"one_run"}
    assert sorted(command.split()[0] for command in COMMANDS) == sorted(programs)


@pytest.mark.usefixtures("a_benchmark")
def test_what_is_printed_comes_whole_and_so_does_the_end() -> None:
    good, bad = one_run.run("growth_of_nothing --full"), one_run.run("growth_of_nothing fail")
    assert (good.lines, good.exit_code) == (("asked --full",), 0)
    assert (bad.lines, bad.exit_code) == (("asked fail",), 3)


@pytest.mark.usefixtures("a_benchmark")
def test_the_page_says_what_was_printed_and_when() -> None:
    page = as_page([MEASURED], ["State abc."])
    assert "- Begun 2026-11-28 17:52 UTC, 1 minutes in all.\n- State abc.\n" in page
    assert "load before and after): `growth_of_nothing --full` (17:52, 61 s, 0.3, 1.3).\n" in page
    assert page.partition("## ")[2] == (
        "How nothing grows\n| a | b |\n| --- | ---: |\n| x | 1 |\n\n- slope 0.5\n\n| c |\n| --- |\n| y |\n"
    )


@pytest.mark.usefixtures("a_benchmark")
def test_a_table_that_follows_another_stays_one_of_its_own() -> None:
    two = replace(MEASURED, lines=("| a |", "| --- |", "| x |", "| b |", "| --- |", "| y |"))
    assert "| x |\n\n| b |\n| --- |" in as_page([two], [])


@pytest.mark.usefixtures("a_benchmark")
def test_one_that_failed_is_said_to_have() -> None:
    assert "It failed, with exit code 3: its figures do not count." in as_page([replace(MEASURED, exit_code=3)], [])
    assert "failed" not in as_page([MEASURED], [])


@pytest.mark.usefixtures("a_benchmark")
def test_one_that_no_page_rests_on_is_said_to_have_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_run, "UNCITED", {"growth_of_nothing"})
    assert "slope 0.5" not in as_page([MEASURED], [])
    assert "`growth_of_nothing --full`" in as_page([MEASURED], [])
    assert "slope 0.5" in as_page([replace(MEASURED, exit_code=3)], [])
