"""Whoever has no account reads every address that answers, over two years: it is the published tables and nothing more.

Peers' values are planted so that nobody can mistake them. That nothing else is behind an answer is shown by taking
everything else away: with every other table empty the same bytes are answered.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from kpi import tables
from kpi.access.roles import Scope
from kpi.api import rates
from kpi.model.publication import PublishedTable
from kpi.services import published, year
from kpi.services.administrator.objections import record_objection
from kpi.services.administrator.stages import advance
from kpi.services.published import open_tables
from kpi.store.schema import table_names
from kpi.store.store import Store
from pages.server import asgi
from pages.server.api_mount import loaded_interface
from pages.session import app_store
from pages.session.context import API, PUBLISHED
from tests.attacks.rival import planted
from tests.attacks.test_canary_values import NEEDLES, NUMBER
from tests.benchmark.panels import INDUSTRY, freeze
from tests.either_store import copied_store
from tests.services.administrator.test_objections import GIVEN
from tests.services.sample_store import ADMINISTRATOR, AT, CODE_A, furnish
from tests.services.service_calls import World

YEARS = (2025, 2026)
MANY = 1_000_000
INDUSTRIES = ("高端装备", "汽车")
LINK = re.compile(r'(?:href|src|srcset)="([^"#]+)')
READ_FROM = frozenset({"schema_version", "baseline", "published", "baseline_coverage", "baseline_origin"})
"""All that the public addresses rest on: of the last two the published table says whom the peers stand for."""
FILLED = frozenset({"release", "draft", "claim_evidence", "step", "objection", "account", "statement"})
"""Some of what must be there, for its being taken away to show anything."""
FIGURES = ("p20", "median", "mean", "p80")


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two") / "s"
    with Store.open(folder) as store:
        furnish(store)
        World.made(store)
        advance(store, ADMINISTRATOR, CODE_A, 2025, "publicity", "演示", at=AT + timedelta(minutes=1))
        record_objection(store, ADMINISTRATOR, GIVEN, AT)
        freeze(store, "planted", planted())
        freeze(store, "planted-later", planted(seed="later"), year=2026)
    return folder


@pytest.fixture
def store(two_years: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(rates, "CALLS", rates.RateLimitItemPerMinute(MANY))
    with Store.open(copied_store(two_years, tmp_path / "s")) as opened:
        monkeypatch.setattr(app_store, "_opened", lambda _: opened)
        monkeypatch.setattr(app_store, "_demonstration", lambda _: False)
        yield opened


@pytest.fixture
def is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (published, year):
        monkeypatch.setattr(module, "opens_published", lambda *_: True)


@pytest.fixture
def client(store: Store) -> TestClient:
    loaded_interface()
    app = Starlette(routes=asgi.ROUTES, middleware=asgi.MIDDLEWARE)
    return TestClient(app, "http://127.0.0.1", follow_redirects=True)


def everything(client: TestClient) -> dict[str, str]:
    """Every address without a name in it, and all that these lead to, that answers a stranger: its body."""
    asked = [route.path for route in asgi.ROUTES if isinstance(route, Route) and "{" not in route.path]
    asked += [f"{PUBLISHED}?year={year}" for year in YEARS]
    found: dict[str, str] = {}
    seen = set(asked)
    while asked:
        address = asked.pop()
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        found[address] = answer.text
        if "html" in answer.headers["content-type"]:
            links = {unescape(link) for link in LINK.findall(answer.text)}
            new = {link for link in links if link.startswith("/") and _of_interest(link)} - seen
            seen |= new
            asked += sorted(new)
    return found


def _of_interest(link: str) -> bool:
    """Of the page's many choices, two industries and two KPIs: the others are drawn by the same lines."""
    if not link.startswith(PUBLISHED):
        return True
    return bool(re.search("equipment|automotive", link)) and bool(re.search("K01|K05", link))


@pytest.mark.slow
@pytest.mark.folder_store("rows are taken away past every change")
@pytest.mark.usefixtures("is_open")
def test_nothing_planted_is_found_and_the_same_is_answered_with_all_else_gone(store: Store, client: TestClient) -> None:
    read = everything(client)
    assert len([address for address in read if address.startswith(f"{PUBLISHED}/")]) > len(YEARS)
    assert any(address.startswith(f"{API}/published/") for address in read)
    rows = [*planted(), *planted(seed="later")]
    with store.cursor() as cursor:
        seals = [baseline.sha256 for baseline in tables.baselines.baselines(cursor)]
        locked = tables.applications.locked_applications(cursor, Scope(everything=True))
    facts = ("enterprise", "factory_name", "credit_code")
    names = {str(item.application.facts[fact]) for item in locked for fact in facts}
    assert names
    exact = {f"{row.value:.5f}" for row in rows} | NEEDLES
    for address, body in read.items():
        said = {number.replace(",", "") for number in NUMBER.findall(_without_hashes(body))}
        assert not {item for item in exact if item in said}, address
        assert not [row.credit_code for row in rows if row.credit_code in body], address
        assert not [seal for seal in seals if seal in body], address
        assert not [name for name in names if name in body], address
    with store.cursor() as cursor:
        others = sorted(table_names() - READ_FROM)
        filled = {table for table in others if cursor.execute(f"select 1 from {table} limit 1").fetchone()}
        assert filled >= FILLED, sorted(FILLED - filled)
        for table in others:
            cursor.execute(f"delete from {table}")
    store.cache.empty()
    again = {address: client.get(address).text for address in read if "published" in address}
    assert again == {address: read[address] for address in again}


