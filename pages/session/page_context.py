"""Entering a page: every page's first call. Who may not see it is answered that it is not there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from kpi.access.roles import Permission, allows
from kpi.charts.theme import Theme
from kpi.model.language import Lang
from kpi.model.viewer import Viewer
from kpi.services.operation.authentication import viewer_of
from kpi.store.moment import once_a_moment
from kpi.store.store import Store
from pages.session.app_store import app_store
from pages.session.language import current_lang, translate
from pages.session.oidc import provider_viewer_later, viewer_from_provider
from pages.session.streamlit_internals import PageEnded, identity_provider_configured

COOKIE = "duibiao"
_GOING_ON = "going_on"


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a page knows of the one who reads it."""

    viewer: Viewer
    store: Store
    lang: Lang
    theme: Theme
    above: AbstractContextManager[object]
    """The place above the page's title, for what leads from page to page."""
    reader_by_now: Callable[[], Viewer | None]
    """Who reads it, asked of the store again; None once the sign-in has ended. ``viewer`` is who did at this run."""


def current_viewer() -> Viewer | None:
    """Looked up in the store at every run, so that an ended sign-in or a disabled account stops at the next click.

    A callback, which comes before the run, asks for it too: a ``PageContext`` knows whoever read the page before.
    """
    return once_a_moment("current viewer", _viewer)


def _viewer() -> Viewer | None:
    address = st.context.ip_address or ""
    return viewer_of(app_store(), session_token(), address=address) or viewer_from_provider(app_store(), address)


def _asked_later() -> Callable[[], Viewer | None]:
    """As ``_viewer``, at any time to come: a file is made at the click, outside the run that has the cookies."""
    store, token, address = app_store(), session_token(), st.context.ip_address or ""
    elsewhere = provider_viewer_later(store, address)
    return lambda: viewer_of(store, token, address=address) or elsewhere()


def signed_in_by_password() -> bool:
    """Whether the reader is here by a sign-in of ours, and not by another provider's."""
    return not identity_provider_configured() or viewer_of(app_store(), session_token()) is not None


def session_token() -> str | None:
    return st.context.cookies.get(COOKIE)


def require_page(permission: Permission, title: str) -> PageContext:
    """Let the reader in, or say that there is nothing here. ``title`` is the page's key in ``page.title``."""
    reader = current_viewer()
    if reader is None or not allows(reader, permission):
        show_not_found()
    _stop_what_was_left(title)
    above = st.container(key="above")
    st.header(translate(f"title.{title}"), anchor=False)
    return PageContext(reader, app_store(), current_lang(), current_theme(), above, _asked_later())


def stop_when_left(title: str, stop: Callable[[], None]) -> None:
    """Have what goes on for the page of this ``title`` stopped as soon as its reader is on another."""
    st.session_state[_GOING_ON] = (title, stop)


def _stop_what_was_left(title: str) -> None:
    going_on: tuple[str, Callable[[], None]] | None = st.session_state.get(_GOING_ON)
    if going_on and going_on[0] != title:
        del st.session_state[_GOING_ON]
        going_on[1]()


def show_not_found() -> NoReturn:
    """Not by ``st.stop``, after which the frame could say nothing more."""
    say_nothing_here()
    raise PageEnded


def say_nothing_here() -> None:
    """What an address of others says, and one of nobody."""
    st.info(translate("nothing_here"))


def current_theme() -> Theme:
    """Light or dark, as the browser shows it."""
    return "dark" if st.context.theme.type == "dark" else "light"
