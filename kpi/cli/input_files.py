"""Reading the files a call names."""

from __future__ import annotations

from kpi.cli.session import Session
from kpi.errors import Told
from kpi.files.limits import limits
from kpi.files.printable import shown


def read_file(session: Session, name: str) -> bytes:
    """The file's bytes.

    Raises:
        Told: it is not there or cannot be read.
    """
    try:
        return session.path(name).read_bytes()
    except OSError as error:
        raise Told("cannot_read", name=shown(name, limits().problem_value_characters)) from error


def base_name(name: str) -> str:
    """The name a person knows the file by, without the folders."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]
