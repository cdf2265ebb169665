"""A demonstration store to run pages on, and readers who are really signed in to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kpi.model.viewer import Role
from kpi.services.operation.authentication import SignInRefused, sign_in
from kpi.services.operation.demonstration import ACCOUNTS, ensure_demonstration
from kpi.store.store import Store
from pages.session import app_store
from tests.pages.app_runs import Office
from tests.shortcuts import made_once


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration store that nobody has open: to be copied, never to be used."""

    def make(folder: Path) -> None:
        with Store.open(folder) as store:
            ensure_demonstration(store)

    return made_once(tmp_path_factory, "filled", make)


@pytest.fixture(scope="session")
def copy_of_store(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A new demonstration store each time it is called."""

    def copy() -> Path:
        return Path(shutil.copytree(filled, tmp_path_factory.mktemp("copy") / "store"))

    return copy


@contextmanager
def _office(folder: Path) -> Iterator[Office]:
    """The app of this process on the store at ``folder``, with a sign-in of each role."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KPI_STORE", str(folder))
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
def copied_office(copy_of_store: Callable[[], Path]) -> Iterator[Office]:
    """A store for one test to change."""
    with _office(copy_of_store()) as here:
        yield here
