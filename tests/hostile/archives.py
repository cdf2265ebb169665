"""Hostile zips made of a faultless one, of whatever kind of workbook: each with the codes it must be reported by."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping

from kpi.files.limits import application_limits
from tests.hostile.containers import parts, repacked, zipped

READ: tuple[str, ...] = ()
UNSAFE, UNREADABLE, TOO_LARGE = ("unsafe_file",), ("unreadable_file",), ("too_large",)
_LISTED, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_ENTITIES = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
_OUTSIDE = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>"""


def _flat(data: bytes) -> bytes:
    """One part of nothing but blanks, a thousand times as large as it is sent."""
    return repacked(
        data, extra=[("xl/blanks.xml", b"<x>" + b" " * (application_limits().unpacked_bytes + 1) + b"</x>")]
    )


def _dense(data: bytes) -> bytes:
    """Below the limit of bytes, far beyond that of the ratio."""
    return repacked(
        data, extra=[("xl/blanks.xml", b"<x>" + b" " * (application_limits().unpacked_bytes // 2) + b"</x>")]
    )


def _nested(data: bytes) -> bytes:
    """A bomb within a zip within a zip. What is no XML part is never unpacked."""
    inner = bytes(1_000_000)
    for _ in range(5):
        inner = zipped([(f"{number}.zip", inner) for number in range(3)])
    return repacked(data, extra=[("xl/embeddings/object.zip", inner)])


def _lying(data: bytes, method: int) -> bytes:
    """200 MB that say they are 1,000 bytes; packed by bzip2 they are 700."""
    reported = bytearray(repacked(data, method=method, extra=[("xl/lie.xml", bytes(200_000_000))]))
    at = reported.rfind(_LISTED)
    struct.pack_into("<I", reported, at + 24, 1_000)
    struct.pack_into("<I", reported, struct.unpack_from("<I", reported, at + 42)[0] + 22, 1_000)
    return bytes(reported)


def _overlapping(data: bytes) -> bytes:
    """Every entry of the list begins where the first one does."""
    reported = bytearray(data)
    at = reported.find(_LISTED)
    first = struct.unpack_from("<I", reported, at + 42)[0]
    while at >= 0:
        struct.pack_into("<I", reported, at + 42, first)
        at = reported.find(_LISTED, at + 4)
    return bytes(reported)


def _wrong_sum(data: bytes) -> bytes:
    """The check sum of every XML part is off by one."""
    reported = bytearray(data)
    at = reported.find(_LISTED)
    while at >= 0:
        reported[at + 16] ^= 1
        at = reported.find(_LISTED, at + 4)
    return bytes(reported)


def _encrypted(data: bytes) -> bytes:
    reported = bytearray(data)
    at = reported.find(_LISTED)
    reported[at + 8] |= 1
    return bytes(reported)


def _many(data: bytes) -> bytes:
    return repacked(data, extra=[(f"xl/{number}.xml", b"<x/>") for number in range(application_limits().entries)])


def _twice(data: bytes) -> bytes:
    name, part = next(parts(data))
    return repacked(data, extra=[(name, part)])


def _twice_in_other_letters(data: bytes) -> bytes:
    """A second one that is found by a reader who does not mind capitals."""
    name, part = next(parts(data))
    return repacked(data, extra=[(name.upper(), part)])


def _undecodable(data: bytes) -> bytes:
    """A name that says it is UTF-8 and is not."""
    return repacked(data, extra=[("xl/é.xml", b"<x/>")]).replace("é".encode(), b"\xff\xfe")


def _named(*names: str) -> Callable[[bytes], bytes]:
    return lambda data: repacked(data, extra=[(name, b"<x/>") for name in names])


def _every_part(before: bytes) -> Callable[[bytes], Mapping[str, bytes]]:
    """``before`` put in front of the root of each XML part in turn."""

    def change(data: bytes) -> Mapping[str, bytes]:
        return {
            f"{name} with a document type": repacked(
                data, lambda datum, part, name=name: _behind_declaration(part, before) if datum == name else part
            )
            for name, part in parts(data)
            if name.endswith((".xml", ".rels"))
        }

    return change


def _behind_declaration(part: bytes, before: bytes) -> bytes:
    head, mark, rest = part.partition(b"?>")
    return head + mark + before + rest if mark else before + part


def _packed(method: int) -> Callable[[bytes], bytes]:
    return lambda data: repacked(data, method=method)


ARCHIVES: Mapping[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    "flat bomb": (_flat, TOO_LARGE),
    "dense bomb": (_dense, UNSAFE),
    "nested bomb": (_nested, READ),
    "sizes that lie": (lambda data: _lying(data, zipfile.ZIP_DEFLATED), UNREADABLE),
    "sizes that lie, by bzip2": (lambda data: _lying(data, zipfile.ZIP_BZIP2), UNSAFE),
    "packed by bzip2": (_packed(zipfile.ZIP_BZIP2), UNSAFE),
    "packed by LZMA": (_packed(zipfile.ZIP_LZMA), UNSAFE),
    "overlapping entries": (_overlapping, UNREADABLE),
    "wrong check sums": (_wrong_sum, UNREADABLE),
    "encrypted": (_encrypted, UNSAFE),
    "too many entries": (_many, UNSAFE),
    "an entry twice": (_twice, UNSAFE),
    "an entry twice in other letters": (_twice_in_other_letters, UNSAFE),
    "a name that is no UTF-8": (_undecodable, UNREADABLE),
    "names that lead out": (_named("../../etc/cron.d/x.xml", "/etc/passwd.xml", "C:\\x.xml", "..\\x.xml"), READ),
    "names of no use": (_named("x" * 60_000 + ".xml", "a\u202eb.xml", "CON.xml", "a\nb.xml"), READ),
    "cut in the middle": (lambda data: data[: len(data) // 2], UNREADABLE),
    "cut at the end": (lambda data: data[:-1], UNREADABLE),
    "a head alone": (lambda data: data[:30], UNREADABLE),
    "bytes after the end": (lambda data: data + bytes(100), READ),
    "no entry": (lambda _: zipped([]), UNREADABLE),
}


DOCUMENT_TYPES = {"entities": _every_part(_ENTITIES), "an outside entity": _every_part(_OUTSIDE)}
"""Each gives a file for every XML part of the workbook."""
