"""What makes a run cheaper without testing less: weak password hashes, work done once, copies of a store."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from argon2 import PasswordHasher

from kpi.baseline import publication, word_exposure
from kpi.catalogue.catalogue import notice_in_hand, shipped_notice
from kpi.catalogue.schema import Kpi
from kpi.model.publication import PublishedCell
from kpi.policy.policy import Policy
from kpi.reports import files
from kpi.services.operation import authentication
from kpi.services.operation.demonstration import ensure_demonstration
from kpi.store.store import Store

PRODUCT_HASHER = authentication.HASHER
"""What the product hashes passwords with, for tests that are about that."""


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Argon2 at its least: a sign-in of a test is seldom about the password, and costs a tenth of a second of work."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(authentication, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def attacked_once() -> Iterator[None]:
    """What is published of a cell and the attacks on it are pure functions, and the same shipped cells are frozen and
    verified many times. They are remembered within this process, by all that goes into them.
    """
    with pytest.MonkeyPatch.context() as patched:
        for module, name in ((publication, "_gives_away"), (word_exposure, "words_expose")):
            patched.setattr(module, name, _remembered(getattr(module, name)))
        patched.setattr(publication, "publish_cell", _published_once(publication.publish_cell))
        yield


@pytest.fixture(scope="session", autouse=True)
def components_sought_once() -> Iterator[None]:
    """Each ``AppTest`` reads what every installed package says of itself, in search of components: ten times the work
    of running a page. Installed packages are the same throughout. Imported where pages are run in this process.
    """
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def drawn_once() -> Iterator[None]:
    """A figure's SVG as PNG is a pure function, a sixth of a second for a picture of annex 4, and the same figures are
    taken as files again and again. Remembered within this process by all that goes into it.
    """
    known: dict[str, bytes] = {}
    draw = files.typst.compile

    def compiled(source: bytes, **asked: Any) -> bytes:
        if asked.get("format") != "png":
            return draw(source, **asked)
        key = hashlib.sha256(repr((source, asked)).encode()).hexdigest()
        if key not in known:
            known[key] = draw(source, **asked)
        return known[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files.typst, "compile", compiled)
        yield


def _remembered(attack: Callable[..., bool]) -> Callable[..., bool]:
    known: dict[tuple[object, ...], bool] = {}

    def once(table: PublishedCell, kpi: Kpi, values: np.ndarray, *more: object) -> bool:
        # As they are written: a table may hold a NaN, which is not equal to itself, and a policy holds mappings.
        key = (repr(table), kpi.code, values.tobytes(), *map(_in_words, more))
        if key not in known:
            known[key] = attack(table, kpi, values, *more)
        return known[key]

    return once


def _published_once(publish_cell: Callable[..., PublishedCell]) -> Callable[..., PublishedCell]:
    known: dict[tuple[object, ...], PublishedCell] = {}

    def once(
        kpi: Kpi,
        region: str,
        industry: str,
        cell: pd.DataFrame,
        policy: Policy,
        quantiles: tuple[float, float] | None = None,
    ) -> PublishedCell:
        groups, values = (cell[name].to_numpy() for name in ("own_group", "value"))
        key = (_in_words(kpi), region, industry, tuple(groups.tolist()), values.tobytes(), _in_words(policy), quantiles)
        if key not in known:
            known[key] = publish_cell(kpi, region, industry, cell, policy, quantiles)
        return known[key]

    return once


def _in_words(given: object) -> str:
    """``repr``, of what is the same and unchanging throughout once: the words of a policy fill pages."""
    if not isinstance(given, Kpi | Policy):
        return repr(given)
    if id(given) not in _WORDS:
        _WORDS[id(given)] = given, repr(given)
    return _WORDS[id(given)][1]


_WORDS: dict[int, tuple[Kpi | Policy, str]] = {}
"""By identity, with what is described: kept, so that nothing else is ever found by its number."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that is made by the first worker that asks for it; the others wait. To be copied, never to be used."""
    own = factory.getbasetemp()
    # A worker's folder lies in that of the run: "popen-gw0".
    shared = own.parent if own.name.startswith("popen-") else own
    folder, done = shared / name, shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return folder


def demonstrated_once(factory: pytest.TempPathFactory, notice: str) -> Path:
    """The folder of a demonstration store of a notice that nobody has open: to be read or copied, never changed."""

    def make(folder: Path) -> None:
        with Store.open(folder) as store, notice_in_hand(shipped_notice(notice)):
            ensure_demonstration(store)

    return made_once(factory, f"demonstration-{notice}", make)
