"""Whose rows a viewer may reach. An empty scope reaches nothing."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.model.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows of these enterprises, of these industries, of these recommending bodies: any of them is enough."""

    credit_codes: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()

    def values(self) -> dict[str, list[str]]:
        """As the parameters that every scoped question takes."""
        return {
            "credit_codes": list(self.credit_codes),
            "industries": list(self.industries),
            "bodies": list(self.bodies),
        }


def scope_of(viewer: Viewer) -> Scope:
    """An enterprise reaches its own factories, a reviewer its industries, a leader one body; others nobody's."""
    if viewer.role == "enterprise":
        return Scope(credit_codes=viewer.scope)
    if viewer.role == "reviewer":
        return Scope(industries=viewer.scope)
    if viewer.role == "leader":
        return Scope(bodies=viewer.scope)
    return Scope()
