"""What a demonstration and twenty files are answered, on the command line and over HTTP, is what was recorded.

Whoever moves code about learns here that an answer changed. One that is meant to change is recorded again with
``KPI_RECORD=1``, and the difference is read before it is committed.
"""

from __future__ import annotations

import json
import lzma
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import isclose
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kpi.api.application import api_application
from kpi.model import times
from kpi.model.viewer import SYSTEM
from kpi.services.administrator.accounts import add_token
from kpi.services.operation.upgrade import upgrade_store
from kpi.store.store import Store
from tests.cli.command_line import PANEL, ROOT, here
from tests.cli.recorded_files import recorded_files
from tests.clock.sitecustomize import clock
from tests.services.sample_store import ADMINISTRATOR

pytestmark = [pytest.mark.slow, pytest.mark.folder_store("answers a recorded folder")]

RECORDED = Path(__file__).parent / "recorded-answers.json.xz"
OLDER = ROOT / "tests" / "store" / "older"
OF_VERSION = 22
"""The version of the store that answers, of which a copy is upgraded."""
DAY = datetime(2025, 7, 20, 9, tzinfo=UTC)
CANDIDATES = ROOT / "data" / "samples" / "demo-candidates.csv"
TIMES = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}[^\",\\\\]*")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("recorded")
    with tarfile.open(OLDER / f"version-{OF_VERSION}.tar.xz") as archive:
        archive.extractall(place / "s", filter="data")
    (place / "s").chmod(0o700)
    upgrade_store(place / "s", SYSTEM, DAY)
    yield place
    shutil.rmtree(place)


def on_the_command_line(place: Path) -> Iterator[tuple[str, Any]]:
    """Every ``--json`` answer, by its call; a question that is refused answers too."""
    calls: list[tuple[object, ...]] = [
        ("baseline", "list"),
        ("baseline", "show", "illustrative-2025"),
        ("baseline", "compare", "illustrative-2025", "illustrative-2025"),
        ("coverage",),
        ("recommend", "松江区", "--most-places", "4"),
        ("recommend", "奉贤区"),
        ("plan",),
        ("policy", "list"),
        ("policy", "history"),
        ("account", "list"),
        ("store", "verify"),
        ("compare", CANDIDATES),
        ("check", PANEL),
    ]
    for file in recorded_files(place):
        calls += [("check", file), ("benchmark", file), ("benchmark", file, "--view", "enterprise")]
    for call in calls:
        said = here(*call, "--json", "--store", place / "s")
        name = " ".join(word.name if isinstance(word, Path) else str(word) for word in call)
        yield name, [said.code, json.loads(said.out) if said.out else None]


def over_http(place: Path) -> Iterator[tuple[str, Any]]:
    """What an enterprise of the demonstration is answered, which sends the example as a draft."""
    files = [(file.name, file.read_bytes()) for file in recorded_files(place)]
    with Store.open(place / "s") as store:
        client = TestClient(api_application(lambda: store), raise_server_exceptions=False)
        headers = {"Authorization": f"Bearer {add_token(store, ADMINISTRATOR, 'enterprise', 30).token}"}
        named = {"Idempotency-Key": "the-example"}
        kept = client.post("/submissions", headers=headers | named, files={"file": files[0]})
        yield "POST submissions", [kept.status_code, kept.text]
        own = f"{kept.json()['credit_code']}/{kept.json()['year']}"
        for lang in ("zh", "en"):
            for question in ("check", "benchmark"):
                client = TestClient(api_application(lambda: store))  # its own count of requests in a minute
                for file in files:
                    answer = client.post(f"/{question}?lang={lang}", headers=headers, files={"file": file})
                    yield f"POST {question} {file[0]} {lang}", [answer.status_code, answer.text]
            for address, asked in (
                ("submissions", {}),
                (f"submissions/{own}", {}),
                (f"results/{own}", {}),
                ("published/2025", {"industry": "高端装备"}),
                ("published/2025", {"industry": "时尚消费品"}),
                ("published/2025", {"industry": "没有的行业"}),
                ("published/2025/table.csv", {"industry": "汽车"}),
            ):
                answer = client.get(f"/{address}", params=asked | {"lang": lang}, headers=headers)
                yield f"GET {address} {' '.join(asked.values())} {lang}", [answer.status_code, answer.text]


def settled(answer: Any, place: Path) -> Any:
    """Without the folder and the times of this run."""
    said = json.dumps(answer, ensure_ascii=False).replace(str(place), "")
    return json.loads(TIMES.sub("then", said))


def first_difference(was: Any, found: Any, where: str = "") -> str:
    if isinstance(was, Mapping) and isinstance(found, Mapping) and was.keys() == found.keys():
        return next((said for key in was if (said := first_difference(was[key], found[key], f"{where}.{key}"))), "")
    if isinstance(was, list) and isinstance(found, list) and len(was) == len(found):
        pairs = enumerate(zip(was, found, strict=True))
        return next((said for place, both in pairs if (said := first_difference(*both, f"{where}[{place}]"))), "")
    if isinstance(was, float) and isinstance(found, float) and isclose(was, found, rel_tol=1e-12):
        return ""  # processors add up a mean of many draws in different orders
    return "" if was == found else f"{where}: {str(was)[:300]} -> {str(found)[:300]}"


def test_every_answer_is_as_recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times._Clock, "ahead", DAY - clock())
    answers = {name: settled(answer, folder) for name, answer in (*on_the_command_line(folder), *over_http(folder))}
    if os.environ.get("KPI_RECORD") == "1":
        RECORDED.write_bytes(lzma.compress(json.dumps(answers, ensure_ascii=False, sort_keys=True).encode()))
    recorded = json.loads(lzma.decompress(RECORDED.read_bytes()))
    assert sorted(answers) == sorted(recorded)
    changed = {name: said for name in answers if (said := first_difference(recorded[name], answers[name]))}
    assert changed == {}