def _without_hashes(body: str) -> str:
    return re.sub("[0-9a-f]{32,}", "", body)


@pytest.mark.usefixtures("is_open")
def test_each_published_number_is_found_by_one_request_and_no_format_has_another(
    store: Store, client: TestClient
) -> None:
    for industry in INDUSTRIES:
        for table in open_tables(store, industry):
            year, known = table.baseline.year, _numbers(table)
            asked = {"industry": industry, "lang": "en"}
            whole = client.get(f"{API}/published/{year}", params=asked).json()
            assert _of_json(whole) == known
            rows = csv.DictReader(StringIO(client.get(f"{API}/published/{year}/table.csv", params=asked).text))
            titles = client.get(f"{API}/published/{year}/table.csv-metadata.json", params={"industry": industry}).json()
            names = {item["titles"]["en"]: item["name"] for item in titles["tableSchema"]["columns"]}
            assert _of_csv(rows, names) == known
            code = "equipment" if industry == INDUSTRY else "automotive"
            page = client.get(PUBLISHED, params={"year": year, "industry": code, "lang": "en"}).text
            shown = set(re.findall(r'data-(lower|median|line)="([^"]*)"', page))
            drawn = {(kpi, name, value) for kpi, name, value in known if name != "mean"}
            assert {value for _, value in shown} == {f"{value:.15g}" for _, _, value in drawn}


def _numbers(table: PublishedTable) -> set[tuple[str, str, float]]:
    cells = [(cell.kpi, name, getattr(cell, name)) for cell in table.cells for name in FIGURES]
    return {(kpi, name, value) for kpi, name, value in cells if isfinite(value)}


def _of_json(whole: dict[str, Any]) -> set[tuple[str, str, float]]:
    kpis = whole["kpis"]
    cells = [(kpi["code"], name, kpi["published"][name]) for kpi in kpis for name in FIGURES]
    floats = re.findall(r"(?<=[ :])-?\d+\.\d+", json.dumps([kpi["published"] for kpi in kpis]))
    of_rules = {kpi["published"]["unit"] for kpi in kpis}
    found = {(kpi, name, value) for kpi, name, value in cells if value is not None}
    assert {float(number) for number in floats} <= {value for *_, value in found} | of_rules
    return found


def _of_csv(rows: csv.DictReader[str], names: dict[str, str]) -> set[tuple[str, str, float]]:
    found = set()
    for row in rows:
        cells = {names[title.lstrip("\ufeff")]: value for title, value in row.items() if title}
        if cells["kpi"].startswith("K"):
            found |= {(cells["kpi"][:3], name, float(cells[name])) for name in FIGURES if cells[name]}
    return found


@pytest.mark.folder_store("rows are taken away past every change")
@pytest.mark.usefixtures("is_open")
def test_what_two_years_differ_by_follows_from_the_two_tables(store: Store, client: TestClient) -> None:
    """The later year's answer is made of its own table: the same whether the other year is there or not."""
    asked = {"industry": INDUSTRY, "lang": "zh"}
    before = client.get(f"{API}/published/2026", params=asked).content
    picture = client.get(f"{PUBLISHED}/2025/equipment/K01.svg").content
    with store.cursor() as cursor:
        cursor.execute("delete from published where baseline = 'planted'")
    store.cache.empty()
    assert client.get(f"{API}/published/2026", params=asked).content == before
    assert client.get(f"{PUBLISHED}/2025/equipment/K01.svg").content != picture


@pytest.mark.parametrize("year", YEARS)
def test_closed_every_address_is_answered_as_before(client: TestClient, year: int) -> None:
    for address in (f"/published/{year}", f"/published/{year}/table.csv", f"/published/{year}/table.csv-metadata.json"):
        assert client.get(f"{API}{address}", params={"industry": INDUSTRY}).status_code == 401
    nowhere = client.get("/nowhere")
    for address in (PUBLISHED, f"{PUBLISHED}?year={year}", f"{PUBLISHED}/{year}/equipment/K01.svg"):
        answer = client.get(address)
        assert (answer.status_code, answer.text) == (404, nowhere.text)
        assert answer.headers["cache-control"] == "no-store"
    assert PUBLISHED not in client.get("/").text
