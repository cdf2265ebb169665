"""Is every block of the database file as it was written? DuckDB itself looks at a block only when it needs it.

Scanning the tables reads what they hold, but not the indexes of their keys, which are looked at by the next change. So
the file's own checksums are computed once more: for every block but the free ones, which a kill may leave half-written.

Source: DuckDB's storage format as of 2.0 (``src/storage/single_file_block_manager.cpp``, ``src/common/checksum.cpp``),
confirmed by the blocks of files that DuckDB wrote (``tests/store/test_damage.py``).
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER_BYTES = 4096
HEADERS = 3
"""The file's own header, then two that take turns: of these the one of the later iteration holds."""
NOWHERE = 0xFFFF_FFFF_FFFF_FFFF
SUB_BLOCKS = 64
FACTOR = 0xBF58_476D_1CE4_E5B9
START = 5381


@dataclass(frozen=True, slots=True)
class _Header:
    iteration: int
    free_list: int
    blocks: int
    block_bytes: int


def damaged_blocks(database: Path) -> list[int]:
    """The numbers of the blocks in use whose content is not what was written, read while nobody writes.

    Raises:
        OSError: the file cannot be read.
    """
    header = _current(b"".join(_read(database, 0, HEADERS * HEADER_BYTES)))
    bad = [
        number
        for number, block in enumerate(_blocks(database, header))
        if len(block) < header.block_bytes or not _sound(block)
    ]
    return sorted(set(bad) - _free(database, header)) if bad else []


def _blocks(database: Path, header: _Header) -> Iterator[bytes]:
    first = HEADERS * HEADER_BYTES
    whole = _read(database, first, header.blocks * header.block_bytes, header.block_bytes)
    for _ in range(header.blocks):
        yield next(whole, b"")


def _read(database: Path, first: int, size: int, piece: int = HEADER_BYTES) -> Iterator[bytes]:
    """The file's bytes in pieces, read by a process of its own.

    Closing the file in this process would give up the lock that DuckDB holds on it.
    """
    part = [f"skip={first // HEADER_BYTES}", f"count={-(-size // HEADER_BYTES)}"]
    command = ["dd", f"if={database}", f"bs={HEADER_BYTES}", *part, "status=none"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reading:  # noqa: S603 - our own words, no shell
        while data := reading.stdout.read(piece) if reading.stdout else b"":
            yield data
    if reading.returncode:
        raise OSError(f"dd: {reading.returncode}")


def _current(headers: bytes) -> _Header:
    found = []
    for at in (HEADER_BYTES, 2 * HEADER_BYTES):
        _, iteration, _, free_list, blocks, block_bytes = struct.unpack_from("<6Q", headers, at)
        found.append(_Header(iteration, free_list, blocks, block_bytes))
    return max(found, key=lambda item: item.iteration)


def _free(database: Path, header: _Header) -> set[int]:
    """The free blocks, as the file's own list tells: none of them where that list makes no sense."""
    words = _free_list(database, header)
    count = next(words, 0)
    if count > header.blocks:
        return set()
    free = {word for _, word in zip(range(count), words, strict=False)}
    return free if len(free) == count and max(free, default=0) < header.blocks else set()


def _free_list(database: Path, header: _Header) -> Iterator[int]:
    """The words of a chain of sub-blocks, each of which begins with where the next one lies."""
    sub_bytes = (header.block_bytes - 8) // SUB_BLOCKS // 8 * 8
    place, seen = header.free_list, set[int]()
    while place != NOWHERE and place not in seen and (place & 0xFF_FFFF_FFFF_FFFF) < header.blocks:
        seen.add(place)
        number, index = place & 0xFF_FFFF_FFFF_FFFF, place >> 56
        first = HEADERS * HEADER_BYTES + number * header.block_bytes
        block = b"".join(_read(database, first, header.block_bytes))
        place, *words = struct.unpack_from(f"<{sub_bytes // 8}Q", block, 8 + index * sub_bytes)
        yield from words


def _sound(block: bytes) -> bool:
    # Here and not above: no command waits for numpy that does not need it.
    import numpy as np

    words = np.frombuffer(block, dtype="<u8")
    with np.errstate(over="ignore"):
        computed = np.bitwise_xor.reduce(words[1:] * np.uint64(FACTOR)) ^ np.uint64(START)
    return bool(computed == words[0])
