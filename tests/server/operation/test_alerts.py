"""Alert rules and the dashboard ask for figures that there are; each alert fires when its day comes, not before."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from kpi.services.operation.doctor import BACKUP_IS_OLD, SNAPSHOT_IS_OLD
from tests.conftest import ROOT
from tests.pages.websocket_client import fresh_server, visit
from tests.programs import needed
from tests.server.http_client import ask, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.campaign]
RULES, DASHBOARD = ROOT / "deploy" / "duibiao-alerts.yaml", ROOT / "deploy" / "duibiao-dashboard.json"
ALERTS: list[dict[str, Any]] = yaml.safe_load(RULES.read_text("utf-8"))["groups"][0]["rules"]
RUNBOOK = ROOT / "deploy" / "runbook.md"
TOKEN = "figures-for-monitoring-only"
OF_PROMETHEUS = {"up"}
LATER = {"duibiao_snapshot_age_seconds"}
"""Absent before the first snapshot: not every installation has a second place."""


def panels() -> Iterator[tuple[str, str]]:
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def figures_of(expression: str) -> set[str]:
    return set(re.findall(r"\b(up|(?:duibiao|process)_\w+)", expression))


def test_all_figures_that_are_asked_for_are_there(copy_of_store: Callable[[], Path]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KPI_METRICS_TOKEN", TOKEN)
        with fresh_server(copy_of_store()) as url:
            visit(url, "my-account", cookie=signed_in(url, "leader"))
            text = ask(url, "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert re.search(r'^duibiao_events_total\{event="error"\} 0\.0$', text, re.MULTILINE), (
        "the first one is an increase"
    )
    there = set(re.findall(r"^(\w+)[{ ]", text, re.MULTILINE)) | OF_PROMETHEUS | LATER
    asked = [rule["expr"] for rule in ALERTS] + [expression for _, expression in panels()]
    assert {name for expression in asked for name in figures_of(expression)} <= there


FIRES: dict[str, dict[str, str]] = {
    "DuibiaoDown": {'up{job="duibiao"}': "0x600"},
    "DuibiaoNotReady": {'duibiao_ready{check="trail"}': "0x600"},
    "DuibiaoDiskFillsUp": {"duibiao_disk_free_bytes": "1900000000x600"},
    "DuibiaoBackupOld": {"duibiao_backup_age_seconds": "94000+60x600"},
    "DuibiaoSnapshotOld": {"duibiao_snapshot_age_seconds": "301+60x600"},
    "DuibiaoSnapshotMissing": {'up{job="duibiao"}': "1x600", "duibiao_snapshot_age_seconds": "_x600"},
    "DuibiaoErrors": {'duibiao_events_total{event="error"}': "0+1x600"},
    "DuibiaoSignInsFail": {'duibiao_events_total{event="sign_in_failed"}': "0+20x600"},
    "DuibiaoRefusesMuch": {'duibiao_events_total{event="refused"}': "0+90x600"},
    "DuibiaoSlow": {
        'duibiao_page_run_seconds_bucket{le="0.5"}': "0+1x600",
        'duibiao_page_run_seconds_bucket{le="2.5"}': "0+1x600",
        'duibiao_page_run_seconds_bucket{le="10"}': "0+20x600",
        'duibiao_page_run_seconds_bucket{le="+Inf"}': "0+20x600",
    },
    "DuibiaoDescriptors": {'process_open_fds{job="duibiao"}': "900x600", 'process_max_fds{job="duibiao"}': "1000x600"},
}
WELL = {
    'up{job="duibiao"}': "1x600",
    'duibiao_ready{check="trail"}': "1x600",
    'duibiao_ready{check="backup"}': "0x600",
    "duibiao_disk_free_bytes": "50000000000x600",
    "duibiao_backup_age_seconds": "3600x600",
    "duibiao_snapshot_age_seconds": "59x600",
    'duibiao_events_total{event="error"}': "3x600",
    'duibiao_events_total{event="sign_in_failed"}': "0+1x600",
    'duibiao_events_total{event="refused"}': "0+10x600",
    'duibiao_page_run_seconds_bucket{le="0.5"}': "0+20x600",
    'duibiao_page_run_seconds_bucket{le="2.5"}': "0+20x600",
    'duibiao_page_run_seconds_bucket{le="10"}': "0+20x600",
    'duibiao_page_run_seconds_bucket{le="+Inf"}': "0+20x600",
    'process_open_fds{job="duibiao"}': "100x600",
    'process_max_fds{job="duibiao"}': "1000x600",
}
"""Figures of ten hours, a value a minute, in Prometheus' own short form."""


