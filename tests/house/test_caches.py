"""What a process keeps is the same for everybody, or is kept for each notice: else one reader gets another's answer."""

from __future__ import annotations

import ast
import sys
from functools import cache

import pytest

from tests.house import tracked
from tests.house.tracked import declared, parsed, python_files

PLAIN = {"cache", "lru_cache"}
KEEPING = {*PLAIN, "kept_per_notice"}
ASKER = {"Cursor", "PageContext", "Scope", "Store", "Viewer"}
"""Types of what knows who asks, or what only some may read."""

Place = tuple[str, str]
"""A module and a function or class of it."""


def named(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def places() -> tuple[dict[Place, set[Place]], dict[Place, str]]:
    """What each place names, calls and arguments alike; and the caches, with how each keeps."""
    uses: dict[Place, set[Place]] = {}
    caches: dict[Place, str] = {}
    for path, source in python_files().items():
        of_file = _places(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."), source)
        uses |= of_file[0]
        caches |= of_file[1]
    return uses, caches


@cache
def _places(module: str, source: str) -> tuple[dict[Place, set[Place]], dict[Place, str]]:
    uses: dict[Place, set[Place]] = {}
    caches: dict[Place, str] = {}
    tree = parsed(source)
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    known: dict[str, Place] = {node.name: (module, node.name) for node in own}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    for node in own:
        names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        uses[module, node.name] = {known[name] for name in names if name in known}
        for how in KEEPING.intersection(map(named, node.decorator_list)):
            caches[module, node.name] = how
    return uses, caches


def resting_on(sinks: set[Place], uses: dict[Place, set[Place]]) -> set[Place]:
    """What uses one of them, itself or through others."""
    found = set(sinks)
    while more := {place for place, used in uses.items() if used & found} - found:
        found |= more
    return found


def test_nothing_is_kept_for_all_that_rests_on_who_asks_or_on_one_notice() -> None:
    uses, caches = places()
    of_asker = {used for each in uses.values() for used in each if used[1] in ASKER} | {("streamlit", "")}
    asking = resting_on(of_asker, uses)
    of_notice = resting_on({("kpi.catalogue.catalogue", "catalogue")}, uses)
    assert min(len(asking), len(of_notice)) > 200
    assert len(caches) > 20
    found = {place for place, how in caches.items() if place in asking or (how in PLAIN and place in of_notice)}
    said = {f"{module.replace('.', '/')}.py:{name}" for module, name in found}
    assert said == declared("Kept for everybody"), "say beside it why it may be kept, where it may"


def test_a_cache_is_made_in_one_way_so_that_it_is_found() -> None:
    """By a decorator of a module's own function: of no method or inner function, nor by a call, nor by a session that
    outlives the reader. What makes ``kept_per_notice`` is the one exception.
    """
    inner = []
    for file, source in python_files().items():
        tree = parsed(source)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        marks = [mark for node in functions for mark in node.decorator_list]
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node not in marks]
        assert not [call.lineno for call in calls if named(call) in KEEPING], file
        kept = [node for node in functions if KEEPING & {*map(named, node.decorator_list)}]
        inner += [file for node in kept if node not in tree.body]
        assert "st.cache" not in source, file
    assert inner == ["kpi/catalogue/catalogue.py"]


@pytest.mark.parametrize(
    "planted",
    [
        "from kpi.catalogue.catalogue import catalogue\n@cache\ndef kept():\n    return wrapped()\n"
        "def wrapped():\n    return catalogue()\n",
        "from kpi.store.store import Store\n@cache\ndef kept(store: Store): ...\n",
        "from kpi.model.viewer import Viewer\n@kept_per_notice\ndef kept(asker: Viewer | None): ...\n",
        "import streamlit as st\n@lru_cache(9)\ndef kept():\n    return st.session_state\n",
        "# Kept for everybody: it needs no excuse\n@cache\ndef kept(): ...\n",
    ],
    ids=["notice", "store", "asker", "session", "idle excuse"],
)
def test_what_is_planted_is_found(planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = {**python_files(), "kpi/x.py": planted}
    for module in (tracked, sys.modules[__name__]):
        monkeypatch.setattr(module, "python_files", lambda: with_it)
    with pytest.raises(AssertionError, match=r"kpi/x\.py:kept"):
        test_nothing_is_kept_for_all_that_rests_on_who_asks_or_on_one_notice()
