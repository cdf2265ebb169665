"""Every service that acts for somebody declares its permission and is on one list.

The tests go through the list: each service, each role and nobody, in and out of scope.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from kpi.access.roles import Permission, require
from kpi.model.viewer import Viewer
from kpi.store.store import Store

P = ParamSpec("P")
R = TypeVar("R")

AUTHORIZED_SERVICES: dict[str, Permission] = {}
"""The permission of each service, by ``module.name``."""


def requires(
    permission: Permission,
) -> Callable[[Callable[Concatenate[Store, Viewer, P], R]], Callable[Concatenate[Store, Viewer | None, P], R]]:
    """Check the permission before the service runs.

    Raises (when the service is called):
        NotFound: the viewer lacks it, or nobody is signed in.
    """

    def guard(service: Callable[Concatenate[Store, Viewer, P], R]) -> Callable[Concatenate[Store, Viewer | None, P], R]:
        module = service.__module__.rpartition(".")[2]
        AUTHORIZED_SERVICES[f"{module}.{service.__name__}"] = permission

        @wraps(service)
        def guarded(store: Store, viewer: Viewer | None, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return service(store, require(viewer, permission), *args, **kwargs)

        return guarded

    return guard
