"""Documents to check in tests: a faultless application of a fictitious enterprise, with some of it changed."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from unittest.mock import patch

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_LINE_SPACING
from docx.image.image import Image
from docx.oxml.ns import qn
from docx.parts.image import ImagePart
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

FONT = "仿宋_GB2312"
LARGE = 5_400_000

# Title, and the headings with the words that stand below them; each topic of annex 4 stands in text.
PARTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "第一部分：申报企业基本情况介绍",
        (
            ("一、发展历程、行业属性、行业地位", "演示企业成立于虚构之年，行业属性为高端装备，行业地位稳定。"),
            ("二、品牌品质、专业资质、生产经营、财务状况", "企业重视品牌，取得专业资质，生产经营平稳，财务状况良好。"),
        ),
    ),
    (
        "第二部分：智能工厂建设情况介绍",
        (
            ("一、智能工厂建设历程", "建设历程分为三期，先改造产线，再贯通车间，最后协同全厂。"),
            ("二、智能工厂整体架构", "整体架构分为设备层、控制层、车间层和企业层，各层数据互通。"),
            ("三、智能工厂建设要素", "在人员、资源、技术、制造四个方面同步投入，逐年改进。"),
        ),
    ),
    (
        "第三部分：智能工厂创新情况介绍",
        (
            ("一、技术创新", "技术创新体现在工艺模型和在线检测两个方面，均为自主完成。"),
            ("二、新技术应用", "新技术应用包括人工智能质检和工业互联网平台，覆盖全部产线。"),
            ("三、智慧供应链建设", "供应链计划与生产计划联动，供应商按节拍送货。"),
        ),
    ),
    (
        "第四部分：智能工厂建设成效情况介绍",
        (
            ("一、绿色低碳安全", "绿色低碳水平提高，安全环保节能指标持续改进。"),
            ("二、生产效率与成本", "生产效率提高，运营成本下降，综合能效改善。"),
            ("三、引领与带动", "在行业内起到引领作用，带动产业链上下游共同改进。"),
        ),
    ),
)
REPORT = "第五部分：智能制造能力成熟度自评估报告"
FILLER = (
    "工厂以数据贯通为主线，把计划、物料、设备、质量、能源和安全放在同一个平台上管理，"
    "班组每天核对异常并当天关闭，管理人员按周复盘。"
)
FILLERS = 5


@lru_cache(maxsize=12)
def jpeg(seed: int, width: int = 4000, height: int = 2000, size: int = LARGE) -> bytes:
    """A header with that size, then ``size`` bytes in all: 2 % noise, so that a zip packs the rest but not too well."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    head += b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    noise = random.Random(seed).randbytes(max(16, size // 50))
    return (head + noise).ljust(size - 2, b"\0") + b"\xff\xd9"


def application(
    change: Callable[[Doc], None] | None = None,
    *,
    pictures: int = 10,
    picture: Callable[[int], bytes] = jpeg,
    caption: Callable[[int], str] = lambda number: f"图 {number}  第 {number} 号产线的现场",
    fillers: int = FILLERS,
    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = PARTS,
    report: str = REPORT,
    rewrite: Mapping[str, Callable[[bytes], bytes]] | None = None,
) -> bytes:
    """The document as bytes; ``change`` is shown it before it is saved, ``rewrite`` each named part afterwards."""
    document = plain_document()
    _cover(document)
    drawn = iter(range(1, pictures + 1))
    for title, sections in parts:
        heading(document, title)
        for name, words in sections:
            heading(document, name)
            document.add_paragraph(words)
            for _ in range(fillers):
                document.add_paragraph(FILLER)
            if number := next(drawn, 0):
                add_picture(document, picture(number), caption(number))
    for number in drawn:
        add_picture(document, picture(number), caption(number))
    if report:
        heading(document, report)
        document.add_paragraph("自评估等级为 L3 级，报告全文见后页。" + FILLER * 40)
    if change:
        change(document)
    return rewritten(saved(document), rewrite or {})


def plain_document() -> Doc:
    """An empty document whose normal style is what annex 4 asks for."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name = FONT
    normal.font.size = Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(27)
    return document


def heading(document: Doc, text: str) -> Paragraph:
    """A heading as Word makes it: by style, in another font."""
    paragraph = document.add_paragraph(style="Heading 1")
    run = paragraph.add_run(text)
    run.font.size = Pt(16)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")
    return paragraph


@lru_cache(maxsize=12)
def _sha1(blob: bytes) -> str:
    return hashlib.sha1(blob, usedforsecurity=False).hexdigest()


_SHA1 = property(lambda picture: _sha1(picture.blob))


def add_picture(document: Doc, image: bytes, caption: str) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    # python-docx hashes every picture of the document again for each that is added: of five megabytes each.
    with patch.object(ImagePart, "sha1", _SHA1), patch.object(Image, "sha1", _SHA1):
        paragraph.add_run().add_picture(io.BytesIO(image), width=Mm(120))
    if caption:
        document.add_paragraph(caption)
    return paragraph


def _cover(document: Doc) -> None:
    document.add_paragraph("上海市先进级智能工厂申报书", style="Title")
    table = document.add_table(rows=2, cols=4)
    words = (
        "企业名称",
        "演示企业001（虚构）",
        "工厂名称",
        "演示智能工厂",
        "所属行业",
        "高端装备",
        "所属区域",
        "松江区",
    )
    for cell, word in zip((cell for row in table.rows for cell in row.cells), words, strict=True):
        cell.text = word


def saved(document: Doc) -> bytes:
    """Packed in a hurry: an application's pictures are 54 MB, and nobody asks how small the file is."""
    stream = io.BytesIO()
    with patch("docx.opc.phys_pkg.ZipFile", partial(zipfile.ZipFile, compresslevel=1)):
        document.save(stream)
    return stream.getvalue()


def rewritten(
    data: bytes, rewrite: Mapping[str, Callable[[bytes], bytes]], add: Mapping[str, bytes] | None = None
) -> bytes:
    """The package with some parts passed through a function, and some added; an empty part is left out."""
    if not rewrite and not add:
        return data
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename in rewrite:
                part = rewrite[entry.filename](part)
            if part:
                new.writestr(entry.filename, part)
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return stream.getvalue()


def replacing(old: str, new: str) -> Callable[[bytes], bytes]:
    """A rewrite that must change something: a planted departure that is nowhere would test nothing."""

    def rewrite(part: bytes) -> bytes:
        assert old.encode() in part, old
        return part.replace(old.encode(), new.encode())

    return rewrite
