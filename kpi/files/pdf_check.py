"""Whether a sent file is a PDF that may be kept: its size, its beginning and its end. Nothing in it is interpreted."""

from __future__ import annotations

HEAD, TAIL = 1024, 2048
"""Bytes in which readers look for the header and the end mark (ISO 32000-2, annex I)."""


def is_pdf(data: bytes) -> bool:
    """Whether the header and the end mark are where every reader looks for them."""
    return b"%PDF-" in data[:HEAD] and b"%%EOF" in data[-TAIL:]
