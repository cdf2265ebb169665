"""A demonstration store to run pages on, and readers who are really signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kpi.model.viewer import Role, Viewer
from kpi.services.operation.authentication import SignInRefused, sign_in, viewer_of
from kpi.services.operation.demonstration import ACCOUNTS
from pages.session import app_store
from tests.either_store import copied_store, place_of
from tests.pages.app_runs import Office
from tests.shortcuts import components_sought_once

__all__ = ["components_sought_once"]


@pytest.fixture(scope="session")
def copy_of_store(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A new demonstration store each time it is called."""

    def copy() -> Path:
        return copied_store(demonstration, tmp_path_factory.mktemp("copy") / "store")

    return copy


@contextmanager
def _office(folder: Path) -> Iterator[Office]:
    """The app of this process on the store at ``folder``, with a sign-in of each role."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in place_of(folder).environment.items():
            patched.setenv(name, value)
        opened = app_store.app_store()
        tokens: dict[Role, str] = {}
        for account in ACCOUNTS:
            signed_in = sign_in(opened, account.name, account.password)
            assert not isinstance(signed_in, SignInRefused)
            tokens[account.role] = signed_in.token
        here = Office(opened, tokens)
        # Streamlit's test runs have no request, and so no cookie and no address: they are handed over instead.
        patched.setattr("pages.session.page_context.session_token", lambda: here.token)
        patched.setattr("streamlit.runtime.context.ContextProxy.ip_address", "203.0.113.9")
        yield here
        opened.close()


@pytest.fixture(scope="module")
def office_here(copy_of_store: Callable[[], Path]) -> Iterator[Office]:
    """One store for a file of tests, which leave it as they found it or say so."""
    with _office(copy_of_store()) as here:
        yield here


@pytest.fixture
def reviewer(office_here: Office) -> Viewer:
    """Who reads the pages: the demonstration's reviewer, signed in."""
    office_here.sit("reviewer")
    found = viewer_of(office_here.store, office_here.tokens["reviewer"])
    assert found is not None
    return found


@pytest.fixture
def copied_office(copy_of_store: Callable[[], Path]) -> Iterator[Office]:
    """A store for one test to change."""
    with _office(copy_of_store()) as here:
        yield here
