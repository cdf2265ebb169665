"""Importing the list of awards: what it would change is shown, and asked once, as it replaces the list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from kpi.errors import UserError
from kpi.intake.lists import counts_for_quota
from kpi.services.administrator.awards import (
    LONGEST_REASON,
    AwardsPreview,
    ReversedChange,
    import_awards,
    preview_awards,
)
from pages.administrator.parts.awards.award_label import award_label, change_words
from pages.administrator.parts.list_upload import upload_list
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.ask_once import ask_once
from pages.widgets.error_message import show_error

_ROUND = "awards_round"
_DONE = "awards_imported"


def offer_award_file(context: PageContext) -> None:
    """The uploader, empty again after success; below it what the file would do."""
    if count := st.session_state.pop(_DONE, 0):
        st.success(translate("awards.imported", count=count))
    key = f"awards-{st.session_state.get(_ROUND, 0)}"
    found = upload_list(
        translate("awards.file"),
        key,
        partial(preview_awards, context.store, context.viewer),
        translate("awards.refused"),
        translate("awards.help"),
    )
    if found is None:
        return
    preview = found.preview
    means = translate("awards.means", count=preview.awards, added=preview.added, removed=preview.removed)
    html.where(means)
    corrected = translate("awards.corrected_before", count=len(preview.corrected))
    _say_reversed(context, corrected, preview.corrected)
    back, reason = _ask_revoked(context, preview.revoked, key)
    left_out = len(preview.revoked) - len(back)
    _say_bodies(context, preview, back)
    if preview.same and not back:
        html.notice(translate("awards.same"))
        return
    if back and not reason.strip():
        html.where(translate("awards.to_explain"))
        return
    lines = [means]
    lines += [translate("awards.left_out", count=left_out)] if left_out else []
    lines += [translate("awards.brought_back", count=len(back))] if back else []
    if ask_once(translate("awards.import"), "\n".join(lines), key=f"{key}-import", read=preview.changes):
        try:
            count = import_awards(
                context.store,
                context.viewer,
                found.name,
                found.data,
                brought_back=back,
                reason=reason,
                seen=preview.changes,
            )
        except UserError as error:
            show_error(error)
            return
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.session_state[_DONE] = count
        st.rerun()


def _say_bodies(context: PageContext, preview: AwardsPreview, back: Sequence[int]) -> None:
    """What the bodies' counts become, and which awards no body's count would hold."""
    off = {one.row for one in preview.revoked} - set(back)
    if preview.by_body is None:
        html.where(translate("awards.no_bodies"))
    else:
        kept_off = [one for one in preview.revoked if one.row in off and one.award.body]
        counted = sum(preview.by_body.values()) - sum(counts_for_quota(one.award) for one in kept_off)
        html.where(translate("awards.with_bodies", count=counted))
    nobodys = [one for one in preview.without_body if one.row not in off]
    if nobodys:
        with st.expander(translate("awards.without_body", count=len(nobodys))):
            html.bullets([_in_row(one.row, award_label(context.lang, one.award)) for one in nobodys])


def _ask_revoked(context: PageContext, found: Sequence[ReversedChange], key: str) -> tuple[list[int], str]:
    """The rows of revoked awards that are to come back, and why; none unless they are chosen."""
    if not found:
        return [], ""
    _say_reversed(context, translate("awards.revoked_before", count=len(found)), found)
    labels = {one.row: _in_row(one.row, award_label(context.lang, one.award)) for one in found}
    back = st.multiselect(
        translate("awards.bring_back"),
        list(labels),
        format_func=labels.__getitem__,
        placeholder=translate("awards.bring_back_none"),
        select_all=False,
        key=f"{key}-back",
    )
    reason = st.text_input(translate("awards.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason") if back else ""
    return back, reason


def _say_reversed(context: PageContext, sentence: str, found: Sequence[ReversedChange]) -> None:
    """Each row that takes an earlier change back, with that change."""
    if not found:
        return
    html.sentence(sentence)
    lines = []
    for one in found:
        words = award_label(context.lang, one.award)
        if one.change.after:
            words = translate("awards.corrected_to", award=words, after=award_label(context.lang, one.change.after))
        lines.append((_in_row(one.row, words), change_words(one.change)))
    html.open_points(lines)


def _in_row(row: int, words: str) -> str:
    return translate("awards.in_row", row=row, award=words)
