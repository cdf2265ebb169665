"""What the library that signs in at another provider believes: our own code is handed what it has checked."""

from __future__ import annotations

import asyncio
import time
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from authlib.integrations.starlette_client import OAuth
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

ISSUER, CLIENT, NONCE = "https://login.example.org", "duibiao", "of this sign-in"
KEY, ANOTHER = (RSAKey.generate_key(2048, parameters={"kid": "one"}) for _ in range(2))
UNSIGNED = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")


def _client() -> Any:
    registry = OAuth()
    registry.register(
        "default",
        client_id=CLIENT,
        client_secret="secret",
        issuer=ISSUER,
        jwks={"keys": [KEY.as_dict(private=False)]},
        id_token_signing_alg_values_supported=["RS256"],
    )
    return registry.create_client("default")


def _signed(key: RSAKey | OctKey = KEY, algorithm: str = "RS256", **other: object) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "1", "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": NONCE} | other
    return jwt.encode({"alg": algorithm, "kid": "one"}, claims, key, algorithms=[algorithm])


def _believed(token: str) -> str:
    answer = {"id_token": token, "access_token": "a"}
    with ThreadPoolExecutor(1) as apart:  # the tests of a browser leave a loop running in this thread
        return str(apart.submit(asyncio.run, _client().parse_id_token(answer, nonce=NONCE)).result()["sub"])


def test_what_the_provider_said_is_believed() -> None:
    assert _believed(_signed()) == "1"


@pytest.mark.parametrize(
    "token",
    [
        _signed(ANOTHER),
        _signed(OctKey.import_key("of nobody" * 4, {"kid": "one"}), "HS256"),
        f"{UNSIGNED}.{_signed().split('.')[1]}.",
        _signed()[:-6] + "AAAAAA",
        _signed(iss="https://evil.example"),
        _signed(aud="another client"),
        _signed(aud=["another client", "a third"]),
        _signed(nonce="of another sign-in"),
        _signed(exp=int(time.time()) - 600),
    ],
    ids=["key", "symmetric", "unsigned", "changed", "issuer", "client", "clients", "sign-in", "expired"],
)
def test_what_the_provider_did_not_say_so_is_refused(token: str) -> None:
    with pytest.raises(Exception, match=r"(?i)signature|algorithm|claim|expired"):
        _believed(token)


def test_no_redirect_of_the_provider_is_followed() -> None:
    assert _client()._get_session().follow_redirects is False
