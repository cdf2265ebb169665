"""The pictures of the first four parts: their embedded files, each read once, block by block, and checked."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from kpi.annex4.body import Drawing
from kpi.annex4.document import Document, Package
from kpi.annex4.outline import CaptionIndex, Outline, new_finding, printable_line
from kpi.catalogue.catalogue import requirements
from kpi.catalogue.forms import document_limits
from kpi.files.archive import ZIP_ERRORS
from kpi.files.text import number_ranges
from kpi.files.workbook import UnreadableFile
from kpi.model.problem import DocumentFinding, DocumentPicture, DocumentPlace

# A picture's format and size in pixels from its header, in a few small reads.
#
# Imaging libraries read metadata before they give the size, and a TIFF directory can request the same megabyte 65,000
# times. Here only the size is read, and no pixel is decoded. The formats: PNG (ISO 15948),
# JPEG (ISO 10918-1, annex B), TIFF 6.0, BMP (the DIB header), GIF89a, WebP (RFC 9649).


_JPEG_SIZED = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_SEGMENTS = 4_000
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257
_VECTOR = {"EMF", "WMF", "SVG"}


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """``kind`` is "" for an unknown format; ``size`` is None without pixels or with a broken header."""

    kind: str
    size: tuple[int, int] | None = None

    @property
    def vector(self) -> bool:
        return self.kind in _VECTOR


def read_header(stream: IO[bytes]) -> ImageHeader:
    """Format and size of the picture in a seekable stream; never raises, whatever its content."""
    head = stream.read(64)
    kind = _kind(head)
    try:
        return ImageHeader(kind, _size(kind, head, stream))
    except struct.error:
        return ImageHeader(kind)


def _kind(head: bytes) -> str:
    starts = {
        b"\x89PNG\r\n\x1a\n": "PNG",
        b"\xff\xd8\xff": "JPEG",
        b"II*\0": "TIFF",
        b"MM\0*": "TIFF",
        b"BM": "BMP",
        b"GIF8": "GIF",
        b"\xd7\xcd\xc6\x9a": "WMF",
        b"\x01\0\x09\0": "WMF",
    }
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[:4] == b"\x01\0\0\0" and head[40:44] == b" EMF":
        return "EMF"
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<svg", b"<?xml")):
        return "SVG"
    return next((kind for start, kind in starts.items() if head.startswith(start)), "")


def _size(kind: str, head: bytes, stream: IO[bytes]) -> tuple[int, int] | None:
    if kind == "PNG":
        return _size_at(">II", head, 16) if head[12:16] == b"IHDR" else None
    if kind == "GIF":
        return _size_at("<HH", head, 6)
    if kind == "BMP":
        # The oldest header (12 bytes) has 16-bit sizes; a negative height stores the rows from the top.
        return _size_at("<HH", head, 18) if head[14:18] == b"\x0c\0\0\0" else _size_at("<ii", head, 18)
    if kind == "WebP":
        return _webp(head)
    if kind == "JPEG":
        return _jpeg(stream)
    return _tiff(head, stream) if kind == "TIFF" else None


def _size_at(layout: str, data: bytes, at: int) -> tuple[int, int] | None:
    width, height = (abs(number) for number in struct.unpack_from(layout, data, at))
    return (width, height) if width and height else None


def _webp(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", head, 26)
    return (width & 0x3FFF, height & 0x3FFF) if form == b"VP8 " else None


def _jpeg(stream: IO[bytes]) -> tuple[int, int] | None:
    """Skip from segment to segment to a frame header."""
    stream.seek(2)
    for _ in range(_JPEG_SEGMENTS):
        fill, marker = struct.unpack("BB", stream.read(2))
        while fill == marker == 0xFF:  # padding before a marker
            marker = struct.unpack("B", stream.read(1))[0]
        if fill != 0xFF:
            return None
        if marker in _JPEG_BARE:
            continue
        length = struct.unpack(">H", stream.read(2))[0]
        if marker in _JPEG_SIZED:
            height, width = struct.unpack(">xHH", stream.read(5))
            return (width, height) if width and height else None
        stream.seek(max(0, length - 2), os.SEEK_CUR)
    return None


def _tiff(head: bytes, stream: IO[bytes]) -> tuple[int, int] | None:
    order = "<" if head.startswith(b"II") else ">"
    stream.seek(struct.unpack_from(f"{order}I", head, 4)[0])
    count = struct.unpack(f"{order}H", stream.read(2))[0]
    directory = stream.read(12 * count)
    sizes: dict[int, int] = {}
    for at in range(0, len(directory) - 11, 12):
        tag, form = struct.unpack_from(f"{order}HH", directory, at)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
            # SHORT (3) or LONG (4); a SHORT is in the first half of its four bytes.
            sizes[tag] = struct.unpack_from(f"{order}{'H' if form == 3 else 'I'}", directory, at + 8)[0]
    width, height = sizes.get(_TIFF_WIDTH, 0), sizes.get(_TIFF_HEIGHT, 0)
    return (width, height) if width and height else None


_BLOCK = 1 << 20
_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Image:
    """An embedded file: its header, its size in bytes and the hash of its content."""

    header: ImageHeader
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture in place. ``image`` is None if its file is damaged, missing or only linked.

    ``at`` is the place of its paragraph, and its place within it.
    """

    number: int
    paragraph: int
    caption: str
    at: tuple[int, int]
    drawn: Drawing
    image: Image | None
    linked: bool

    @property
    def picture(self) -> DocumentPicture:
        header = self.image.header if self.image else ImageHeader("")
        width, height = header.size or (None, None)
        size = self.image.bytes if self.image else None
        return DocumentPicture(self.number, self.paragraph, self.caption, header.kind, width, height, size)


