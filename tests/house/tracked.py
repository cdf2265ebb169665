"""The project's own text files, as the checks of the house read them."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> tuple[str, ...]:
    """Paths from the root that git knows and that are there. In CI another user may own the folder: still ours."""
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8").split("\0")
    return tuple(path for path in listed if path and (ROOT / path).is_file())


def texts(paths: tuple[str, ...]) -> Mapping[str, str]:
    """Content of those that are text (a sample in GB 18030 too): a workbook or a picture has a zero byte early on."""
    raw = {path: (ROOT / path).read_bytes() for path in paths}
    return {path: data.decode("utf-8", "replace") for path, data in raw.items() if b"\0" not in data[:8000]}


def python_files() -> Mapping[str, str]:
    """Sources on disk under the floors, committed or not: a fault is reported before it is committed."""
    files = [ROOT / "app.py", *(ROOT / "kpi").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    return {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in files}


def declared(words: str) -> set[str]:
    """Functions, as ``path:name``, over which a comment says with these words and a reason that a rule excepts them."""
    return {
        f"{path}:{name}"
        for path, source in python_files().items()
        for name, above in _comments_over_functions(source)
        if any(re.match(rf"\s*# {words}: \w", line) for line in above)
    }


@cache
def parsed(source: str) -> ast.Module:
    """Once in a process: nearly every check of the house reads all files, and none changes a tree."""
    return ast.parse(source)


@cache
def _comments_over_functions(source: str) -> list[tuple[str, list[str]]]:
    found, lines = [], ["", *source.splitlines()]
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(part.lineno for part in node.decorator_list)])
            found.append((node.name, [*takewhile(lambda line: line.strip().startswith("#"), reversed(lines[:first]))]))
    return found
