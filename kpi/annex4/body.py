"""The visible text of a document as paragraphs, with each run's formatting, and the pictures in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from kpi.annex4.styles import Numbering, ParagraphStyle, RunStyle, StyleSheet, paragraph_style
from kpi.annex4.xml_tree import XmlNode

ParagraphPlace = Literal["body", "table", "box", "note"]

_HOLDERS = frozenset({"w:tr", "w:tc", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "w:txbxContent"})
_INLINE = frozenset(
    {"w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:sdt", "w:sdtContent", "w:fldSimple", "w:customXml"}
    | {"w:dir", "w:bdo"}
)
_CHARACTERS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "w:sym": "□"}
_NOTES = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}
# An old-editor formula is an embedded object with a picture of itself.
_FORMULA = "Equation"
_DEEPEST_FIELD = 20


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture in a paragraph. ``embedded`` and ``linked`` are ids of relations; ``inline``: in the line of text."""

    embedded: str
    linked: str
    cropped: bool
    inline: bool


@dataclass(slots=True)
class Paragraph:
    """``number`` is 0 for one with nothing visible; ``label`` is its automatic number.

    ``runs`` are its visible pieces with their formatting; ``contents`` marks a table of contents, ``sequence`` a number
    by a field (SEQ); ``graphics`` counts charts and SmartArt. ``cell``: table, row and column, from 1, else empty.
    ``span``: bytes of the part where its content begins and ends; for a text box or a note, of what refers to it.
    """

    place: ParagraphPlace
    look: ParagraphStyle
    number: int = 0
    label: str = ""
    runs: list[tuple[str, RunStyle]] = field(default_factory=list)
    pictures: list[Drawing] = field(default_factory=list)
    graphics: int = 0
    contents: bool = False
    sequence: bool = False
    text: str = ""
    cell: tuple[int, int, int] | tuple[()] = ()
    span: tuple[int, int] = (0, 0)

    @property
    def blank(self) -> bool:
        return not (self.text.strip() or self.pictures or self.graphics)


