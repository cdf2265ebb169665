"""Words of both languages are put together by data/text alone: Chinese marks that code puts between names stood in
English sentences, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.tracked import parsed, python_files

MARKS = frozenset("、，；：（）。“”")
ALLOWED = {
    "kpi/catalogue/catalogue.py": "the Chinese half of where in the notice a condition stands",
    "kpi/catalogue/clauses.py": "the notice's own words, and its citations, which are searched in Chinese",
    "kpi/annex4/findings.py": "quotes what the report lacks; kpi.i18n parts it as the language does",
    "kpi/intake/form/template.py": "the brackets of a sheet in Chinese",
    "kpi/intake/freeform/columns.py": "the Chinese half of a pair of names",
}


def joins(source: str) -> Iterator[int]:
    """Lines on which a source puts a Chinese mark between words, or around them."""
    for node in ast.walk(parsed(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(mark)), attr="join")):
                pieces = [mark]
            case ast.JoinedStr(values=parts):
                pieces = [part.value for part in parts if isinstance(part, ast.Constant)]
            case ast.BinOp(left=left, right=right):
                pieces = [item.value for item in (left, right) if isinstance(item, ast.Constant)]
            case _:
                continue
        if any(isinstance(piece, str) and MARKS & set(piece) for piece in pieces):
            yield node.lineno


def test_no_chinese_mark_is_put_between_words_by_code() -> None:
    ours = {path: source for path, source in python_files().items() if path.startswith(("kpi/", "pages/"))}
    found = {path: lines for path, source in ours.items() if (lines := list(joins(source)))}
    assert found.keys() == ALLOWED.keys(), found


def test_such_a_mark_is_found_in_each_way_to_put_it() -> None:
    planted = 'a = "、".join(b)\nc = f"{a}（{b}）"\nd = a + "，"\ne = "、"\n'
    assert list(joins(planted)) == [1, 2, 3]
