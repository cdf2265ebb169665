"""The labels of lists: what Word sets before a paragraph, and nobody finds in its text."""

from __future__ import annotations

import pytest

from kpi.annex4.styles import Numbering, chinese_numeral, parse_numeral
from kpi.annex4.xml_tree import XmlNode


def node(tag: str, *children: XmlNode, **attributes: str) -> XmlNode:
    made = XmlNode(tag, {f"w:{name}": value for name, value in attributes.items()})
    made.children = list(children)
    return made


def val(tag: str, value: str) -> XmlNode:
    return node(tag, val=value)


def level(number: int, form: str, text: str, start: int = 1) -> XmlNode:
    inside = (val("w:start", str(start)), val("w:numFmt", form), val("w:lvlText", text))
    return node("w:lvl", *inside, ilvl=str(number))


ABSTRACT = node(
    "w:abstractNum",
    level(0, "chineseCountingThousand", "第%1部分"),
    level(1, "decimal", "%1.%2"),
    level(2, "bullet", "●"),
    abstractNumId="5",
)


def lists(*numbers: XmlNode) -> Numbering:
    return Numbering(node("w:numbering", ABSTRACT, *numbers))


def plain(number: str, *more: XmlNode) -> XmlNode:
    return node("w:num", val("w:abstractNumId", "5"), *more, numId=number)


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")]
)
def test_chinese_numerals(number: int, text: str) -> None:
    assert (chinese_numeral(number), parse_numeral(text)) == (text, number)


def test_levels_count_below_one_another_and_start_again() -> None:
    reported = lists(plain("1"))
    asked = [reported.next("1", at) for at in (0, 1, 1, 2, 0, 1)]
    assert asked == ["第一部分", "一.1", "一.2", "", "第二部分", "二.1"]


def test_two_lists_of_one_kind_go_on_counting_unless_one_is_started_anew() -> None:
    reported = lists(plain("1"), plain("2"), plain("3", node("w:lvlOverride", val("w:startOverride", "4"), ilvl="0")))
    assert [reported.next(word, 0) for word in ("1", "2", "3", "3")] == ["第一部分", "第二部分", "第四部分", "第五部分"]


def test_a_list_may_have_a_level_of_its_own() -> None:
    reported = lists(plain("1", node("w:lvlOverride", level(0, "decimal", "图%1", start=7), ilvl="0")))
    assert reported.next("1", 0) == "图7"


def test_what_is_not_there_has_no_label() -> None:
    assert [lists(plain("1")).next(item, at) for item, at in (("9", 0), ("1", 8))] == ["", ""]
    assert Numbering(None).next("1", 0) == ""
