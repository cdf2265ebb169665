"""The product declares just what it imports: nothing leans on what another package happens to bring."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping
from importlib.metadata import packages_distributions

from tests.house.floors import OWN, imports
from tests.house.tracked import ROOT, python_files

OPTIONAL = {"psycopg": "requirements-postgresql", "pyspark": "requirements-spark", "py4j": "requirements-spark"}
"""Modules that only a store of one kind, or one engine, needs, each with the file that declares it."""
NOT_IN_EVERY_TEST = {"pyspark", "py4j"}
"""450 MB: only ``make test-spark`` installs them."""
NAME = re.compile(r"[A-Za-z0-9._-]+")


def declared(text: str) -> set[str]:
    """The distributions named in a requirements file, in their normal form; extras, versions and options left out."""
    return {_normal(found[0]) for line in text.splitlines() if (found := NAME.match(line)) and line[0] != "-"}


def needed(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Third-party modules that are imported, each with the distributions that provide it: none where none is known."""
    providers = packages_distributions()
    tops = {name.partition(".")[0] for text in sources.values() for name in imports(text)}
    foreign = tops - set(sys.stdlib_module_names) - OWN - {"__future__", ""}
    return {top: {_normal(provider) for provider in providers.get(top, ())} for top in foreign - OPTIONAL.keys()}


def undeclared(sources: Mapping[str, str], names: Collection[str]) -> list[str]:
    return sorted(top for top, providers in needed(sources).items() if not providers & set(names))


def unused(sources: Mapping[str, str], names: Collection[str]) -> list[str]:
    return sorted(set(names) - set().union(*needed(sources).values()))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_import_is_declared_and_every_declaration_imported() -> None:
    sources, names = python_files(), declared((ROOT / "requirements.in").read_text("utf-8"))
    assert {"streamlit", "duckdb", "python-docx"} <= names
    assert undeclared(sources, names) == []
    assert unused(sources, names) == []


def test_every_declaration_is_locked() -> None:
    for file in ("requirements", "requirements-dev", "requirements-bench", *OPTIONAL.values()):
        lock = (ROOT / f"{file}.txt").read_text("utf-8")
        locked = {_normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
        assert declared((ROOT / f"{file}.in").read_text("utf-8")) - locked == set()


def test_what_is_optional_is_imported_declared_apart_and_tested_in_the_same_version() -> None:
    run, check = ((ROOT / f"{file}.txt").read_text("utf-8") for file in ("requirements", "requirements-dev"))
    for module, file in OPTIONAL.items():
        assert any(name.partition(".")[0] == module for text in python_files().values() for name in imports(text))
        beside = {other for other, declaring in OPTIONAL.items() if declaring == file}
        assert declared((ROOT / f"{file}.in").read_text("utf-8")) == beside
        assert module not in declared(run)
        [version] = re.findall(rf"^{module}==\S+", (ROOT / f"{file}.txt").read_text("utf-8"), re.MULTILINE)
        assert (version in check) == (module not in NOT_IN_EVERY_TEST)


def test_tools_of_the_tests_are_not_installed_to_run() -> None:
    run, check = ((ROOT / f"{file}.in").read_text("utf-8") for file in ("requirements", "requirements-dev"))
    assert declared(run) & declared(check) == set()


def test_a_planted_import_and_a_planted_declaration_are_found() -> None:
    source = {
        "kpi/x.py": "import json, docx\nfrom numpy.typing import NDArray\nfrom kpi import stats\nimport no_such_thing"
    }
    assert undeclared(source, ["python-docx", "numpy"]) == ["no_such_thing"]
    assert undeclared(source, ["numpy"]) == ["docx", "no_such_thing"]
    assert unused(source, ["python-docx", "numpy", "scipy"]) == ["scipy"]
    assert declared("-c other.txt\nstreamlit[auth]==1.67.0\nPython_Docx>=1\n\nh11\n") == {
        "streamlit",
        "python-docx",
        "h11",
    }
