"""What the officials decided otherwise than the proposal, each with its reason; and the record of the decision."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.i18n.words import WORTH_DIGITS
from kpi.model.programme import ProposalUsed, differences_to_proposal, dump_list, proposed_order
from kpi.reports.content import ReportSection, ReportTable
from kpi.services.leader.own_list import OwnList
from pages.leader.parts.list_table import about_list, label_of, placed_rows
from pages.leader.parts.proposal_report import listed_words
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_page_report, show_table, typed_table
from pages.widgets.downloads import Offered, offer_files

COLUMNS = ("factory", "difference", "proposed", "decided", "reason")


def differences(context: PageContext, found: OwnList) -> None:
    """Of the list as it stands, or of a sent one as it was sealed. An empty list says nothing yet."""
    if not found.latest.content.placements:
        return
    st.subheader(translate("nomination.differences"), anchor=False)
    html.clause(differences_sentence(context, found))
    if rows := difference_rows(found):
        table = typed_table([translate(f"nomination.column_{name}") for name in COLUMNS], rows)
        about = about_list(context, found, translate("nomination.differences"))
        show_table(context, about, table, "differences", form="stacked")
    for line in proposal_lines(context, found):
        html.where(line)
    _files(context, found)


def differences_sentence(context: PageContext, found: OwnList) -> str:
    """How many there are; that the list is the proposal; or that none was applied."""
    change = differences_to_proposal(found.latest.content)
    if change is None:
        return translate("nomination.no_proposal")
    if not change:
        return translate("nomination.as_proposed")
    counts = {"added": change.added, "dropped": change.dropped, "moved": change.moved}
    said = [translate(f"nomination.count_{kind}", count=len(codes)) for kind, codes in counts.items() if codes]
    return translate("nomination.differ", counts=i18n.text("number.list", context.lang).join(said))


def difference_rows(found: OwnList) -> list[list[str]]:
    """Who is in, out or moved against the proposal, with both places and the reason that is kept."""
    content = found.latest.content
    change = differences_to_proposal(content)
    if change is None:
        return []
    proposed, decided = proposed_order(content), content.order
    kinds = (("added", change.added), ("dropped", change.dropped), ("moved", change.moved))
    return [
        [
            label_of(found, code),
            translate(f"nomination.difference_{kind}"),
            _place(proposed, code),
            _place(decided, code),
            _reason(found, code) or translate("nomination.no_reason"),
        ]
        for kind, codes in kinds
        for code in codes
    ]


def proposal_lines(context: PageContext, found: OwnList) -> Iterator[str]:
    """What the proposal was asked for, and its worth."""
    used = found.latest.content.proposal
    if used is None:
        return
    quality, industry, scenario = (f"{one:g}" for one in used.weights)
    worth = i18n.NO_NUMBER if used.objective is None else f"{used.objective:.{WORTH_DIGITS}f}"
    yield translate("nomination.asked", quality=quality, industry=industry, scenario=scenario, objective=worth)
    if used.wishes:
        yield translate("nomination.asked_wishes", wishes=listed_words(context, _wishes(context, found, used)))


def _wishes(context: PageContext, found: OwnList, used: ProposalUsed) -> list[str]:
    """By their names as they were kept: ``must:CODE``, ``most_places:3``, ``each_industry``; reasons in brackets."""
    reasons = dict(used.reasons)
    said = []
    for wish in used.wishes:
        kind, _, of = wish.partition(":")
        factory = label_of(found, of) if kind.startswith("must") else ""
        words = i18n.wish_text(kind, factory, None if factory or not of else int(of), context.lang)
        reason = reasons.get(wish)
        said.append(translate("nomination.wish_because", wish=words, reason=reason) if reason else words)
    return said


def _reason(found: OwnList, credit_code: str) -> str:
    """The placement's or the omission's own; else that of the wish in the proposal."""
    content = found.latest.content
    for one in (*content.placements, *content.left_out):
        if one.credit_code == credit_code and one.reason:
            return one.reason
    reasons = dict(content.proposal.reasons) if content.proposal else {}
    return reasons.get(f"must_not:{credit_code}") or reasons.get(f"must:{credit_code}") or ""


def _place(order: tuple[str, ...], credit_code: str) -> str:
    return str(order.index(credit_code) + 1) if credit_code in order else i18n.NO_NUMBER


def _files(context: PageContext, found: OwnList) -> None:
    """The record of the decision stays with the body: what the city asks for is the package. A seal as its own file."""
    about = about_list(context, found, translate("nomination.record"))
    subject = f"{found.latest.body} {found.latest.year}"
    offer_page_report(context, "list_record", about, subject, partial(record_sections, context, found))
    if found.latest.sha256:
        sealed = Offered(".json", translate("nomination.sealed_file"), dump_list(found.latest.content).encode)
        stem = translate("nomination.sealed_name", body=found.latest.body, year=found.latest.year)
        offer_files(context, "", "sealed_list", subject, stem, [sealed])


def record_sections(context: PageContext, found: OwnList) -> list[ReportSection]:
    """The list with its reasons, what differs from the proposal, and what the proposal was asked for."""
    lines = (differences_sentence(context, found), *proposal_lines(context, found))
    return [
        ReportSection("list", translate("title.nomination"), table=placed_rows(context, found)),
        ReportSection("differences", translate("nomination.differences"), lines, _table(found)),
    ]


def _table(found: OwnList) -> ReportTable | None:
    rows = difference_rows(found)
    columns = [translate(f"nomination.column_{name}") for name in COLUMNS]
    return typed_table(columns, rows, numbers=(2, 3)) if rows else None
