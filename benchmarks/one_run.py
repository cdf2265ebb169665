"""Every benchmark, one after the other, and a page of what they printed: ``make bench``, which is this with a PAGE.

``python -m benchmarks.one_run [PAGE]``. The page (``docs/benchmarks-of-one-run.md``) says of what state, on what
machine and when, and of each benchmark how long it took and how busy the machine was before and after. What it printed
is not touched, but for its details, which are indented lines, and lines of nothing but the load: these are printed here
alone, and so is all of a benchmark that no page rests on. One that fails is marked as failed, and the others go on. The
page is written after each benchmark.
"""

from __future__ import annotations

import ast
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from kpi.model.times import machine_clock

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "product --full",
    "placing --full",
    "whole_year",
    "panel_folder",
    "freezing",
    "page",
    "pages",
    "first_visitor",
    "kept_connection",
    "streamlit_patches",
    "intake",
    "many_factories",
    "publishing",
    "member_attack",
    "held_words",
    "members",
    "document",
    "reports",
    "start",
    "candidates",
    "orders",
    "rush",
    "several",
    "screens",
    "shared_upgrade",
    "panel_import",
)
UNCITED = frozenset({"screens", "intake", "many_factories", "members", "reports", "candidates", "orders"})
"""No page of the documentation rests on what these print: the page says that they ran."""
ONLY_LOAD = re.compile(r"load (before|after[\w ]*): [\d.]+( of \d+ cores)?$")
PACKAGES = ("duckdb", "pandas", "polars", "numpy", "numba", "scipy", "pyarrow", "streamlit", "plotly", "psycopg")


@dataclass(frozen=True, slots=True)
class Printed:
    """One benchmark: its ``command`` without ``python -m benchmarks.``, the loads before and after, what it printed."""

    command: str
    begun: datetime
    seconds: float
    loads: tuple[float, float]
    lines: tuple[str, ...]
    exit_code: int


def main(page: Path | None) -> int:
    """The number of benchmarks that failed."""
    done: list[Printed] = []
    for command in COMMANDS:
        print(f"\n== {command}", flush=True)
        done.append(run(command))
        if page:
            page.write_text(as_page(done, machine()), "utf-8")
    return sum(printed.exit_code != 0 for printed in done)


def run(command: str) -> Printed:
    """Printed here as it comes, too; what it writes to its standard error is shown alone."""
    begun, clock, before = machine_clock(), time.perf_counter(), os.getloadavg()[0]
    call = [sys.executable, "-m", *f"benchmarks.{command}".split()]
    lines = []
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    seconds = time.perf_counter() - clock
    return Printed(command, begun, seconds, (before, os.getloadavg()[0]), tuple(lines), process.returncode)


def machine() -> tuple[str, ...]:
    """Of what state and with what, a fact a line."""
    state = _output("git", "describe", "--always", "--dirty=, with changes not committed")
    processors = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in processors if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"State {state or 'unknown'}.",
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GB.",
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES) + ".",
    )


def as_page(done: Sequence[Printed], facts: Sequence[str]) -> str:
    """Markdown; ``done`` is not empty. Tables stay tables, every other line becomes an item of a list."""
    took = sum(printed.seconds for printed in done) / 60
    head = (
        "# Benchmarks of one run\n\nWhat `make bench` printed, without details: it writes this page. "
        "What the figures mean, and which of our aims they reach, is in [Benchmarks](benchmarks.md). *Load* is "
        f"the machine's of the last minute, where {os.cpu_count()} is all cores busy.\n"
    )
    began = f"Begun {done[0].begun:%Y-%m-%d %H:%M} UTC, {took:.0f} minutes in all."
    runs = "`python -m benchmarks.` and (begun, seconds, load before and after): " + "; ".join(map(_ran, done)) + "."
    sections = [_section(printed) for printed in done if printed.exit_code or printed.command.split()[0] not in UNCITED]
    return "\n".join([head, *(f"- {fact}" for fact in (began, *facts, runs)), "", *sections])


def _ran(one: Printed) -> str:
    before, after = one.loads
    return f"`{one.command}` ({one.begun:%H:%M}, {one.seconds:.0f} s, {before:.1f}, {after:.1f})"


def _section(one: Printed) -> str:
    module, *_ = one.command.split()
    text = (ROOT / "benchmarks" / f"{module}.py").read_text("utf-8")
    title, _, _ = (ast.get_docstring(ast.parse(text)) or module).partition("\n")
    failed = f"**It failed, with exit code {one.exit_code}: its figures do not count.**\n"
    ended = [failed] if one.exit_code else []
    return "\n".join([f"## {title.partition(': ``')[0].rstrip('.')}", *ended, *_as_markdown(one.lines), ""])


def _as_markdown(lines: Sequence[str]) -> list[str]:
    """An empty line before a table and after it: one may follow another directly, known by the rule below its head."""
    printed = [line.strip() for line in lines if line.strip() and line[0] != " " and not ONLY_LOAD.match(line)]
    shown: list[str] = []
    for line, following in zip(printed, [*printed[1:], ""], strict=True):
        in_table, was_table = line.startswith("|"), bool(shown) and shown[-1].startswith("|")
        if shown and (in_table != was_table or (in_table and following.startswith("| -"))):
            shown.append("")
        shown.append(line if in_table else f"- {line}")
    return shown


def _output(*command: str) -> str:
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ended.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