def read_pictures(
    package: Package, document: Document, layout: Outline, captions: CaptionIndex, progress: Callable[[float], object]
) -> tuple[ShownPicture, ...]:
    """Every picture outside part five; ``progress`` receives the share of their bytes read.

    Raises ``UnreadableFile`` above the limit.
    """
    drawn = _drawn(layout)
    if len(drawn) > document_limits().pictures:
        raise UnreadableFile("too_many_pictures", found=len(drawn), limit=document_limits().pictures)
    targets = [_target(item, document) for _, item in drawn]
    images = _images(package, [target for target in dict.fromkeys(targets) if target], progress)
    return tuple(
        ShownPicture(
            number,
            layout.lines[at[0]].paragraph.number,
            _words(at, layout, captions),
            at,
            item,
            images.get(target) if target else None,
            linked=target is None and _is_outside(item, document),
        )
        for number, ((at, item), target) in enumerate(zip(drawn, targets, strict=True), start=1)
    )


def picture_file(package: Package, document: Document, layout: Outline, number: int) -> bytes | None:
    """The embedded file of the picture of that number; None where there is no such file.

    Raises one of ``ZIP_ERRORS`` where it is damaged.
    """
    drawn = _drawn(layout)
    target = _target(drawn[number - 1][1], document) if 0 < number <= len(drawn) else None
    if target is None or package.size(target) is None:
        return None
    with package.open(target) as stream:
        return stream.read()


def picture_findings(pictures: Sequence[ShownPicture]) -> Iterator[DocumentFinding]:
    """One finding per kind of departure, with all its pictures."""
    asked = requirements().pictures
    different = count_different(pictures)
    if different < asked.least:
        yield new_finding("too_few_pictures", found=str(different), wanted=str(asked.least))
    whole = [picture for picture in pictures if picture.image]
    raster = [picture for picture in whole if picture.image and picture.image.header.size]
    yield from _about("picture_linked", [picture for picture in pictures if picture.linked])
    yield from _about("picture_damaged", [picture for picture in pictures if not picture.image and not picture.linked])
    yield from _about("picture_vector", [picture for picture in whole if picture.image and picture.image.header.vector])
    yield from _about(
        "picture_form", [picture for picture in whole if picture.image and _is_strange(picture.image.header)]
    )
    small = [picture for picture in raster if _pixels(picture) < asked.pixels]
    yield from _about("picture_pixels", small, _pixels, asked.pixels)
    yield from _about(
        "picture_bytes", [picture for picture in raster if _bytes(picture) < asked.bytes], _bytes, asked.bytes
    )
    near = [picture for picture in raster if asked.bytes <= _bytes(picture) < asked.bytes_binary]
    yield from _about("picture_bytes_near", near, _bytes, asked.bytes_binary)
    yield from _about("picture_cropped", [picture for picture in whole if picture.drawn.cropped])
    yield from _repeated(whole)


