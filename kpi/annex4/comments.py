"""A copy of the application report in which each finding of the check is a Word comment at its paragraph.

Bytes are put into the parts where they stand; nothing is parsed and written again. A comment in a text box or a note,
which Word does not allow, stands at the paragraph that refers to it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from kpi.annex4.document import Document, Package, open_package, read_document, relations_of
from kpi.annex4.xml_tree import XmlNode
from kpi.catalogue.forms import document_limits
from kpi.errors import UserError
from kpi.files.archive import ZIP_ERRORS
from kpi.files.text import is_forbidden
from kpi.files.workbook import UnreadableFile
from kpi.model.problem import DocumentFinding

_STRICT = "http://purl.oclc.org/ooxml/"
_WORD = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", f"{_STRICT}wordprocessingml/main")
_RELATED = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments",
    f"{_STRICT}officeDocument/relationships/comments",
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_MARKS = ("w:comment", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference")

Say = Callable[[DocumentFinding], Sequence[str]]


def commented_report(data: bytes | Path, findings: Iterable[DocumentFinding], say: Say, author: str) -> bytes:
    """The document as it was sent, with the ``findings`` as comments in the words of ``say``, a line each.

    Those without a paragraph are one comment at the first paragraph. Every other part keeps its bytes.

    Raises:
        UserError: the document cannot be read, or a part of it is damaged.
    """
    copy = BytesIO()
    try:
        with open_package(data, document_limits()) as package:
            document = read_document(package)
            package.copy(copy, _changed(package, document, list(_comments(findings, say)), author))
    except (UnreadableFile, *ZIP_ERRORS) as fault:
        raise UserError("report_not_copied") from fault
    return copy.getvalue()


def _comments(findings: Iterable[DocumentFinding], say: Say) -> Iterator[tuple[int, list[str]]]:
    """The number of the paragraph, 0 for the first, and the lines."""
    whole: list[str] = []
    placed: list[tuple[int, list[str]]] = []
    for finding in findings:
        if finding.where.paragraphs:
            placed.append((finding.where.paragraphs[0][0], list(say(finding))))
        else:
            whole += say(finding)
    yield from [(0, whole)] if whole else []
    yield from placed


def _changed(
    package: Package, document: Document, comments: Sequence[tuple[int, list[str]]], author: str
) -> Mapping[str, bytes]:
    main = _bytes(package, package.main)
    strict = _WORD[True].encode() in main[: document.begin]
    space = f'xmlns:w="{_WORD[strict]}"'
    name = next(
        (item.target for item in document.relations.values() if item.kind == "comments" and not item.external), ""
    )
    changed = {} if name else _related(package, document, name := _free_name(package), _RELATED[strict])
    there = package.xml(name)
    ids = _free_ids(package.xml(package.main), there)
    numbered = [(next(ids), paragraph, lines) for paragraph, lines in comments]
    written = "".join(_comment(space, number, lines, author) for number, _, lines in numbered)
    empty = f"<w:comments {space}/>".encode()
    part, end = (_bytes(package, name), there.end) if there else (empty, len(empty))
    return {
        **changed,
        **_typed(package, name),
        name: _appended(part, end, written),
        package.main: _marked(main, document, space, [(number, paragraph) for number, paragraph, _ in numbered]),
    }


def _comment(space: str, number: int, lines: Iterable[str], author: str) -> str:
    said = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(_plain(line))}</w:t></w:r></w:p>' for line in lines if line
    )
    by = f"w:author={quoteattr(author)} w:initials={quoteattr(author[:2])}"
    return f'<w:comment {space} w:id="{number}" {by}>{said}</w:comment>'


def _plain(line: str) -> str:
    return "".join(" " if item in "\t\r\n" else item for item in line if not is_forbidden(item))


def _marked(main: bytes, document: Document, space: str, comments: Iterable[tuple[int, int]]) -> bytes:
    """The text with the marks of the comments: where the paragraph's content begins, and where it ends."""
    spans = {paragraph.number: paragraph.span for paragraph in reversed(document.paragraphs)}
    first = document.paragraphs[0].span if document.paragraphs else None
    put: dict[int, str] = {}
    for number, paragraph in comments:
        begin, end = spans.get(paragraph, first) or (0, 0)
        reference = f'<w:r {space}><w:commentReference w:id="{number}"/></w:r>'
        if not begin:  # nothing in it is visible: a paragraph of its own
            if not document.begin:
                raise UnreadableFile("not_docx")
            put[document.begin] = f"<w:p {space}>{reference}</w:p>"
            continue
        put[begin] = f'{put.get(begin, "")}<w:commentRangeStart {space} w:id="{number}"/>'
        put[end] = f'{put.get(end, "")}<w:commentRangeEnd {space} w:id="{number}"/>{reference}'
    pieces: list[bytes] = []
    done = 0
    for at in sorted(put):
        pieces += [main[done:at], put[at].encode()]
        done = at
    return b"".join([*pieces, main[done:]])


def _free_name(package: Package) -> str:
    folder = posixpath.dirname(package.main)
    names = (posixpath.join(folder, f"comments{number or ''}.xml") for number in count())
    return next(name for name in names if package.size(name) is None)


def _free_ids(*roots: XmlNode | None) -> Iterator[int]:
    """Numbers that no comment has, and no mark that is left of one."""
    taken = {node.attributes.get("w:id", "").strip() for root in roots if root for node in root.within(*_MARKS)}
    return (number for number in count() if str(number) not in taken)


def _related(package: Package, document: Document, name: str, kind: str) -> dict[str, bytes]:
    key = next(key for number in count() if (key := f"comments{number}") not in document.relations)
    inside = f'<Relationship xmlns="{_RELATIONS}" Id="{key}" Type="{kind}" Target={quoteattr(f"/{name}")}/>'
    part = relations_of(package.main)
    root = package.xml(part)
    if root is None:
        return {part: f'<Relationships xmlns="{_RELATIONS}">{inside}</Relationships>'.encode()}
    return {part: _appended(_bytes(package, part), root.end, inside)}


def _typed(package: Package, name: str) -> dict[str, bytes]:
    part = "[Content_Types].xml"
    root = package.xml(part)
    if root is None or any(
        node.attributes.get("PartName", "").lower() == f"/{name}".lower() for node in root.each("type:Override")
    ):
        return {}
    inside = f'<Override xmlns="{_TYPES}" PartName={quoteattr(f"/{name}")} ContentType="{_CONTENT}"/>'
    return {part: _appended(_bytes(package, part), root.end, inside)}


def _appended(part: bytes, end: int, inside: str) -> bytes:
    """With ``inside`` last in the root, whose end tag begins at ``end``, or which ends there by itself."""
    if part[end : end + 2] == b"</":
        return part[:end] + inside.encode() + part[end:]
    opening = part[: part.rindex(b"/", 0, end)]
    tag = re.match(rb"<([^\s/>]+)", opening[opening.rindex(b"<") :])
    if tag is None:
        raise UnreadableFile("unreadable_file")
    return opening + b">" + inside.encode() + b"</" + tag[1] + b">" + part[end:]


def _bytes(package: Package, name: str) -> bytes:
    """A part that was read as XML before, and is no larger than that may be."""
    with package.open(name) as stream:
        return stream.read()
