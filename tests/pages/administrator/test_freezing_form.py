"""The last step of an import: without what it needs nothing is begun, as a freezing may take minutes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from kpi.errors import UserError
from kpi.i18n import text
from tests.pages.app_runs import RUN_SECONDS, strings

FROZEN, HASH = "试验基准", "0" * 64


def _page(context: object, sent: object, desk: object, preview: object) -> None:
    from pages.administrator.parts.panel_import import offer_freezing

    offer_freezing(context, sent, desk, preview)


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """One baseline is frozen already."""

    def refuse(_store: object, _viewer: object, name: str, source: str, sha256: str) -> None:
        if not name or not source:
            raise UserError("baseline_needs_words")
        if (name, sha256) == (FROZEN, HASH):
            raise UserError("baseline_exists", name=name)

    monkeypatch.setattr("pages.administrator.parts.panel_import.refuse_words", refuse)


def _form(begun: list[str], much_smaller: bool, name: str = "x", source: str = "x", *, two: bool = False) -> AppTest:
    context = SimpleNamespace(store=None, viewer=None)
    sent = SimpleNamespace(incoming=SimpleNamespace(year=2025, name=name, source=source))
    desk = SimpleNamespace(freeze=lambda _context, _sent, because: begun.append(because))
    preview = SimpleNamespace(
        earlier=SimpleNamespace(much_smaller=much_smaller), panel=SimpleNamespace(sha256=HASH), takes_two=two
    )
    return AppTest.from_function(_page, default_timeout=RUN_SECONDS, args=(context, sent, desk, preview)).run()


def _press(test: AppTest) -> str:
    test.button[0].click().run()
    assert not test.exception
    return "\n".join(strings(test))


@pytest.mark.parametrize("because", ["", " "])
def test_a_panel_much_smaller_is_not_begun_without_a_reason(because: str) -> None:
    begun: list[str] = []
    test = _form(begun, much_smaller=True)
    assert text("page.baseline_import.not_sure", "zh") in _press(test)
    test.checkbox[0].check()
    test.text_input[0].set_value(because)
    assert text("page.baseline_import.smaller_needed", "zh") in _press(test)
    assert begun == []
    test.text_input[0].set_value("只收到一部分（演示）")
    _press(test)
    assert begun == ["只收到一部分（演示）"]


def test_a_panel_of_its_size_needs_none() -> None:
    begun: list[str] = []
    test = _form(begun, much_smaller=False)
    assert list(test.text_input) == []
    test.checkbox[0].check()
    _press(test)
    assert begun == [""]


def test_what_takes_two_is_proposed_and_the_page_offers_no_freezing() -> None:
    begun: list[str] = []
    test = _form(begun, much_smaller=False, two=True)
    assert text("page.baseline_proposal.how", "zh") in "\n".join(strings(test))
    assert [item.label for item in test.button] == [text("page.baseline_import.freeze_two", "zh")]
    test.checkbox[0].check()
    _press(test)
    assert begun == [""]


def test_a_name_that_is_taken_is_refused_before_anything_is_begun() -> None:
    begun: list[str] = []
    test = _form(begun, much_smaller=False, name=FROZEN)
    test.checkbox[0].check()
    assert text("error.baseline_exists.message", "zh", name=FROZEN) in _press(test)
    assert begun == []


@pytest.mark.parametrize(("name", "source"), [("", "x"), ("x", "")])
def test_without_name_or_source_it_is_refused_where_it_was_pressed_and_nothing_is_begun(name: str, source: str) -> None:
    begun: list[str] = []
    test = _form(begun, much_smaller=False, name=name, source=source)
    test.checkbox[0].check()
    assert text("error.baseline_needs_words.message", "zh") in _press(test)
    assert begun == []
