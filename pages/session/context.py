"""Entering a page: every page and its address, and the first call of each. Who may not see it: it is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NoReturn

import streamlit as st

from kpi.access.roles import Permission, allows
from kpi.catalogue.catalogue import Catalogue, catalogue
from kpi.charts.theme import Theme
from kpi.model.language import Lang
from kpi.model.viewer import Viewer
from kpi.services.operation.authentication import viewer_of
from kpi.store.cache import once
from kpi.store.store import Store
from pages.session.app_store import app_store
from pages.session.language import current_lang, translate
from pages.session.oidc import provider_viewer_later, viewer_from_provider
from pages.session.streamlit_internals import PageEnded, identity_provider_configured

# Entering a page: every page's first call. Who may not see it is answered that it is not there.


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
    notice: Catalogue = field(default_factory=catalogue)
    """That of the year which the page shows: what is made of it later, as a file is at the click, is of the same."""


def current_viewer() -> Viewer | None:
    """Looked up in the store at every run, so that an ended sign-in or a disabled account stops at the next click.

    A callback, which comes before the run, asks for it too: a ``PageContext`` knows whoever read the page before.
    """
    return once("current viewer", _viewer)


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
        going_on[1]()  # first: where this run ends in it, the next one begins it again
        del st.session_state[_GOING_ON]


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


# Which pages there are, and for whom: a page without a permission is for everybody, and there is one such page.


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its file under the project's root, its address, its title's key in ``page.title``, who may see it.

    ``section``: under which head of the menu it stands, its key in ``page.section``; "" beside the heads.
    """

    file: str
    address: str
    title: str
    permission: Permission | None
    section: str = ""


SIGN_IN_PAGE = PageSpec("pages/everyone/sign_in.py", "sign-in", "sign_in", None)

PAGES = (
    PageSpec("pages/enterprise/home.py", "enterprise-home", "home", "submit_own"),
    PageSpec("pages/enterprise/upload.py", "upload", "upload", "submit_own", "application"),
    PageSpec("pages/enterprise/sheet.py", "answers", "sheet", "submit_own", "application"),
    PageSpec("pages/enterprise/conditions.py", "conditions", "conditions", "submit_own", "application"),
    PageSpec("pages/enterprise/document.py", "document", "document", "submit_own", "application"),
    PageSpec("pages/enterprise/submission.py", "submission", "submission", "submit_own", "application"),
    PageSpec("pages/enterprise/report.py", "baseline-report", "baseline_report", "submit_own", "application"),
    PageSpec("pages/enterprise/people.py", "people", "people", "submit_own", "application"),
    PageSpec("pages/enterprise/result.py", "result", "result", "see_own_result"),
    PageSpec("pages/enterprise/gap.py", "way", "way", "see_own_result"),
    PageSpec("pages/reviewer/home.py", "reviewer-home", "home", "see_candidates"),
    PageSpec("pages/reviewer/candidates.py", "candidates", "candidates", "see_candidates", "candidates"),
    PageSpec("pages/reviewer/claims.py", "claims", "claims", "see_candidates", "candidates"),
    PageSpec("pages/reviewer/candidate.py", "candidate", "candidate", "see_candidates", "candidates"),
    PageSpec("pages/reviewer/compare.py", "compare", "compare", "compare_candidates"),
    PageSpec("pages/reviewer/scores.py", "scores", "scores", "score_candidates"),
    PageSpec("pages/leader/home.py", "leader-home", "home", "see_coverage"),
    PageSpec("pages/leader/coverage.py", "coverage", "coverage", "see_coverage"),
    PageSpec("pages/leader/nomination.py", "nomination", "nomination", "put_forward"),
    PageSpec("pages/administrator/home.py", "administrator-home", "home", "administer"),
    PageSpec("pages/administrator/baselines.py", "baselines", "baselines", "see_baselines", "verdicts"),
    PageSpec(
        "pages/administrator/baseline_import.py", "baseline-import", "baseline_import", "run_programme", "verdicts"
    ),
    PageSpec("pages/administrator/register.py", "register", "register", "run_programme", "verdicts"),
    PageSpec("pages/administrator/campaign.py", "campaign", "campaign", "run_programme", "verdicts"),
    PageSpec("pages/administrator/plan.py", "plan", "plan", "see_baselines", "verdicts"),
    PageSpec("pages/administrator/policy.py", "policy", "policy", "see_baselines", "verdicts"),
    PageSpec("pages/administrator/notices.py", "notices", "notices", "run_programme", "verdicts"),
    PageSpec("pages/administrator/programme_year.py", "programme-year", "programme_year", "run_programme", "year"),
    PageSpec("pages/administrator/progress.py", "progress", "progress", "run_programme", "year"),
    PageSpec("pages/administrator/objections.py", "objections", "objections", "run_programme", "year"),
    PageSpec("pages/administrator/awards.py", "awards", "awards", "run_programme", "year"),
    PageSpec("pages/administrator/coverage.py", "city-coverage", "city_coverage", "run_programme", "year"),
    PageSpec("pages/administrator/scoring.py", "scoring", "scoring", "run_panel", "panel"),
    PageSpec("pages/administrator/timetable.py", "timetable", "timetable", "run_panel", "panel"),
    PageSpec("pages/administrator/review_panel_decisions.py", "decisions", "decisions", "run_panel", "panel"),
    PageSpec("pages/administrator/accounts.py", "accounts", "accounts", "manage_accounts", "service"),
    PageSpec("pages/administrator/persons.py", "persons", "persons", "manage_accounts", "service"),
    PageSpec("pages/administrator/audit.py", "audit", "audit", "see_audit", "service"),
    PageSpec("pages/administrator/operation.py", "operation", "operation", "see_operation", "service"),
    PageSpec("pages/everyone/review_panel.py", "panel", "panel", "see_panel", "panel"),
    PageSpec(
        "pages/everyone/condition_rulings.py", "condition-rulings", "condition_rulings", "rule_on_conditions", "panel"
    ),
    PageSpec(
        "pages/everyone/account_requests.py",
        "account-requests",
        "account_requests",
        "decide_account_requests",
        "service",
    ),
    PageSpec("pages/everyone/notice.py", "notice", "notice", "see_published", "verdicts"),
    PageSpec("pages/everyone/benchmarks.py", "benchmarks", "benchmarks", "see_published", "verdicts"),
    PageSpec("pages/everyone/account.py", "my-account", "account", "keep_own_account"),
)