class BodyReader:
    """Walks the text once, in reading order; text boxes and notes follow the paragraph that contains them.

    ``revised``: there are unaccepted changes; ``foreign``: there are embedded documents.
    """

    def __init__(self, styles: StyleSheet, numbering: Numbering, notes: dict[str, dict[str, XmlNode]]) -> None:
        self.paragraphs: list[Paragraph] = []
        self.revised = False
        self.foreign = False
        self._styles = styles
        self._numbering = numbering
        self._notes = notes
        self._fields: list[_Field] = []
        self._tables = 0
        self._cell: tuple[int, int, int] | tuple[()] = ()
        self._span = (0, 0)

    def read(self, body: XmlNode) -> None:
        self._blocks(body, "body", None, contents=False)
        numbers = iter(range(1, len(self.paragraphs) + 1))
        for paragraph in self.paragraphs:
            paragraph.text = "".join(text for text, _ in paragraph.runs)
            paragraph.number = 0 if paragraph.blank else next(numbers)

    def _blocks(self, node: XmlNode, place: ParagraphPlace, table_style: str | None, *, contents: bool) -> None:
        for child in node.children:
            if child.tag == "w:p":
                self._paragraph(child, place, table_style, contents=contents)
            elif child.tag == "w:tbl":
                style, outer = child.value("w:tblPr", "w:tblStyle"), self._cell
                self._tables += 1
                self._cell = (self._tables, 0, 0)
                self._blocks(child, "table" if place == "body" else place, style, contents=contents)
                self._cell = outer
            elif child.tag == "w:sdt":
                gallery = child.value("w:sdtPr", "w:docPartObj", "w:docPartGallery") or ""
                self._blocks(child, place, table_style, contents=contents or gallery == "Table of Contents")
            elif child.tag in _HOLDERS:
                self.revised |= child.tag in ("w:ins", "w:moveTo")
                self._reach(child)
                self._blocks(child, place, table_style, contents=contents)
            self.foreign |= child.tag in ("w:altChunk", "w:subDoc")

    def _reach(self, node: XmlNode) -> None:
        """The row or the cell that begins with ``node``; a cell merged of several stands where its last one would."""
        if self._cell and node.tag == "w:tr":
            self._cell = (self._cell[0], self._cell[1] + 1, 0)
        elif self._cell and node.tag == "w:tc":
            span = node.value("w:tcPr", "w:gridSpan") or "1"
            wide = int(span) if span.isdecimal() and len(span) < 3 else 1
            self._cell = (*self._cell[:2], self._cell[2] + max(1, wide))

    def _paragraph(self, node: XmlNode, place: ParagraphPlace, table_style: str | None, *, contents: bool) -> None:
        properties = node.first("w:pPr")
        style = properties.value("w:pStyle") if properties else None
        look = paragraph_style(self._styles.paragraph(style, table_style), properties)
        paragraph = Paragraph(place, look)
        paragraph.contents = contents or self._in_contents()
        paragraph.cell = self._cell if place == "table" else ()
        if place in ("body", "table"):
            self._span = (node.begin, node.end)
        paragraph.span = self._span
        self.paragraphs.append(paragraph)
        held: list[tuple[XmlNode, ParagraphPlace]] = []
        self._inline(node, paragraph, held)
        paragraph.contents |= self._in_contents()
        if look.list and any(text.strip() for text, _ in paragraph.runs):
            paragraph.label = self._numbering.next(*look.list)
        for block, its_place in held:
            self._blocks(block, its_place, None, contents=False)

    def _inline(self, node: XmlNode, paragraph: Paragraph, held: list[tuple[XmlNode, ParagraphPlace]]) -> None:
        for child in node.children:
            if child.tag == "w:r":
                self._run(child, paragraph, held)
            elif child.tag in _INLINE:
                self.revised |= child.tag in ("w:ins", "w:moveTo")
                paragraph.sequence |= _is_sequence(child.attributes.get("w:instr", ""))
                self._inline(child, paragraph, held)
            self.revised |= child.tag in ("w:del", "w:moveFrom")

    def _run(self, run: XmlNode, paragraph: Paragraph, held: list[tuple[XmlNode, ParagraphPlace]]) -> None:
        look = self._styles.run(paragraph.look.run, run.first("w:rPr"))
        for child in run.children:
            if child.tag == "w:fldChar" or child.tag == "w:instrText":
                self._field(child, paragraph)
            elif child.tag in ("w:drawing", "w:pict", "w:object"):
                self._drawing(child, paragraph, held)
            elif child.tag in _NOTES:
                # Removed once read: a note that refers to itself, or is referenced a thousand times, is read once.
                note = self._notes.get(_NOTES[child.tag], {}).pop(child.attributes.get("w:id", ""), None)
                held += [(note, "note")] if note else []
            elif child.tag == "w:ruby":
                self._inline(child.first("w:rubyBase") or child, paragraph, held)
            elif not look.hidden and not any(item.in_code for item in self._fields):
                text = child.text if child.tag == "w:t" else _CHARACTERS.get(child.tag, "")
                if text:
                    paragraph.runs.append((text, look))

    def _field(self, node: XmlNode, paragraph: Paragraph) -> None:
        kind = node.attributes.get("w:fldCharType")
        if node.tag == "w:instrText":
            if self._fields:
                self._fields[-1].code += node.text
        elif kind == "begin" and len(self._fields) < _DEEPEST_FIELD:
            self._fields.append(_Field())
        elif self._fields and kind in ("separate", "end"):
            self._fields[-1].in_code = False
            paragraph.sequence |= _is_sequence(self._fields[-1].code)
            if kind == "end":
                self._fields.pop()

    def _in_contents(self) -> bool:
        return any(item.code.split()[:1] == ["TOC"] for item in self._fields)

    def _drawing(self, node: XmlNode, paragraph: Paragraph, held: list[tuple[XmlNode, ParagraphPlace]]) -> None:
        held += [(box, "box") for box in node.within("w:txbxContent", outside="w:txbxContent")]
        if node.tag == "w:object" and any(_is_formula(xml_node) for xml_node in node.each("o:OLEObject")):
            return
        paragraph.pictures += _pictures(node)
        paragraph.graphics += sum(1 for _ in node.within("c:chart", "dgm:relIds", outside="w:txbxContent"))


@dataclass(slots=True)
class _Field:
    code: str = ""
    in_code: bool = True


def _is_sequence(code: str) -> bool:
    return code.split()[:1] == ["SEQ"]


def _is_formula(embedded: XmlNode) -> bool:
    return embedded.attributes.get("ProgID", "").startswith(_FORMULA)


def _pictures(node: XmlNode) -> Iterator[Drawing]:
    """DrawingML's blips and VML's image data; those in a text box belong to its paragraphs."""
    inline = node.first("wp:anchor") is None and not any(
        "absolute" in shape.attributes.get("style", "") for shape in node.each("v:shape")
    )
    for picture in node.within("pic:blipFill", "a:blipFill", "v:imagedata", outside="w:txbxContent"):
        drawn = _of_vml(picture, inline) if picture.tag == "v:imagedata" else _of_blip(picture, inline)
        if drawn.embedded or drawn.linked:
            yield drawn


def _of_blip(fill: XmlNode, inline: bool) -> Drawing:
    blip = fill.first("a:blip")
    attributes = blip.attributes if blip else {}
    cropped = _cropped(fill.first("a:srcRect"), ("l", "t", "r", "b"))
    return Drawing(attributes.get("r:embed", ""), attributes.get("r:link", ""), cropped, inline)


def _of_vml(data: XmlNode, inline: bool) -> Drawing:
    cropped = _cropped(data, ("cropleft", "croptop", "cropright", "cropbottom"))
    return Drawing(data.attributes.get("r:id", ""), data.attributes.get("r:href", ""), cropped, inline)


def _cropped(node: XmlNode | None, sides: Iterable[str]) -> bool:
    return node is not None and any(node.attributes.get(side, "0").strip("0.f%") for side in sides)
