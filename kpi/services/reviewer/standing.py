"""A reviewer's home: which candidates nobody of this account has opened, and which claims wait for a ruling."""

from __future__ import annotations

from kpi import queries
from kpi.access.scope import scope_of
from kpi.model.claims import claims_of
from kpi.model.standing import Standing
from kpi.model.viewer import Viewer
from kpi.queries import LockedApplication
from kpi.services.authorization import requires
from kpi.services.claims import rulings_for
from kpi.services.reviewer.readings import noted_readings
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@requires("see_candidates")
def reviewer_standing(store: Store, viewer: Viewer) -> list[Standing]:
    """Of the latest year that has a candidate in the viewer's scope."""
    with store.cursor() as cursor:
        releases = queries.locked_applications(cursor, scope_of(viewer))
        if not releases:
            return [Standing("no_candidates", open=False)]
        year = max(release.application.year for release in releases)
        latest = [release for release in releases if release.application.year == year]
        read = queries.candidates_read(cursor, viewer.account) | noted_readings(store, viewer.account)
        return [_unread(latest, read), _claims(cursor, latest), Standing("compare", False, "compare", {"year": year})]


def _unread(releases: list[LockedApplication], read: set[str]) -> Standing:
    unread = [one for one in releases if f"{one.application.credit_code} {one.application.year}" not in read]
    if not unread:
        return Standing("all_read", False, "candidate", {"count": len(releases)})
    return _at(unread[0], "unread", {"count": len(unread), "of": len(releases)})


def _claims(cursor: Cursor, releases: list[LockedApplication]) -> Standing:
    applications = [one.application for one in releases]
    waiting = [
        sum(rulings.on(key.kind, key.item) == "open" for key in claims_of(application))
        for application, rulings in zip(applications, rulings_for(cursor, applications), strict=True)
    ]
    if not any(waiting):
        return Standing("no_claims", open=False)
    first = next(at for at, count in enumerate(waiting) if count)
    return _at(releases[first], "claims", {"count": sum(waiting), "candidates": sum(map(bool, waiting))})


def _at(release: LockedApplication, code: str, params: dict[str, object]) -> Standing:
    application = release.application
    query = {"industry": application.industry, "candidate": application.credit_code}
    return Standing(code, True, "candidate", params, query)
