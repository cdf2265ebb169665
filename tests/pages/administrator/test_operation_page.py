"""The page of operation: how the installation stands, and a backup made from it."""

from __future__ import annotations

from pathlib import Path

from kpi.services.operation.backup import MANIFEST
from kpi.services.operation.upgrade import BACKUPS
from kpi.store.store import Store
from pages.administrator.parts.operation import size_words
from tests.pages.app_runs import Office, opened, strings


def backups(store: Store) -> list[Path]:
    return sorted((store.folder.root / BACKUPS).glob("*"))


def test_it_tells_how_the_store_stands_and_who_is_signed_in(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = opened("operation", "en")
    assert not page.exception
    said = "\n".join(strings(page))
    assert "Everything that was checked is in order." in said
    assert "No backup has been made yet." in said
    assert "administrator" in said
    assert backups(copied_office.store) == []


def test_a_backup_made_from_the_page_is_whole_and_is_named(copied_office: Office) -> None:
    copied_office.sit("administrator")
    page = opened("operation", "en")
    next(item for item in page.button if item.key == "back-up").click().run()
    assert not page.exception
    [backup] = backups(copied_office.store)
    assert (backup / MANIFEST).exists()
    said = "\n".join([*strings(page), *(item.value for item in page.success)])
    assert f"{BACKUPS}/{backup.name}" in said
    assert "0 hours ago" in said
    page.run()
    assert len(backups(copied_office.store)) == 1, "one press, one backup"


def test_sizes_are_in_the_unit_that_a_reader_expects() -> None:
    sizes = (0, 14_200_000, 999_900_000, 1_000_000_000, 76_873_000_000, 1_234_500_000_000)
    assert list(map(size_words, sizes)) == ["0.0 MB", "14.2 MB", "999.9 MB", "1.0 GB", "76.9 GB", "1,234.5 GB"]
