"""A test replaces a name where it is looked up, or where nobody else holds a copy of it.

A module that says ``from owner import name`` keeps what the owner had when it was first imported. Replaced at the
owner, the name is another for some modules and not for others, and a module that is first imported meanwhile keeps the
replacement as long as the process lives: what ran before decides. Files of pages are run anew each time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from pages.session.context import PAGES
from tests.house.tracked import ROOT, parsed, python_files

SOURCES = {path: source for path, source in python_files().items() if path not in {page.file for page in PAGES}}
MODULES = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in python_files()}


def _names_taken(source: str) -> Iterator[tuple[str, str, str]]:
    """Of each import by value: where from, the name there, and here. One within a function is made at each call."""
    for node in parsed(source).body:
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", name.name, name.asname or name.name) for name in node.names)


COPIED = {(owner, name) for source in SOURCES.values() for owner, name, _ in _names_taken(source)}


def _replaced(source: str) -> Iterator[tuple[str, str]]:
    """The module and name of each ``setattr`` that says both: as one text, or the module by the name it has here."""
    modules = {here: f"{owner}.{name}" for owner, name, here in _names_taken(source) if f"{owner}.{name}" in MODULES}
    for node in ast.walk(parsed(source)):
        match node:
            case ast.Call(ast.Attribute(attr="setattr"), [ast.Constant(str(whole)), *_]):
                yield whole.rpartition(".")[0], whole.rpartition(".")[2]
            case ast.Call(ast.Attribute(attr="setattr"), [ast.Name(here), ast.Constant(str(name)), *_]):
                yield modules.get(here, ""), name


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('patched.setattr("kpi.store.folder.sync", x)', True),
        ('from kpi.store import folder as disk\npatched.setattr(disk, "sync", x)', True),
        ('patched.setattr("kpi.store.store_parts.sync", x)', False),
        ('patched.setattr("kpi.catalogue.catalogue.NOTICES", x)', False),
    ],
)
def test_it_is_found(source: str, found: bool) -> None:
    assert bool({*_replaced(source)} & COPIED) == found


def test_no_name_is_replaced_of_which_others_hold_a_copy() -> None:
    replaced = {str(path): {*_replaced(path.read_text("utf-8"))} for path in (ROOT / "tests").rglob("*.py")}
    assert sum(map(len, replaced.values())) > 100
    assert {path: names & COPIED for path, names in replaced.items() if names & COPIED} == {}
