"""The applications as a table: who, where, and the step each has come to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kpi.queries import ApplicationInHand
from kpi.reports.content import About, LabelledLine, ReportTable
from pages.administrator.parts.scope_labels import scope_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_long_table, typed_table
from pages.widgets.datetime_format import format_datetime


def progress_table(
    context: PageContext,
    shown: Sequence[ApplicationInHand],
    listed: Sequence[ApplicationInHand],
    asked: Sequence[LabelledLine],
) -> None:
    """``shown`` of all that are ``listed``, narrowed by what was ``asked``."""
    about = About(translate("progress.listed"), filters=asked)
    everything = listed if len(shown) < len(listed) else None
    table = partial(_table, context)
    show_long_table(context, about, shown, table, "progress", form="brief", everything=everything)


def _table(context: PageContext, rows: Sequence[ApplicationInHand]) -> ReportTable:
    return typed_table(
        [translate(f"progress.{name}") for name in ("who", "application", "where", "state", "since")],
        [
            [
                "\n".join(name for name in (one.enterprise, one.factory) if name),
                f"{one.credit_code} {one.year}",
                "\n".join(scope_label(reach, context.lang) for reach in (one.industry, one.body or "")),
                translate(f"step.{one.stage}"),
                format_datetime(one.since),
            ]
            for one in rows
        ],
    )
