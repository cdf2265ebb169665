"""Roles as lists of permissions; the words for people are ``role.<role>`` and ``permission.<permission>``."""

from __future__ import annotations

from typing import Literal

from kpi.errors import NotThere
from kpi.model.viewer import Role, Viewer

Permission = Literal[
    "submit_own",
    "see_own_result",
    "see_candidates",
    "compare_candidates",
    "see_coverage",
    "see_baselines",
]

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "enterprise": frozenset({"submit_own", "see_own_result"}),
    "reviewer": frozenset({"see_candidates", "compare_candidates"}),
    "leader": frozenset({"see_coverage"}),
    "administrator": frozenset({"see_baselines"}),
}


def allows(viewer: Viewer | None, permission: Permission) -> bool:
    return viewer is not None and permission in ROLE_PERMISSIONS[viewer.role]


def require(viewer: Viewer | None, permission: Permission) -> Viewer:
    """The viewer, if it may.

    Raises:
        NotThere: it may not, or nobody is signed in: to the asker the thing does not exist.
    """
    if viewer is None or not allows(viewer, permission):
        raise NotThere("page")
    return viewer
