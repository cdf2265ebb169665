"""An identity provider for the tests: it vouches, without asking, for whomever it was ordered to (OpenID Connect).

``python -m tests.pages.identity_provider PORT SUBJECT`` answers on the loopback address.
"""

from __future__ import annotations

import secrets
import sys
import time
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, CLIENT_SECRET = "duibiao", "not a secret of anybody"


def provider(issuer: str, subject: str) -> Starlette:
    """The four addresses that a sign-in needs; ``subject`` is who has signed in there."""
    key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    nonces: dict[str, str] = {}

    async def configuration(_: Request) -> Response:
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def authorize(request: Request) -> Response:
        code = secrets.token_urlsafe(16)
        nonces[code] = request.query_params.get("nonce", "")
        back = {"code": code, "state": request.query_params["state"]}
        return RedirectResponse(f"{request.query_params['redirect_uri']}?{urlencode(back)}", status_code=302)

    async def token(request: Request) -> Response:
        form = await request.form()
        now = int(time.time())
        claims = {
            "iss": issuer,
            "sub": subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 600,
            "nonce": nonces.pop(str(form["code"])),
            "name": "演示身份",
        }
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": signed})

    async def keys(_: Request) -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False)]})

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", configuration),
            Route("/authorize", authorize),
            Route("/token", token, methods=["POST"]),
            Route("/keys", keys),
        ]
    )


if __name__ == "__main__":
    port, somebody = int(sys.argv[1]), sys.argv[2]
    uvicorn.run(provider(f"http://127.0.0.1:{port}", somebody), host="127.0.0.1", port=port, log_level="warning")
