"""Walking a part's XML by expat, element by element, without prefixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.parsers import expat

from kpi.files.workbook import UnreadableFile
from kpi.files.zip_safety import safe_xml_parser

XmlAttributes = Mapping[str, str]


def refuse_document_type(part: bytes) -> None:
    """Raises ``UnreadableFile`` for a document type or broken XML."""
    parse_part(part, safe_xml_parser())


def walk_part(
    part: bytes,
    start: Callable[[str, XmlAttributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Calls ``start`` and ``end`` with each element's name without its prefix. Raises ``UnreadableFile`` as above."""
    parser = safe_xml_parser()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    parse_part(part, parser)


def parse_part(part: bytes, parser: expat.XMLParserType) -> None:
    """The whole of a part; none at all is no fault. Raises ``UnreadableFile``."""
    if not part:
        return
    try:
        parser.Parse(part, True)
    except expat.ExpatError as fault:
        raise UnreadableFile("unreadable_file") from fault
