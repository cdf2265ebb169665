"""Running pages in this process: who reads, which page, and everything that it said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.access.roles import ROLE_PERMISSIONS
from kpi.model.application import Application
from kpi.model.language import Lang
from kpi.model.viewer import Role
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import viewer_of
from kpi.store.database import Cursor
from kpi.store.store import Store
from pages.session.context import PAGES
from tests.pages.websocket_client import strings_of
from tests.services.submitting import lock_as_it_stands, say_no_conflict

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "data" / "samples" / "example-application.xlsx"
RUN_SECONDS = 90
READERS: tuple[Role | None, ...] = (*get_args(Role), None)
BY_ADDRESS = {page.address: page for page in PAGES}
ALLOWED: list[tuple[Role, str]] = [
    (role, page.address) for role in get_args(Role) for page in PAGES if page.permission in ROLE_PERMISSIONS[role]
]


MARKED_DAY = re.compile(r"</?time>|(?<=-)\u2060(?=\d)")
"""A date within a sentence is a part of it, however it is kept on one line."""


@dataclass(slots=True)
class Office:
    """The open store and a sign-in of each role; ``token`` is the cookie of whoever reads now."""

    store: Store
    tokens: dict[Role, str]
    token: str | None = None

    def sit(self, role: Role | None) -> None:
        self.token = self.tokens[role] if role else None


def app(lang: Lang = "zh", **asked: str) -> AppTest:
    """The whole app, run once as the reader who sits at it; ``asked``: what stands in the address."""
    test = AppTest.from_file(ROOT / "app.py", default_timeout=RUN_SECONDS)
    for name, value in {"lang": lang, **asked}.items():
        test.query_params[name] = value
    return test.run()


def opened(address: str, lang: Lang = "zh", **asked: str) -> AppTest:
    """The app at a page of the reader's, with what stands in the address behind the question mark."""
    test = app(lang).switch_page(BY_ADDRESS[address].file)
    for name, value in asked.items():
        test.query_params[name] = value
    return test.run()


def alone(address: str, **asked: str) -> AppTest:
    """A page's file run by itself, past the app that would not have registered it."""
    test = AppTest.from_file(ROOT / BY_ADDRESS[address].file, default_timeout=RUN_SECONDS)
    for name, value in asked.items():
        test.query_params[name] = value
    return test.run()


def unfolded(test: AppTest) -> AppTest:
    """The same page with every box that holds words and every menu of files opened; a menu may lie within a box."""
    for _ in ("boxes", "menus within them"):
        closed = [node.proto.id for node in test._tree if node.type == "expander"]
        closed += [node.proto.popover.id for node in test._tree if node.type == "popover"]
        for box in filter(None, closed):
            test.session_state[box.split("-", 2)[2]] = True  # $$ID-hash-key
        # Not ``run``, which first puts the fields of the last run into words: those of this thread's language.
        test._run()
    return test


def each_tab(test: AppTest) -> Iterator[AppTest]:
    """The same page with everything opened, a tab after the other: only the one that is open is sent."""
    keys = (f"{name}-{lang}" for name in ("tabs", "result-tabs", "held-tabs") for lang in ("zh", "en"))
    key = next((key for key in keys if key in test.session_state), None)
    if key is None:
        yield unfolded(test)
        return
    for label in [node.proto.label for node in test._tree if node.type == "tab"]:
        test.session_state[key] = label
        yield unfolded(test)


def strings(test: AppTest) -> list[str]:
    """Everything that a run sent, widgets' labels and figures included."""
    found: list[str] = []
    for node in test._tree:
        proto = getattr(node, "proto", None)
        found += strings_of(proto) if proto is not None else []
    return [MARKED_DAY.sub("", item).replace("\u00a0%", " %") for item in found]


def specs(test: AppTest) -> list[str]:
    """The figures of a run, as they are sent."""
    return [node.proto.spec for node in test._tree if node.type == "plotly_chart"]


def downloads_offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What the downloads of the pages drawn from now on would give, by key; as a press would make it."""
    offered: dict[str, Callable[[], bytes]] = {}
    real: Callable[..., bool] = st.download_button

    def note(label: str, data: Callable[[], bytes], **options: object) -> bool:
        offered[str(options["key"])] = data
        return real(label, data, **options)

    monkeypatch.setattr(st, "download_button", note)
    return offered


def without_rounds(cursor: Cursor) -> None:
    """The demonstration's scoring is gone, so that a test opens the first round itself."""
    tables = ("scoring_round", "round_sheet", "round_start", "score_release", "score_version", "score_assignment")
    for table in (*tables, "panel_note", "panel_decision"):
        cursor.execute(f"delete from {table}")


def submitted(office: Office, locked: bool, *, asked: bool = True) -> Application:
    """The demonstration enterprise's example file as its draft, or locked. ``asked``: reviewers have answered what they
    are asked before they read it.
    """
    viewer = viewer_of(office.store, office.tokens["enterprise"])
    assert viewer is not None
    application = accept_application(
        office.store, viewer, receive_file(office.store, viewer, EXAMPLE.name, EXAMPLE.read_bytes())
    )
    if locked:
        lock_as_it_stands(office.store, viewer, application.credit_code, application.year)
        if asked:
            all_say_no_conflict(office.store)
    return application


def all_say_no_conflict(store: Store) -> None:
    """Every reviewer of the demonstration has said so of every candidate: what its pages ask first."""
    with store.cursor() as cursor:
        reviewers = [
            account.viewer for account in tables.accounts.accounts(cursor) if account.viewer.role == "reviewer"
        ]
    for viewer in reviewers:
        say_no_conflict(store, viewer)
