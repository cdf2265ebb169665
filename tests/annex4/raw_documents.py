"""Word documents written by hand, part by part: what other programs save and python-docx cannot make."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from kpi.annex4.check import check_report
from kpi.model.problem import DocumentFinding, DocumentReport

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
GOOD = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/>'
    '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line="540" w:lineRule="exact"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
)


def package(
    body: str,
    styles: str = GOOD,
    *,
    parts: Mapping[str, str | bytes] | None = None,
    relations: str = "",
    types: str = MAIN,
    packed: bool = True,
) -> bytes:
    """``parts`` are further parts below ``word/``, known to the text by their name ("theme", "footnotes").

    What is repeated a thousand times and ``packed`` is refused as a bomb before it is read.
    """
    parts = dict(parts or {})
    related = "".join(
        f'<Relationship Id="p{number}" Type="{OFFICE}/{_kind(name)}" Target="{name}"/>'
        for number, name in enumerate(parts)
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{types}"/></Types>',
        "_rels/.rels": _relations(f'<Relationship Id="d" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {SPACES}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": _relations(
            f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>{related}{relations}'
        ),
        **{f"word/{name}": part for name, part in parts.items()},
    }
    return zipped(files, packed)


def zipped(files: Mapping[str, str | bytes], packed: bool = True) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return stream.getvalue()


def external(key: str, target: str, kind: str = "image") -> str:
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'


def embedded(key: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{OFFICE}/image" Target="{target}"/>'


def p(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def numbered(form: str, text: str) -> str:
    """A numbering part whose list 3 has one level of this form."""
    return (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )


def drawing(key: str, *, link: bool = False, inside: str = "", holder: str = "inline") -> str:
    """A run with a picture of DrawingML."""
    picture = blip(key, "link" if link else "embed", inside)
    graphic = f"<a:graphic><a:graphicData>{picture}</a:graphicData></a:graphic>"
    return f"<w:r><w:drawing><wp:{holder}>{graphic}</wp:{holder}></w:drawing></w:r>"


def blip(key: str, how: str = "embed", inside: str = "") -> str:
    return f'<pic:pic><pic:blipFill><a:blip r:{how}="{key}"/>{inside}</pic:blipFill></pic:pic>'


def report(body: str, styles: str = GOOD, **more: object) -> DocumentReport:
    return check_report("文档.docx", package(body, styles, **more))


def found(checked: DocumentReport, code: str) -> list[DocumentFinding]:
    return [finding for finding in checked.findings if finding.code == code]


def codes(checked: DocumentReport) -> list[str]:
    return [finding.code for finding in checked.findings]


def _relations(inside: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


def _kind(name: str) -> str:
    """Pictures are related by their keys instead."""
    return "part" if name.startswith("media/") else name.rpartition("/")[2].removesuffix(".xml").rstrip("0123456789")
