"""Who calls: the account that the bearer token stands for, looked up in the store at each call; and how often."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

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

    def caller(self, request: Request) -> Viewer:
        """The account of the request's token, whose calls are counted; looked up once a request.

        Raises:
            UserError: no token that is accepted, or too many calls.
        """
        known: Viewer | None = getattr(request.state, "caller", None)
        if known is None:
            known = request.state.caller = self._looked_up(request)
        return known

    def _looked_up(self, request: Request) -> Viewer:
        address = request.client.host if request.client else ""
        scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
        accepted = scheme.lower() == "bearer" and TOKEN.fullmatch(token)
        viewer = viewer_of_token(self.opened(), token, address) if accepted else None
        if viewer is None:
            # Not before: who guesses would shut out whoever has a token at the same address.
            self.rates.refuse_guesser(address)
            if token:
                self.rates.count_guess(address)
            raise UserError("api_token_needed")
        self.rates.count_call(viewer.account)
        return viewer


def served_store(request: Request) -> ServedStore:
    served: ServedStore = request.app.state.served
    return served


def store_in_use(request: Request) -> Store:
    return served_store(request).opened()


def caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Viewer:
    """As ``ServedStore.caller``, and named in the description."""
    return served_store(request).caller(request)


def file_sender(request: Request, viewer: Annotated[Viewer, Depends(caller)]) -> Viewer:
    """As ``caller``, for a call with a file, of which fewer are taken."""
    served_store(request).rates.count_file(viewer.account)
    return viewer
