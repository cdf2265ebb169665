"""A proposal for the places left: whom it chooses, what each wish costs, what it changes, and its way onto the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.i18n.words import WORTH_DIGITS
from kpi.model.programme import Placement, ProposalUsed, list_difference
from kpi.recommendation.choice import Wish
from kpi.services.leader.nomination import save_list
from kpi.services.leader.own_list import OwnList
from kpi.services.leader.recommendation import Recommendation, own_recommendation
from pages.leader.parts import proposal_report
from pages.leader.parts.list_acts import say_done
from pages.leader.parts.list_anchors import wish_anchor
from pages.leader.parts.own_industries import earlier_values
from pages.leader.parts.proposal_form import ASKED, Asked, proposal_form
from pages.leader.parts.seen_edition import seen_edition
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import offer_page_report, show_table
from pages.widgets.error_message import show_error


def proposal(context: PageContext, found: OwnList) -> None:
    """Asked for in a form; nothing is changed before it is applied."""
    st.subheader(translate("nomination.proposal"), anchor=False)
    html.where(translate("nomination.proposal_how"))
    proposal_form(context, found)
    asked = st.session_state.get(ASKED)
    if asked is None:
        return
    try:
        answer = own_recommendation(context.store, context.viewer, asked.wishes, asked.weights, found.latest.year)
    except UserError as error:
        show_error(error)
        return
    names = {code: one.label for code, one in found.applications.items()}
    _show(context, found, answer, names)
    if not answer.proposal.conflict:
        _apply(context, found, answer, names, asked)


def _show(context: PageContext, found: OwnList, answer: Recommendation, names: dict[str, str]) -> None:
    proposed = answer.proposal
    status = i18n.text(f"recommend.status.{proposed.status}", context.lang)
    if proposed.order:
        html.sentence(translate("nomination.proposed", count=len(proposed.order), status=status))
    else:
        html.sentence(status[:1].upper() + status[1:])
    if proposed.conflict:
        kind = "conflict" if len(proposed.conflict) > 1 else "conflict_one"
        html.clause(translate(f"nomination.{kind}"))
        wishes = [(proposal_report.wish_words(context, one, names), one.kind) for one in proposed.conflict]
        html.links([html.Link(words, wish_anchor(of)) for words, of in wishes])
        named = {one.credit_code for one in proposed.conflict}
        barred = [(code, why) for code, why in answer.left_out if code in named and why.code == "not_eligible"]
        reasons = [(names[code], i18n.left_out_text(why, context.lang)) for code, why in barred]
        html.bullets([i18n.text("carried.line", context.lang, label=name, text=why) for name, why in reasons])
        return
    if not proposed.order:
        html.clause(translate(f"nomination.nobody_{_why_nobody(answer)}"))
    else:
        about = proposal_report.about_proposal(context, found, answer)
        show_table(context, about, proposal_report.proposal_table(context, answer), "proposal", form="stacked")
        html.where(translate("nomination.objective", objective=f"{float(proposed.objective or 0):.{WORTH_DIGITS}f}"))
        if free := answer.quota.left - len(proposed.order):
            html.where(translate("nomination.places_stay", count=free))
    for line in earlier_values(context, [one.factory for one in answer.candidates if one.as_first_locked]):
        html.where(line)
    for line in proposal_report.price_lines(context, proposed, names):
        html.where(line)
    if others := list(proposal_report.alternative_lines(context, proposed, names)):
        html.clause(translate("nomination.alternatives"))
        html.bullets(others)
    if answer.left_out:
        html.clause(translate("nomination.left_out"))
        html.bullets(proposal_report.left_out_lines(context, answer, names))


def _why_nobody(answer: Recommendation) -> str:
    """Why there is nobody to propose, as the texts name it."""
    if not answer.quota.left:
        return "places"
    if not answer.candidates:
        return "open"
    return "wished" if any(one.eligible for one in answer.candidates) else "eligible"


def _apply(context: PageContext, found: OwnList, answer: Recommendation, names: dict[str, str], asked: Asked) -> None:
    chosen = [one.credit_code for one in answer.proposal.order]
    now = found.latest.content.order
    kept = [code for code in now if code in found.forward or code in chosen]
    order = [*kept, *(code for code in chosen if code not in kept)]
    change = list_difference(now, order)
    for line in proposal_report.change_lines(context, change, names):
        html.where(line)
    about, subject = proposal_report.about_proposal(context, found, answer), f"{found.latest.body} {found.latest.year}"
    sections = partial(proposal_report.proposal_sections, context, answer, names, change)
    offer_page_report(context, "proposal_report", about, subject, sections)
    if not (change.added or change.dropped or change.moved):
        return
    if not st.button(translate("nomination.apply"), type="primary"):
        return
    reasons = {one.credit_code: one for one in found.latest.content.placements}
    placements = [reasons.get(code, Placement(code)) for code in order]
    worth = answer.proposal.objective
    weights = answer.weights
    used = ProposalUsed(
        (float(weights.quality), float(weights.industry), float(weights.scenario)),
        tuple(map(str, answer.wishes.named())),
        tuple(chosen),
        None if worth is None else float(worth),
        (*_still_kept(found, order), *asked.reasons),
        tuple(order),
    )
    try:
        save_list(context.store, context.viewer, found.latest.year, seen_edition(found).edition, placements, used)
    except UserError as error:
        show_error(error)
    else:
        st.session_state.pop(ASKED)
        say_done("saved")


def _still_kept(found: OwnList, order: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The reasons of must-haves that stay on the list: they are placements now, and are not asked for again."""
    before = found.latest.content.proposal
    musts = {str(Wish("must", code)) for code in order if code in found.latest.content.order}
    yield from ((wish, reason) for wish, reason in (before.reasons if before else ()) if wish in musts)
