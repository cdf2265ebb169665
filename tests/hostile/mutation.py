"""Real files with a few things wrong: a seed chooses the file, what is changed and where, and always the same."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from kpi.intake.form.template import template
from tests.hostile.containers import parts, zipped

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "data" / "samples", ROOT / "tests" / "freeform" / "files")
KINDS = {".xlsx", ".xlsm", ".xls", ".ods", ".csv"}
LARGEST = 400_000

NASTY = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1",
        "2",
        "99999999999999999999",
        "1e999",
        "-1e308",
        "NaN",
        "Infinity",
        "1e5",
        "0x10",
        "1_000",
    ),
    *(
        "²",
        "٣",
        "３５．２％",
        "−5",
        "A0",
        "a1",
        "XFD1048576",
        "AAAA1",
        "A1:XFD1048576",
        "rId999",
        "../../x.xml",
        "x\\y",
    ),
    *(
        "=1+1",
        "@SUM(1)",
        "\u202e",
        "\u200b",
        "\ud7ff",
        "<script>",
        "&amp;",
        "&#0;",
        "&#xD800;",
        "%s%n",
        "{0}",
        "{file}",
    ),
    *(
        "不适用",
        "N/A",
        "2025",
        "相对",
        "百分点",
        "K08",
        "K01²",
        "n",
        "s",
        "str",
        "b",
        "e",
        "d",
        "inlineStr",
        "zz",
        "x" * 3_000,
    ),
)
_ATTRIBUTE = re.compile(rb'="[^"]*"')
_TEXT = re.compile(rb">[^<>]+<")
_CELL = re.compile(rb"<c [^>]*?(?:/>|>.*?</c>)|<table:table-cell[^>]*?(?:/>|>.*?</table:table-cell>)", re.DOTALL)
_ELEMENT = re.compile(rb"<([A-Za-z:]+)[^<>]*/>|<([A-Za-z:]+)[^<>]*>[^<>]*</\2>")

Change = Callable[[random.Random, bytes], bytes]


@cache
def corpus() -> tuple[tuple[str, bytes], ...]:
    """The samples, both templates, and the files of other programs' making."""
    found = [path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.suffix in KINDS]
    files = [(path.name, path.read_bytes()) for path in found if path.stat().st_size < LARGEST]
    return (*files, ("template-zh.xlsx", template("zh")), ("template-en.xlsx", template("en")))


def mutated(seed: int) -> tuple[str, bytes]:
    """The file's name and its changed bytes."""
    rnd = random.Random(seed)
    name, data = corpus()[seed % len(corpus())]
    if data.startswith(b"PK") and rnd.random() < 0.85:
        return name, _in_parts(rnd, data)
    for _ in range(rnd.randint(1, 4)):
        data = rnd.choice(_ANY)(rnd, data)
    return name, data


def _in_parts(rnd: random.Random, data: bytes) -> bytes:
    entries = list(parts(data))
    for _ in range(rnd.randint(1, 5)):
        at = rnd.randrange(len(entries))
        name, part = entries[at]
        entries[at] = name, rnd.choice(_XML if b"<" in part else _ANY)(rnd, part)
    if rnd.random() < 0.1:
        entries.pop(rnd.randrange(len(entries)))
    if rnd.random() < 0.1:
        entries.append((rnd.choice(entries)[0], rnd.choice(entries)[1]))
    if rnd.random() < 0.1:
        rnd.shuffle(entries)
    return zipped(entries)


def _replaced(pattern: re.Pattern[bytes], head: bytes, tail: bytes) -> Change:
    def change(rnd: random.Random, part: bytes) -> bytes:
        found = list(pattern.finditer(part))
        if not found:
            return part
        one = rnd.choice(found)
        new = head + rnd.choice(NASTY).encode("utf-8", "surrogatepass") + tail
        return part[: one.start()] + new + part[one.end() :]

    return change


def _swapped(rnd: random.Random, part: bytes) -> bytes:
    """Two cells in one another's place."""
    found = list(_CELL.finditer(part))
    if len(found) < 2:
        return part
    first, second = sorted(rnd.sample(found, 2), key=lambda item: item.start())
    between = part[first.end() : second.start()]
    return part[: first.start()] + second[0] + between + first[0] + part[second.end() :]


def _doubled(rnd: random.Random, part: bytes) -> bytes:
    """An element again, a few times or a thousand."""
    found = list(_ELEMENT.finditer(part))
    if not found:
        return part
    one = rnd.choice(found)
    return part[: one.start()] + one[0] * rnd.choice((2, 3, 1_000)) + part[one.end() :]


def _dropped(rnd: random.Random, part: bytes) -> bytes:
    found = list(_ELEMENT.finditer(part))
    one = rnd.choice(found) if found else None
    return part[: one.start()] + part[one.end() :] if one else part


def _types(rnd: random.Random, part: bytes) -> bytes:
    """Every cell's type is another one."""
    old, new = rnd.sample([b"s", b"n", b"str", b"b", b"e", b"d", b"inlineStr"], 2)
    return part.replace(b' t="' + old + b'"', b' t="' + new + b'"')


def _flipped(rnd: random.Random, data: bytes) -> bytes:
    reported = bytearray(data)
    for _ in range(rnd.choice((1, 3, 20)) if reported else 0):
        reported[rnd.randrange(len(reported))] ^= 1 << rnd.randrange(8)
    return bytes(reported)


def _cut(rnd: random.Random, data: bytes) -> bytes:
    return data[: rnd.randrange(len(data) + 1)]


def _without(rnd: random.Random, data: bytes) -> bytes:
    start = rnd.randrange(len(data) + 1)
    return data[:start] + data[start + rnd.randint(1, 200) :]


def _with(rnd: random.Random, data: bytes) -> bytes:
    at = rnd.randrange(len(data) + 1)
    new = rnd.choice(
        (rnd.randbytes(20), rnd.choice(NASTY).encode("utf-8", "surrogatepass"), b",", b'"', b"\n", b"\x00")
    )
    return data[:at] + new + data[at:]


_ANY: tuple[Change, ...] = (_flipped, _cut, _without, _with)
_XML: tuple[Change, ...] = (
    *(_replaced(_ATTRIBUTE, b'="', b'"'), _replaced(_TEXT, b">", b"<")) * 3,
    *(_swapped, _doubled, _dropped, _types, _flipped, _without, _with),
)
