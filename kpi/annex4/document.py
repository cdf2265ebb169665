"""The document for the checks: paragraphs, what they refer to, and what was not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.annex4.body import BodyReader, Paragraph
from kpi.annex4.finding_places import printable_line
from kpi.annex4.list_labels import Numbering
from kpi.annex4.package import Package, Relation
from kpi.annex4.styles import StyleSheet
from kpi.annex4.theme import Theme
from kpi.annex4.xml_tree import XmlNode
from kpi.files.workbook import UnreadableFile

# Hyperlinks are not content; nothing else external belongs in a submitted document.
_CLICKED = frozenset({"hyperlink", "image"})


@dataclass(frozen=True, slots=True)
class Document:
    """``revised``: unaccepted changes; ``foreign``: embedded documents, not read; ``fetched``: external content
    that Word would load, except pictures."""

    paragraphs: tuple[Paragraph, ...]
    relations: Mapping[str, Relation]
    revised: bool
    foreign: bool
    fetched: tuple[str, ...]


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
    outside = {one.kind for one in relations.values() if one.external} | _template(package)
    return Document(
        tuple(one for one in reader.paragraphs if not one.blank),
        relations,
        reader.revised,
        reader.foreign,
        tuple(sorted(map(printable_line, outside - _CLICKED))),
    )


def _notes(package: Package) -> dict[str, dict[str, XmlNode]]:
    """Footnotes and endnotes by id."""
    found: dict[str, dict[str, XmlNode]] = {}
    for kind in ("footnotes", "endnotes"):
        root = package.related(kind)
        found[kind] = {node.attributes.get("w:id", ""): node for node in root.children} if root else {}
    return found


def _template(package: Package) -> set[str]:
    """An external template, loaded when the document is opened."""
    settings = next((one.target for one in package.relations(package.main).values() if one.kind == "settings"), None)
    relations = package.relations(settings).values() if settings else ()
    # Templates on the author's own disk (file:///) are normal and cannot be loaded by others.
    return {one.kind for one in relations if one.external and not one.target.lower().startswith("file:")}
