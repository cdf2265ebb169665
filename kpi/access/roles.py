"""Roles as lists of permissions; texts: ``page.role.<role>`` and ``page.permission.<permission>``."""

from __future__ import annotations

from typing import Literal

from kpi.errors import NotFound
from kpi.model.viewer import Role, Viewer

Permission = Literal[
    "keep_own_account",
    "submit_own",
    "see_own_result",
    "see_published",
    "see_candidates",
    "compare_candidates",
    "rule_on_claims",
    "score_candidates",
    "see_panel",
    "run_panel",
    "see_coverage",
    "put_forward",
    "see_baselines",
    "manage_accounts",
    "see_audit",
    "run_programme",
    "change_policy",
    "see_operation",
]

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "enterprise": frozenset({"keep_own_account", "see_published", "submit_own", "see_own_result"}),
    "reviewer": frozenset(
        {
            "keep_own_account",
            "see_published",
            "see_candidates",
            "compare_candidates",
            "rule_on_claims",
            "score_candidates",
            "see_panel",
        }
    ),
    "leader": frozenset({"keep_own_account", "see_published", "see_coverage", "put_forward"}),
    "administrator": frozenset(
        {
            "keep_own_account",
            "see_published",
            "see_baselines",
            "manage_accounts",
            "see_audit",
            "run_programme",
            "change_policy",
            "see_operation",
            "see_panel",
            "run_panel",
        }
    ),
}


def allows(viewer: Viewer | None, permission: Permission) -> bool:
    """Whether the viewer may. With a password set by somebody else it may only manage its own account."""
    if viewer is None or (viewer.must_change and permission != "keep_own_account"):
        return False
    return permission in ROLE_PERMISSIONS[viewer.role]


def require(viewer: Viewer | None, permission: Permission) -> Viewer:
    """The viewer, if it may.

    Raises:
        NotFound: it may not, or nobody is signed in: for the caller it does not exist.
    """
    if viewer is None or not allows(viewer, permission):
        raise NotFound("page")
    return viewer
