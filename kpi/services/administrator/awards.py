"""The authority's award list: enterprises on it do not apply again."""

from __future__ import annotations

import hashlib
from datetime import datetime

from kpi import queries, records
from kpi.errors import InvalidFile
from kpi.intake.award_list import read_awarded
from kpi.model.conditions import Award
from kpi.model.viewer import Viewer
from kpi.services.authorization import requires
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store


@requires("run_programme")
def import_awards(store: Store, viewer: Viewer, name: str, data: bytes, at: datetime | None = None) -> int:
    """Replace the list by the file's and return its number of awards. The original file is kept.

    Raises:
        InvalidFile: the file has errors: all are reported, and the list stays unchanged.
    """
    reading = read_awarded(name, data)
    if reading.problems:
        raise InvalidFile(reading.problems)
    sha256 = hashlib.sha256(data).hexdigest()
    store.folder.keep_original(data)
    with unit_of_work(store, viewer.actor, at) as change:
        records.set_awarded(change.cursor, reading.awards)
        change.audit("awards_imported", "awarded", after={"items": len(reading.awards), "sha256": sha256})
    return len(reading.awards)


@requires("run_programme")
def list_awards(store: Store, _: Viewer) -> list[Award]:
    """The whole list, the earliest award first; empty if none has been imported."""
    with store.cursor() as cursor:
        return queries.awarded(cursor)