def test_an_alert_and_the_doctor_call_the_same_copy_old() -> None:
    rules = {rule["alert"]: rule["expr"] for rule in ALERTS}
    assert rules["DuibiaoBackupOld"].endswith(f"> {BACKUP_IS_OLD // timedelta(hours=1)} * 3600")
    assert rules["DuibiaoSnapshotOld"].endswith(f"> {SNAPSHOT_IS_OLD // timedelta(seconds=1)}")


def test_each_alert_has_its_trial() -> None:
    assert [rule["alert"] for rule in ALERTS] == list(FIRES)


@pytest.mark.parametrize("alert", [*FIRES, "none"])
def test_an_alert_fires_by_its_own_figures_alone(alert: str, tmp_path: Path) -> None:
    series = WELL | FIRES.get(alert, {})
    lines = [{"series": name, "values": values} for name, values in series.items()]
    rules = {rule["alert"]: rule for rule in ALERTS}
    expected = []
    for name in rules:
        labels = rules[name]["labels"] | _labels_of(name)
        fires = [{"exp_labels": labels, "exp_annotations": _said(rules[name], labels)}] if name == alert else []
        expected.append({"eval_time": "3h", "alertname": name, "exp_alerts": fires})
    trial: dict[str, Any] = {"rule_files": [str(RULES)], "evaluation_interval": "1m"}
    trial["tests"] = [{"interval": "1m", "input_series": lines, "alert_rule_test": expected}]
    (tmp_path / "trial.yaml").write_text(yaml.safe_dump(trial))
    said = subprocess.run(
        [needed("promtool"), "test", "rules", str(tmp_path / "trial.yaml")], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


def _labels_of(alert: str) -> dict[str, str]:
    """Those of the figure that it fires by."""
    if alert == "DuibiaoSlow":
        return {}
    return dict(re.findall(r'(\w+)="([^"]*)"', next(iter(FIRES[alert]))))


def _said(rule: dict[str, Any], labels: dict[str, str]) -> dict[str, str]:
    return {
        name: re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)
        for name, text in rule["annotations"].items()
    }


def test_every_alert_leads_to_a_line_of_the_runbook_and_every_line_was_tried() -> None:
    lines = [line.split(" | ") for line in RUNBOOK.read_text("utf-8").splitlines() if line.startswith("| ")][2:]
    symptoms = {line[0].removeprefix("| ") for line in lines}
    named = [re.search(r"runbook, (.+)\.$", rule["annotations"]["summary"]) for rule in ALERTS]
    assert {found[1] for found in named if found} <= symptoms
    assert [rule["alert"] for rule, found in zip(ALERTS, named, strict=True) if not found] == ["DuibiaoNotReady"]
    for line in lines:
        tried = re.findall(r"`(tests/[\w/]+\.py)`", line[-1])
        assert tried, line
        assert all((ROOT / path).exists() for path in tried), line


def test_every_expression_of_the_dashboard_is_one(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": expression} for number, (_, expression) in enumerate(panels())]
    (tmp_path / "panels.yaml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    said = subprocess.run(
        [needed("promtool"), "check", "rules", str(tmp_path / "panels.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
