"""What an operator sets: checked whole, before anything is begun, and reported in words by every way of starting."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from kpi.errors import UserError
from kpi.services.operation.settings import Limits, ServerSettings, settings_from
from tests.cli.command_line import ROOT, here


def test_a_setting_changes_its_limit_alone_and_what_is_empty_is_not_set() -> None:
    environment = {"KPI_LIMIT_SOCKETS": "7", "KPI_LIMIT_RUNS": "", "KPI_BACKUP_HOURS": " 50 ", "KPI_STORE": "x"}
    assert settings_from(environment) == ServerSettings(Limits(sockets=7), timedelta(hours=50))
    assert settings_from({}) == settings_from({"KPI_BACKUP_HOURS": "0"}) == ServerSettings(Limits(), None)


@pytest.mark.parametrize("wrong", ["0", "-1", "7.5", "many", "七", "100001", "9" * 5000, "1e3"])
def test_a_number_out_of_its_range_is_named_with_the_range(wrong: str) -> None:
    with pytest.raises(UserError) as refused:
        settings_from({"KPI_LIMIT_RUNS": wrong})
    assert str(refused.value.params["settings"]).startswith("KPI_LIMIT_RUNS=")
    assert str(refused.value.params["settings"]).endswith("(1–100000)")


def test_the_token_for_figures_is_long_and_is_never_shown() -> None:
    token = "x7" * 10
    assert settings_from({"KPI_METRICS_TOKEN": token}).metrics_token == token
    assert settings_from({}).metrics_token == ""
    for wrong in ("short", "with a space in it, and long", "密" * 30, "x" * 201):
        with pytest.raises(UserError) as refused:
            settings_from({"KPI_METRICS_TOKEN": wrong, "KPI_METRICS_TOKENS": "x"})
        said = str(refused.value.params["settings"])
        assert wrong not in said
        assert "KPI_METRICS_TOKEN (" in said
        assert "KPI_METRICS_TOKEN?" in said


def test_everything_that_is_wrong_is_named_at_once() -> None:
    misspelt = {"KPI_LIMIT_RUN": "5", "KPI_BACKUP_HOUR": "5"}
    with pytest.raises(UserError) as refused:
        settings_from({"KPI_LIMIT_RUNS": "abc", "KPI_BACKUP_HOURS": "9" * 40} | misspelt)
    assert refused.value.params["settings"] == (
        f"KPI_BACKUP_HOUR='5' (KPI_BACKUP_HOURS?), KPI_BACKUP_HOURS='{'9' * 30}' (0–100000), "
        "KPI_LIMIT_RUN='5' (KPI_LIMIT_RUNS?), "
        "KPI_LIMIT_RUNS='abc' (1–100000)"
    )


def test_the_command_starts_nothing_with_wrong_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPI_LIMIT_RUNS", "abc")
    monkeypatch.setenv("KPI_BACKUP_HOURS", "many")
    said = here("serve", "--port", "1", "--store", tmp_path / "s", "--lang", "en")
    assert (said.code, said.out) == (2, "")
    assert "KPI_BACKUP_HOURS='many'" in said.err
    assert "KPI_LIMIT_RUNS='abc'" in said.err
    assert not (tmp_path / "s").exists()


def test_the_app_started_past_the_command_ends_in_words() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        env=os.environ | {"KPI_LIMIT_RUNS": "abc"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "KPI_LIMIT_RUNS='abc'" in ended.stderr
    assert "Traceback" not in ended.stderr
