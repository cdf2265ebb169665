"""The public keys are where an auditor looks for them, without an account, and hold nothing secret."""

from __future__ import annotations

import json

from tests.conftest import Served
from tests.server.http_client import ask

ADDRESS = "/.well-known/jwks.json"


def test_anybody_reads_the_public_keys_and_nothing_secret(served: Served) -> None:
    answer = ask(served.url, ADDRESS)
    assert answer.status == 200
    keys = json.loads(answer.text)["keys"]
    assert [key["crv"] for key in keys] == ["Ed25519"]
    assert all("d" not in key for key in keys)


def test_nothing_else_is_there(served: Served) -> None:
    assert ask(served.url, f"{ADDRESS}.bak").status == 404
    assert ask(served.url, "/.well-known/openid-configuration").status == 404
