"""Every table and every chart of a page is offered as files beside it, or a comment over it says why not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.tracked import declared, parsed, python_files

TABLES = {"html.table", "html.table_markup", "st.table", "st.dataframe", "st.data_editor"}
CHARTS = {"st.plotly_chart", "show_chart", "show_pickable"}
HTML_CHARTS = {"group_profiles", "order_picture", "strip_list", "gap_list"}
OFFERS = {"offer_data", "offer_export", "offer_files", "show_long_table", "show_table"}


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
        for name, nodes in parts(parsed(source)):
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
    lacking = {place for place, (table, _) in shown().items() if table}
    assert lacking - declared("Without files") == set(), "offer CSV and Excel beside it (show_table or offer_data)"


def test_every_chart_of_a_page_is_offered_as_files() -> None:
    lacking = {place for place, (_, chart) in shown().items() if chart}
    assert lacking - declared("Without files") == set(), "offer SVG and PNG beside it (offer_data with draw)"


def test_what_is_said_to_be_without_files_is_so() -> None:
    assert declared("Without files") - {place for place, lacks in shown().items() if any(lacks)} == set()
