"""How the list of awards was changed: the latest first, nothing overwritten."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.model.claims import Award
from kpi.model.language import Lang
from kpi.reports.content import About
from kpi.services.administrator.awards import award_history
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime

SHOWN_OF_A_HASH = 12


def show_award_history(context: PageContext) -> None:
    """Nothing before the first change."""
    found = award_history(context.store, context.viewer)
    if not found:
        return
    st.subheader(translate("awards.history"), anchor=False)
    table = typed_table(
        [translate(f"awards.{name}") for name in ("at", "by", "what_act", "before", "after", "reason")],
        [
            [
                format_datetime(one.changed_at),
                one.changed_by,
                translate(f"awards.act.{one.act}"),
                _words(one.before, context.lang),
                _words(one.after, context.lang),
                one.reason[:SHOWN_OF_A_HASH] if one.act == "imported" else one.reason,
            ]
            for one in found
        ],
    )
    show_table(
        context, About(translate("title.awards"), translate("awards.history")), table, "award-history", form="stacked"
    )


def _words(one: Award | None, lang: Lang) -> str:
    if one is None:
        return ""
    tier, body = (i18n.catalogue_name(name, lang) for name in (one.tier, one.body or ""))
    return "\n".join(part for part in (one.credit_code, one.factory, f"{tier} {one.year}", body, one.source) if part)
