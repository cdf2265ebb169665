"""A part's XML as a small tree: names by the usual prefixes, both dialects of OOXML alike, alternatives chosen.

Word saves a drawing twice (``mc:AlternateContent``: for new and old readers); the tree keeps only the first choice,
so nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from kpi.files.archive import ZIP_ERRORS, safe_xml_parser
from kpi.files.workbook import UnreadableFile

# Transitional (ECMA-376 part 4) and strict (part 1) name the same things in two namespaces.
_OPEN, _STRICT = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
_SHARED = {
    "w": "wordprocessingml/main",
    "a": "drawingml/main",
    "pic": "drawingml/picture",
    "wp": "drawingml/wordprocessingDrawing",
    "c": "drawingml/chart",
    "dgm": "drawingml/diagram",
    "r": "officeDocument/relationships",
    "m": "officeDocument/math",
}
_PREFIXES = {
    **{
        f"{root}{path if root == _STRICT else path.replace('/', '/2006/', 1)}": prefix
        for prefix, path in _SHARED.items()
        for root in (_OPEN, _STRICT)
    },
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/package/2006/content-types": "type",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
_TEXTS = frozenset({"w:t", "w:instrText"})
_SPANNED = frozenset({"w:p", "w:body"})
_BLOCK = 65_536


class XmlNode:
    """An element: ``attributes`` under prefixed names; ``text`` is kept for elements of a run only.

    ``begin`` and ``end`` are bytes of the part, for paragraphs, the body and the root: where the content after the
    properties begins, 0 for none, and where the end tag does; after an element without one, where it ends.
    """

    __slots__ = ("attributes", "begin", "children", "end", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[XmlNode] = []
        self.text = ""
        self.begin = self.end = 0

    def first(self, *path: str) -> XmlNode | None:
        """The first child of that name, its first child of the next name, and so on."""
        node: XmlNode | None = self
        for tag in path:
            node = next((child for child in node.children if child.tag == tag), None) if node else None
        return node

    def each(self, tag: str) -> Iterator[XmlNode]:
        return (child for child in self.children if child.tag == tag)

    def within(self, *tags: str, outside: str = "") -> Iterator[XmlNode]:
        """Elements of these names at any depth, in order, except inside elements named ``outside``."""
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if node.tag in tags:
                yield node
            if node.tag != outside:
                waiting.extend(reversed(node.children))

    def value(self, *path: str, name: str = "w:val") -> str | None:
        """An attribute of the element at ``path``."""
        node = self.first(*path)
        return node.attributes.get(name) if node else None


class XmlBudget:
    """The remaining budget of bytes and elements for a file's XML."""

    def __init__(self, xml_bytes: int, elements: int, depth: int) -> None:
        self.xml_bytes = xml_bytes
        self.elements = elements
        self.depth = depth

    def take(self, xml_bytes: int = 0, elements: int = 0) -> None:
        self.xml_bytes -= xml_bytes
        self.elements -= elements
        if min(self.xml_bytes, self.elements) < 0:
            raise UnreadableFile("too_much_text")


def read_xml(stream: IO[bytes], budget: XmlBudget) -> XmlNode:
    """The root of a part.

    Raises ``UnreadableFile``: a document type, broken XML, elements nested too deep, or above the budget.
    """
    parser = safe_xml_parser(" ")
    building = _Building(budget, parser)
    parser.buffer_text = True
    parser.buffer_size = 16 * _BLOCK
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.characters
    try:
        while block := stream.read(_BLOCK):
            budget.take(xml_bytes=len(block))
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, *ZIP_ERRORS) as fault:
        raise UnreadableFile("unreadable_file") from fault
    return building.root


class _Building:
    def __init__(self, budget: XmlBudget, parser: expat.XMLParserType) -> None:
        self.budget = budget
        self.parser = parser
        self.open: list[XmlNode] = []
        self.root = XmlNode("", {})
        self.name = _prefixed_names()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.budget.take(elements=1)
        node = XmlNode(self.name(tag), {self.name(name): value for name, value in attributes.items()})
        if not self.open:
            self.root = node
        else:
            outer = self.open[-1]
            outer.children.append(node)
            if outer.tag in _SPANNED and not outer.begin and node.tag != "w:pPr":
                outer.begin = self.parser.CurrentByteIndex
        self.open.append(node)
        if len(self.open) > self.budget.depth:
            raise UnreadableFile("unsafe_file")

    def end(self, _: str) -> None:
        node = self.open.pop()
        if node.tag in _SPANNED or not self.open:
            node.end = self.parser.CurrentByteIndex
        if node.tag == "mc:AlternateContent" and self.open:
            chosen = node.first("mc:Choice") or node.first("mc:Fallback")
            self.open[-1].children[-1:] = chosen.children if chosen else []

    def characters(self, text: str) -> None:
        if self.open[-1].tag in _TEXTS:
            self.open[-1].text += text


def _prefixed_names() -> Callable[[str], str]:
    known: dict[str, str] = {}

    def name(expanded: str) -> str:
        if expanded not in known:
            space, _, local = expanded.rpartition(" ")
            # Elements without a known prefix are not read and must not be mistaken for known ones.
            prefix = _PREFIXES.get(space, "?") if space else ""
            known[expanded] = f"{prefix}:{local}" if prefix else local
        return known[expanded]

    return name
