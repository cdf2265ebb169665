"""``/metrics``: figures in Prometheus' text, for whoever shows the operator's token, and not there for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import Served
from tests.pages.websocket_client import fresh_server, visit
from tests.server.http_client import ask, signed_in

TOKEN = "figures-for-monitoring-only"


@pytest.fixture(scope="module")
def url(copy_of_store: Callable[[], Path]) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KPI_METRICS_TOKEN", TOKEN)
        with fresh_server(copy_of_store()) as served:
            yield served


@pytest.mark.campaign
def test_figures_of_runs_events_and_the_store(url: str) -> None:
    visit(url, "my-account", cookie=signed_in(url, "leader"))
    answer = ask(url, "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    samples = {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    names = {name for name, _ in samples}
    assert {"duibiao_page_run_seconds_bucket", "duibiao_info", "duibiao_disk_free_bytes"} <= names
    assert {"process_resident_memory_bytes", "process_open_fds"} <= names
    assert sum(value for (name, _), value in samples.items() if name == "duibiao_page_run_seconds_count") >= 1
    assert samples["duibiao_events_total", (("event", "start"),)] == 1
    assert samples["duibiao_store_bytes", (("part", "database"),)] > 100_000
    assert samples["duibiao_ready", (("check", "trail"),)] == 1
    assert samples["duibiao_backup_age_seconds", ()] > 0, "since the first act: there has been no backup"


@pytest.mark.campaign
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer 密"])
def test_without_the_token_it_is_not_there(url: str, shown: str) -> None:
    headers = {"Cookie": signed_in(url, "administrator")}
    if shown:
        headers["Authorization"] = shown.encode().decode("latin-1")
    answer = ask(url, "/metrics", headers=headers)
    assert answer.status == 404
    assert "duibiao_" not in answer.text


def test_without_a_setting_it_is_not_there(served: Served) -> None:
    assert ask(served.url, "/metrics", headers={"Authorization": "Bearer "}).status == 404
