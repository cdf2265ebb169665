"""Which planted faults do the tests find? ``python scripts/planted_faults.py --functions FOLDER [--list]``.

Places are drawn by seed from the syntax trees, of each kind its share, whatever the tests are. FOLDER says which tests
run which functions, recorded on the same sources (``scripts/functions_run.py``). Each fault is planted in a copy of the
project, and tests that run its function are asked, cheap ones first, until one fails that passes without the fault.
What nobody finds may change nothing: its difference is printed, for a person to judge.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # called by its path

from scripts.fault_kinds import FUNCTION, KINDS, Edit, Source, name_of, scopes_of_question  # noqa: E402

ROOMS = ("kpi", "pages")
# Drawings, which people look at; and what only the suites of Spark and PostgreSQL run.
LEFT_OUT = ("kpi/charts/", "kpi/store/on_spark.py", "kpi/store/shared/", "kpi/services/whole_panels/year_on_spark.py")
NOT_COPIED = (".venv", ".git", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".store")
# Folders of tests by what they cost: all others are cheap. Figures of time protect nothing on a busy machine.
COST = {"services": 1, "api": 1, "cli": 1, "pages": 2, "server": 3, "attacks": 3, "hostile": 3, "spark": 3}
NEVER = ("tests/performance/",)
FEW = 5  # tests that run a function: with fewer, those that run who names it are asked too
AWAY = 3  # how often from who names it to who names that
PATIENCE = 300  # seconds for the tests of one cost

Ranked = TypeVar("Ranked")


@dataclass(frozen=True)
class Fault:
    """One edit of a file. ``line``: of the function around it as recorded, None outside of any."""

    kind: str
    path: str
    edit: Edit
    at: int
    line: int | None = None
    function: str = ""

    def planted(self, text: str) -> str:
        start, end, new = self.edit
        return text[:start] + new + text[end:]

    def difference(self, text: str) -> str:
        lines = difflib.unified_diff(text.splitlines(), self.planted(text).splitlines(), n=1, lineterm="")
        return "\n".join(f"    {line}" for line in list(lines)[2:])

    def changes(self, text: str) -> bool:
        """It compiles, and is another program."""
        if self.path.endswith(".sql"):
            return True
        try:
            compile(self.planted(text), self.path, "exec")
        except SyntaxError:
            return False
        return ast.dump(ast.parse(self.planted(text))) != ast.dump(ast.parse(text))


def sources(root: Path) -> list[Source]:
    files = sorted(file for room in ROOMS for file in (root / room).rglob("*.py"))
    return [Source(file.relative_to(root).as_posix(), file.read_text("utf-8")) for file in files]


def first_line(function: ast.stmt) -> int:
    """As recorded: of its first decorator."""
    decorators: list[ast.expr] = getattr(function, "decorator_list", [])
    return decorators[0].lineno if decorators else function.lineno


def faults_of(kind: str, code: Source) -> Iterator[Fault]:
    """All places of a kind in a module, in the order of the text."""
    inside: dict[int, ast.stmt] = {}
    for node, _ in code.nodes:
        if isinstance(node, FUNCTION):  # inner ones come later
            inside |= dict.fromkeys(range(first_line(node), (node.end_lineno or 0) + 1), node)
    for edit in sorted(set(KINDS[kind][1](code))):
        at = code.text.count("\n", 0, edit[0]) + 1
        function = inside.get(at)
        name = f"{Path(code.path).stem}.{getattr(function, 'name', '')}"
        yield Fault(kind, code.path, edit, at, first_line(function) if function else None, name)


def faults_of_questions(root: Path) -> Iterator[Fault]:
    for file in sorted((root / "kpi" / "sql").rglob("*.sql")):
        text = file.read_text("utf-8")
        for edit in scopes_of_question(text):
            yield Fault("scope", file.relative_to(root).as_posix(), edit, text.count("\n", 0, edit[0]) + 1)


def alternating(ranked: Iterable[Ranked], groups: Iterable[str]) -> list[Ranked]:
    """In their order, but of each group the first before the second of any."""
    seen: Counter[str] = Counter()
    rounds: list[tuple[int, Ranked]] = []
    for item, group in zip(ranked, groups, strict=True):
        rounds.append((seen[group], item))
        seen[group] += 1
    return [entry for _, entry in sorted(rounds, key=lambda pair: pair[0])]


def draw(root: Path, code: Sequence[Source], seed: int, count: int) -> list[Fault]:
    """``count`` faults, of each kind its share, each of a kind in another function as far as there are any."""
    slots = [kind for kind, (share, _) in KINDS.items() for _ in range(share)]
    random.Random(seed).shuffle(slots)  # noqa: S311 - to be repeated, not to be secret
    wanted = Counter(slots[place % len(slots)] for place in range(count))
    texts = {source.path: source.text for source in code}
    drawn = []
    for kind in KINDS:
        places = [fault for source in code if not source.path.startswith(LEFT_OUT) for fault in faults_of(kind, source)]
        places += faults_of_questions(root) if kind == "scope" else ()
        random.Random(f"{seed} {kind}").shuffle(places)  # noqa: S311
        for fault in alternating(places, [f"{fault.path}:{fault.line or fault.at}" for fault in places]):
            if wanted[kind] and fault.changes(texts.get(fault.path, "")):
                drawn.append(fault)
                wanted[kind] -= 1
    return drawn


@dataclass(frozen=True)
class Piece:
    """A function, or a statement outside of any: the names it gives and those it uses; texts in quotes."""

    path: str
    line: int | None
    first: int
    last: int
    gives: frozenset[str]
    uses: frozenset[str]


def pieces(code: Source) -> Iterator[Piece]:
    for node, above in code.nodes:
        inner = any(isinstance(item, FUNCTION) for item in above)
        if (
            not isinstance(node, ast.stmt)
            or isinstance(node, ast.ClassDef)
            or (inner and not isinstance(node, FUNCTION))
        ):
            continue
        uses = {name_of(part) for part in ast.walk(node)} - {""}
        uses |= {repr(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant)}
        first, last = first_line(node), node.end_lineno or 0
        if isinstance(node, FUNCTION):
            # What Python calls by itself goes by the name of its class.
            own = (
                [item.name for item in above if isinstance(item, ast.ClassDef)]
                if node.name.startswith("__")
                else [node.name]
            )
            yield Piece(code.path, first, first, last, frozenset(own), frozenset(uses))
        else:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            yield Piece(
                code.path, None, first, last, frozenset({name_of(target) for target in targets} - {""}), frozenset(uses)
            )


@dataclass
class Recording:
    """Which tests run which functions; and who names whom, for what is made once and then remembered."""

    pieces: list[Piece]
    sizes: dict[str, int] = field(default_factory=dict)
    """How many functions each test runs."""
    by: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def read(self, folder: Path) -> None:
        for file in sorted(folder.glob("*.jsonl")):
            for line in file.read_text("utf-8").splitlines():
                if line.endswith("}"):  # the last one of a run that still goes on is cut off
                    recorded = json.loads(line)
                    self.sizes[recorded["test"]] = len(recorded["functions"])
                    for function in recorded["functions"]:
                        self.by[function].add(recorded["test"])

    def tests(self, fault: Fault) -> dict[str, int]:
        """All that may be asked, with how far away they are."""
        found: dict[str, int] = {}
        if (
            fault.kind == "permission" and fault.line
        ):  # who is refused does not run the service, but is asked by its name
            found |= dict.fromkeys((test for test in self.sizes if re.search(rf"\b{fault.function}\b", test)), 0)
        here = self._around(fault)
        for away in range(AWAY + 1):
            for piece in here:
                # A page's file is run from its first line on, as a function is.
                line = piece.line or (1 if piece.path.startswith("pages/") else None)
                for test in self.by.get(f"{piece.path}:{line}", ()):
                    found.setdefault(test, away)
            if len(found) >= FEW:
                break
            here = self._namers(here)
        return {test: away for test, away in found.items() if not test.startswith(NEVER)}

    def _around(self, fault: Fault) -> list[Piece]:
        if fault.path.endswith(".sql"):
            question = repr(fault.path.removeprefix("kpi/sql/").removesuffix(".sql"))
            return [piece for piece in self.pieces if piece.line and question in piece.uses]
        around = [item for item in self.pieces if item.path == fault.path and item.first <= fault.at <= item.last]
        return [item for item in around if item.line == fault.line][-1:]

    def _namers(self, named: Sequence[Piece]) -> list[Piece]:
        """Names with an underscore are looked for in their own module alone."""
        where: dict[str, set[str]] = defaultdict(set)
        for piece in named:
            for name in piece.gives:
                where[name].add(piece.path)
        return [
            piece
            for piece in self.pieces
            if any(name[0] != "_" or piece.path in where[name] for name in piece.uses & where.keys())
        ]

    def chosen(self, fault: Fault, most: int) -> list[str]:
        """Of each folder of tests one; then the nearest that run the fewest functions, each test before other cases of
        any.
        """
        away = self.tests(fault)
        near = sorted(away, key=lambda test: (away[test], self.sizes[test], test))
        ordered = alternating(near, [test.partition("[")[0] for test in near])
        first = {folder_of(test): test for test in reversed(ordered)}
        return sorted(ordered, key=lambda test: first[folder_of(test)] != test)[:most]

    def missed(self, fault: Fault, asked: int, unfit: int) -> str:
        """In words, by how many of those that may be asked."""
        if not asked:
            return "missed: no test runs it"
        away = self.tests(fault).values()
        words = [f"missed by {asked - unfit} of {len(away)} tests", *([f"{unfit} say nothing"] if unfit else [])]
        return ", ".join(words if 0 in away else [*words, "none runs it itself"])


def folder_of(test: str) -> str:
    return test.split("/")[1]


def cost(test: str) -> int:
    return 3 if test.startswith("tests/pages/browser/") else COST.get(folder_of(test), 0)


class Copy:
    """The project once more, in which faults are planted."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.scratch = folder / "project", folder / "scratch"
        self.scratch.mkdir()
        shutil.copytree(root, self.root, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        if (root / ".venv").exists():
            (self.root / ".venv").symlink_to((root / ".venv").resolve())
        for command in (
            ["init", "-q"],
            ["-c", "core.safecrlf=false", "add", "-A"],
        ):  # tests of the house ask git what belongs to the project
            subprocess.run(["git", *command], cwd=self.root, check=True)

    def write(self, path: str, text: str) -> None:
        """And forget what Python compiled of it: a file of the same size and second is not compiled again."""
        file = self.root / path
        file.write_text(text, "utf-8")
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            compiled.unlink()

    def pytest(self, arguments: Iterable[str], patience: int | None) -> tuple[int | None, str]:
        """How it ended (None: not in time), and what it said."""
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=1"]
        asked = subprocess.Popen(
            [*command, "-o", "addopts=-p no:schemathesis", *arguments],
            cwd=self.root,
            env=os.environ | {"TMPDIR": str(self.scratch)},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            said, _ = asked.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            if asked.poll() is None:  # whatever it started has its group
                os.killpg(asked.pid, signal.SIGKILL)
                asked.communicate()
        return asked.returncode, said

    def there(self, tests: Collection[str]) -> set[str]:
        """Those that are collected: a recording may name some that have gone, or are not called the same twice."""
        files = {test.partition("::")[0] for test in tests}
        _, said = self.pytest(["--collect-only", *sorted(file for file in files if (self.root / file).exists())], None)
        return set(said.splitlines()) & set(tests)

    def failing(self, tests: Sequence[str]) -> list[str]:
        """The first that fails, all where none is named, none where all pass."""
        ended, said = self.pytest(["-x", "-rfE", *tests], PATIENCE)
        if ended in (0, 5):
            return []
        failed = [line.partition(" ")[2] for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))]
        named = [test for line in failed for test in tests if line == test or line.startswith(f"{test} - ")]
        return named[:1] or list(tests)

    def found_by(self, fault: Fault, text: str, tests: Sequence[str]) -> tuple[str, int]:
        """The first test that fails with the fault and passes without it, "" where there is none; and how many say
        nothing, because they fail without it too, or are not done in time.
        """
        unfit = 0
        for stage in sorted({cost(test) for test in tests}):
            left = [test for test in tests if cost(test) == stage]
            while left:
                self.write(fault.path, fault.planted(text))
                failed = self.failing(left)
                self.write(fault.path, text)
                if not failed:
                    break
                if not self.failing(failed):
                    return failed[0] if len(
                        failed
                    ) == 1 else f"{len(failed)} tests that break off, from {failed[0]}", unfit
                left = [test for test in left if test not in failed]
                unfit += len(failed)
        return "", unfit


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", type=Path, metavar="FOLDER", help="which functions each test runs, as recorded")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60, help="how many, of each kind its share")
    parser.add_argument(
        "--only", choices=KINDS, nargs="+", default=list(KINDS), help="of those drawn, these kinds alone"
    )
    parser.add_argument("--at", nargs="+", metavar="FILE:LINE", help="of those drawn, these places alone")
    parser.add_argument("--most", type=int, default=60, metavar="TESTS", help="ask at most so many for each fault")
    parser.add_argument("--list", action="store_true", help="print what is drawn, and run nothing")
    asked = parser.parse_args(arguments)
    if not (asked.list or asked.functions):
        parser.error("--functions FOLDER or --list")
    code = sources(root)
    drawn = [
        fault
        for fault in draw(root, code, asked.seed, asked.count)
        if fault.kind in asked.only and (not asked.at or f"{fault.path}:{fault.at}" in asked.at)
    ]
    texts = {fault.path: (root / fault.path).read_text("utf-8") for fault in drawn}
    recording = Recording([piece for item in code for piece in pieces(item)])
    if asked.functions:
        recording.read(asked.functions)
    if asked.list:
        for fault in drawn:
            print(f"{fault.kind} | {fault.path}:{fault.at}\n{fault.difference(texts[fault.path])}")
            if asked.functions:
                print(f"    {len(recording.tests(fault))} tests", *recording.chosen(fault, 3))
        return
    chosen = {fault: recording.chosen(fault, asked.most) for fault in drawn}
    missed = []
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        copy = Copy(root, Path(folder))
        there = copy.there({test for tests in chosen.values() for test in tests})
        print("kind | place | found by | seconds", flush=True)
        for fault in drawn:
            begun, tests = time.monotonic(), [test for test in chosen[fault] if test in there]
            by, unfit = copy.found_by(fault, texts[fault.path], tests)
            said = by or recording.missed(fault, len(tests), unfit)
            print(f"{fault.kind} | {fault.path}:{fault.at} | {said} | {time.monotonic() - begun:.0f}", flush=True)
            missed += [] if by else [fault]
    for fault in missed:
        print(f"\nmissed: {fault.kind} | {fault.path}:{fault.at}\n{fault.difference(texts[fault.path])}")
    print(f"\nfound {len(drawn) - len(missed)} of {len(drawn)}")


if __name__ == "__main__":
    main()
