"""Where a store is: a folder, or a database that several processes share and a folder for its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from kpi.errors import StoreUnavailable
from kpi.store.folder import DEFAULT_FOLDER

SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class StorePlace:
    """``address`` is that of the database, None where that lies in the folder. It may hold a password: never shown."""

    folder: Path
    address: str | None = field(default=None, repr=False)

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings by which another process finds it."""
        if self.address is None:
            return {"KPI_STORE": str(self.folder)}
        return {"KPI_STORE": self.address, "KPI_STORE_FILES": str(self.folder)}


def is_address(said: str | None) -> bool:
    """Whether it names a database, and no folder."""
    return (said or "").startswith(SCHEMES)


def chosen_place(option: str | None) -> StorePlace:
    """What ``--store`` says, else ``KPI_STORE``, else the project's own folder, which git ignores.

    Beside the address of a database ``KPI_STORE_FILES`` names the folder.

    Raises:
        StoreUnavailable: the address comes without a folder, or with a password where everybody on the machine reads
            it: in the arguments of a command.
    """
    said = option or os.environ.get("KPI_STORE") or ""
    if not is_address(said):
        return StorePlace(Path(said or DEFAULT_FOLDER).expanduser().resolve())
    files = os.environ.get("KPI_STORE_FILES")
    if option:
        _refuse_password(option)
    if not files:
        raise StoreUnavailable("store_files_unnamed")
    return StorePlace(Path(files).expanduser().resolve(), said)


def shared_place(address: str, files: Path) -> StorePlace:
    """As the arguments of a command name it.

    Raises:
        StoreUnavailable: it is no address of a database, or one with a password.
    """
    if not is_address(address):
        raise StoreUnavailable("no_database_address")
    _refuse_password(address)
    return StorePlace(files.expanduser().resolve(), address)


def _refuse_password(address: str) -> None:
    if _has_password(address):
        raise StoreUnavailable("password_in_arguments")


def _has_password(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:  # as of an address in brackets that do not close
        return "password" in address or "@" in address
    return parts.password is not None or "password" in parse_qs(parts.query)
