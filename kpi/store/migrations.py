"""The schema's versions. An older store is migrated when it is opened; a newer one is refused."""

from __future__ import annotations

from pathlib import Path

from kpi.errors import StoreUnavailable
from kpi.store.cursor import Cursor

SCRIPTS = sorted((Path(__file__).parent / "migrations").glob("*.sql"))
LATEST = len(SCRIPTS)


def version(cursor: Cursor) -> int:
    """The number of the last migration applied, 0 for an empty database."""
    cursor.execute("create table if not exists schema_version (version integer not null)")
    return int(cursor.execute("select coalesce(max(version), 0) from schema_version").fetchall()[0][0])


def migrate(cursor: Cursor) -> None:
    """Apply missing migrations, each completely or not at all.

    Raises:
        StoreUnavailable: the store was written by a newer version of the product.
    """
    present = version(cursor)
    if present > LATEST:
        raise StoreUnavailable("store_newer", version=present, latest=LATEST)
    for number, script in enumerate(SCRIPTS[present:], start=present + 1):
        cursor.begin()
        cursor.execute(script.read_text("utf-8"))
        cursor.execute("insert into schema_version values ($1)", [number])
        cursor.commit()
