"""One store takes another's place: part by part, so that a kill at any moment leaves each of the two in one folder.

Each move is atomic, all of them together are not. What is moved aside lies in a folder that says so until all of it is
there; the next restoration goes on with that folder, instead of dividing the old store among two.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from pathlib import Path

from kpi.store.folder import sync, write_whole

DATABASE = "duibiao.duckdb"
STORE_PARTS = (DATABASE, f"{DATABASE}.wal", "audit-head", "secret", "originals", "reserve", "serving")
UNFINISHED = "unfinished"
"""In a folder that a store is being moved into: not all of it is there yet."""


def replace_parts(root: Path, part: Path, name: str) -> str | None:
    """Move the store at ``root`` into a folder of its own within it, and what is in ``part`` into its place.

    The log and earlier backups stay. Returns the folder's name, ``name`` or like it; None where there was no store.

    Raises:
        OSError: a part could not be moved; the store is where it was.
    """
    done: list[tuple[Path, Path]] = []
    present = [path for kind in STORE_PARTS if (path := root / kind).exists()]
    begun = next((mark.parent for mark in sorted(root.glob(f"replaced-*/{UNFINISHED}"))), None)
    aside = begun or (_new_folder(root, name) if present else None)
    try:
        if aside:
            _move_aside(present, aside, done)
        _move_in(part, root, done)
    except BaseException:
        _undo(done, aside)
        raise
    with suppress(
        OSError
    ):  # the store is in its place already; an empty folder that stays is removed by the next writer
        part.rmdir()
    return aside.name if aside else None


def _move_aside(present: list[Path], aside: Path, done: list[tuple[Path, Path]]) -> None:
    if not (aside / UNFINISHED).exists():
        write_whole(aside / UNFINISHED, b"")
    # The database first: without it the store says that it is lost, whatever else is there already.
    for path in present:
        _move(path, aside / path.name, done)
    sync(aside)
    sync(aside.parent)
    (aside / UNFINISHED).unlink()
    sync(aside)


def _new_folder(root: Path, name: str) -> Path:
    for number in count(1):
        with suppress(FileExistsError):
            folder = root / (name if number == 1 else f"{name}-{number}")
            folder.mkdir(mode=0o700)
            return folder
    raise AssertionError("there is always a next number")


def _move_in(part: Path, root: Path, done: list[tuple[Path, Path]]) -> None:
    """The database last: a kill on the way leaves a store without one, which says so, and never half of two stores."""
    for path in sorted(part.iterdir(), key=lambda path: path.name == DATABASE):
        _move(path, root / path.name, done)
        sync(root)


def _move(path: Path, target: Path, done: list[tuple[Path, Path]]) -> None:
    done.append((path, target))
    path.rename(target)


def _undo(done: list[tuple[Path, Path]], aside: Path | None) -> None:
    """Back the way it came. What cannot be moved back either is met as after a kill: the store says that it is lost."""
    for path, target in reversed(done):
        with suppress(OSError):
            if target.exists() and not path.exists():
                target.rename(path)
    if aside:
        with suppress(OSError):
            if any(path.name != UNFINISHED for path in aside.iterdir()):
                write_whole(aside / UNFINISHED, b"")
            else:
                (aside / UNFINISHED).unlink(missing_ok=True)
                aside.rmdir()
