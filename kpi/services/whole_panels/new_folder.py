"""A folder of files that is there whole or not at all."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kpi.errors import UserError
from kpi.store.folder import PART, flocked, sync


@contextmanager
def new_folder(destination: Path) -> Iterator[Path]:
    """A folder to fill, for its owner only, which becomes ``destination`` at the end; after an error nothing is left.

    What a kill leaves is a hidden folder beside it, which the next attempt at the same name removes.

    Raises:
        UserError: something is there already, another process is filling it, or it cannot be written.
    """
    if destination.exists() or destination.is_symlink():
        raise UserError("out_exists", name=destination.name)
    part = destination.with_name(f".{destination.name}{PART}")
    try:
        part.mkdir(mode=0o700, exist_ok=True)
        with flocked(part, fcntl.LOCK_EX) as held:
            if not held:
                raise UserError("out_being_made", name=destination.name)
            yield from _filled(part, destination)
    except OSError as error:
        raise UserError("cannot_write", name=destination.name) from error


def _filled(part: Path, destination: Path) -> Iterator[Path]:
    try:
        for path in part.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        yield part
        for path in part.iterdir():
            sync(path)
        sync(part)
        part.rename(destination)
        sync(destination.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
