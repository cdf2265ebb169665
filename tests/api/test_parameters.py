"""Parameters that cannot be used: which, what is wrong with it and what to do, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

FILE = {"file": ("a.csv", b"item,value\n", "text/csv")}
KEY = "Idempotency-Key"
CALLS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("GET", "/published/2025", {}, "parameter_missing", "industry"),
    ("GET", "/published/2025", {"params": {"industry": "x" * 41}}, "parameter_too_long", "industry"),
    ("GET", "/published/20x5", {"params": {"industry": "x"}}, "parameter_not_whole", "year"),
    ("GET", "/published/2025.5", {"params": {"industry": "x"}}, "parameter_not_whole", "year"),
    ("GET", "/published/0", {"params": {"industry": "x"}}, "parameter_too_small", "year"),
    ("GET", "/published/10000", {"params": {"industry": "x"}}, "parameter_too_large", "year"),
    ("GET", f"/published/{'9' * 5000}", {"params": {"industry": "x"}}, "parameter_not_whole", "year"),
    ("GET", f"/results/{'9' * 41}/2025", {}, "parameter_too_long", "credit_code"),
    (
        "GET",
        "/published/2025/table.csv",
        {"params": {"industry": "x", "bom": "perhaps"}},
        "parameter_not_yes_or_no",
        "bom",
    ),
    ("GET", "/submissions", {"params": {"lang": "fr"}}, "parameter_not_one_of", "lang"),
    ("GET", "/published/2025", {"params": {"industry": "x", "lnag": "en"}}, "parameter_unknown", "lnag"),
    ("GET", "/published/2025", {"params": {"industry": "x", "bom": "true"}}, "parameter_unknown", "bom"),
    ("GET", "/submissions", {"params": {"year": "2025"}}, "parameter_unknown", "year"),
    ("GET", "/results/x/2025", {"params": {"state": "locked"}}, "parameter_unknown", "state"),
    ("POST", "/check", {"files": FILE, "params": {"year": "2025"}}, "parameter_unknown", "year"),
    ("GET", "/openapi.json", {"params": {"format": "yaml"}}, "parameter_unknown", "format"),
    ("GET", "/openapi.json", {"params": {"lang": ["en", "zh"]}}, "parameter_repeated", "lang"),
    ("GET", "/published/2025", {"params": {"industry": ["x", "y"]}}, "parameter_repeated", "industry"),
    ("GET", "/published/2025/table.csv", {"params": {"industry": ["x", "x"]}}, "parameter_repeated", "industry"),
    ("GET", "/published/2025/table.csv", {"params": {"industry": "x", "bom": [0, 1]}}, "parameter_repeated", "bom"),
    ("POST", "/check", {}, "parameter_missing", "file"),
    ("POST", "/check", {"files": {"document": FILE["file"]}}, "parameter_missing", "file"),
    ("POST", "/check", {"files": {"file": (None, "text")}}, "parameter_not_a_file", "file"),
    ("POST", "/check", {"files": [*FILE.items()] * 2}, "parameter_repeated", "file"),
    ("POST", "/check", {"files": FILE, "data": {"lang": "en"}}, "parameter_unknown", "lang"),
    ("POST", "/benchmark", {"files": [*FILE.items()] * 2}, "parameter_repeated", "file"),
    ("POST", "/submissions", {"files": [*FILE.items()] * 2, "headers": {KEY: "k" * 9}}, "parameter_repeated", "file"),
    ("POST", "/check", {"json": {"file": "x"}}, "parameter_missing", "file"),
    ("POST", "/submissions", {"files": FILE}, "parameter_missing", "Idempotency-Key"),
    ("POST", "/submissions", {"files": FILE, "headers": {KEY: "short"}}, "parameter_too_short", KEY),
    ("POST", "/submissions", {"files": FILE, "headers": {KEY: "k" * 101}}, "parameter_too_long", KEY),
    ("POST", "/submissions", {"files": FILE, "headers": {KEY: "with a space"}}, "parameter_other_characters", KEY),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_parameter_that_cannot_be_used_is_named_with_what_to_do(
    client: TestClient, a: dict[str, str], lang: str
) -> None:
    for method, path, rest, code, name in CALLS:
        given = dict(rest)
        headers = a | {"Accept-Language": lang} | given.pop("headers", {})
        answer = client.request(method, path, headers=headers, **given)
        said = answer.json()
        assert (answer.status_code, said["code"], answer.headers["content-type"]) == (
            400,
            "api_parameters",
            "application/problem+json",
        ), (path, said)
        [problem] = said["problems"]
        assert (problem["code"], problem["severity"]) == (code, "error"), said
        assert name.lower() in problem["message"].lower()
        assert problem["remedy"]
        assert problem["message"] in said["detail"]
        assert problem["remedy"] in said["remedy"]
        assert re.search("[一-龥]", problem["message"] + problem["remedy"]) if lang == "zh" else True
        assert "should" not in said["detail"], "the framework's words"
        assert len(said["detail"]) < 400


def test_every_fault_of_a_call_is_named_at_once(client: TestClient, a: dict[str, str]) -> None:
    said = client.get("/published/x/table.csv?bom=2&lang=en&lang=en&indstry=y", headers=a).json()
    assert said["detail"] == (
        'Parameters are missing or not valid. The query parameter "lang" is given more than once. The query parameter '
        '"indstry" does not exist at this address. "year" in the address is not a whole number: "x". The query '
        'parameter "industry" is missing. The query parameter "bom" is neither true nor false: "2".'
    )
    assert [item["value"] for item in said["problems"]] == ["en, en", "y", "x", None, "2"]


def test_an_address_takes_the_parameters_that_its_description_names_and_no_other(
    client: TestClient, a: dict[str, str]
) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert len(paths) > 5
    for path, methods in paths.items():
        for method, operation in methods.items():
            named = {item["name"] for item in operation.get("parameters", []) if item["in"] == "query"}
            asked = {name: ["x" * 50] * 2 for name in named} | {"other": ["x"]}
            concrete = path.replace("{credit_code}", "x").replace("{year}", "2025")
            said = client.request(method, concrete, params=asked, headers=a).json()
            unknown = [item["message"] for item in said["problems"] if item["code"] == "parameter_unknown"]
            assert (len(unknown), "other" in unknown[0]) == (1, True), (path, said)
            assert "lang" in named
            repeated = [item["message"] for item in said["problems"] if item["code"] == "parameter_repeated"]
            assert {name for name in named if any(f"“{name}”" in item for item in repeated)} == named, (path, said)


def test_of_two_keys_none_is_taken(client: TestClient, a: dict[str, str]) -> None:
    answer = client.post("/submissions", files=FILE, headers=[*a.items(), (KEY, "k" * 9), (KEY, "l" * 9)])
    [problem] = answer.json()["problems"]
    assert (answer.status_code, problem["code"], KEY in problem["message"]) == (400, "parameter_repeated", True)


def test_without_a_token_nothing_is_said_of_parameters(client: TestClient) -> None:
    assert client.get("/submissions?year=2025").status_code == 401
