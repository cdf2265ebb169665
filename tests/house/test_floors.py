"""Imports go downward only, and every check here is shown to be able to fail."""

from __future__ import annotations

import pytest

from tests.house.floors import (
    broken_floors,
    broken_places,
    circles,
    doubled_names,
    unexplained,
)
from tests.house.tracked import python_files, tracked


def test_no_import_goes_up() -> None:
    sources = python_files()
    assert {"app.py", "kpi/errors.py", "pages/server/asgi.py"} <= sources.keys()
    assert broken_floors(sources) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("kpi/services/x.py", "import streamlit as st"),
        ("kpi/services/x.py", "from streamlit.testing.v1 import AppTest"),
        ("kpi/services/x.py", "from pages.session import page_context"),
        ("kpi/services/x.py", "import duckdb"),
        ("kpi/services/x.py", "import psycopg"),
        ("kpi/store/x.py", "from psycopg import errors"),
        ("kpi/store/x.py", "from pyspark.sql import SparkSession"),
        ("kpi/services/x.py", "from kpi.reports import build"),
        ("kpi/services/x.py", "from kpi import charts"),
        ("kpi/services/x.py", "from kpi.cli import main"),
        ("kpi/tables/x.py", "from kpi import services"),
        ("kpi/tables/x.py", "def late():\n    from kpi.services import overview"),
        ("kpi/tables/x.py", "from ..services import overview"),
        ("kpi/catalogue/x.py", "from kpi.benchmark import answering"),
        ("kpi/stats/x.py", "from kpi.catalogue import catalogue"),
        ("kpi/charts/x.py", "from kpi.tables import asking"),
        ("kpi/reports/x.py", "import kpi.services.administrator.baselines"),
        ("kpi/i18n/x.py", "from kpi.store import Store"),
        ("kpi/charts/x.py", "from kpi.intake import read"),
        ("kpi/store/x.py", "from data.samples import make_demo"),
        ("kpi/benchmark/x.py", "from kpi.unknown import thing"),
        ("pages/widgets/x.py", "from pages.leader.coverage import show"),
        ("pages/widgets/x.py", "from kpi.cli import relay"),
        ("pages/leader/x.py", "from pages.reviewer.compare import show"),
        ("pages/leader/x.py", "from kpi.cli.main import run"),
        ("pages/leader/x.py", "import app"),
        ("pages/leader/x.py", "import duckdb"),
    ],
)
def test_an_import_against_the_floors_is_found(path: str, source: str) -> None:
    assert len(broken_floors({path: source})) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app.py", "from pages.server.app_frame import show"),
        (
            "pages/leader/x.py",
            "from pages.widgets import html\nfrom kpi import charts, services\nimport streamlit",
        ),
        ("pages/server/asgi.py", "from kpi.cli import relay"),
        ("kpi/__main__.py", "from kpi.cli.main import main"),
        ("kpi/cli/x.py", "from kpi import tables, services, i18n"),
        ("kpi/benchmark/x.py", "from kpi.eligibility import judge\nfrom kpi import stats"),
        ("kpi/intake/x.py", "from kpi import i18n"),
        ("kpi/reports/x.py", "from kpi.charts import strip\nfrom kpi.catalogue import catalogue"),
        ("kpi/store/x.py", "import duckdb\nfrom kpi.errors import Told"),
        ("kpi/store/on_spark.py", "from pyspark.sql import SparkSession"),
        ("kpi/store/shared/x.py", "import psycopg\nfrom psycopg import errors"),
    ],
)
def test_an_import_downward_is_not(path: str, source: str) -> None:
    assert broken_floors({path: source}) == []


def test_no_page_can_be_reached_without_the_app() -> None:
    assert broken_places(tracked()) == []
    assert broken_places(["pages/users.py", "pages/__init__.py", "pages/leader/coverage.py"]) == ["pages/users.py"]


def test_every_folder_of_code_says_what_belongs_there() -> None:
    assert unexplained(python_files()) == []
    assert unexplained({"kpi/a/x.py": "", "kpi/b/__init__.py": "x = 1", "kpi/c/__init__.py": '"""C."""'}) == [
        "kpi/a",
        "kpi/b",
    ]


def test_no_module_is_imported_by_what_it_imports() -> None:
    assert circles(python_files()) == []
    two = {"kpi/a.py": "from kpi.b import x", "kpi/b.py": "def late():\n    from kpi import a"}
    assert circles(two) == [("kpi.a", "kpi.b")]


# Names that may stand for two things, and why.
EXCUSED = {
    "template": "the command line finds a command by its name; the other is the workbook that this command writes",
}


def test_no_public_name_stands_for_two_things() -> None:
    doubled = doubled_names(python_files())
    assert doubled.keys() == EXCUSED.keys(), "an excuse that nothing needs goes out of the list"
    assert all(len(paths) == 2 for paths in doubled.values())


@pytest.mark.parametrize("form", ["class {}: ...", "def {}(): ...", "async def {}(): ..."])
def test_a_name_of_two_things_is_found(form: str) -> None:
    public = {path: form.format("Line") for path in ("kpi/a.py", "pages/b.py")}
    private = {path: form.format("_Line") for path in ("kpi/c.py", "kpi/d.py")}
    assert doubled_names(public | private) == {"Line": ["kpi/a.py", "pages/b.py"]}
