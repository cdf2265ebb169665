"""Every version that a reviewer saved of a candidate's scores."""

from __future__ import annotations

import streamlit as st

from kpi.i18n import text
from kpi.reports.content import About
from kpi.services.reviewer.scores import OwnScoreSheet
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.round_label import round_label


def own_versions(context: PageContext, own: OwnScoreSheet, *, earlier: bool = False) -> None:
    """The latest first; nothing where none was saved. ``earlier``: of a round that another one has followed."""
    if not own.versions:
        return
    names = {one.code: one.name.in_(context.lang) for one in own.sheet.criterion}
    rows = []
    for one in own.versions:
        lines = []
        for code, level in one.content.levels.items():
            why = one.content.reasons.get(code)
            lines.append(f"{names.get(code, code)} {level}" + (f" · {why}" if why else ""))
        remark = [one.content.remark] if one.content.remark else []
        state = text(f"scoring.state.{one.state}", context.lang)
        version = translate("scores.version_at", version=one.version, state=state, at=format_datetime(one.saved_at))
        rows.append([version, "\n".join([*lines, *remark])])
    with st.expander(translate("scores.versions", count=len(rows)), expanded=own.round.released or earlier):
        table = typed_table([translate(f"scores.{name}") for name in ("version", "levels")], rows)
        about = About(
            translate("scores.versions_name"), f"{round_label(context, own.round)} {own.versions[0].credit_code}"
        )
        key = "earlier-scores" if earlier else "own-scores"
        show_table(context, about, table, key, form="stacked", thing="own_scores")
