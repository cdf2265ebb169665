"""The document for the checks: paragraphs, what they refer to, and what was not read."""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO

from kpi.annex4.body import BodyReader, Paragraph
from kpi.annex4.outline import printable_line
from kpi.annex4.styles import Numbering, StyleSheet, Theme
from kpi.annex4.xml_tree import XmlBudget, XmlNode, read_xml
from kpi.catalogue.forms import DocumentLimits
from kpi.files.archive import ZIP_ERRORS, open_zip
from kpi.files.workbook import UnreadableFile

# The zip of a Word document: parts are read one by one, on demand; nothing external is ever loaded.


_ZIP = b"PK"
# The container of .doc, .wps and password-protected documents (MS-CFB); the latter have this stream.
_COMPOUND = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_LOOK_FOR_LOCK = 1_000_000
_WORTH_PACKING, _BLOCK = 0.9, 1_000_000


@dataclass(frozen=True, slots=True)
class Relation:
    """The target of a relationship: a part by name, or something ``external``."""

    kind: str
    target: str
    external: bool


class Package:
    """An opened document. ``main`` is the name of the part with the text."""

    def __init__(self, archive: zipfile.ZipFile, limits: DocumentLimits) -> None:
        self._archive = archive
        # Part names differ by more than case (ECMA-376 part 2, 6.2.2).
        self._entries = {entry.filename.lower(): entry for entry in archive.infolist()}
        self._budget = XmlBudget(limits.xml_bytes, limits.elements, limits.depth)
        self._refuse_macros()
        self.main = self._main()

    def xml(self, name: str) -> XmlNode | None:
        """A part's tree; None where there is no such part. Raises ``UnreadableFile``."""
        entry = self._entries.get(name.lower())
        if entry is None:
            return None
        try:
            with self._archive.open(entry) as stream:
                return read_xml(stream, self._budget)
        except ZIP_ERRORS as fault:
            raise UnreadableFile("unreadable_file") from fault

    def size(self, name: str) -> int | None:
        """Bytes of a part once unpacked, as the zip states them; None if there is no such part."""
        entry = self._entries.get(name.lower())
        return entry.file_size if entry else None

    def open(self, name: str) -> IO[bytes]:
        """A part's bytes; damage raises one of ``ZIP_ERRORS`` while reading."""
        return self._archive.open(self._entries[name.lower()])

    def copy(self, target: BinaryIO, changed: Mapping[str, bytes]) -> None:
        """Write the document again, each part as it is but for those ``changed`` and added.

        Damage raises one of ``ZIP_ERRORS``.
        """
        new = {name.lower(): (name, content) for name, content in changed.items()}
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
            for entry in self._entries.values():
                part = zipfile.ZipInfo(entry.filename, entry.date_time)
                # A picture does not become smaller by packing it once more, and nothing takes longer.
                packed = entry.compress_size < _WORTH_PACKING * entry.file_size
                part.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
                if entry.filename.lower() in new:
                    written.writestr(part, new.pop(entry.filename.lower())[1])
                elif entry.is_dir():
                    written.writestr(part, b"")
                else:
                    with self._archive.open(entry) as old, written.open(part, "w") as copied:
                        shutil.copyfileobj(old, copied, _BLOCK)
            for name, content in new.values():
                written.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)

    def relations(self, part: str) -> Mapping[str, Relation]:
        """What ``part`` refers to, by id."""
        root = self.xml(relations_of(part))
        folder = posixpath.dirname(part)
        return {
            node.attributes.get("Id", ""): _relation(node, folder)
            for node in (root.each("rel:Relationship") if root else ())
        }

    def related(self, kind: str) -> XmlNode | None:
        """The tree of the part to which the text refers as ``kind``: styles, theme, numbering."""
        relations = self.relations(self.main).values()
        target = next(
            (relation.target for relation in relations if relation.kind == kind and not relation.external), None
        )
        return self.xml(target) if target else None

    def _main(self) -> str:
        relations = self.relations("").values()
        main = next(
            (relation.target for relation in relations if relation.kind == "officeDocument" and not relation.external),
            None,
        )
        if main is None or main.lower() not in self._entries:
            raise UnreadableFile("not_docx")
        return main

    def _refuse_macros(self) -> None:
        types = self.xml("[Content_Types].xml")
        if types is None:
            raise UnreadableFile("not_docx")
        content_types = "".join(node.attributes.get("ContentType", "") for node in types.children)
        if "macroEnabled" in content_types or any(name.endswith("vbaproject.bin") for name in self._entries):
            raise UnreadableFile("macro_document")


