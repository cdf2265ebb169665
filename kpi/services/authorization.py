"""Every service that acts for somebody declares its permission and is on one list.

The tests go through the list: each service, each role and nobody, in and out of scope. A service that only reads is
declared by ``reads`` and is handed a cursor; what writes, or needs the store's files, is declared by ``requires``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import date
from functools import wraps
from inspect import signature
from typing import Concatenate, ParamSpec, TypeVar

from kpi.access.roles import Permission, require
from kpi.model.viewer import Viewer
from kpi.services.notices import under_notice_of
from kpi.store.database import Cursor
from kpi.store.store import Store

P = ParamSpec("P")
R = TypeVar("R")

Service = Callable[Concatenate[Store, Viewer | None, P], R]
"""As pages and commands call it, whatever it is handed itself: ``service(store, viewer, ...)``."""

AUTHORIZED_SERVICES: dict[str, Permission] = {}
"""The permission of each service, by ``module.name``."""


def requires(permission: Permission) -> Callable[[Callable[Concatenate[Store, Viewer, P], R]], Service[P, R]]:
    """Check the permission before the service runs; what it says of a year it says by that year's notice.

    Raises (when the service is called):
        NotFound: the viewer lacks it, or nobody is signed in.
    """

    def guard(service: Callable[Concatenate[Store, Viewer, P], R]) -> Service[P, R]:
        module = service.__module__.rpartition(".")[2]
        AUTHORIZED_SERVICES[f"{module}.{service.__name__}"] = permission
        named = list(signature(service).parameters)[2:]

        @wraps(service)
        def guarded(store: Store, viewer: Viewer | None, /, *args: P.args, **kwargs: P.kwargs) -> R:
            allowed = require(viewer, permission)
            year = _year_of({**dict(zip(named, args, strict=False)), **kwargs})
            with nullcontext() if year is None else under_notice_of(store, year):
                return service(store, allowed, *args, **kwargs)

        return guarded

    return guard


def _year_of(given: Mapping[str, object]) -> int | None:
    """The year that a service is asked about: it says so itself, or one of the things that it is handed does."""
    years = [given.get("year"), *(getattr(item, "year", None) for item in given.values() if not isinstance(item, date))]
    return next((year for year in years if isinstance(year, int)), None)


def reads(permission: Permission) -> Callable[[Callable[Concatenate[Cursor, Viewer, P], R]], Service[P, R]]:
    """As ``requires``, for a service that asks the store and writes nothing: it is handed a cursor and the viewer.

    What it asks it binds to the viewer's reach: ``scope_of(viewer)``, its account, or what it is ``barred`` from.
    """

    def guard(service: Callable[Concatenate[Cursor, Viewer, P], R]) -> Service[P, R]:
        @requires(permission)
        @wraps(service)
        def read(store: Store, viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with store.cursor() as cursor:
                return service(cursor, viewer, *args, **kwargs)

        return read

    return guard


def reads_unscoped(permission: Permission) -> Callable[[Callable[Concatenate[Cursor, P], R]], Service[P, R]]:
    """As ``reads``, where whoever has the permission is answered the same: the service does not know who asks.

    Where a role with a scope may ask, a comment over it says why: ``The same for everybody: ...``; a test wants it.
    """

    def guard(service: Callable[Concatenate[Cursor, P], R]) -> Service[P, R]:
        @reads(permission)
        @wraps(service)
        def without_viewer(cursor: Cursor, _: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return service(cursor, *args, **kwargs)

        return without_viewer

    return guard
