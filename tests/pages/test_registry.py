"""The list of pages is the whole truth: nothing on disk is left out of it, and everything in it has a guard."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

from kpi.access.roles import ROLE_PERMISSIONS, Permission
from kpi.i18n import text
from kpi.model.viewer import Role, Viewer
from pages.session.context import PAGES, SIGN_IN_PAGE, PageSpec, menu_of, pages_for

ROOT = Path(__file__).resolve().parents[2]
EVERY = (*PAGES, SIGN_IN_PAGE)
MOST_IN_THE_BAR = 8
"""Heads and pages beside them that a newcomer takes in at a glance; the account stands at the other end."""

NO_PAGES = ("parts", "server", "session", "widgets")


def _on_disk() -> set[str]:
    files = [file.relative_to(ROOT) for file in (ROOT / "pages").rglob("*.py") if file.name != "__init__.py"]
    return {file.as_posix() for file in files if not {*file.parts} & {*NO_PAGES}}


def test_every_page_on_disk_is_registered_and_every_registered_page_is_on_disk() -> None:
    assert _on_disk() == {page.file for page in EVERY}
    assert len(_on_disk()) == len(EVERY)


def test_no_file_stands_directly_under_pages_where_streamlit_would_serve_it_without_the_app() -> None:
    assert [file.name for file in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


def test_the_sign_in_alone_needs_no_permission() -> None:
    assert [page for page in EVERY if page.permission is None] == [SIGN_IN_PAGE]
    assert SIGN_IN_PAGE not in PAGES


def test_no_two_pages_share_an_address_or_a_file() -> None:
    assert len({page.address for page in EVERY}) == len({page.file for page in EVERY}) == len(EVERY)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.address)
def test_a_page_enters_with_the_permission_and_the_title_that_it_is_registered_with(page: PageSpec) -> None:
    """The page guards itself before anything else is called, and with the same permission as the list."""
    tree = ast.parse((ROOT / page.file).read_text("utf-8"))
    functions = [body for body in tree.body if isinstance(body, ast.FunctionDef)]
    assert not any(function.decorator_list for function in functions), (
        "a decorator is called where its function is defined"
    )
    statements = [body for body in tree.body if not isinstance(body, ast.Import | ast.ImportFrom | ast.FunctionDef)]
    assert isinstance(statements[0], ast.Expr), "the docstring"
    first = next(
        statement for statement in statements[1:] if any(isinstance(part, ast.Call) for part in ast.walk(statement))
    )
    assert isinstance(first, ast.Assign)
    assert isinstance(first.value, ast.Call)
    assert isinstance(first.value.func, ast.Name)
    assert first.value.func.id == "require_page"
    assert [ast.literal_eval(part) for part in first.value.args] == [page.permission, page.title]


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.address)
def test_a_page_has_a_title_in_both_languages(page: PageSpec) -> None:
    assert text(f"page.title.{page.title}", "zh")
    assert text(f"page.title.{page.title}", "en")


def test_each_permission_opens_a_page_and_each_role_has_one() -> None:
    # What is done or read on a page that opens by another permission.
    elsewhere = {"rule_on_claims", "change_policy", "see_timetable", "see_outreach"}
    elsewhere |= {"fill_own", "check_own", "confirm_own"}
    assert {page.permission for page in PAGES} == set(get_args(Permission)) - elsewhere
    for role in ROLE_PERMISSIONS:
        assert pages_for(Viewer("somebody", "某人", role, ()))


def test_nobody_is_offered_the_sign_in_alone() -> None:
    assert pages_for(None) == [SIGN_IN_PAGE]


@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_a_menu_fits_in_the_bar_and_holds_every_page_once(role: Role) -> None:
    pages = pages_for(Viewer("somebody", "某人", role, ()))
    menu = menu_of(pages)
    assert sorted(item.address for some in menu.values() for item in some) == sorted(page.address for page in pages)
    assert menu[""][0] == pages[0], "the home comes first and stands in no section"
    assert all(len(some) > 1 for section, some in menu.items() if section), (
        "a head with one page under it is one too many"
    )
    heads, beside = set(menu) - {""}, {page.address for page in menu[""]} - {"my-account"}
    assert len(heads) + len(beside) <= MOST_IN_THE_BAR
    for section in heads:
        assert text(f"page.section.{section}", "zh")
        assert text(f"page.section.{section}", "en")