def relations_of(part: str) -> str:
    """The name of the part that says what ``part`` refers to."""
    folder, base = posixpath.split(part)
    return f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"


@contextmanager
def open_package(data: bytes | Path, limits: DocumentLimits) -> Iterator[Package]:
    """The document in ``data``.

    Raises ``UnreadableFile``: not a docx, an old .doc, password-protected, with macros, damaged, or unsafe to open.
    """
    with _stream(data) as stream:
        head = stream.read(len(_COMPOUND))
        if head == _COMPOUND:
            raise UnreadableFile("locked_document" if _LOCKED in stream.read(_LOOK_FOR_LOCK) else "old_doc")
        if not head.startswith(_ZIP):
            raise UnreadableFile("not_docx")
        try:
            archive = open_zip(stream, limits)
        except ZIP_ERRORS as fault:
            raise UnreadableFile("unreadable_file") from fault
        with archive:
            yield Package(archive, limits)


def _stream(data: bytes | Path) -> BinaryIO:
    return BytesIO(data) if isinstance(data, bytes) else data.open("rb")


def _relation(node: XmlNode, folder: str) -> Relation:
    kind = node.attributes.get("Type", "").rpartition("/")[2]
    target = node.attributes.get("Target", "")
    external = node.attributes.get("TargetMode") == "External"
    if not external:
        target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relation(kind, target, external)


# Hyperlinks are not content; nothing else external belongs in a submitted document.
_CLICKED = frozenset({"hyperlink", "image"})


@dataclass(frozen=True, slots=True)
class Document:
    """``revised``: unaccepted changes; ``foreign``: embedded documents, not read; ``fetched``: external content
    that Word would load, except pictures; ``margins``: the lines of headers, footers and watermarks, each once;
    ``begin``: the byte of the main part where the body's content begins, 0 for none."""

    paragraphs: tuple[Paragraph, ...]
    relations: Mapping[str, Relation]
    revised: bool
    foreign: bool
    fetched: tuple[str, ...]
    margins: tuple[str, ...]
    begin: int


def read_document(package: Package) -> Document:
    """Raises ``UnreadableFile``: the main part is not Word text, or its XML is damaged or unsafe."""
    root = package.xml(package.main)
    body = root.first("w:body") if root and root.tag == "w:document" else None
    if body is None:
        raise UnreadableFile("not_docx")
    relations = package.relations(package.main)
    theme = Theme(package.related("theme"), package.related("settings"))
    reader = BodyReader(
        StyleSheet(package.related("styles"), theme), Numbering(package.related("numbering")), _notes(package)
    )
    reader.read(body)
    outside = {relation.kind for relation in relations.values() if relation.external} | _template(package)
    return Document(
        tuple(paragraph for paragraph in reader.paragraphs if not paragraph.blank),
        relations,
        reader.revised,
        reader.foreign,
        tuple(sorted(map(printable_line, outside - _CLICKED))),
        tuple(dict.fromkeys(_margins(package, relations.values()))),
        body.begin,
    )


def _margins(package: Package, relations: Iterable[Relation]) -> Iterator[str]:
    for relation in relations:
        if relation.kind in ("header", "footer") and not relation.external:
            root = package.xml(relation.target)
            for paragraph in root.within("w:p") if root else ():
                yield "".join(piece.text for piece in paragraph.within("w:t", outside="w:txbxContent"))
                yield from (piece.attributes.get("string", "") for piece in paragraph.within("v:textpath"))


def _notes(package: Package) -> dict[str, dict[str, XmlNode]]:
    """Footnotes and endnotes by id."""
    found: dict[str, dict[str, XmlNode]] = {}
    for kind in ("footnotes", "endnotes"):
        root = package.related(kind)
        found[kind] = {node.attributes.get("w:id", ""): node for node in root.children} if root else {}
    return found


def _template(package: Package) -> set[str]:
    """An external template, loaded when the document is opened."""
    settings = next(
        (relation.target for relation in package.relations(package.main).values() if relation.kind == "settings"), None
    )
    relations = package.relations(settings).values() if settings else ()
    # Templates on the author's own disk (file:///) are normal and cannot be loaded by others.
    return {
        relation.kind for relation in relations if relation.external and not relation.target.lower().startswith("file:")
    }
