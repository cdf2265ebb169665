"""A notice taken in by two administrators, as the page does it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from zipfile import ZipFile

from kpi.catalogue.catalogue import NOTICES, Catalogue
from kpi.services.administrator.notices import approve_notice, propose_notice
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR
from tests.services.two_people import SECOND_ADMINISTRATOR

EXAMPLE = "shanghai-2026-example"


def files_of(name: str) -> dict[str, bytes]:
    """The files of a notice that ships, by name."""
    return {path.name: path.read_bytes() for path in (NOTICES / name).glob("*.toml")}


def packed(files: Mapping[str, bytes], folder: str) -> bytes:
    """A folder as ZIP."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}/{name}" if folder else name, content)
    return out.getvalue()


def take_in(store: Store, name: str = EXAMPLE, at: datetime | None = None) -> Catalogue:
    """One proposes, the other approves."""
    proposal = propose_notice(store, SECOND_ADMINISTRATOR, packed(files_of(name), name), at)
    return approve_notice(store, ADMINISTRATOR, proposal.id, at)
