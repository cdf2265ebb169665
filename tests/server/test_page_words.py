"""The page around the pages: its language and title before anything runs, and the framework's words to be replaced."""

from __future__ import annotations

import pytest

from kpi.i18n.texts import load_texts
from kpi.model.language import Lang
from pages.server.shell.streamlit_page import OWN_SCRIPT
from pages.session.streamlit_internals import page_template
from tests.conftest import Served
from tests.server.http_client import ask


@pytest.mark.parametrize(
    ("query", "tag"), [("", "zh-CN"), ("?lang=zh", "zh-CN"), ("?lang=en", "en"), ("?lang=<b>", "zh-CN")]
)
def test_the_page_says_its_language_before_anything_runs(served: Served, query: str, tag: str) -> None:
    shown = ask(served.url, f"/result{query}").text
    assert f'<html lang="{tag}">' in shown
    assert shown.count("<html") == 1
    assert "<title>Streamlit" not in shown
    assert "Duibiao</title>" in shown


def test_the_script_of_words_has_each_phrase_in_both_languages(served: Served) -> None:
    answer = ask(served.url, "/shell/page_words.js")
    assert answer.status == 200
    assert "{{phrases}}" not in answer.text
    languages: tuple[Lang, ...] = ("zh", "en")
    for lang in languages:
        for key, phrase in load_texts(lang).items():
            if key.startswith("page.framework."):
                assert phrase in answer.text


def test_the_script_of_rows_names_them_in_both_languages(served: Served) -> None:
    answer = ask(served.url, "/shell/picture_rows.js")
    assert answer.status == 200
    assert "{{labels}}" not in answer.text
    languages: tuple[Lang, ...] = ("zh", "en")
    assert all(load_texts(lang)["page.strip.rows"] in answer.text for lang in languages)


def test_the_template_still_is_what_is_replaced() -> None:
    assert '<html lang="en">' in page_template()
    assert "<title>Streamlit</title>" in page_template()
    assert page_template().count(OWN_SCRIPT) == 1
