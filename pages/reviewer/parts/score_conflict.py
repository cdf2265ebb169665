"""A form that is older than what was saved since: both texts, criterion by criterion, and which to go on with."""

from __future__ import annotations

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.scoring import ScoreContent
from kpi.services.reviewer.scores import OwnScoreSheet
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime
from pages.widgets.error_message import show_error


def stored_content(own: OwnScoreSheet) -> ScoreContent:
    """What was saved last by the sheet in use; nothing where that is by an earlier one, or nothing was saved."""
    latest = own.versions[0] if own.versions else None
    return latest.content if latest and latest.sheet == own.edition else ScoreContent()


def fill(key: str, own: OwnScoreSheet, content: ScoreContent) -> None:
    """Set every field of the form."""
    for one in own.sheet.criteria(own.round.occasion):
        st.session_state[f"{key}-level-{one.code}"] = content.levels.get(one.code)
        st.session_state[f"{key}-why-{one.code}"] = content.reasons.get(one.code, "")
    st.session_state[f"{key}-remark"] = content.remark


def both_versions(context: PageContext, key: str, own: OwnScoreSheet, mine: ScoreContent) -> None:
    """Both side by side; taking one of them is the reviewer's choice."""
    show_error(UserError("score_changed"))
    latest, stored = own.versions[0], stored_content(own)
    rows = [
        [one.name.in_(context.lang), *(_words(content, one.code) for content in (mine, stored))]
        for one in own.sheet.criteria(own.round.occasion)
    ]
    saved = translate("scores.stored", version=latest.version, at=format_datetime(latest.saved_at))
    rows.append([translate("scores.remark"), mine.remark or i18n.NO_NUMBER, latest.content.remark or i18n.NO_NUMBER])
    html.table([translate("scores.criterion"), translate("scores.mine"), saved], rows, form="stacked")
    with st.container(horizontal=True):
        st.button(translate("scores.keep_mine"), key=f"{key}-keep", on_click=_keep, args=(key, own.seen))
        st.button(translate("scores.take_stored"), key=f"{key}-take", on_click=_take, args=(key, own, stored))


def _keep(key: str, seen: int) -> None:
    st.session_state[f"{key}-seen"], st.session_state[f"{key}-stale"] = seen, False


def _take(key: str, own: OwnScoreSheet, stored: ScoreContent) -> None:
    _keep(key, own.seen)
    fill(key, own, stored)


def _words(content: ScoreContent, code: str) -> str:
    level = content.levels.get(code)
    return "\n".join(part for part in (str(level or i18n.NO_NUMBER), content.reasons.get(code, "")) if part)
