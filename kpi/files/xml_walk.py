"""Walking a part's XML by expat, element by element, without prefixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.parsers import expat

from kpi.files.workbook import Refused
from kpi.files.zip_safety import careful_parser

Attributes = Mapping[str, str]


def refuse_document_type(part: bytes) -> None:
    """Raises ``Refused`` for a document type or broken XML."""
    parse(part, careful_parser())


def walk(
    part: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Calls ``start`` and ``end`` with each element's name without its prefix. Raises ``Refused`` as above."""
    parser = careful_parser()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text:
        parser.CharacterDataHandler = text
    parse(part, parser)


def parse(part: bytes, parser: expat.XMLParserType) -> None:
    """The whole of a part; none at all is no fault. Raises ``Refused``."""
    if not part:
        return
    try:
        parser.Parse(part, True)
    except expat.ExpatError as fault:
        raise Refused("unreadable_file") from fault
