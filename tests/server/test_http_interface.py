"""The interface of the served app, by the very commands of its documentation page."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Served
from tests.programs import needed
from tests.server.http_client import ask

EXAMPLE = ROOT / "data" / "samples" / "example-application.csv"
PAGE = (ROOT / "docs" / "http-interface.md").read_text("utf-8")


def token_for(served: Served) -> str:
    command = ["-m", "kpi", "--store", str(served.store), "account", "token", "add", "enterprise", "--json"]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=True)
    token: str = json.loads(done.stdout)["token"]
    return token


def code_of(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(EXAMPLE, tmp_path / "application.csv")
    return tmp_path


@pytest.mark.campaign
def test_the_commands_of_the_page(served: Served, folder: Path) -> None:
    names = {**os.environ, "TOKEN": token_for(served), "URL": served.url}
    needed("curl")
    shell = subprocess.run(["sh", "-e", "-c", code_of("sh")], cwd=folder, env=names, capture_output=True, check=True)
    answers = [json.loads(part) for part in re.split(r"(?<=[}\]])(?=[{\[])", shell.stdout.decode())]
    assert answers[0]["problems"] is not None
    assert answers[1]["state"] == "draft"
    assert answers[1]["credit_code"] in {answer["credit_code"] for answer in answers[2]}
    assert len(answers[3]["kpis"]) == 21
    script = f"import os\nURL, TOKEN = os.environ['URL'], os.environ['TOKEN']\n{code_of('python')}"
    python = subprocess.run([sys.executable, "-c", script], cwd=folder, env=names, capture_output=True, check=True)
    assert python.stdout.strip() == b"None"


def test_strangers_read_the_description_and_nothing_else(served: Served) -> None:
    assert json.loads(ask(served.url, "/api/v1/openapi.json").body)["info"]["title"] == "Duibiao 对标"
    for path in ("/api/v1/submissions", "/api/v1/docs"):
        answer = ask(served.url, path)
        assert answer.status in (401, 404)
        assert answer.headers["content-type"] == "application/problem+json"


def test_its_bare_address_leads_to_its_description(served: Served) -> None:
    for path in ("/api/v1", "/api/v1/"):
        for asked in ("", "?format=yaml"):
            answer = ask(served.url, f"{path}{asked}")
            assert (answer.status, answer.headers["location"]) == (307, f"/api/v1/openapi.json{asked}"), path


def test_another_sites_form_is_refused(served: Served) -> None:
    answer = ask(served.url, "/api/v1/check", "POST", {"Origin": "https://elsewhere.example"}, b"")
    assert answer.status == 403
