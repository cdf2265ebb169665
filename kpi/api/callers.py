"""Who calls: the account that the bearer token stands for, looked up in the store at each call; and how often."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from kpi.api.repetition import OnceByKey
from kpi.api.request_rates import RequestRates
from kpi.errors import UserError
from kpi.model.viewer import Viewer
from kpi.services.operation.api_access import viewer_of_token
from kpi.store.store import Store

BEARER = HTTPBearer(auto_error=False, bearerFormat="duibiao_...", description="Added by `kpi account token add`")
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")


@dataclass(frozen=True, slots=True)
class ServedStore:
    """What the interface of one server works on. ``opened`` is asked at each call: the store is opened at its start."""

    opened: Callable[[], Store]
    rates: RequestRates = field(default_factory=RequestRates)
    once: OnceByKey = field(default_factory=OnceByKey)


def served_store(request: Request) -> ServedStore:
    served: ServedStore = request.app.state.served
    return served


def store_in_use(request: Request) -> Store:
    return served_store(request).opened()


def caller(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Viewer:
    """The account, whose calls are counted.

    Raises:
        UserError: no token that is accepted, or too many calls.
    """
    rates, address = served_store(request).rates, request.client.host if request.client else ""
    rates.refuse_guesser(address)
    token = credentials.credentials if credentials else ""
    viewer = viewer_of_token(store_in_use(request), token, address) if TOKEN.fullmatch(token) else None
    if viewer is None:
        if token:
            rates.count_guess(address)
        raise UserError("api_token_needed")
    rates.count_call(viewer.account)
    return viewer


def file_sender(request: Request, viewer: Annotated[Viewer, Depends(caller)]) -> Viewer:
    """As ``caller``, for a call with a file, of which fewer are taken."""
    served_store(request).rates.count_file(viewer.account)
    return viewer
