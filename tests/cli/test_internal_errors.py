"""A bug of ours: reported in words with the place it broke at, by a code of its own, and never as a traceback.

What is said of it agrees with what happened: an act is saved before its answer is put into words.
"""

import json
from pathlib import Path

import pytest

from kpi.cli.call import STORE_UNUSABLE, CallSession
from kpi.cli.main import BUG, INTERRUPTED, main, run
from kpi.errors import InvalidData, InvalidFile, StoreUnavailable
from kpi.i18n import text
from kpi.model.problem import Problem
from kpi.services.administrator.accounts import list_accounts
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR


@pytest.mark.parametrize(("lang", "said"), [("zh", "发生意外错误"), ("en", "An unexpected error occurred")])
def test_a_bug_is_reported_with_its_place_and_without_a_path(monkeypatch, tmp_path: Path, lang: str, said: str) -> None:
    def broken(name: str, data: bytes) -> None:
        raise ZeroDivisionError(f"secret of {tmp_path}")

    monkeypatch.setattr("kpi.cli.check.read", broken)
    (tmp_path / "a.csv").write_text("item,value\n", "utf-8")
    session = CallSession(cwd=tmp_path)
    run(["check", "a.csv", "--lang", lang], session)
    printed = "".join(session.err)
    assert session.code == BUG
    assert session.out == []
    assert said in printed
    assert "ZeroDivisionError test_internal_errors.py:" in printed
    assert "Traceback" not in printed
    assert str(tmp_path) not in printed


def test_a_data_file_that_is_wrong_is_named_with_its_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An unexpected error with a reference hid the words that said so."""

    def broken(name: str, data: bytes) -> None:
        raise InvalidData("2025-01-01-main-kpis.toml: main_kpis.automotive: no such industry")

    monkeypatch.setattr("kpi.cli.check.read", broken)
    (tmp_path / "a.csv").write_text("item,value\n", "utf-8")
    session = CallSession(cwd=tmp_path)
    run(["check", "a.csv", "--lang", "en"], session)
    assert session.code == BUG
    assert session.out == ["2025-01-01-main-kpis.toml: main_kpis.automotive: no such industry\n"]
    assert session.err == ["1 error in the data files.\n"]


def _added(folder: Path, *more: str) -> CallSession:
    session = CallSession(cwd=folder)
    run(["account", "add", "chief", "--role", "administrator", "--lang", "en", "--store", "store", *more], session)
    return session


def _names(folder: Path) -> list[str]:
    with Store.open_to_read(folder / "store") as store:
        return [account.viewer.account for account in list_accounts(store, ADMINISTRATOR)]


def test_an_act_whose_words_fail_is_not_denied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def wordless(session: CallSession, *_: object) -> None:
        session.say("said already")
        raise KeyError("cli.first_password")

    monkeypatch.setattr("kpi.cli.account._print_password", wordless)
    session = _added(tmp_path)
    assert session.code == BUG
    assert session.out == ["said already\n"], "it may be what is said once only"
    assert "Nothing has changed" not in "".join(session.err)
    assert text("error.unexpected_after_saving.message", "en") in "".join(session.err)
    assert _names(tmp_path) == ["chief"]


def test_an_error_after_an_act_says_that_the_act_is_saved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise StoreUnavailable("store_full")

    monkeypatch.setattr("kpi.cli.account._print_password", full)
    session = _added(tmp_path)
    assert session.code == STORE_UNUSABLE
    assert text("cli.saved_before", "en") in "".join(session.err)
    assert _names(tmp_path) == ["chief"]


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("error", "code"), [(StoreUnavailable("store_full"), "store_full"), (KeyError("x"), "unexpected_after_saving")]
)
def test_with_json_it_is_said_there_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception, code: str
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("kpi.cli.account._print_password", fails)
    said = json.loads("".join(_added(tmp_path, "--json").out))
    assert ([item["code"] for item in said["problems"]], said["saved_before"]) == ([code], True)
    again = json.loads("".join(_added(tmp_path, "--json").out))
    assert "saved_before" not in again, "the name is taken: nothing was saved"


def test_with_json_a_file_that_cannot_be_used_says_what_was_saved_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def invalid(*_: object) -> None:
        raise InvalidFile([Problem("error", "unsafe_file", "a.csv")])

    monkeypatch.setattr("kpi.cli.account._print_password", invalid)
    said = json.loads("".join(_added(tmp_path, "--json").out))
    assert (len(said["problems"]), said["saved_before"]) == (1, True)


def test_the_baseline_of_a_new_store_is_no_act_of_the_caller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("kpi.cli.account.add_account", lambda *_: 1 / 0)
    session = _added(tmp_path)
    assert session.code == BUG
    assert text("error.unexpected.message", "en") in "".join(session.err)
    assert not (tmp_path / "store").exists()


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_is_no_bug_and_ends_as_in_a_shell(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kpi.cli.template.workbook", _interrupted)
    with pytest.raises(SystemExit) as end:
        main(["template", str(tmp_path / "out.xlsx"), "--json"])
    assert end.value.code == INTERRUPTED
    said = capfd.readouterr()
    assert (said.out, said.err.strip()) == ("", "")


def test_ctrl_c_after_an_act_says_that_the_act_is_saved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kpi.cli.account._print_password", _interrupted)
    place = str(tmp_path / "store")
    with pytest.raises(SystemExit) as end:
        main(["account", "add", "chief", "--role", "administrator", "--lang", "en", "--store", place])
    assert end.value.code == INTERRUPTED
    assert text("cli.saved_before", "en") in capfd.readouterr().err
    assert _names(tmp_path) == ["chief"]
