"""Every table and every chart of a page is offered as files beside it, or stands here with the reason why not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.tracked import python_files

TABLES = {"html.table", "html.table_markup", "st.table", "st.dataframe", "st.data_editor"}
CHARTS = {"st.plotly_chart", "show_chart", "show_pickable"}
HTML_CHARTS = {"group_profiles", "order_picture", "strip_list", "gap_list"}
OFFERS = {"offer_data", "offer_files", "show_long_table", "show_table"}

HELPERS = {
    "pages/widgets/tables.py:table_alone": "a piece: whoever calls it offers the files",
    "pages/widgets/kpi_detail.py:_strip": "a piece: show_strip offers its numbers",
    "pages/enterprise/parts/gap.py:gap_numbers": "gap_picture offers it, in the tab beside",
    "pages/widgets/pictures.py:show_chart": "a piece: whoever calls it offers the files",
    "pages/widgets/pictures.py:show_pickable": "a piece: whoever calls it offers the files",
}
ANOTHER_FILE = {
    "pages/administrator/parts/persons.py:show_person": "the export for the person, for a purpose",
    "pages/administrator/audit.py:": "the trail is taken as a whole or filtered, by offer_export below it",
    "pages/widgets/first_passwords.py:_passwords": "passwords leave once, on their own sheet",
    "pages/server/shell/open_page.py:_every_kpi": "the CSV and JSON of the interface, linked beside it",
    "pages/reviewer/parts/evidence.py:_table": "a look into the enterprise's own file, some rows around a cell",
}
ON_ITS_PAGE = {
    "pages/enterprise/parts/home.py:misses": "a look at the gaps, whose page offers all of them",
    "pages/reviewer/parts/home.py:show_candidates": "a look at the list of candidates, whose page offers it",
    "pages/reviewer/parts/home.py:show_progress": "counts of that list, which has both columns",
    "pages/administrator/parts/home.py:show_year": "looks at progress, coverage and plan, whose pages offer them",
}
NOT_DATA = {
    "pages/widgets/sign_in.py:sign_in_body": "demonstration accounts: nobody is signed in",
    "pages/server/shell/open_page.py:_method": "an example of four rows within a text",
    "pages/enterprise/parts/answers.py:kpi_grid": "a form: what is typed is in the table of the review",
    "pages/administrator/parts/panel_recipe.py:_editor": "a form: repairs go into the recipe's file",
    "pages/administrator/parts/account_file.py:_show": "what a file of the reader's own would add, before it does",
    "pages/administrator/parts/progress.py:_ask": "what is about to be done, before it is asked once",
    "pages/reviewer/parts/scores.py:both_versions": "a choice between two texts within a form",
}
WITHOUT = {**HELPERS, **ANOTHER_FILE, **ON_ITS_PAGE, **NOT_DATA}


def named(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return f"{call.func.value.id}.{call.func.attr}"
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def parts(tree: ast.Module) -> Iterator[tuple[str, list[ast.AST]]]:
    """Each function by its name with all that is in it; "" is what the module does itself."""
    own: list[ast.AST] = []
    for body in tree.body:
        if isinstance(body, ast.FunctionDef):
            yield body.name, list(ast.walk(body))
        else:
            own += ast.walk(body)
    yield "", own


def draws(call: ast.Call) -> bool:
    """Whether it hands a chart on to be offered."""
    return any(keyword.arg == "draw" for keyword in call.keywords) or any(
        isinstance(given, ast.Name) and given.id == "draw" for given in call.args
    )


def shown() -> dict[str, tuple[bool, bool]]:
    """Every part of a page that shows a table or a chart, and whether it lacks the files of the one or the other."""
    found = {}
    for path, source in python_files().items():
        if not path.startswith("pages/"):
            continue
        for name, nodes in parts(ast.parse(source)):
            calls = [node for node in nodes if isinstance(node, ast.Call)]
            names = {named(call) for call in calls}
            texts = [item.value for item in nodes if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            has_table = bool(names & TABLES) or (any("<table" in text for text in texts) and path != HTML)
            has_chart = bool(names & (CHARTS | HTML_CHARTS))
            if has_table or has_chart:
                lacks_table = has_table and not names & OFFERS
                lacks_chart = has_chart and not any(draws(call) for call in calls)
                found[f"{path}:{name}"] = (lacks_table, lacks_chart)
    return found


HTML = "pages/widgets/html.py"


def test_every_table_of_a_page_is_offered_as_files() -> None:
    lacking = [place for place, (table, _) in shown().items() if table and place not in WITHOUT]
    assert lacking == [], "offer CSV and Excel beside it (show_table or offer_data of pages.widgets.tables)"


def test_every_chart_of_a_page_is_offered_as_files() -> None:
    lacking = [place for place, (_, chart) in shown().items() if chart and place not in WITHOUT]
    assert lacking == [], "offer SVG and PNG beside it (offer_data of pages.widgets.tables with draw)"


@pytest.mark.parametrize("place", WITHOUT)
def test_what_is_without_files_is_still_there(place: str) -> None:
    assert any(shown().get(place, ())), "no table or chart without files is there any more: take it off the list"