def count_different(pictures: Iterable[ShownPicture]) -> int:
    """The number of pictures with different content."""
    return len({picture.image.sha256 for picture in pictures if picture.image})


def places_of_pictures(pictures: Sequence[ShownPicture]) -> DocumentPlace:
    first = pictures[0]
    return DocumentPlace(
        paragraphs=number_ranges(picture.paragraph for picture in pictures),
        pictures=number_ranges(picture.number for picture in pictures),
        caption=first.caption,
    )


def _drawn(layout: Outline) -> list[tuple[tuple[int, int], Drawing]]:
    """The pictures outside part five in the order in which they are numbered, each with its place."""
    return [
        ((place, nth), picture)
        for place, line in enumerate(layout.lines)
        for nth, picture in enumerate(line.paragraph.pictures if line.kind != "report" else ())
    ]


def _about(
    code: str,
    pictures: Sequence[ShownPicture],
    measure: Callable[[ShownPicture], int] | None = None,
    wanted: int = 0,
) -> Iterator[DocumentFinding]:
    if not pictures:
        return
    params: dict[str, str | float] = {"count": len(pictures)}
    found = ""
    if measure:
        low, high = (_cut(bound(measure(picture) for picture in pictures)) for bound in (min, max))
        found = low if low == high else f"{low}–{high}"
    elif code == "picture_form":
        found = ", ".join(sorted({picture.image.header.kind or "?" for picture in pictures if picture.image}))
    yield new_finding(code, places_of_pictures(pictures), found, f"{wanted / _MEGA:g}", params)


def _repeated(pictures: Sequence[ShownPicture]) -> Iterator[DocumentFinding]:
    by_content: dict[str, list[ShownPicture]] = {}
    for picture in pictures:
        by_content.setdefault(picture.image.sha256 if picture.image else "", []).append(picture)
    repeated = [item for same in by_content.values() if len(same) > 1 for item in same]
    yield from _about("picture_repeated", repeated)


def _cut(number: int) -> str:
    """Millions to two digits, cut and not rounded: 7,999,999 is not 8."""
    return f"{number * 100 // _MEGA / 100:g}"


def _pixels(one: ShownPicture) -> int:
    width, height = (one.image and one.image.header.size) or (0, 0)
    return width * height


def _bytes(one: ShownPicture) -> int:
    return one.image.bytes if one.image else 0


def _is_strange(header: ImageHeader) -> bool:
    return not header.vector and header.size is None


def _words(at: tuple[int, int], layout: Outline, captions: CaptionIndex) -> str:
    """The caption, or the nearest text: of the paragraph itself, before it, after it."""
    if at in captions.of:
        return printable_line(captions.of[at].text)
    near = (at[0], at[0] - 1, at[0] + 1)
    texts = (layout.lines[place].text for place in near if 0 <= place < len(layout.lines))
    return printable_line(next((text for text in texts if text.strip()), ""))


def _target(drawn: Drawing, document: Document) -> str | None:
    """The part with the picture; None if external or missing. An additional link is ignored."""
    relation = document.relations.get(drawn.embedded)
    return None if relation is None or relation.external else relation.target


def _is_outside(drawn: Drawing, document: Document) -> bool:
    relations = (document.relations.get(item) for item in (drawn.embedded, drawn.linked))
    return any(relation is not None and relation.external for relation in relations)


def _images(package: Package, targets: Sequence[str], progress: Callable[[float], object]) -> dict[str, Image]:
    sizes = {target: size for target in targets if (size := package.size(target)) is not None}
    total, done = max(1, sum(sizes.values())), 0

    def report(read: int) -> None:
        progress(min(1.0, (done + read) / total))

    images: dict[str, Image] = {}
    for target, size in sizes.items():
        image = _image(package, target, report)
        if image:
            images[target] = image
        done += size
    return images


def _image(package: Package, target: str, progress: Callable[[int], None]) -> Image | None:
    """Read to the end, so that the zip's checksum is verified: a truncated file is damaged, whatever its header."""
    try:
        with package.open(target) as stream:
            header = read_header(stream)
        digest, size = hashlib.sha256(), 0
        with package.open(target) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
                progress(size)
    except ZIP_ERRORS:
        return None
    return Image(header, size, digest.hexdigest()) if size else None
