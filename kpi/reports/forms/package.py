"""The package for sending as one ZIP: annex 5, each candidate's annexes 3 and 4 and self-assessment, and a manifest."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from kpi.model.application import Application, DocumentKind
from kpi.reports.forms.annex3 import annex3_docx
from kpi.reports.forms.annex5 import FORMS, annex5

MANIFEST, SHA256_DIGITS = "manifest.csv", 64
NAMES: Mapping[DocumentKind, str] = {"report": "附件4-申报书.docx", "self_assessment": "附件4-自评估报告.pdf"}
ANNEX_3, ANNEX_5 = "附件3-申报单位信息表.docx", "附件5-推荐汇总表"


class PackageItem(NamedTuple):
    """One candidate's application and the originals attached to it."""

    application: Application
    documents: Mapping[DocumentKind, Path]


def package_zip(body: str, year: int, items: Sequence[PackageItem], warning: str = "") -> bytes:
    """The same bytes for the same list; ``manifest.csv`` names each file with its size and SHA-256.

    Folders are called by place and credit code: a factory's name could hold what no file system takes.
    """
    out = BytesIO()
    rows: list[tuple[str, int, str]] = []
    with ZipFile(out, "w", ZIP_STORED) as package:
        for name, content in _contents(body, year, items, warning):
            data = content if isinstance(content, bytes) else content.read_bytes()
            _add(package, name, data)
            rows.append((name, len(data), hashlib.sha256(data).hexdigest()))
        _add(package, MANIFEST, _manifest(rows))
    return out.getvalue()


def package_bytes(body: str, year: int, items: Sequence[PackageItem], warning: str = "") -> int:
    """The size of what ``package_zip`` gives: the forms are made for it, the originals only measured."""
    sizes = [
        (name, len(content) if isinstance(content, bytes) else content.stat().st_size)
        for name, content in _contents(body, year, items, warning)
    ]
    manifest = _manifest([(name, size, "0" * SHA256_DIGITS) for name, size in sizes])
    empty = BytesIO()
    with ZipFile(empty, "w", ZIP_STORED) as package:
        for name in (*(name for name, _ in sizes), MANIFEST):
            _add(package, name, b"")
    return len(empty.getvalue()) + sum(size for _, size in sizes) + len(manifest)


def _contents(body: str, year: int, items: Sequence[PackageItem], warning: str) -> Iterator[tuple[str, bytes | Path]]:
    """Each file's name, and the form itself or where the original lies."""
    for extension in FORMS:
        name = f"{ANNEX_5}{extension}"
        yield name, annex5(name, body, year, [one.application for one in items], warning)
    for place, one in enumerate(items, start=1):
        folder = f"{place:02}-{one.application.credit_code}"
        yield f"{folder}/{ANNEX_3}", annex3_docx(one.application, warning)
        for kind, path in one.documents.items():
            yield f"{folder}/{NAMES[kind]}", path


def _add(package: ZipFile, name: str, data: bytes) -> None:
    # A fixed date, else the same list would be another file; everything large is compressed already.
    package.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def _manifest(rows: Sequence[tuple[str, int, str]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows([("path", "bytes", "sha256"), *rows])
    return out.getvalue().encode("utf-8-sig")
