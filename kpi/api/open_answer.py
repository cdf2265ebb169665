"""An answer that is the same for everybody: kept by caches for a while, and not sent again to whoever has it."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

KEPT_SECONDS = 300
"""So long after policy closed them figures may still be read from a cache that is not ours."""


def open_answer(request: Request, body: bytes, media_type: str, headers: dict[str, str] | None = None) -> Response:
    """``body``, or 304 for whoever names its ``ETag``. ``headers`` take the place of those of the same names.

    There is no ``Last-Modified``: words may change with a release, and a date of the figures would not say so.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    kept = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={KEPT_SECONDS}",
        "Vary": "Accept-Language, Authorization",
        **(headers or {}),
    }
    known = {item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=kept)
    return Response(body, headers=kept, media_type=media_type)
