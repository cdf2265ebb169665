"""The proposal to take away: its order, what it costs and changes, who is left out and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kpi import i18n
from kpi.i18n.words import WORTH_DIGITS
from kpi.model.programme import ListDifference, list_difference
from kpi.recommendation.choice import Wish
from kpi.recommendation.proposal import Proposal
from kpi.reports.content import About, LabelledLine, ReportCell, ReportSection, ReportTable, words
from kpi.services.leader.own_list import OwnList
from kpi.services.leader.recommendation import Recommendation
from pages.leader.parts.list_table import about_list
from pages.leader.parts.own_industries import earlier_values
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import typed_table

COLUMNS = ("place", "factory", "industry", "composite", "quality")
COLONS = ":："


def about_proposal(context: PageContext, found: OwnList, answer: Recommendation) -> About:
    """What the proposal was asked for: weights and wishes, each with its value."""
    about = about_list(context, found, translate("nomination.proposal"))
    weights = answer.weights
    given = {"quality": weights.quality, "industry": weights.industry, "scenario": weights.scenario}
    asked = [LabelledLine(translate(f"nomination.weight_{name}"), f"{float(one):g}") for name, one in given.items()]
    names = {code: one.label for code, one in found.applications.items()}
    if wishes := [wish_words(context, one, names) for one in answer.wishes.named()]:
        asked.append(LabelledLine(translate("nomination.wishes"), listed_words(context, wishes)))
    status = i18n.text(f"recommend.status.{answer.proposal.status}", context.lang)
    return replace(about, finding=status[:1].upper() + status[1:], filters=[*about.filters, *asked])


def proposal_table(context: PageContext, answer: Recommendation) -> ReportTable:
    rows = [
        (
            str(place),
            one.factory,
            i18n.catalogue_name(one.industry, context.lang),
            _number(float(one.composite * 100), 0),
            _number(float(one.quality.value), WORTH_DIGITS),
        )
        for place, one in enumerate(answer.ranked(), start=1)
    ]
    return typed_table([translate(f"nomination.column_{name}") for name in COLUMNS], rows, numbers=(3, 4))


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
    order = [one.credit_code for one in best.order]
    for other in best.alternatives:
        change = list_difference(order, [one.credit_code for one in other.chosen])
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
        *earlier_values(context, [one.factory for one in answer.candidates if one.as_first_locked]),
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
    return [one for one in found if one.table or one.points]


def wish_words(context: PageContext, wish: Wish, names: Mapping[str, str]) -> str:
    return i18n.wish_text(wish.kind, names.get(wish.credit_code, ""), wish.most, context.lang)


def listed_words(context: PageContext, names: Sequence[str]) -> str:
    return i18n.text("number.list", context.lang).join(names)


def _number(value: float, digits: int) -> ReportCell:
    return replace(words(f"{value:.{digits}f}"), value=value, kind="number")
