"""The home of a role: what is to be done next, as a sentence and a button; then how each matter stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from kpi import i18n
from kpi.model.programme import Standing, next_matter
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.session.page_registry import page_at
from pages.widgets import html
from pages.widgets.ask_once import end_page


def show_home(context: PageContext, standings: Sequence[Standing]) -> None:
    """``standings`` in the order of importance."""
    ahead = next_matter(standings)
    html.sentence(_words(context, ahead) if ahead else translate("home.nothing_open"))
    if ahead and ahead.page:
        with st.container(key="step-next", width="content"):
            _link(ahead, translate("home.next", page=_title(ahead)))
    st.subheader(translate("home.all"), anchor=False)
    for at, one in enumerate(standings):
        with st.container(horizontal=True, vertical_alignment="center", key=f"matter-{at}"):
            mark = translate("home.open" if one.open else "home.done")
            st.markdown(html.plain(f"{mark}　{_words(context, one)}"), width="content")
            if one.page:
                _link(one, _title(one))


def end_with_next(words: str, address: str) -> NoReturn:
    """End a page that has nothing to show yet: what it waits for and who must do it, then where the reader goes on."""
    onward = page_at(address)
    html.sentence(words)
    with st.container(key="step-next", width="content"):
        st.page_link(onward.file, label=translate("home.next", page=translate(f"title.{onward.title}")))
    end_page()


def _link(one: Standing, label: str) -> None:
    st.page_link(page_at(one.page).file, label=label, query_params=dict(one.query) or None)


def _title(one: Standing) -> str:
    return translate(f"title.{page_at(one.page).title}")


def _words(context: PageContext, one: Standing) -> str:
    return translate(f"home.{one.code}", **{name: _said(context, name, value) for name, value in one.params.items()})


def _said(context: PageContext, name: str, value: object) -> object:
    """Names of the catalogue and of provenances in the reader's language."""
    if isinstance(value, list):
        listed = i18n.text("number.list", context.lang)
        return listed.join(i18n.catalogue_name(one, context.lang) for one in value)
    return translate(f"provenance.{value}") if name == "provenance" else value
