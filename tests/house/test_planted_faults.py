"""What ``scripts/planted_faults.py`` plants, and that it tells what is found from what is not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from scripts.fault_kinds import KINDS, Source
from scripts.planted_faults import Fault, draw, faults_of, main

SHARES = {kind: share for kind, (share, _) in KINDS.items()}

MODULE = """\
from datetime import timedelta
from math import nan

LONGEST = timedelta(hours=12)


def 大(数: int) -> bool: return 数 <= 3


@requires("see_audit")
def acted(store, viewer, credit_code):
    scope = scope_of(viewer)
    key = ("answer", credit_code, scope)
    with unit_of_work(store, viewer.actor) as change:
        tables.audit.add(change.cursor, len(scope.own) + 1)
        change.audit("acted", credit_code, after={"at": LONGEST})
    return cached(key, lambda: nan if scope else round(0.5, 1))
"""


def _planted(kind: str, text: str = MODULE) -> set[str]:
    """The lines that the faults of a kind leave in place of others."""
    planted = [fault.planted(text) for fault in faults_of(kind, Source("kpi/services/module.py", text))]
    return {line.strip() for item in planted for line in set(item.splitlines()) - set(text.splitlines())}


def test_sixty_places_are_the_same_for_a_seed_and_each_is_one_edit_of_another_program(project: Path) -> None:
    code = [Source(path.relative_to(project).as_posix(), path.read_text("utf-8")) for path in project.glob("kpi/*.py")]
    drawn = draw(project, code, 1, 60)
    assert drawn == draw(project, code, 1, 60) != draw(project, code, 2, 60)
    assert len({(fault.path, fault.edit) for fault in drawn}) == len(drawn) > 10
    assert {fault.kind for fault in drawn} == set(KINDS) - {"transition"}
    texts = {source.path: source.text for source in code}
    for fault in drawn:
        start, end, new = fault.edit
        planted = fault.planted(texts[fault.path])
        assert fault.changes(texts[fault.path])
        assert planted[:start] + texts[fault.path][start:end] + planted[start + len(new) :] == texts[fault.path]
    assert all(found <= SHARES[kind] for kind, found in Counter(fault.kind for fault in drawn).items())


@pytest.mark.parametrize(
    ("kind", "planted"),
    [
        ("comparison", {"def 大(数: int) -> bool: return 数 < 3", "def 大(数: int) -> bool: return 数 >= 3"}),
        ("permission", {'@requires("keep_own_account")'}),
        ("unit", {"LONGEST = timedelta(minutes=12)"}),
        ("audit", {"pass", 'change.audit("acted", credit_code, after=None)'}),
        ("cache key", {'key = ("answer", scope)', 'key = ("answer", credit_code, )'}),
        ("rounding", {"return cached(key, lambda: nan if scope else (0.5))"}),
        ("nan", {"return cached(key, lambda: 0.0 if scope else round(0.5, 1))"}),
    ],
)
def test_each_kind_is_found_in_the_text(kind: str, planted: set[str]) -> None:
    assert _planted(kind) == planted


def test_a_late_write_comes_behind_the_block_and_stays_whole() -> None:
    (fault,) = faults_of("late write", Source("kpi/services/module.py", MODULE))
    write, audit = MODULE.splitlines()[14:16]
    assert fault.planted(MODULE).splitlines()[14:16] == [audit, write[4:]]


def test_a_fault_is_of_the_function_around_it_as_it_is_recorded() -> None:
    (fault,) = faults_of("permission", Source("kpi/services/module.py", MODULE))
    assert (fault.line, fault.function, fault.at) == (10, "module.acted", 10)
    (fault,) = faults_of("unit", Source("kpi/services/module.py", MODULE))
    assert fault.line is None


def test_what_does_not_compile_or_changes_nothing_is_not_drawn() -> None:
    at = MODULE.index("round(")
    assert not Fault("rounding", "kpi/module.py", (at, at + 6, ""), 17).changes(MODULE)
    assert not Fault("rounding", "kpi/module.py", (at, at, " "), 17).changes(MODULE)
    assert not Fault("rounding", "kpi/module.py", (at - 1, at, "  "), 17).changes(MODULE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two functions of which one is tested, with its recording."""
    for folder in ("kpi/sql", "tests/unit"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "kpi" / "module.py").write_text(MODULE, "utf-8")
    (tmp_path / "kpi" / "years.py").write_text(
        "def following(year):\n    return year + 1\n\n\ndef previous(year):\n    return year - 1\n", "utf-8"
    )
    (tmp_path / "tests" / "unit" / "test_years.py").write_text(
        "from kpi.years import following\n\n\n"
        "def test_following():\n    assert following(2025) == 2026\n\n\n"
        "def test_broken_anyway():\n    assert following(2025) is None\n",
        "utf-8",
    )
    tests = [f"tests/unit/test_years.py::{name}" for name in ("test_following", "test_broken_anyway", "test_gone")]
    lines = [json.dumps({"test": test, "functions": ["kpi/years.py:1"]}) for test in tests]
    (tmp_path / "recorded").mkdir()
    (tmp_path / "recorded" / "main.jsonl").write_text("\n".join([*lines, '{"test": "cut o']), "utf-8")
    return tmp_path


@pytest.mark.campaign
@pytest.mark.slow
def test_a_fault_in_tested_code_is_found_and_one_that_no_test_runs_is_missed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "kpi" / "module.py").unlink()
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    main(["--functions", str(project / "recorded"), "--only", "count"], project)
    head, *table = capsys.readouterr().out.splitlines()
    assert head == "kind | place | found by | seconds"
    assert {line.rpartition(" | ")[0] for line in table[:2]} == {
        "count | kpi/years.py:2 | tests/unit/test_years.py::test_following",
        "count | kpi/years.py:6 | missed: no test runs it",
    }
    assert table[-1] == "found 1 of 2"
    assert {"    -    return year - 1", "    +    return year "} <= set(table)
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
