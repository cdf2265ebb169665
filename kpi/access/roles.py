"""Roles as lists of permissions; texts: ``page.role.<role>`` and ``page.permission.<permission>``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpi.errors import NotFound, UserError
from kpi.model.viewer import Duty, EnterpriseDuty, Role, Viewer

Permission = Literal[
    "keep_own_account",
    "submit_own",
    "fill_own",
    "check_own",
    "confirm_own",
    "see_own_result",
    "see_published",
    "see_candidates",
    "compare_candidates",
    "rule_on_claims",
    "rule_on_conditions",
    "score_candidates",
    "see_panel",
    "run_panel",
    "see_timetable",
    "see_outreach",
    "see_coverage",
    "put_forward",
    "administer",
    "see_baselines",
    "manage_accounts",
    "decide_account_requests",
    "see_audit",
    "run_programme",
    "change_policy",
    "see_operation",
]

DUTY_PERMISSIONS: dict[Duty, frozenset[Permission]] = {
    "system": frozenset(
        {
            "see_baselines",
            "run_programme",
            "change_policy",
            "see_operation",
            "see_panel",
            "run_panel",
            "see_outreach",
            "rule_on_conditions",
        }
    ),
    "security": frozenset({"manage_accounts", "decide_account_requests"}),
    "audit": frozenset({"see_audit"}),
}
"""As an authority separates them: whoever runs the programme neither hands out accounts nor certifies the trail."""

ENTERPRISE_PERMISSIONS: dict[EnterpriseDuty, Permission] = {
    "fill": "fill_own",
    "check": "check_own",
    "confirm": "confirm_own",
}
"""What each person of an enterprise may do; all of them may read all that is its own."""

_ADMINISTRATOR: frozenset[Permission] = frozenset({"keep_own_account", "see_published", "administer"})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "enterprise": frozenset(
        {
            "keep_own_account",
            "see_published",
            "submit_own",
            "see_own_result",
            "see_timetable",
            *ENTERPRISE_PERMISSIONS.values(),
        }
    ),
    "reviewer": frozenset(
        {
            "keep_own_account",
            "see_published",
            "see_candidates",
            "compare_candidates",
            "rule_on_claims",
            "rule_on_conditions",
            "score_candidates",
            "see_panel",
            "see_timetable",
        }
    ),
    "leader": frozenset(
        {
            "keep_own_account",
            "see_published",
            "see_coverage",
            "put_forward",
            "decide_account_requests",
            "rule_on_conditions",
            "see_timetable",
            "see_outreach",
        }
    ),
    "administrator": _ADMINISTRATOR.union(*DUTY_PERMISSIONS.values()),
}


def allows(viewer: Viewer | None, permission: Permission) -> bool:
    """Whether the viewer may. Until its way of signing in is its own and whole it may only manage its own account."""
    if viewer is None or (viewer.confined and permission != "keep_own_account"):
        return False
    if viewer.role == "administrator":
        return permission in _ADMINISTRATOR.union(*(DUTY_PERMISSIONS[duty] for duty in viewer.duties))
    return permission in ROLE_PERMISSIONS[viewer.role] and _duty_of(permission) in (None, *viewer.enterprise_duties)


def require(viewer: Viewer | None, permission: Permission) -> Viewer:
    """The viewer, if it may.

    Raises:
        NotFound: it may not, or nobody is signed in: for the caller it does not exist.
        UserError: it is another person's of the same enterprise to do.
    """
    if viewer is None or not allows(viewer, permission):
        duty = _duty_of(permission)
        if duty and viewer and viewer.role == "enterprise" and not viewer.confined:
            raise UserError(f"duty_needed_{duty}")
        raise NotFound("page")
    return viewer


def _duty_of(permission: Permission) -> EnterpriseDuty | None:
    return next((duty for duty, allowed in ENTERPRISE_PERMISSIONS.items() if allowed == permission), None)


# Which rows a viewer may reach. An empty scope reaches nothing.


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows of the viewer's own factories, of candidates assigned individually or by industry, of recommending bodies.

    Any one is enough, except for the ``barred``: a conflict of interest overrides everything. ``everything``: whatever
    factory, industry and body it is of.
    """

    own: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    everything: bool = False

    def values(self) -> dict[str, list[str] | bool]:
        """As the parameters of a question about locked applications."""
        return {
            "everything": self.everything,
            "credit_codes": [*self.own, *self.assigned],
            "industries": list(self.industries),
            "bodies": list(self.bodies),
            "barred": list(self.barred),
        }

    def reaches(self, credit_code: str, industry: str) -> bool:
        """Whether an application of that factory and industry is in reach, by its code or industry."""
        reached = self.everything or credit_code in (*self.own, *self.assigned) or industry in self.industries
        return reached and credit_code not in self.barred


def scope_of(viewer: Viewer) -> Scope:
    """An enterprise reaches its own factories, a reviewer what is assigned, a leader one body; others nothing."""
    if viewer.role == "enterprise":
        return Scope(own=viewer.scope)
    if viewer.role == "reviewer":
        # Told apart by their form: an industry may be of another year's notice.
        return Scope(
            assigned=tuple(reach for reach in viewer.scope if reach.isascii()),
            industries=tuple(reach for reach in viewer.scope if not reach.isascii()),
            barred=viewer.barred,
        )
    if viewer.role == "leader":
        return Scope(bodies=viewer.scope)
    return Scope()


def whole_programme(viewer: Viewer) -> Scope:
    """Every application without a conflict of interest, for the authority's own questions.

    A service that asks so must check a permission for it.
    """
    return Scope(everything=True, barred=viewer.barred)
