"""Each page speaks one language: the reader's. What stays in Chinese on English pages is named here, spot by spot."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from typing import get_args

import pytest
from streamlit.testing.v1.element_tree import Node

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.published_figures import reference_marks
from kpi.catalogue.schema import load_toml
from kpi.i18n import fact_shown
from kpi.i18n.texts import load_texts
from kpi.intake.read import read
from kpi.model.language import Lang
from kpi.model.viewer import Role
from kpi.services.operation.demonstration import demonstration_accounts
from kpi.services.operation.demonstration_applications import demonstration_applications
from kpi.services.operation.demonstration_scoring import DemonstrationScoring
from pages.widgets.html import plain
from tests.campaign import size
from tests.pages.app_runs import ALLOWED, EXAMPLE, ROOT, Office, app, opened, submitted
from tests.pages.screen_text import seen
from tests.shipped import SCORING

CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]+")
PLACE_IN_THE_NOTICE = re.compile(r"沪经信制〔2025〕514号( (正文[一二三四五六]|附件[1-5])[一二三四五六()（）.0-9 ]*)?")
KPIS = ("K01", "K04", "K09", "K13", "K17", "K21")
SPOTS = [*ALLOWED, (None, "")]


@pytest.fixture(scope="module")
def office_filled(office_here: Office) -> Office:
    """With the demonstration enterprise's own file locked in it."""
    submitted(office_here, locked=True)
    return office_here


def _said(office: Office, role: Role | None, address: str, lang: Lang) -> list[str]:
    """All that the page says, opened at several KPIs where it has them."""
    office.sit(role)
    if not address:
        return seen(app(lang))
    codes = KPIS if address in {"result", "candidate"} else KPIS[:1]
    return list(dict.fromkeys(item for code in codes for item in seen(opened(address, lang, kpi=code))))


@cache
def _names() -> tuple[str, ...]:
    """What has no English: names that people gave, words quoted from others, the sheet of the Chinese workbook."""
    facts = {
        str(application.text(fact))
        for application in demonstration_applications()
        for fact in ("enterprise", "factory_name")
    }
    marks = [mark for kpi in catalogue().kpis for mark in reference_marks(kpi.code)]
    quoted = {mark.quote for mark in marks}
    quoted |= {condition.quote for condition in catalogue().conditions}
    definitions = [scenario.definition for scenario in catalogue().scenarios]
    quoted |= {*definitions, *map(plain, definitions)}
    quoted |= {scenario.effect.quote for scenario in catalogue().scenarios if scenario.effect}
    own = read(EXAMPLE.name, EXAMPLE.read_bytes()).applications[0]
    shown = {fact_shown(catalogue().fact(code), fact, "en") for code, fact in own.facts.items()}
    shown |= {value.note for value in own.values.values() if value.note}
    # An enterprise edits its contacts unmasked.
    shown |= {fact for fact in own.facts.values() if isinstance(fact, str)}
    reported = {item for item in shown if CHINESE.search(item)}
    people = {account.display for account in demonstration_accounts()}
    scoring = load_toml(SCORING, DemonstrationScoring)
    people |= {scoring.why_lowest, scoring.why_highest, scoring.why_abstained, scoring.conflict.reason}
    people |= {
        *scoring.reasons.values(),
        *(demonstration.note for demonstration in scoring.rounds if demonstration.note),
    }
    # Awards are written as the authority writes them, in any language of the page.
    with (ROOT / "data" / "samples" / "demo-awarded.csv").open(encoding="utf-8") as file:
        awarded = {row[name] for row in csv.DictReader(file) for name in ("factory", "source")}
    tiers = {"先进级", "卓越级", "领航级", "市级智能工厂", "标杆性智能工厂"}
    fixed = {
        "中文",  # the way to the other language, in that language
        "演示集团",  # a group that candidates of the demonstration claim to belong to
        "（虚构）",
        "智能工厂",  # what the notice wants a factory's name to end in
        "填报",  # the sheet of the workbook that the cell is on
        "演示数据，由程序按固定种子生成 / ",  # the shipped panel's source, as it was imported: in both languages
    }
    # Longest first: a short name may be a part of a long one.
    return tuple(sorted(facts | reported | quoted | people | fixed | awarded | tiers, key=len, reverse=True))


def _chinese_left(said: str) -> str:
    for name in _names():
        said = said.replace(name, "")
    return "".join(CHINESE.findall(PLACE_IN_THE_NOTICE.sub("", said)))


@pytest.mark.campaign
@pytest.mark.parametrize(("role", "address"), SPOTS)
def test_an_english_page_has_no_chinese_but_for_names_and_quotations(
    office_filled: Office, role: Role | None, address: str
) -> None:
    said = _said(office_filled, role, address, "en")
    assert len(said) > 8
    left = {item: _chinese_left(item) for item in said if _chinese_left(item)}
    assert not left, left


@cache
def _english_only() -> tuple[str, ...]:
    """Pieces of English sentences, between their blanks, that are in no Chinese sentence: long enough to be English."""
    chinese = "\n".join(load_texts("zh").values())
    pieces = {piece.strip() for load_text in load_texts("en").values() for piece in re.split(r"\{[^}]*\}", load_text)}
    return tuple(piece for piece in pieces if len(re.findall(r"[A-Za-z]{2,}", piece)) > 1 and piece not in chinese)


