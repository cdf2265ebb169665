"""A proposal for the places left: whom it chooses, what each wish costs, what it changes, and its way onto the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.i18n.words import WORTH_DIGITS
from kpi.model.programme import (
    ListDifference,
    ProposalUsed,
    differences_to_proposal,
    dump_list,
    list_difference,
    proposed_order,
)
from kpi.recommendation.choice import LARGEST, Weights, Wish, Wishes, weight
from kpi.recommendation.proposal import Proposal
from kpi.reports.content import About, LabelledLine, ReportCell, ReportSection, ReportTable, words
from kpi.services.leader.nomination import LONGEST_REASON
from kpi.services.leader.own_list import OwnList
from kpi.services.leader.recommendation import Recommendation, own_recommendation
from pages.leader.parts.coverage import earlier_values
from pages.leader.parts.list import about_list, condition_reasons, label_of, placed_rows, reason_anchor, wish_anchor
from pages.leader.parts.order import Written, save_written
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.picker import distinguished, pick_year
from pages.widgets.tables import offer_page_report, show_table, typed_table

# The proposal to take away: its order, what it costs and changes, who is left out and why.


PROPOSAL_COLUMNS = (
    "place",
    "factory",
    "industry",
    "composite",
    "quality",
    "share_quality",
    "share_industry",
    "share_scenario",
)
COLONS = ":："


def about_proposal(context: PageContext, found: OwnList, answer: Recommendation) -> About:
    """What the proposal was asked for: weights and wishes, each with its value."""
    about = about_list(context, found, translate("nomination.proposal"))
    weights = answer.weights
    given = {"quality": weights.quality, "industry": weights.industry, "scenario": weights.scenario}
    asked = [LabelledLine(translate(f"nomination.weight_{name}"), f"{float(item):g}") for name, item in given.items()]
    names = {code: application.label for code, application in found.applications.items()}
    if wishes := [wish_words(context, wish, names) for wish in answer.wishes.named()]:
        asked.append(LabelledLine(translate("nomination.wishes"), listed_words(context, wishes)))
    status = i18n.text(f"recommend.status.{answer.proposal.status}", context.lang)
    return replace(about, finding=status[:1].upper() + status[1:], filters=[*about.filters, *asked])


def proposal_table(context: PageContext, answer: Recommendation) -> ReportTable:
    shares = {share.option.credit_code: share for share in answer.shares()}
    rows: list[tuple[str | ReportCell, ...]] = [
        (
            str(place),
            candidate.factory,
            i18n.catalogue_name(candidate.industry, context.lang),
            _number(float(candidate.composite * 100), 0),
            _number(float(candidate.quality.value), WORTH_DIGITS),
            *(_number(float(part), WORTH_DIGITS) for part in shares[candidate.credit_code].parts()),
        )
        for place, candidate in enumerate(answer.ranked(), start=1)
    ]
    headers = [translate(f"nomination.column_{name}") for name in PROPOSAL_COLUMNS]
    return typed_table(headers, rows, numbers=range(3, len(headers)))


def worth_lines(answer: Recommendation) -> Iterator[str]:
    """The worth of the whole list, and how much of it is there already."""
    objective = f"{float(answer.proposal.objective or 0):.{WORTH_DIGITS}f}"
    yield translate("nomination.objective", objective=objective)
    if answer.nominated:
        known = {candidate.credit_code for candidate in answer.nominated}
        before = sum(float(share.total) for share in answer.shares() if share.option.credit_code in known)
        worth = f"{before:.{WORTH_DIGITS}f}"
        yield translate("nomination.objective_nominated", count=len(answer.nominated), worth=worth)


def price_lines(context: PageContext, proposed: Proposal, names: Mapping[str, str]) -> Iterator[str]:
    """A line for each wish that costs something; one for all that cost nothing."""
    free = []
    for price in proposed.prices:
        wish = wish_words(context, price.wish, names)
        if price.objective_without is None or proposed.objective is None:
            yield translate("nomination.price_unknown", wish=wish)
        elif price.objective_without == proposed.objective:
            free.append(wish)
        else:
            cost = f"{float(price.objective_without - proposed.objective):.{WORTH_DIGITS}f}"
            yield translate("nomination.price", wish=wish, cost=cost)
    if free:
        yield translate("nomination.price_none", wishes=listed_words(context, free))


def alternative_lines(context: PageContext, best: Proposal, names: Mapping[str, str]) -> Iterator[str]:
    """Each by whom it takes instead of whom, and how much less it is worth."""
    order = [option.credit_code for option in best.order]
    for other in best.alternatives:
        change = list_difference(order, [option.credit_code for option in other.chosen])
        loss = f"{float((best.objective or 0) - other.objective):.{WORTH_DIGITS}f}"
        added, dropped = (
            listed_words(context, [names[code] for code in codes]) for codes in (change.added, change.dropped)
        )
        kind = "instead" if added and dropped else "more" if added else "fewer"
        yield translate(f"nomination.alternative_{kind}", added=added, dropped=dropped, loss=loss)


def change_lines(context: PageContext, change: ListDifference, names: Mapping[str, str]) -> list[str]:
    """Who comes in, who goes, who moves; that nothing changes, else."""
    moved = (("in", change.added), ("out", change.dropped), ("moved", change.moved))
    lines = [
        translate(
            f"nomination.change_{kind}", factories=listed_words(context, [names.get(code, code) for code in codes])
        )
        for kind, codes in moved
        if codes
    ]
    return lines or [translate("nomination.change_none")]


def left_out_lines(context: PageContext, answer: Recommendation, names: Mapping[str, str]) -> list[str]:
    return [
        translate("nomination.left_out_line", factory=names[code], why=i18n.left_out_text(why, context.lang))
        for code, why in answer.left_out
    ]


def proposal_sections(
    context: PageContext, answer: Recommendation, names: Mapping[str, str], change: ListDifference
) -> list[ReportSection]:
    lines = (
        *earlier_values(context, [candidate.factory for candidate in answer.candidates if candidate.as_first_locked]),
        *worth_lines(answer),
        *price_lines(context, answer.proposal, names),
        *change_lines(context, change, names),
    )
    others = tuple(alternative_lines(context, answer.proposal, names))
    found = [
        ReportSection("proposal", translate("nomination.proposal"), lines, proposal_table(context, answer)),
        ReportSection("alternatives", translate("nomination.alternatives").rstrip(COLONS), points=others),
        ReportSection(
            "left-out",
            translate("nomination.left_out").rstrip(COLONS),
            points=tuple(left_out_lines(context, answer, names)),
        ),
    ]
    return [item for item in found if item.table or item.points]


def wish_words(context: PageContext, wish: Wish, names: Mapping[str, str]) -> str:
    return i18n.wish_text(wish.kind, names.get(wish.credit_code, ""), wish.most, context.lang)


def listed_words(context: PageContext, names: Sequence[str]) -> str:
    return i18n.text("number.list", context.lang).join(names)


def _number(value: float, digits: int) -> ReportCell:
    return replace(words(f"{value:.{digits}f}"), value=value, kind="number")


# What a leader asks of a proposal: weights, bounds and wishes, each must-have and must-not with its own reason.


ASKED = "proposal_asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """``reasons``: each must-have and must-not beyond the placements that are kept, by name, with the reason."""

    weights: Weights
    wishes: Wishes
    reasons: tuple[tuple[str, str], ...]


def proposal_form(context: PageContext, found: OwnList) -> None:
    """Placements not yet put forward are pins: they must be in, unless they are dropped here."""
    open_codes = [code for code in found.applications if code not in found.forward]
    pinned = [code for code in found.latest.content.order if code in open_codes]
    names = distinguished({code: application.label for code, application in found.applications.items()})
    of = f"{found.latest.year}-{found.latest.edition}"
    html.landing(wish_anchor("must"))
    label = translate("nomination.must")
    must = st.multiselect(
        label, open_codes, pinned, format_func=names.__getitem__, key=f"must-{of}", persist_state="session"
    )
    html.landing(wish_anchor("must_not"))
    label = translate("nomination.must_not")
    must_not = st.multiselect(
        label, open_codes, format_func=names.__getitem__, key=f"must-not-{of}", persist_state="session"
    )
    to_explain = [
        *(Wish("must", code) for code in must if code not in pinned),
        *(Wish("must_not", o) for o in must_not),
    ]
    reasons = {wish: _wish_reason(wish, names[wish.credit_code]) for wish in to_explain}
    weights = _weights(found)
    left, right = st.columns(2)
    with left:
        html.landing(wish_anchor("most_places"))
        label, most = translate("nomination.most_places"), found.quota.left
        key = f"most-places-{of}-{most}"
        places = st.number_input(label, 0, most, None, key=key, persist_state="session")
    with right:
        html.landing(wish_anchor("most_of_industry"))
        label, most = translate("nomination.most_of_industry"), found.quota.allowed
        key = f"most-of-industry-{of}-{most}"
        of_industry = st.number_input(label, 1, most, None, key=key, persist_state="session")
    html.landing(wish_anchor("each_industry"))
    label, key = translate("nomination.each_industry"), f"each-industry-{of}"
    each = st.checkbox(label, key=key, persist_state="session")
    if not st.button(translate("nomination.propose"), key="propose"):
        return
    if unsaid := [wish for wish, reason in reasons.items() if not reason]:
        html.clause(translate("nomination.wish_needs_reason"))
        words = [(wish_words(context, wish, names), reason_anchor(wish)) for wish in unsaid]
        html.links([html.Link(said, anchor) for said, anchor in words])
        return
    wishes = Wishes(tuple(must), tuple(must_not), each, places, of_industry)
    said = tuple((str(wish), reason) for wish, reason in reasons.items())
    st.session_state[ASKED] = Asked(weights, wishes, said)


def _wish_reason(wish: Wish, factory: str) -> str:
    html.landing(reason_anchor(wish))
    label = translate(f"nomination.{wish.kind}_reason", factory=html.plain(factory))
    return st.text_input(label, max_chars=LONGEST_REASON, key=f"why-{wish}", persist_state="session").strip()


def _weights(found: OwnList) -> Weights:
    with st.container(horizontal=True, key="fields-weights"):
        numbers = [
            st.number_input(
                translate(f"nomination.weight_{name}"),
                0.0,
                float(LARGEST),
                float(value),
                step=0.25,
                format="%.2f",
                key=f"weight-{found.latest.year}-{name}",
                persist_state="session",
            )
            for name, value in found.weights
        ]
    exact: list[Fraction] = [
        weight(name, round(value, 2)) for (name, _), value in zip(found.weights, numbers, strict=True)
    ]
    return Weights(*exact)


def proposal(context: PageContext, written: Written) -> None:
    """Asked for by a button; nothing is changed before it is applied."""
    found = written.found
    html.where(translate("nomination.proposal_how"))
    proposal_form(context, found)
    asked = st.session_state.get(ASKED)
    if not asked:
        return
    try:
        answer = own_recommendation(context.store, context.viewer, asked.wishes, asked.weights, found.latest.year)
    except UserError as error:
        show_error(error)
        return
    names = {code: application.label for code, application in found.applications.items()}
    _show(context, found, answer, names)
    if not answer.proposal.conflict:
        _apply(context, written, answer, names, asked)


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
        wishes = [(wish_words(context, wish, names), wish.kind) for wish in proposed.conflict]
        html.links([html.Link(words, wish_anchor(of)) for words, of in wishes])
        named = {wish.credit_code for wish in proposed.conflict}
        barred = [(code, why) for code, why in answer.left_out if code in named and why.code == "not_eligible"]
        reasons = [(names[code], i18n.left_out_text(why, context.lang)) for code, why in barred]
        html.bullets([i18n.text("carried.line", context.lang, label=name, text=why) for name, why in reasons])
        return
    if not proposed.order:
        html.clause(translate(f"nomination.nobody_{_why_nobody(answer)}"))
    else:
        about = about_proposal(context, found, answer)
        show_table(context, about, proposal_table(context, answer), "proposal", form="stacked")
        for line in worth_lines(answer):
            html.where(line)
        if free := answer.quota.left - len(proposed.order):
            html.where(translate("nomination.places_stay", count=free))
    for line in earlier_values(
        context, [candidate.factory for candidate in answer.candidates if candidate.as_first_locked]
    ):
        html.where(line)
    for line in price_lines(context, proposed, names):
        html.where(line)
    if others := list(alternative_lines(context, proposed, names)):
        html.clause(translate("nomination.alternatives"))
        html.bullets(others)
    if answer.left_out:
        html.clause(translate("nomination.left_out"))
        html.bullets(left_out_lines(context, answer, names))


def _why_nobody(answer: Recommendation) -> str:
    """Why there is nobody to propose, as the texts name it."""
    if not answer.quota.left:
        return "places"
    if not answer.candidates:
        return "open"
    return "wished" if any(candidate.eligible for candidate in answer.candidates) else "eligible"


def _apply(context: PageContext, written: Written, answer: Recommendation, names: dict[str, str], asked: Asked) -> None:
    """What is written in the rows is kept by it, all but the numbers."""
    found = written.found
    chosen = [option.credit_code for option in answer.proposal.order]
    now = found.latest.content.order
    kept = [code for code in now if code in found.forward or code in chosen]
    order = [*kept, *(code for code in chosen if code not in kept)]
    change = list_difference(now, order)
    for line in change_lines(context, change, names):
        html.where(line)
    about, subject = about_proposal(context, found, answer), f"{found.latest.body} {found.latest.year}"
    sections = partial(proposal_sections, context, answer, names, change)
    offer_page_report(context, "proposal_report", about, subject, sections)
    if not (change.added or change.dropped or change.moved):
        return
    if not st.button(translate("nomination.apply"), type="primary"):
        return
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
    save_written(context, written, order=order, used=used, taken_up=[ASKED])


def _still_kept(found: OwnList, order: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The reasons of must-haves that stay on the list: they are placements now, and are not asked for again."""
    before = found.latest.content.proposal
    musts = {str(Wish("must", code)) for code in order if code in found.latest.content.order}
    yield from ((wish, reason) for wish, reason in (before.reasons if before else ()) if wish in musts)


