"""The XML parts of a zipped workbook: counted while they are unpacked, and packed again without compression."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from kpi.files.limits import FileLimits
from kpi.files.workbook import UnreadableFile, too_large
from kpi.files.zip_safety import ZIP_ERRORS, open_zip

_OPENED = (".xml", ".rels")


def unpack(data: bytes, limits: FileLimits) -> dict[str, bytes]:
    """XML parts only, read with a counter: the sizes a zip states of itself may lie. Raises ``UnreadableFile``."""
    try:
        with open_zip(io.BytesIO(data), limits) as archive:
            wanted = [entry for entry in archive.infolist() if entry.filename.lower().endswith(_OPENED)]
            parts: dict[str, bytes] = {}
            left = limits.unpacked_bytes
            for entry in wanted:
                with archive.open(entry) as stream:
                    parts[entry.filename] = stream.read(left + 1)
                left -= len(parts[entry.filename])
                if left < 0:
                    raise too_large(limits.unpacked_bytes - left, limits.unpacked_bytes)
            return parts
    except ZIP_ERRORS as fault:
        raise UnreadableFile("unreadable_file") from fault


def repack(parts: Mapping[str, bytes]) -> io.BytesIO:
    """The checked parts in a plain zip, so that calamine unpacks nothing that was not counted."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    stream.seek(0)
    return stream
