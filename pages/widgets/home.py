"""The home of a role: its answer beside what comes next, a picture beside how each matter stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kpi import i18n
from kpi.model.programme import ToDo, next_matter
from pages.session.context import PageContext, page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.inbox import show_inbox
from pages.widgets.layout import answer_row, in_columns


def show_home(
    context: PageContext,
    standings: Sequence[ToDo],
    answer: Callable[[], None] | None = None,
    picture: Callable[[], None] | None = None,
    beside: Callable[[], None] | None = None,
) -> None:
    """``standings`` in the order of importance; what comes next is said once. Without an ``answer`` of its own that is
    it; without a ``picture`` the matters have the whole width, else they stand at its side, below what is drawn
    ``beside`` it.
    """
    ahead = next_matter(standings)
    words = _words(context, ahead) if ahead else translate("home.nothing_open")
    said, to_do = answer_row()
    with said:
        if answer:
            answer()
        else:
            html.answer(translate("result.next"), "", "", words, "", "plain")
    with to_do:
        with html.together():
            html.titled(translate("result.next"))
            if answer:
                html.where(words)
        if ahead and ahead.page:
            with st.container(key="step-next", width="content"):
                _link(ahead, translate("home.next", page=_title(ahead)))
    others = [item for item in standings if item is not ahead]
    if picture is None:
        _matters(context, others)
        show_inbox(context)
        return
    drawn, side = in_columns("picture")
    with drawn:
        picture()
    with side:
        if beside:
            beside()
        _matters(context, others)
        show_inbox(context)


def _matters(context: PageContext, standings: Sequence[ToDo]) -> None:
    """What is open in sight, what is settled folded below it."""
    if not standings:
        return
    waiting = [item for item in standings if item.open]
    settled = [item for item in standings if not item.open]
    with st.container(border=True, key="matters"):
        html.titled(translate("home.also_open", count=len(waiting)) if waiting else translate("home.none_open"))
        _listed(context, waiting, "matter")
        if settled:
            with st.expander(translate("home.settled", count=len(settled))):
                _listed(context, settled, "settled")


def _listed(context: PageContext, standings: Sequence[ToDo], key: str) -> None:
    for at, standing in enumerate(standings):
        _matter(context, standing, f"{key}-{at}")


def _matter(context: PageContext, standing: ToDo, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.markdown(html.plain(html.unbroken(_words(context, standing))), width="content")
        if standing.page:
            _link(standing, _title(standing))


def _link(one: ToDo, label: str) -> None:
    st.page_link(page_at(one.page).file, label=label, query_params=dict(one.query) or None)


def _title(one: ToDo) -> str:
    return translate(f"title.{page_at(one.page).title}")


def _words(context: PageContext, one: ToDo) -> str:
    return translate(f"home.{one.code}", **{name: _said(context, name, value) for name, value in one.params.items()})


def _said(context: PageContext, name: str, value: object) -> object:
    """Names of the catalogue and of provenances in the reader's language."""
    if isinstance(value, list):
        listed = i18n.text("number.list", context.lang)
        return listed.join(i18n.catalogue_name(item, context.lang) for item in value)
    return translate(f"provenance.{value}") if name == "provenance" else value
