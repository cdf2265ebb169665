"""Awards as a table, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from kpi import i18n
from kpi.model.claims import Award
from kpi.reports.content import ReportTable
from pages.administrator.parts.awards.award_totals import body_name
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import typed_table

COLUMNS = ("factory", "code", "tier", "year", "body", "source")


def award_table(context: PageContext, order: Sequence[str], awards: Sequence[Award]) -> ReportTable:
    """``order``: the bodies of the notice."""
    return typed_table(
        [translate(f"awards.{name}") for name in COLUMNS],
        [
            [
                one.factory,
                one.credit_code,
                i18n.catalogue_name(one.tier, context.lang),
                str(one.year),
                body_name(context, one.body, order),
                one.source,
            ]
            for one in awards
        ],
    )
