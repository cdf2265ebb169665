"""Whatever is wrong with an installation is said, with what to do, in words that exist; of a whole one nothing is."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kpi import i18n
from kpi.services.operation import doctor
from kpi.services.operation.backup import back_up
from kpi.services.operation.doctor import examine
from kpi.services.operation.snapshot import take_snapshot
from kpi.services.operation.state import InstallationState, installation_state
from kpi.store.folder import PART
from kpi.store.store import Store
from tests.cli.command_line import ROOT, here
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, A
from tests.services.submitting import accepted

pytestmark = pytest.mark.folder_store("permissions and copies of the files themselves")
KEEPER = ADMINISTRATOR.actor
LATER = AT + timedelta(minutes=1)


@pytest.fixture
def whole(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Worked with, backed up and copied a minute ago."""
    monkeypatch.setattr(doctor, "CLOCK_TOOL", "no such tool")
    accepted(store, A, CODE_A)
    back_up(store, tmp_path / "backup", KEEPER, at=AT)
    take_snapshot(store, tmp_path / "second", KEEPER, at=AT)
    return store


def wrong(store: Store, environment: dict[str, str] | None = None, later: timedelta = timedelta()) -> set[str]:
    return {
        f"{item.check}.{item.said}" for item in examine(store, environment or {}, LATER + later) if item.level != "well"
    }


def test_nothing_is_wrong_with_a_whole_installation(whole: Store) -> None:
    assert wrong(whole) == set()


def full_disk(_: Store, patched: pytest.MonkeyPatch) -> None:
    patched.setattr(doctor, "installation_state", lambda store: with_free(store, 3_000_000))


def with_free(store: Store, free: int) -> InstallationState:
    return replace(installation_state(store), free_bytes=free)


BREAK: dict[str, Callable[[Store, pytest.MonkeyPatch], object]] = {
    "permissions.open": lambda store, _: (store.folder.root / "secret").chmod(0o644),
    "permissions.closed": lambda _, patched: patched.setattr(doctor.os, "access", lambda *_: False),
    "store.unsound": lambda store, _: (store.folder.root / "secret").write_bytes(bytes(32)),
    "disk.full": full_disk,
    "remains.some": lambda store, _: leave_part(store),
}


def leave_part(store: Store) -> None:
    part = store.folder.root / f".0123456789abcdef{PART}"
    part.write_bytes(b"x")
    os.utime(part, (0, 0))


@pytest.mark.parametrize("what", BREAK)
def test_what_is_broken_is_named(whole: Store, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    BREAK[what](whole, monkeypatch)
    assert wrong(whole) == {what}


def test_settings_clock_and_copies_are_looked_at(whole: Store) -> None:
    assert wrong(whole, {"KPI_LIMIT_SOCKET": "5"}) == {"settings.invalid"}
    assert wrong(whole, {"KPI_BACKUP_HOURS": "2"}, timedelta(hours=3)) == {"backup.old", "snapshot.old"}
    assert wrong(whole, later=timedelta(hours=3)) == {"snapshot.old"}
    assert wrong(whole, later=timedelta(hours=-3)) == {"clock.behind"}
    assert [item.level for item in examine(whole, {}, AT - timedelta(days=9)) if item.check == "clock"] == ["wrong"]


def test_what_was_never_copied_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CLOCK_TOOL", "no such tool")
    accepted(store, A, CODE_A)
    assert wrong(store) == {"backup.none", "snapshot.none"}


@pytest.mark.parametrize(("answer", "said"), [("no", {"clock.not_synchronized"}), ("yes", set()), ("", set())])
def test_only_a_plain_no_of_the_system_counts(
    whole: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, said: set[str]
) -> None:
    tool = tmp_path / "clock tool"
    tool.write_text(f"#!/bin/sh\necho {answer}\n")
    tool.chmod(0o755)
    monkeypatch.setattr(doctor, "CLOCK_TOOL", str(tool))
    assert wrong(whole) == said


def test_every_finding_has_its_words_and_what_to_do_in_both_languages() -> None:
    said = {
        lang: tomllib.loads((ROOT / "data" / "text" / lang / "cli.toml").read_text("utf-8")) for lang in ("en", "zh")
    }
    checks = said["en"]["cli"]["doctor"]
    assert checks.keys() == said["zh"]["cli"]["doctor"].keys()
    for check, words in checks.items():
        if check in ("sum", "level"):
            continue
        findings = {name for name in words if not name.endswith("_do")} - {"well"}
        assert {f"{name}_do" for name in findings} == {name for name in words if name.endswith("_do")}, check
        assert words.keys() == said["zh"]["cli"]["doctor"][check].keys()


def test_the_command_ends_with_3_where_something_is_wrong(whole: Store) -> None:
    root = whole.folder.root
    whole.close()
    (root / "secret").chmod(0o644)
    call = here("doctor", "--store", root, "--lang", "en")
    assert call.code == 3
    assert "WRONG     Others on this machine can read: secret" in call.out
    assert "chmod -R go=" in call.out
    said = here("doctor", "--store", root, "--json").json
    assert {item["check"] for item in said["found"] if item["level"] == "wrong"} >= {"permissions"}


def test_a_missing_font_is_a_finding(whole: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    root = whole.folder.root
    whole.close()
    assert "font.missing" not in findings(root)
    monkeypatch.setattr("kpi.reports.fonts.FAMILY", "No Such Font")
    assert "font.missing" in findings(root)


def findings(root: Path) -> set[str]:
    return {f"{item['check']}.{item['said']}" for item in here("doctor", "--store", root, "--json").json["found"]}


def test_a_store_that_cannot_be_opened_is_a_finding_too(tmp_path: Path) -> None:
    call = here("doctor", "--store", tmp_path / "none", "--lang", "en")
    assert (call.code, "The store cannot be used" in call.out, call.err) == (3, True, "")


@pytest.mark.parametrize(
    ("url", "said"), [("ftp://x", "invalid"), ("nonsense", "invalid"), ("http://127.0.0.1:1", "silent")]
)
def test_an_address_that_is_none_or_silent(whole: Store, url: str, said: str) -> None:
    (found,) = doctor.examine_address(whole, url, LATER)
    assert (found.check, found.said) == ("address", said)
    assert i18n.text(f"cli.doctor.address.{said}_do", "en", **found.about)
