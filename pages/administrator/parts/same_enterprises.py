"""Two credit codes with like names: whether they are of one enterprise, asked one pair at a time, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from kpi.errors import UserError
from kpi.i18n import text
from kpi.model.campaign import NamedThere, Sameness
from kpi.reports.content import About
from kpi.services.administrator.same_enterprises import LONGEST_WHY, LikeNames, answer_like_names, like_names
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box, show_done, show_error
from pages.widgets.picker import pick_option
from pages.widgets.tables import format_datetime, show_table, typed_table

_DONE = "same-done"


def ask_like_names(context: PageContext) -> None:
    """The first pair that nobody has answered, or any other that is picked; nothing where there is none."""
    pairs = like_names(context.store, context.viewer)
    if st.session_state.pop(_DONE, False):
        show_done(translate("same.kept"))
    if not pairs:
        return
    waiting = sum(pair.answer is None for pair in pairs)
    html.titled(translate("same.title", count=waiting) if waiting else translate("same.title_none"))
    html.where(translate("same.how"))
    by_key = {" ".join(pair.codes): pair for pair in pairs}
    chosen = by_key[pick_option(translate("same.pair"), list(by_key), "pair", lambda key: _label(by_key[key]))]
    html.bullets([_said(context, code, named) for code, named in zip(chosen.codes, chosen.named, strict=True)])
    _form(context, chosen)
    _answered(context, pairs)


def _label(pair: LikeNames) -> str:
    first, second = (_latest(named) for named in pair.named)
    state = translate(f"same.{pair.answer.outcome}" if pair.answer else "same.open")
    return translate("same.label", first=first, second=second, state=state)


def _latest(named: Sequence[NamedThere]) -> str:
    return max(named, key=lambda item: item.year).name if named else translate("same.nowhere")


def _said(context: PageContext, code: str, named: Sequence[NamedThere]) -> str:
    """A code, and where it stands under which name; one that stands in no list any more was answered when it did."""
    comma = text("number.list", context.lang)
    places = [translate(f"same.in_{item.source}", year=item.year, name=item.name) for item in named]
    where = comma.join(dict.fromkeys(places)) or translate("same.nowhere")
    return text("carried.line", context.lang, label=code, text=where)


def _form(context: PageContext, pair: LikeNames) -> None:
    """Another form once it was answered: what stood before is what the next answer is given over."""
    key = f"same-{'-'.join(pair.codes)}-{pair.answer.written_at.isoformat() if pair.answer else 'open'}"
    outcome: Sameness | None = st.radio(
        translate("same.question"),
        get_args(Sameness),
        index=None,
        format_func=lambda option: translate(f"same.{option}"),
        horizontal=True,
        key=f"{key}-outcome",
    )
    reason = st.text_input(translate("same.reason"), max_chars=LONGEST_WHY, key=f"{key}-reason")
    if not st.button(translate("same.save"), type="primary", key=f"{key}-save", disabled=outcome is None):
        return
    if outcome is None:
        return
    try:
        answer_like_names(context.store, context.viewer, pair.codes, outcome, reason, seen=pair.answer)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_DONE] = True
        st.rerun()


def _answered(context: PageContext, pairs: Sequence[LikeNames]) -> None:
    rows = [
        [
            "\n".join(f"{_latest(named)} {code}" for named, code in zip(pair.named, pair.codes, strict=True)),
            translate(f"same.{pair.answer.outcome}"),
            pair.answer.reason,
            pair.answer.written_by,
            format_datetime(pair.answer.written_at),
        ]
        for pair in pairs
        if pair.answer
    ]
    if rows and (box := opened_box(translate("same.answered", count=len(rows)), "same-answered")):
        with box:
            columns = [translate(f"same.{name}") for name in ("enterprises", "outcome", "reason", "by", "at")]
            about = About(translate("same.answered_name"))
            show_table(context, about, typed_table(columns, rows), "same", form="stacked")
