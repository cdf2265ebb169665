"""Nothing in the project points at the machine it was made on."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from tests.house.tracked import texts, tracked

# One letter of each stands in brackets, so that this file is not its own first finding.
_FOREIGN = re.compile(
    r"(?<![\w.])/(?:[w]ork/|[r]oot/|[h]ome/\w|[U]sers/\w)|[A-Z]:\\Users\\|/tmp/[b]ash_jobs|\b[f]arm-(?:studio|bench)"
)


def machine_paths(sources: Mapping[str, str]) -> list[str]:
    """``path:line`` of each place of one machine or tool of it; an address (https://host/...) is none."""
    return [
        f"{path}:{number}"
        for path, text in sorted(sources.items())
        for number, line in enumerate(text.splitlines(), start=1)
        if _FOREIGN.search(line)
    ]


def test_no_tracked_file_names_this_machine() -> None:
    sources = texts(tracked())
    assert {"Makefile", "pyproject.toml", "app.py"} <= sources.keys()
    assert machine_paths(sources) == []


@pytest.mark.parametrize("name", ["work", "root"])
@pytest.mark.parametrize("line", ["see /{}/shared/design.md", "open('/{}/.cache')", '"file:///{}/x"'])
def test_a_planted_folder_is_found(name: str, line: str) -> None:
    assert machine_paths({"a.md": "clean\n" + line.format(name)}) == ["a.md:2"]


@pytest.mark.parametrize(
    "words", [("/tm", "p/bash_jobs.0/1"), ("/", "home/somebody"), ("C:\\", "Users\\x"), ("farm-", "bench")]
)
def test_a_planted_machine_is_found(words: tuple[str, str]) -> None:
    assert machine_paths({"a.md": "".join(words)}) == ["a.md:1"]


@pytest.mark.parametrize("name", ["work", "root"])
@pytest.mark.parametrize("line", ["https://example.org/{}/1", "frame{}/{}/x", "./{}/x"])
def test_an_address_or_a_relative_path_is_not(name: str, line: str) -> None:
    assert machine_paths({"a.md": line.format(name, name)}) == []
