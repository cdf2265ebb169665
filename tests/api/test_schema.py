"""The interface against its own description, by calls that are made up from it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from kpi.api import rates
from kpi.api.application import api_application
from kpi.store.store import Store
from tests.campaign import LONG

MANY = 1_000_000
# What is no application is refused although the description, which knows only of a file, allows it.
NOT_DECIDED_BY_DESCRIPTION = [positive_data_acceptance]


OPERATIONS = [
    ("/check", "POST"),
    ("/benchmark", "POST"),
    ("/submissions", "POST"),
    ("/submissions", "GET"),
    ("/submissions/{credit_code}/{year}", "GET"),
    ("/reports/{credit_code}/{year}", "POST"),
    ("/results/{credit_code}/{year}", "GET"),
    ("/published/{year}", "GET"),
    ("/published/{year}/table.csv", "GET"),
    ("/published/{year}/table.csv-metadata.json", "GET"),
]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_call_is_answered_as_described(
    store: Store, a: dict[str, str], path: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CALLS", "FILES", "GUESSES"):
        monkeypatch.setattr(rates, name, rates.RateLimitItemPerMinute(MANY))
    described = schemathesis.openapi.from_asgi("/openapi.json", api_application(lambda: store))

    @given(case=described[path][method].as_strategy())
    @settings(
        max_examples=200 if LONG else 12,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def answered(case: Any) -> None:
        case.call_and_validate(headers=a, excluded_checks=NOT_DECIDED_BY_DESCRIPTION)

    answered()


def test_the_description_needs_no_token_and_names_every_answer(store: Store) -> None:
    client = TestClient(api_application(lambda: store))
    described = client.get("/openapi.json")
    assert described.status_code == 200
    paths = described.json()["paths"]
    assert {(path, method.upper()) for path, methods in paths.items() for method in methods} == set(OPERATIONS)
    for path, operations in paths.items():
        for operation in operations.values():
            assert operation["security"] == [{"HTTPBearer": []}] + [{}] * path.startswith("/published/")
            assert {"401", "429", "503"} <= operation["responses"].keys()
            assert "HTTPValidationError" not in str(operation)
