"""The open objections to an application that is to be put on the final list: they are read before that."""

from __future__ import annotations

from kpi.queries import ApplicationInHand
from kpi.services.administrator.programme.objections import listed_objections
from pages.session.page_context import PageContext


def open_objections_to(context: PageContext, chosen: ApplicationInHand) -> dict[str, str]:
    """Day and words of each, by its number."""
    return {
        one.objection.id: f"{one.objection.received_on} {one.objection.objection}"
        for one in listed_objections(context.store, context.viewer)
        if one.objection.state == "open" and one.application == chosen
    }
