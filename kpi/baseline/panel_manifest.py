"""The original of a panel in parts: a text that names each part with the SHA-256 of its file, kept beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

_FORM = "duibiao panel in parts 1"


_LONGEST = 10_000_000
"""Bytes. No list of parts is longer, and no larger original is looked into."""


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part as it was sent: its rows without blank ones, its values, and the SHA-256 of the file."""

    name: str
    rows: int
    values: int
    sha256: str


def manifest_bytes(parts: Iterable[ReadPart]) -> bytes:
    """The same parts in any order are the same text."""
    listed = sorted((asdict(part) for part in parts), key=lambda part: (part["sha256"], part["name"]))
    return json.dumps({"form": _FORM, "parts": listed}, ensure_ascii=False, indent=1).encode("utf-8")


def parts_of_original(path: Path) -> frozenset[str]:
    """The SHA-256 of each part that an original names; none where it is a file of another kind, or not there."""
    try:
        if path.stat().st_size > _LONGEST:
            return frozenset()
        data = path.read_bytes()
    except FileNotFoundError:
        return frozenset()
    if not data.startswith(b'{\n "form": "' + _FORM.encode()):
        return frozenset()
    try:
        return frozenset(str(part["sha256"]) for part in json.loads(data)["parts"])
    except (ValueError, LookupError, TypeError):  # somebody's file that only begins like one
        return frozenset()