@pytest.mark.parametrize(("role", "address"), SPOTS)
def test_a_chinese_page_has_no_english_sentence(office_filled: Office, role: Role | None, address: str) -> None:
    said = _said(office_filled, role, address, "zh")
    assert sum(bool(CHINESE.search(item)) for item in said) > 5
    assert [(piece, item) for item in said for piece in _english_only() if piece in item] == []


def test_the_pieces_looked_for_are_most_of_the_english_words(office_filled: Office) -> None:
    """The search above finds what it looks for: an English page is full of them."""
    assert len(_english_only()) > 300
    said = _said(office_filled, "enterprise", "result", "en")
    assert sum(piece in item for item in said for piece in _english_only()) > 40


CHOICES = ("selectbox", "multiselect", "radio", "button_group")
FIELDS = (*CHOICES, "text_input", "text_area", "number_input", "checkbox", "toggle", "date_input", "file_uploader")


def _offered(field: Node) -> list[str]:
    """The words of the options of a field."""
    return [str(getattr(option, "content", option)) for option in field.proto.options]


@pytest.mark.parametrize(("role", "address"), size(ALLOWED[:1], ALLOWED))
def test_the_other_language_is_one_click_away(office_filled: Office, role: Role, address: str) -> None:
    """And the click stays on the page."""
    office_filled.sit(role)
    test = opened(address, "zh")
    assert test.button(key="language").label == "English"
    fields = {item.proto.id for item in test._tree if item.type in FIELDS}
    chinese = {item.proto.id: _offered(item) for item in test._tree if item.type in CHOICES}
    held_back = [item.proto.label for item in test._tree if item.type in CHOICES and item.proto.form_id]
    assert not held_back, "the browser would go on holding a choice in Chinese words, or forget it"
    test.button(key="language").click().run()
    assert {item.proto.id for item in test._tree if item.type in FIELDS} == fields, "what is entered would be forgotten"
    again = [item for item in test._tree if item.type in CHOICES and item.proto.id in chinese]
    stale = [item for item in again if _offered(item) != chinese[item.proto.id] and not item.proto.set_value]
    assert not stale, "the browser would go on showing the Chinese words of what is chosen"
    assert test.query_params["lang"] in ("en", ["en"])
    title = next(item for item in test.header).value
    assert not CHINESE.search(title)
    assert test.button(key="language").label == "中文"


@pytest.mark.parametrize("role", get_args(Role))
def test_the_language_stays_in_the_address_when_one_page_leads_to_another(office_filled: Office, role: Role) -> None:
    """Where it stood in the session alone, a refresh would fall back to Chinese. The root leads on to a first page."""
    office_filled.sit(role)
    assert app("en").query_params.get("lang") in ("en", ["en"])


@pytest.mark.parametrize("asked", ["fr", "EN", "../en", "<script>", ""])
def test_an_address_asking_for_another_language_is_answered_in_chinese(office_filled: Office, asked: str) -> None:
    office_filled.sit("leader")
    test = app("zh")
    test.query_params["lang"] = asked
    assert CHINESE.search(test.run().header[0].value)


@cache
def _calls() -> tuple[tuple[str, str], ...]:
    """Each key that the code of the pages asks for, as a pattern: a part that is only known later is ``.+``."""
    return tuple(_asked())


def _asked() -> Iterator[tuple[str, str]]:
    for file in sorted([*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and _asks_for_words(node.func):
                prefix = "page." if isinstance(node.func, ast.Name) else ""
                for pattern in _patterns(node.args[0]):
                    yield file.relative_to(ROOT).as_posix(), re.escape(prefix) + pattern


def _asks_for_words(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id == "translate"
    return isinstance(called, ast.Attribute) and called.attr == "text" and ast.unparse(called.value) == "i18n"


def _patterns(asked: ast.expr) -> list[str]:
    if isinstance(asked, ast.Constant):
        return [re.escape(str(asked.value))]
    if isinstance(asked, ast.IfExp):
        return [*_patterns(asked.body), *_patterns(asked.orelse)]
    assert isinstance(asked, ast.JoinedStr), f"a key that nobody can look up: {ast.unparse(asked)}"
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in asked.values]
    return ["".join(parts)]


@pytest.mark.parametrize("lang", get_args(Lang))
def test_every_word_that_the_pages_ask_for_is_there(lang: Lang) -> None:
    calls = _calls()
    assert len(calls) > 100
    # ``re`` forgets patterns beyond some hundreds: each is compiled once, and held against all keys.
    asked = {pattern: re.compile(pattern) for _, pattern in calls}
    assert [call for call in calls if not any(map(asked[call[1]].fullmatch, load_texts(lang)))] == []


def test_every_word_of_the_pages_is_asked_for() -> None:
    """A title is asked for by the registry's name of it, a part of a page by the page's own code."""
    asked = {pattern for _, pattern in _calls() if pattern != r"page\..+"}
    patterns = [re.compile(pattern) for pattern in asked.union(_in_reports())]
    keys = [key for key in load_texts("zh") if key.startswith("page.")]
    assert keys
    assert [key for key in keys if not any(pattern.fullmatch(key) for pattern in patterns)] == []


def _in_reports() -> Iterator[str]:
    """What a report says in the words of its page, as patterns."""
    for file in sorted((ROOT / "kpi" / "reports").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "text" and _of_a_page(node.args[0]):
                yield from _patterns(node.args[0])


def _of_a_page(asked: ast.expr) -> bool:
    return ast.unparse(asked).lstrip("f").startswith("'page.")
