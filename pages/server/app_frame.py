"""One run of the script: the frame of every page, the navigation of the reader's role, and the page asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import copy
from functools import cache
from pathlib import Path

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.viewer import Viewer
from kpi.store.cache import snapshot
from pages.server.run_slots import run_slot
from pages.session.app_store import app_store, is_demonstration_app
from pages.session.context import (
    PAGES,
    SIGN_IN_PAGE,
    PageSpec,
    current_viewer,
    menu_of,
    page_at,
    pages_for,
    say_nothing_here,
    signed_in_by_password,
)
from pages.session.language import (
    choose_again_in_words,
    current_lang,
    keep_language,
    language_switch,
    one_language,
    translate,
)
from pages.session.notice import one_notice
from pages.session.oidc import sign_out_button
from pages.session.process_figures import run_timed
from pages.session.sign_in_forms import FAILURES, role_buttons, sign_out_form
from pages.session.streamlit_internals import PageEnded
from pages.widgets import html
from pages.widgets.acts import say_never_asked, show_error
from pages.widgets.inbox import follow_event
from pages.widgets.picker import come_back
from pages.widgets.search import offer_search
from pages.widgets.style import page_style

ROOT = Path(__file__).resolve().parents[2]
_REFUSED = "role-not-taken"
MARK = str(ROOT / "pages" / "widgets" / "mark.svg")
HOME = "home"
"""The address that Streamlit does not serve: of a default page, which it serves at "/" alone."""
LONGEST_NAME, MOST_NAMED = 40, 5


def run_app() -> None:
    """Register the reader's pages and no others, then run the one asked for."""
    with run_timed(), run_slot(), snapshot(app_store().cache), one_language(), one_notice():
        _run()


def _run() -> None:
    reader = current_viewer()
    chosen = st.navigation(_registered(reader), position="top")
    st.set_page_config(page_title=_tab_title(chosen), page_icon="🏭", layout="wide")
    html.element(page_style(st.context.theme.type))
    _frame(reader)
    if reader is not None:
        st.session_state["read"] = True  # where the sign-in ends, the open page says that it did
        _say_refused(chosen)
        _refuse_repeated()
    keep_language()
    choose_again_in_words()
    if reader is not None:
        follow_event(reader, chosen.url_path)
        come_back(chosen.url_path)
    st.session_state["address"] = chosen.url_path
    try:
        with suppress(PageEnded):
            chosen.run()
    except UserError as error:
        show_error(error)
    say_never_asked()


def _say_refused(chosen: st.Page) -> None:
    """Why a form came to nothing, to who is signed in: no role of the demonstration was taken, or an old sign-in page
    was left open beside. Where the server leads back to leads on to the first page.
    """
    if (failed := st.query_params.pop("failed", "")) in FAILURES:
        st.session_state[_REFUSED] = failed
    if chosen.url_path and (failed := st.session_state.pop(_REFUSED, "")):
        st.error(translate("sign_in.form_signed_in" if failed == "form" else f"sign_in.{failed}"))


def _refuse_repeated() -> None:
    """What the address gives twice would count by its last value without a word: none counts, and that is said."""
    repeated = [name for name in st.query_params if len(st.query_params.get_all(name)) > 1]
    for name in repeated:
        del st.query_params[name]
    if repeated:
        names = i18n.text("number.list", current_lang()).join(name[:LONGEST_NAME] for name in repeated[:MOST_NAMED])
        show_error(UserError("address_repeated", names=names))


def _registered(reader: Viewer | None) -> list[st.Page] | dict[str, list[st.Page]]:
    """The reader's pages, in sections where they are many.

    Every address leads a visitor who is not signed in to the sign-in, and back afterwards.
    """
    if reader is None:
        addresses = (SIGN_IN_PAGE.address, *(page.address for page in PAGES))
        return [_page(SIGN_IN_PAGE, HOME)] + [_page(SIGN_IN_PAGE, address, hidden=True) for address in addresses]
    own = pages_for(reader)
    account = page_at("my-account")
    menu = {section: [_page(page, hidden=page == account) for page in pages] for section, pages in menu_of(own).items()}
    first = menu[""][0]
    # Streamlit serves a default page at "/" alone, not at its own address: so the default page is one that leads on.
    home, signed_in = (_leads_to(first, address) for address in (HOME, SIGN_IN_PAGE.address))
    # Another role's address says what an unknown one would, in the reader's language, not Streamlit's English.
    others = [
        _copied(_not_of_this_role, translate("product"), page.address, hidden=True) for page in PAGES if page not in own
    ]
    beside = [home, *menu.pop(""), signed_in, *others]
    return {"": beside} | {translate(f"section.{name}"): pages for name, pages in menu.items()} if menu else beside


def _leads_to(first: st.Page, address: str) -> st.Page:
    return st.Page(
        lambda: st.switch_page(first),
        title=translate("product"),
        default=address == HOME,
        url_path=address,
        visibility="hidden",
    )


def _not_of_this_role() -> None:
    say_nothing_here()
    home = pages_for(current_viewer())[0]
    with st.container(key="step-next", width="content"):
        st.page_link(home.file, label=translate("home.next", page=translate(f"title.{home.title}")))


def _tab_title(chosen: st.Page) -> str:
    """The page's own title first: of many open tabs no more is seen."""
    product = translate("product")
    return product if chosen.title in ("", product) else f"{chosen.title} · {product}"


def _page(page: PageSpec, address: str = "", hidden: bool = False) -> st.Page:
    return _copied(ROOT / page.file, translate(f"title.{page.title}"), address or page.address, hidden)


def _copied(shows: Path | Callable[[], None], title: str, address: str, hidden: bool) -> st.Page:
    # A run marks the page that it is about to show.
    return copy(_checked(shows, title, address, hidden))


# Kept for everybody: a page as it is registered, by its file, title and address
@cache
def _checked(shows: Path | Callable[[], None], title: str, address: str, hidden: bool) -> st.Page:
    """Once, where Streamlit would look for each file on disk in each run."""
    return st.Page(shows, title=title, url_path=address, visibility="hidden" if hidden else "visible")


def _frame(reader: Viewer | None) -> None:
    """The bar over every page: the product's mark, then the pages by Streamlit, then the reader's own."""
    st.logo(MARK, size="large")
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="frame"):
        if reader is not None:
            offer_search(reader)
            with st.popover(html.plain(reader.name), type="tertiary", key="reader"):
                _own(reader)
        language_switch()
    if marks := _no_official_word():
        with st.container(horizontal=True, vertical_alignment="center", key="demonstration"):
            st.caption(" · ".join(marks), width="stretch")
            if reader is not None and is_demonstration_app():
                st.html(role_buttons(reader.role), width="content")


def _no_official_word() -> list[str]:
    """What every page says of itself: that enterprises are invented, or the notice is no official one to the letter."""
    marks = [translate("demonstration")] if is_demonstration_app() else []
    status = catalogue().notice.status
    if status != "official":
        marks.append(translate("notice_mark", status=i18n.text(f"notice_status.{status}", current_lang())))
    return marks


def _own(reader: Viewer) -> None:
    st.page_link(page_at("my-account").file, label=translate("title.account"))
    if signed_in_by_password():
        st.html(sign_out_form(), width="content")
    else:
        sign_out_button(app_store(), reader)
