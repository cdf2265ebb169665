"""The pictures of the first four parts: their embedded files, each read once, block by block, and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpi.annex4.body import Drawing
from kpi.annex4.captions import CaptionIndex
from kpi.annex4.document import Document
from kpi.annex4.finding_places import new_finding, printable_line
from kpi.annex4.image_header import ImageHeader, read_header
from kpi.annex4.outline import REPORT, Outline
from kpi.annex4.package import Package
from kpi.catalogue.annex4_settings import document_limits, requirements
from kpi.files.printable import number_ranges
from kpi.files.workbook import UnreadableFile
from kpi.files.zip_safety import ZIP_ERRORS
from kpi.model.document_report import DocumentFinding, DocumentPicture, DocumentPlace

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
    targets = [_target(one, document) for _, one in drawn]
    images = _images(package, [target for target in dict.fromkeys(targets) if target], progress)
    return tuple(
        ShownPicture(
            number,
            layout.lines[at[0]].paragraph.number,
            _words(at, layout, captions),
            at,
            one,
            images.get(target) if target else None,
            linked=target is None and _is_outside(one, document),
        )
        for number, ((at, one), target) in enumerate(zip(drawn, targets, strict=True), start=1)
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
    whole = [one for one in pictures if one.image]
    raster = [one for one in whole if one.image and one.image.header.size]
    yield from _about("picture_linked", [one for one in pictures if one.linked])
    yield from _about("picture_damaged", [one for one in pictures if not one.image and not one.linked])
    yield from _about("picture_vector", [one for one in whole if one.image and one.image.header.vector])
    yield from _about("picture_form", [one for one in whole if one.image and _is_strange(one.image.header)])
    small = [one for one in raster if _pixels(one) < asked.pixels]
    yield from _about("picture_pixels", small, _pixels, asked.pixels)
    yield from _about("picture_bytes", [one for one in raster if _bytes(one) < asked.bytes], _bytes, asked.bytes)
    near = [one for one in raster if asked.bytes <= _bytes(one) < asked.bytes_binary]
    yield from _about("picture_bytes_near", near, _bytes, asked.bytes_binary)
    yield from _about("picture_cropped", [one for one in whole if one.drawn.cropped])
    yield from _repeated(whole)


def count_different(pictures: Iterable[ShownPicture]) -> int:
    """The number of pictures with different content."""
    return len({one.image.sha256 for one in pictures if one.image})


def places_of_pictures(pictures: Sequence[ShownPicture]) -> DocumentPlace:
    first = pictures[0]
    return DocumentPlace(
        paragraphs=number_ranges(one.paragraph for one in pictures),
        pictures=number_ranges(one.number for one in pictures),
        caption=first.caption,
    )


def _drawn(layout: Outline) -> list[tuple[tuple[int, int], Drawing]]:
    """The pictures outside part five in the order in which they are numbered, each with its place."""
    return [
        ((place, nth), one)
        for place, line in enumerate(layout.lines)
        for nth, one in enumerate(line.paragraph.pictures if line.part != REPORT else ())
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
        low, high = (_cut(bound(measure(one) for one in pictures)) for bound in (min, max))
        found = low if low == high else f"{low}–{high}"
    elif code == "picture_form":
        found = ", ".join(sorted({one.image.header.kind or "?" for one in pictures if one.image}))
    yield new_finding(code, places_of_pictures(pictures), found, f"{wanted / _MEGA:g}", params)


def _repeated(pictures: Sequence[ShownPicture]) -> Iterator[DocumentFinding]:
    by_content: dict[str, list[ShownPicture]] = {}
    for one in pictures:
        by_content.setdefault(one.image.sha256 if one.image else "", []).append(one)
    repeated = [one for same in by_content.values() if len(same) > 1 for one in same]
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
    relations = (document.relations.get(one) for one in (drawn.embedded, drawn.linked))
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
