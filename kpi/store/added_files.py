"""What is put into a folder for a store that may be taken back."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kpi.store.store_folder import StoreFolder


@dataclass(frozen=True, slots=True)
class AddedFiles:
    """What is put into a folder, and the folders that are made for it, after a moment."""

    root: Path
    _absent: tuple[Path, ...]
    _before: frozenset[Path]

    @classmethod
    def from_now_on(cls, root: Path) -> AddedFiles:
        absent = tuple(folder for folder in (root, *root.parents) if not folder.exists())
        return cls(root, absent, frozenset(root.iterdir()) if root.is_dir() else frozenset())

    def remove(self) -> None:
        """The database first: a kill on the way leaves what is called a lost store, never a store without its files.

        Raises:
            OSError: something cannot be removed.
        """
        added = set(self.root.iterdir()) - self._before
        for path in sorted(added, key=lambda one: one != StoreFolder(self.root).database):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for folder in self._absent:
            with suppress(OSError):  # somebody has put something there
                folder.rmdir()
