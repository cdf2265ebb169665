"""Entering a page: every page's first call. Who may not see it is told that it is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from kpi.access import Permission, allows
from kpi.charts import Theme
from kpi.model.language import Lang
from kpi.model.viewer import Viewer
from kpi.services.operation.authentication import viewer_of
from kpi.store import Store
from pages.session.addresses import signs_in_elsewhere
from pages.session.app_store import store
from pages.session.language import lang, words
from pages.session.oidc import viewer_from_provider

COOKIE = "duibiao"


@dataclass(frozen=True, slots=True)
class Here:
    """What a page knows of the one who reads it."""

    viewer: Viewer
    store: Store
    lang: Lang
    theme: Theme


def viewer() -> Viewer | None:
    """Looked up in the store at every run, so that an ended sign-in or a disabled account stops at the next click."""
    address = st.context.ip_address or ""
    return viewer_of(store(), token(), address=address) or viewer_from_provider(store(), address)


def by_password() -> bool:
    """Whether the reader is here by a sign-in of ours, and not by another provider's."""
    return not signs_in_elsewhere() or viewer_of(store(), token()) is not None


def token() -> str | None:
    return st.context.cookies.get(COOKIE)


def enter(permission: Permission, title: str) -> Here:
    """Let the reader in, or say that there is nothing here. ``title`` is the page's key in ``page.title``."""
    reader = viewer()
    if reader is None or not allows(reader, permission):
        nothing_here()
    st.header(words(f"title.{title}"), anchor=False)
    return Here(reader, store(), lang(), theme())


def nothing_here() -> NoReturn:
    st.info(words("nothing_here"))
    st.stop()


def theme() -> Theme:
    """Light or dark, as the browser shows it."""
    return "dark" if st.context.theme.type == "dark" else "light"
