"""Notices packed as an administrator sends them: a folder that ships, changed and put into a ZIP archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from kpi.catalogue.catalogue import NOTICES, Catalogue
from kpi.services.administrator.notices import approve_notice, propose_notice
from kpi.store.store import Store
from tests.services.sample_store import ADMINISTRATOR
from tests.services.two_people import SECOND_ADMINISTRATOR

EXAMPLE = "shanghai-2026-example"
OFFICIAL = "shanghai-2026-88"
"""What the fictitious notice is called where a store takes official ones alone."""


def notice_folder(name: str = EXAMPLE) -> dict[str, str]:
    """The texts of a shipped notice's files by name."""
    return {path.name: path.read_text("utf-8") for path in sorted((NOTICES / name).glob("*.toml"))}


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of files by their path in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as into:
        for path, text in files.items():
            into.writestr(path, text)
    return packed.getvalue()


def archive_files(data: bytes) -> dict[str, bytes]:
    """The files of an archive by their name alone."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {path.rpartition("/")[2]: packed.read(path) for path in packed.namelist()}


def notice_archive(name: str = EXAMPLE) -> bytes:
    """A shipped notice in its folder."""
    return archive({f"{name}/{file}": text for file, text in notice_folder(name).items()})


def official_files(name: str = OFFICIAL, of: str = EXAMPLE, year: int = 2026) -> dict[str, str]:
    """A shipped notice as if it were another, official one."""
    files = notice_folder(of)
    head, _, _ = files["notice.toml"].partition("[illustrative]")
    for key, value in (("id", f'"{name}"'), ("status", '"official"'), ("year", str(year))):
        [line] = [line for line in head.splitlines() if line.startswith(f"{key} = ")]
        head = head.replace(f"{line}\n", f"{key} = {value}\n")
    return files | {"notice.toml": head}


def official_notice(name: str = OFFICIAL, of: str = EXAMPLE, year: int = 2026, title: str = "") -> bytes:
    """The same, packed in its folder; another ``title`` makes another edition of it."""
    files = official_files(name, of, year)
    if title:
        [line] = [line for line in files["notice.toml"].splitlines() if line.startswith("title.zh")]
        files["notice.toml"] = files["notice.toml"].replace(line, f'title.zh = "{title}"')
    return archive({f"{name}/{file}": text for file, text in files.items()})


def take_in(store: Store, name: str = EXAMPLE) -> Catalogue:
    """One administrator proposes a shipped notice, another approves it."""
    proposal = propose_notice(store, SECOND_ADMINISTRATOR, notice_archive(name))
    return approve_notice(store, ADMINISTRATOR, proposal.id)
