"""The documents that go with an application, as its enterprise and its reviewer read them."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.model.attached_document import DOCUMENT_KINDS, AttachedDocument, DocumentKind
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime


def document_list(found: Mapping[DocumentKind, AttachedDocument]) -> None:
    """Each kind, attached or not; the hash in full, for whoever compares it."""
    html.table(
        [translate("attachment.document"), translate("attachment.file_name"), translate("attachment.sha256")],
        [_row(kind, found.get(kind)) for kind in DOCUMENT_KINDS],
        form="stacked",
    )


def _row(kind: DocumentKind, one: AttachedDocument | None) -> list[str]:
    name = translate(f"attachment.{kind}")
    if one is None:
        return [name, translate("attachment.none"), ""]
    at = format_datetime(one.attached_at)
    return [name, translate("attachment.attached", name=one.file_name, at=at, account=one.attached_by), one.sha256]
