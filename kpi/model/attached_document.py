"""Documents that go with an application, and are sealed with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

DocumentKind = Literal["report", "self_assessment"]
DOCUMENT_KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
"""Annex 4's application report (Word), and the maturity self-assessment (PDF). Texts: ``page.attachment.<kind>``."""


@dataclass(frozen=True, slots=True)
class AttachedDocument:
    """A file as it was sent, by the number of its upload and the SHA-256 of its bytes."""

    kind: DocumentKind
    upload: str
    file_name: str
    sha256: str
    attached_by: str
    attached_at: datetime
