"""The open objections to an application that is to be put on the final list: they are read before that."""

from __future__ import annotations

from kpi.queries import ApplicationInHand
from kpi.services.administrator.objections import ListedObjection, listed_objections
from pages.session.language import translate
from pages.session.page_context import PageContext


def open_objections_to(context: PageContext, chosen: ApplicationInHand) -> list[ListedObjection]:
    """With what was added to each."""
    return [
        one
        for one in listed_objections(context.store, context.viewer)
        if one.objection.state == "open" and one.application == chosen
    ]


def objection_lines(one: ListedObjection) -> list[str]:
    """Day and words of an objection, then of each addition."""
    given = one.objection
    added = [(part.received_on, one.words_of(part)) for part in given.additions]
    return [
        f"{given.received_on} {given.objection}",
        *(translate("objections.added_here", day=day, words=words) for day, words in added),
    ]