# What the officials decided otherwise than the proposal, each with its reason; and the record of the decision.


DIFFERENCE_COLUMNS = ("factory", "difference", "proposed", "decided", "reason")


def differences(context: PageContext, found: OwnList) -> None:
    """Of the list as it stands, or of a sent one as it was sealed. An empty list says nothing yet."""
    if not found.latest.content.placements:
        return
    html.titled(translate("nomination.differences"))
    html.clause(differences_sentence(context, found))
    if rows := difference_rows(found):
        table = typed_table([translate(f"nomination.column_{name}") for name in DIFFERENCE_COLUMNS], rows)
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
            difference_reason(found, code) or translate("nomination.no_reason"),
        ]
        for kind, codes in kinds
        for code in codes
    ]


def proposal_lines(context: PageContext, found: OwnList) -> Iterator[str]:
    """What the proposal was asked for, and its worth."""
    used = found.latest.content.proposal
    if used is None:
        return
    quality, industry, scenario = (f"{item:g}" for item in used.weights)
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


def difference_reason(found: OwnList, credit_code: str) -> str:
    """The placement's or the omission's own; else that of the wish in the proposal."""
    content = found.latest.content
    for placement in (*content.placements, *content.left_out):
        if placement.credit_code == credit_code and placement.reason:
            return placement.reason
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
    reasons = condition_reasons(context, found)
    return [
        ReportSection("list", translate("title.nomination"), table=placed_rows(context, found)),
        *([ReportSection("conditions", translate("nomination.conditions"), table=reasons)] if reasons.rows else []),
        ReportSection("differences", translate("nomination.differences"), lines, _table(found)),
    ]


def _table(found: OwnList) -> ReportTable | None:
    rows = difference_rows(found)
    columns = [translate(f"nomination.column_{name}") for name in DIFFERENCE_COLUMNS]
    return typed_table(columns, rows, numbers=(2, 3)) if rows else None


# Which year's list the page shows: the one at work, or another.


_SHOWN = "list_year_shown"


def chosen_year(found: OwnList) -> int:
    """The reader's choice where there is one to make. A proposal is of the year that it was asked for, and goes."""
    chosen = pick_year(translate("nomination.year"), found.years, found.latest.year)
    if st.session_state.get(_SHOWN, chosen) != chosen:
        st.session_state.pop(ASKED, None)
    st.session_state[_SHOWN] = chosen
    return chosen
