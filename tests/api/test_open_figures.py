"""What is published, without a token: open where policy says so or all is invented, and nothing else is."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from starlette.testclient import TestClient

from kpi import tables
from kpi.api import rates
from kpi.model.viewer import SYSTEM
from kpi.policy.load import policies
from kpi.services import published, year
from kpi.services.published import open_years
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import is_published_openly
from kpi.store.store import Store
from tests.services.service_calls import YEAR

ASKED = "industry=高端装备"
ADDRESSES = [f"/published/{YEAR}", f"/published/{YEAR}/table.csv", f"/published/{YEAR}/table.csv-metadata.json"]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """As policy opens it."""
    for module in (published, year):
        monkeypatch.setattr(module, "opens_published", lambda *_: True)


@pytest.mark.parametrize("address", ADDRESSES)
def test_closed_it_needs_a_token_as_everything_does(client: TestClient, a: dict[str, str], address: str) -> None:
    refused = client.get(f"{address}?{ASKED}")
    assert (refused.status_code, refused.json()["code"]) == (401, "api_token_needed")
    assert "etag" not in refused.headers
    assert client.get(f"{address}?{ASKED}", headers=a).status_code == 200


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("address", ADDRESSES)
def test_open_it_is_answered_to_anybody_kept_and_not_sent_twice(client: TestClient, address: str) -> None:
    first, second = (client.get(f"{address}?{ASKED}") for _ in range(2))
    assert first.status_code == 200
    assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])
    assert first.headers["cache-control"] == "public, max-age=300"
    for known in (first.headers["etag"], f'W/{first.headers["etag"]}, "another"', "*"):
        again = client.get(f"{address}?{ASKED}", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert client.get(f"{address}?{ASKED}", headers={"If-None-Match": '"another"'}).status_code == 200
    assert client.head(f"{address}?{ASKED}").headers["etag"] == first.headers["etag"]


@pytest.mark.campaign
@pytest.mark.usefixtures("opened")
def test_open_it_is_the_same_as_with_a_token_and_a_bad_token_is_refused(client: TestClient, a: dict[str, str]) -> None:
    asked = f"{ADDRESSES[0]}?{ASKED}"
    own = client.get(asked, headers=a).json()
    own["baseline"]["sha256"] = ""  # a fingerprint of the whole panel, by which a guess could be tried
    assert client.get(asked).json() == own
    assert client.get(asked, headers={"Authorization": "Bearer nobodys_token_000"}).status_code == 401
    for other in ("/submissions", f"/results/x/{YEAR}", "/nowhere"):
        assert client.get(other).status_code in (401, 404)
    assert client.get(f"{ADDRESSES[0]}?industry=无").status_code == 404


@pytest.mark.usefixtures("opened")
def test_the_description_names_each_column_of_either_csv_and_each_unit(client: TestClient) -> None:
    described = client.get(f"{ADDRESSES[2]}?{ASKED}").json()
    columns = described["tableSchema"]["columns"]
    for table in described["tables"]:
        lang = table["dc:language"]
        sent = client.get(table["url"])
        assert "table.csv-metadata.json" in sent.headers["link"]
        lines = StringIO(sent.content.decode("utf-8-sig"))
        rows = list(csv.reader(line for line in lines if not line.startswith(described["dialect"]["commentPrefix"])))
        assert {len(row) for row in rows if row} == {len(columns)}, "what is no comment is a row"
        assert rows[0] == [column["titles"][lang] for column in columns]
        assert not any("duibiao_" in cell for row in rows for cell in row)
    assert all({said["@language"] for said in column["dc:description"]} == {"zh", "en"} for column in columns)
    kpis = client.get(f"{ADDRESSES[0]}?{ASKED}&lang=en").json()["kpis"]
    units = {
        item["schema:identifier"]: item["schema:unitText"][1]["@value"] for item in described["schema:variableMeasured"]
    }
    assert {item["code"]: item["unit"] for item in kpis if item["basis"] != "points"}.items() <= units.items()
    assert json.dumps(described)


@pytest.mark.usefixtures("opened")
def test_an_address_asks_so_often_and_no_further(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "CALLS", rates.RateLimitItemPerMinute(2))
    answers = [client.get(f"{ADDRESSES[0]}?{ASKED}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) >= 1


def test_policy_decides(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policies().on(date(YEAR, 12, 31))
    assert policy.published_open is False
    monkeypatch.setattr(year, "_in_force", lambda *_: replace(policy, published_open=True))
    assert is_published_openly(store)


def test_a_day_without_policy_is_closed_and_a_demonstration_is_open(store: Store) -> None:
    assert not is_published_openly(store, datetime(1999, 1, 1, tzinfo=UTC))
    with unit_of_work(store, SYSTEM) as change:
        tables.lists.set_mark(change.cursor, tables.lists.DEMONSTRATION, "true")
        change.audit("demonstration_made", "x")
    assert is_published_openly(store)
    assert {item.year for item in open_years(store)}
