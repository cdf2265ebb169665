"""What goes into the package for sending: the list, and each candidate's attached documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kpi import queries
from kpi.access.roles import Scope
from kpi.errors import UserError
from kpi.model.application import Application, DocumentKind
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.downloads import stated_purpose
from kpi.services.leader.list_checks import body_applications
from kpi.services.leader.own_list import current_list
from kpi.services.unit_of_work import unit_of_work
from kpi.store.cursor import Cursor
from kpi.store.store import Store


@dataclass(frozen=True, slots=True)
class PackedCandidate:
    """A candidate's application and the originals that are attached to it; what is not there was never attached."""

    application: Application
    documents: Mapping[DocumentKind, Path]


@dataclass(frozen=True, slots=True)
class SendingPackage:
    """``candidates`` in the order of the list."""

    body: str
    year: int
    candidates: tuple[PackedCandidate, ...]


@requires("put_forward")
def package_parts(store: Store, viewer: Viewer, year: int) -> SendingPackage:
    """What the package of the own list would hold; nothing is read but the sizes.

    Raises:
        UserError: the list is not put forward as it stands.
    """
    with store.cursor() as cursor:
        return _package(store, cursor, viewer.scope[0], year)


@requires("put_forward")
def take_package(store: Store, viewer: Viewer, year: int, purpose: str, at: datetime | None = None) -> SendingPackage:
    """The same for being taken away, with an entry in the trail: names and telephones leave with it.

    Raises:
        UserError: the list is not put forward as it stands, or no purpose is stated.
    """
    stated = stated_purpose(purpose)
    with unit_of_work(store, viewer.actor, at) as change:
        package = _package(store, change.cursor, viewer.scope[0], year)
        codes = [one.application.credit_code for one in package.candidates]
        change.audit("package_made", f"{package.body} {year}", after={"list": codes, "purpose": stated})
    return package


def _package(store: Store, cursor: Cursor, body: str, year: int) -> SendingPackage:
    latest = current_list(cursor, body, year)
    if latest.state == "draft":
        raise UserError("list_not_forward")
    releases = body_applications(cursor, body, year)
    return SendingPackage(
        body,
        year,
        tuple(
            PackedCandidate(releases[code].application, _documents(store, cursor, code, year))
            for code in latest.content.order
            if code in releases
        ),
    )


def _documents(store: Store, cursor: Cursor, credit_code: str, year: int) -> dict[DocumentKind, Path]:
    found = queries.attached_documents(cursor, Scope(own=(credit_code,)), credit_code, year)
    paths = {kind: store.folder.original(one.sha256) for kind, one in found.items()}
    # Of an old list's candidates the policy's years may be over: their documents are deleted.
    return {kind: path for kind, path in paths.items() if path.exists()}
