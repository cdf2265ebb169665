"""Notices: which year has which, those that wait for a second administrator, and taking one in with its preview."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import Catalogue
from kpi.catalogue.notice_changes import NoticeChange
from kpi.errors import InvalidData, UserError
from kpi.files.limits import application_limits
from kpi.reports.content import About, LabelledLine, ReportTable
from kpi.services.administrator.notices import (
    LONGEST_REASON,
    NoticePreview,
    NoticesKnown,
    against_approving_notice,
    approve_notice,
    preview_notice,
    preview_proposed_notice,
    propose_notice,
    withdraw_notice,
)
from kpi.tables.notices import NoticeProposal
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, end_page, opened_box, show_done, show_error
from pages.widgets.tables import format_datetime, show_table, typed_table

_OPEN, _SAID, _ROUND, _SEEN = "notice_open", "notice_said", "notice_round", "notice_seen"
NAMED_CHANGES = 50
"""So many changes of a part are shown; the others are counted, and in its files."""


def known_notices_table(context: PageContext, known: NoticesKnown) -> None:
    """What was done last; which notice is in force today; then the notices of the store, a row a year."""
    if said := st.session_state.pop(_SAID, None):
        show_done(said)
    head = known.in_force.notice
    waiting = sum(item.outcome is None for item in known.proposals)
    number = head.number.in_(context.lang)
    html.sentence(translate("notices.sentence", number=number, year=head.year, count=waiting))
    html.where(translate("notices.how"))
    columns = ("year", "number", "title", "region", "status", "first_day", "kpis", "scenarios", "conditions", "sha256")
    table = typed_table(
        [translate(f"notices.column_{name}") for name in columns],
        [_known_row(context, item, known.in_force) for item in known.notices],
        numbers=(6, 7, 8),
    )
    show_table(context, About(translate("title.notices")), table, "notices", form="stacked")


def _known_row(context: PageContext, item: Catalogue, in_force: Catalogue) -> list[str]:
    head, lang = item.notice, context.lang
    standing = (
        "in_force" if item == in_force else "coming" if item.in_force_from > in_force.in_force_from else "earlier"
    )
    return [
        str(head.year),
        head.number.in_(lang),
        head.title.in_(lang),
        head.region.in_(lang),
        i18n.text(f"notice_status.{head.status}", lang),
        f"{item.in_force_from.isoformat()}\n{translate(f'notices.{standing}')}",
        *(str(len(part)) for part in (item.kpis, item.scenarios, item.conditions)),
        f"{item.sha256[:12]}…",
    ]


# Those that wait for a second administrator: read one, then approve it, or refuse it with a reason.


def show_waiting_notices(context: PageContext, known: NoticesKnown) -> None:
    """All that wait, or alone the one that is read. Nothing where nothing waits."""
    waiting = [item for item in known.proposals if item.outcome is None]
    opened = st.session_state.get(_OPEN)
    if opened and opened not in {item.id for item in waiting}:
        del st.session_state[_OPEN]
        opened = None
        show_error(UserError("notice_proposal_gone"))
    if not waiting:
        return
    st.subheader(translate("notices.waiting", count=len(waiting)), anchor=False)
    for proposal in waiting:
        if opened is None:
            _proposal_facts(proposal)
            if st.button(translate("notices.read"), key=f"read-{proposal.id}"):
                st.session_state[_OPEN] = proposal.id
                st.rerun()
        elif opened == proposal.id:
            _proposal_facts(proposal)
            _decide_on(context, proposal)
            end_page()


def _proposal_facts(proposal: NoticeProposal) -> None:
    html.titled(translate("notices.of", id=proposal.notice, year=proposal.year))
    html.bullets(
        [
            translate("notices.by", who=proposal.proposed_by, at=format_datetime(proposal.proposed_at)),
            translate("notices.hash", sha256=proposal.sha256),
        ]
    )


def _decide_on(context: PageContext, proposal: NoticeProposal) -> None:
    if st.button(translate("notices.close"), key=f"close-{proposal.id}"):
        _leave()
    preview = None
    try:
        preview = _seen(proposal.id, lambda: preview_proposed_notice(context.store, context.viewer, proposal.id))
    except UserError as error:
        show_error(error)
    else:
        show_notice_preview(context, preview)
    st.subheader(translate("notices.decide"), anchor=False)
    if hindered := against_approving_notice(context.store, context.viewer, proposal):
        html.where(" ".join(i18n.page_error_message(hindered, context.lang)))
    elif preview is not None:
        _approval(context, proposal, preview.notice)
    _withdrawal(context, proposal)


def _approval(context: PageContext, proposal: NoticeProposal, notice: Catalogue) -> None:
    number, day = notice.notice.number.in_(context.lang), notice.in_force_from.isoformat()
    means = [
        translate("notices.approval_day", number=number, day=day),
        translate("notices.approval_year", year=proposal.year),
        translate("notices.hash", sha256=proposal.sha256),
    ]
    if not confirm_act(translate("notices.approve"), "\n".join(means), key=f"approve-{proposal.id}"):
        return
    try:
        approve_notice(context.store, context.viewer, proposal.id)
    except UserError as error:
        show_error(error)
        return
    _leave(translate("notices.approved", number=html.plain(number), day=day))


def _withdrawal(context: PageContext, proposal: NoticeProposal) -> None:
    """Whoever proposed it withdraws it, another refuses it: with its reason."""
    how = "withdraw" if context.viewer.account == proposal.proposed_by else "refuse"
    reason = st.text_input(translate("notices.reason"), max_chars=LONGEST_REASON, key=f"notice-reason-{proposal.id}")
    means = translate("notices.ends", id=proposal.notice)
    if not confirm_act(translate(f"notices.{how}"), means, key=f"{how}-{proposal.id}"):
        return
    try:
        withdraw_notice(context.store, context.viewer, proposal.id, reason)
    except UserError as error:
        show_error(error)
        return
    _leave(translate("notices.ended", id=html.plain(proposal.notice)))


def _leave(said: str = "") -> None:
    """Draw the page again with all that it has, and say what was done."""
    st.session_state.pop(_OPEN, None)
    st.session_state.pop(_SEEN, None)
    if said:
        st.session_state[_SAID] = said
    st.rerun()


def _seen(key: str, make: Callable[[], NoticePreview]) -> NoticePreview:
    """The preview that this reader has before them, made once: all applications of a year are judged for it."""
    kept: tuple[str, NoticePreview] | None = st.session_state.get(_SEEN)
    if kept is None or kept[0] != key:
        with st.spinner(translate("notices.judging")):
            kept = st.session_state[_SEEN] = (key, make())
    return kept[1]


# Taking one in: its file is checked at once, and what it would do is shown before it is proposed.


def take_in_notice(context: PageContext) -> None:
    """The uploader, and below it all that is wrong with the notice, or its preview and the button that proposes it."""
    st.subheader(translate("notices.another"), anchor=False)
    most = application_limits().file_megabytes
    sent = st.file_uploader(
        translate("notices.file"),
        type=["zip"],
        key=f"notice-file-{st.session_state.get(_ROUND, 0)}",
        help=translate("notices.file_help", limit=most),
        max_upload_size=most,
    )
    if sent is None:
        return
    data = sent.getvalue()
    try:
        key = hashlib.sha256(data).hexdigest()
        preview = _seen(key, lambda: preview_notice(context.store, context.viewer, data))
    except InvalidData as error:
        faults = i18n.data_faults(error, context.lang)
        html.sentence(translate("notices.faulty", count=len(faults)))
        said = [
            translate("notices.fault", place=item.place, said=said) if said else item.place for item, said in faults
        ]
        html.bullets(said)
        return
    except UserError as error:
        show_error(error)
        return
    show_notice_preview(context, preview)
    st.subheader(translate("notices.propose"), anchor=False)
    html.where(translate("notices.propose_how"))
    if not st.button(translate("notices.propose"), type="primary", key=f"propose-{key}"):
        return
    try:
        propose_notice(context.store, context.viewer, data)
    except UserError as error:
        show_error(error)
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    _leave(translate("notices.proposed", id=html.plain(preview.notice.notice.id)))


# What a notice says, what it says otherwise, and what would be said of last year's applications under it.


def show_notice_preview(context: PageContext, preview: NoticePreview) -> None:
    """Its head, the changes part by part, and its effect."""
    found, lang = preview.notice, context.lang
    head = found.notice
    html.titled(f"{head.number.in_(lang)} {head.title.in_(lang)}")
    html.bullets(
        [
            translate(
                "notices.head",
                region=head.region.in_(lang),
                year=head.year,
                tier=found.tier(head.tier).name.in_(lang),
                status=i18n.text(f"notice_status.{head.status}", lang),
            ),
            translate("notices.from", day=found.in_force_from.isoformat()),
            translate(
                "notices.counts",
                kpis=len(found.kpis),
                scenarios=len(found.scenarios),
                conditions=len(found.conditions),
            ),
            translate("notices.hash", sha256=found.sha256),
        ]
    )
    _changes(context, preview)
    _effect(context, preview)


def _changes(context: PageContext, preview: NoticePreview) -> None:
    before = preview.before.notice.number.in_(context.lang)
    html.sentence(translate("notices.changes", before=before, count=len(preview.changes)))
    html.where(translate("notices.changes_how"))
    for part, changes in groupby(preview.changes, key=lambda change: change.part):
        found = list(changes)
        label = translate(f"notices.part.{part}", count=len(found))
        if box := opened_box(label, f"notice-{part}"):
            with box:
                _part(context, preview, label, found)


def _part(context: PageContext, preview: NoticePreview, label: str, changes: Sequence[NoticeChange]) -> None:
    about = About(
        translate("notices.compared"),
        preview.notice.notice.number.in_(context.lang),
        filters=[
            LabelledLine(translate("notices.column_before"), preview.before.notice.number.in_(context.lang)),
            LabelledLine(translate("notices.column_part"), label),
        ],
    )
    shown = changes[:NAMED_CHANGES]
    everything = partial(_changes_table, changes) if len(changes) > len(shown) else None
    key = f"notice-changes-{changes[0].part}"
    show_table(context, about, _changes_table(shown), key, form="stacked", everything=everything)
    if everything:
        html.where(translate("notices.more", count=len(changes) - len(shown)))


def _changes_table(changes: Sequence[NoticeChange]) -> ReportTable:
    def what(change: NoticeChange) -> str:
        if change.before is None or change.after is None:
            return translate("notices.new" if change.before is None else "notices.gone")
        return translate("notices.order") if change.key == "order" and not change.item else change.key

    return typed_table(
        [translate(f"notices.column_{name}") for name in ("item", "key", "before", "after")],
        [[change.item, what(change), change.before or "", change.after or ""] for change in changes],
    )


def _effect(context: PageContext, preview: NoticePreview) -> None:
    if preview.year is None:
        html.sentence(translate("notices.effect_none"))
        return
    html.sentence(
        translate(
            "notices.effect",
            year=preview.year,
            count=preview.applications,
            judged=preview.applications - len(preview.elsewhere),
            changed=len(preview.clauses),
        )
    )
    if preview.clauses:
        table = typed_table(
            [translate(f"changed_words.column_{name}") for name in ("factory", "before", "after")],
            [
                [
                    f"{item.factory}\n{item.credit_code}",
                    i18n.clause_word(item.before, context.lang),
                    i18n.clause_word(item.after, context.lang),
                ]
                for item in preview.clauses
            ],
        )
        number = preview.notice.notice.number.in_(context.lang)
        show_table(context, About(translate("notices.effect_title"), number), table, "notice-clauses", form="stacked")
    if preview.elsewhere and (
        box := opened_box(translate("notices.elsewhere", count=len(preview.elsewhere)), "notice-elsewhere")
    ):
        with box:
            html.bullets(preview.elsewhere)


# What became of each that was proposed.


def notice_history(context: PageContext, known: NoticesKnown) -> None:
    """The latest first, folded; nothing before the first."""
    ended = sorted(
        (item for item in known.proposals if item.noted_at), key=lambda item: str(item.noted_at), reverse=True
    )
    if not ended:
        return
    if box := opened_box(translate("notices.history", count=len(ended)), "notice-history"):
        columns = ("id", "year", "sha256", "proposed", "outcome", "noted", "reason")
        table = typed_table(
            [translate(f"notices.column_{name}") for name in columns], [_ended_row(item) for item in ended]
        )
        with box:
            show_table(context, About(translate("notices.ended_ones")), table, "notice-history", form="stacked")


def _ended_row(item: NoticeProposal) -> list[str]:
    withdrawn = "withdrawn" if item.noted_by == item.proposed_by else "refused"
    outcome = "was_approved" if item.outcome == "approved" else f"was_{withdrawn}"
    return [
        item.notice,
        str(item.year),
        f"{item.sha256[:12]}…",
        f"{format_datetime(item.proposed_at)}\n{item.proposed_by}",
        translate(f"notices.{outcome}"),
        f"{format_datetime(item.noted_at) if item.noted_at else ''}\n{item.noted_by}",
        item.reason or "",
    ]
