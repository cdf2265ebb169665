"""The documents that go with an application, as its enterprise and its reviewer read them."""

from __future__ import annotations

from collections.abc import Mapping

from kpi import i18n
from kpi.model.application import DOCUMENT_KINDS, AttachedDocument, DocumentKind
from kpi.reports.content import About
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime


def document_list(context: PageContext, title: str, found: Mapping[DocumentKind, AttachedDocument]) -> None:
    """Each kind, attached or not; the hash in full, for whoever compares it."""
    table = typed_table(
        [translate("attachment.document"), translate("attachment.file_name"), translate("attachment.sha256")],
        [_row(kind, found.get(kind)) for kind in DOCUMENT_KINDS],
    )
    show_table(context, About(title), table, "documents", form="stacked")


def _row(kind: DocumentKind, one: AttachedDocument | None) -> list[str]:
    name = translate(f"attachment.{kind}")
    if one is None:
        return [name, translate("attachment.none"), i18n.NO_NUMBER]
    at = format_datetime(one.attached_at)
    return [name, translate("attachment.attached", name=one.file_name, at=at, account=one.attached_by), one.sha256]
