"""A demonstration store to run pages on, and readers who are really signed in to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kpi.catalogue.catalogue import first_notice, notice_in_hand, shipped_notice
from kpi.model.viewer import Role, Viewer
from kpi.services.operation.authentication import SignedIn, sign_in, viewer_of
from kpi.services.operation.demonstration import demonstration_roles
from kpi.store.store import Store
from pages.session import app_store
from tests.cli.command_line import content
from tests.either_store import copied_store, place_of
from tests.pages.app_runs import Office
from tests.shortcuts import components_sought_once, demonstrated_once, made_once

__all__ = ["components_sought_once"]


@pytest.fixture(scope="session")
def copy_of_store(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A new demonstration store each time it is called."""

    def copy() -> Path:
        return copied_store(demonstration, tmp_path_factory.mktemp("copy") / "store")

    return copy


def signed_in_once(factory: pytest.TempPathFactory, notice: str) -> Path:
    """A folder with a demonstration store of a notice in which one of each role is signed in, and their tokens: to be
    copied.
    """

    def make(folder: Path) -> None:
        folder.mkdir()
        tokens: dict[Role, str] = {}
        demonstration = demonstrated_once(factory, notice)
        with Store.open(copied_store(demonstration, folder / "store")) as store, notice_in_hand(shipped_notice(notice)):
            for account in demonstration_roles():
                entered = sign_in(store, account.name, account.password)
                assert isinstance(entered, SignedIn)
                tokens[account.role] = entered.token
        (folder / "tokens").write_text(json.dumps(tokens), "utf-8")

    return made_once(factory, f"signed-in-{notice}", make)


@pytest.fixture(scope="session")
def signed_in(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """That of the first notice."""
    folder = signed_in_once(tmp_path_factory, first_notice().notice.id)
    made = content(folder)
    yield folder
    assert content(folder) == made, "a test has changed what every other worker copies"


@contextmanager
def office_on(signed_in: Path, folder: Path) -> Iterator[Office]:
    """The app of this process on a copy of ``signed_in``'s store."""
    store = copied_store(signed_in / "store", folder / "store")
    tokens: dict[Role, str] = json.loads((signed_in / "tokens").read_text("utf-8"))
    with pytest.MonkeyPatch.context() as patched:
        for name, value in place_of(store).environment.items():
            patched.setenv(name, value)
        # What this process serves from here on is of the store's notice, and of the first again after it.
        patched.setattr("kpi.catalogue.catalogue._SERVED", [])
        opened = app_store.app_store()
        here = Office(opened, tokens)
        # Streamlit's test runs have no request, and so no cookie and no address: they are handed over instead.
        patched.setattr("pages.session.context.session_token", lambda: here.token)
        patched.setattr("streamlit.runtime.context.ContextProxy.ip_address", "203.0.113.9")
        yield here
        opened.close()


@pytest.fixture(scope="module")
def office_here(signed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One store for a file of tests, which leave it as they found it or say so."""
    with office_on(signed_in, tmp_path_factory.mktemp("office")) as here:
        yield here


@pytest.fixture
def reviewer(office_here: Office) -> Viewer:
    """Who reads the pages: the demonstration's reviewer, signed in."""
    office_here.sit("reviewer")
    found = viewer_of(office_here.store, office_here.tokens["reviewer"])
    assert found is not None
    return found


@pytest.fixture
def copied_office(signed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A store for one test to change."""
    with office_on(signed_in, tmp_path_factory.mktemp("office")) as here:
        yield here