def page_at(address: str) -> PageSpec:
    """The page of an address that code names; another is a bug."""
    return next(page for page in PAGES if page.address == address)


def title_of(file: str) -> str:
    """The title of the page in a file, in the reader's language."""
    return translate(f"title.{next(page.title for page in PAGES if page.file == file)}")


def pages_for(viewer: Viewer | None) -> list[PageSpec]:
    """The pages a viewer may see; nobody sees the sign-in alone."""
    if viewer is None:
        return [SIGN_IN_PAGE]
    return [page for page in PAGES if page.permission and allows(viewer, page.permission)]


def menu_of(pages: Sequence[PageSpec]) -> dict[str, list[PageSpec]]:
    """The pages by section, "" first, where also stands whatever would be alone in its section."""
    sizes = Counter(page.section for page in pages)
    found: dict[str, list[PageSpec]] = {"": []}
    for page in pages:
        found.setdefault(page.section if sizes[page.section] > 1 else "", []).append(page)
    return found


# Every path that is answered at all: our pages and routes, and of Streamlit's own those that its page needs.


MEDIA, UPLOAD, ACCOUNT, STREAM = "/media", "/_stcore/upload_file", "/account", "/_stcore/stream"
HEALTH, HOST_CONFIG, STATIC = "/_stcore/health", "/_stcore/host-config", "/static"
LIVE, READY, METRICS = "/livez", "/readyz", "/metrics"
SHELL = "/shell"
"""The scripts that we add to Streamlit's page."""
API = "/api/v1"
PUBLIC_KEYS = "/.well-known/jwks.json"
"""The public keys of what the installation signs."""
PUBLISHED = "/published"
"""What is published, as far as policy opens it to strangers: a page, and its pictures below it."""
CALENDAR = "/calendar"
"""Accounts' calendars, each at a secret address below it."""
JOIN, ASK = "/join", "/ask-account"
"""Where an account is made by a link, or what became of a request for one is read; and where one is asked for."""
PAGE_ADDRESSES = frozenset({"/", "/home", *(f"/{page.address}" for page in (*PAGES, SIGN_IN_PAGE))})

_ALONE = frozenset(
    {
        HEALTH,
        LIVE,
        READY,
        METRICS,
        API,
        PUBLIC_KEYS,
        JOIN,
        ASK,
        PUBLISHED,
        HOST_CONFIG,
        STREAM,
        "/favicon.png",
        "/manifest.json",
    }
)
_FOLDERS = (STATIC, SHELL, MEDIA, UPLOAD, ACCOUNT, API, PUBLISHED, CALENDAR)
_SIGN_IN_ELSEWHERE = frozenset({"/auth/login", "/auth/logout", "/oauth2callback"})


def known_area(path: str) -> str | None:
    """The path without what is particular to a request, or None where nothing is: Streamlit's own metrics, its
    interface for agents and its components among them.
    """
    if path in _ALONE or (path.rstrip("/") or "/") in PAGE_ADDRESSES:
        return path.rstrip("/") or "/"
    if path in _SIGN_IN_ELSEWHERE and identity_provider_configured():
        return path
    return next((folder for folder in _FOLDERS if path.startswith(f"{folder}/")), None)
