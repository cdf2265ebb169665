"""Choosing among a reviewer's candidates; the choice stands in the address, and only known values are taken from it."""

from __future__ import annotations

from kpi.catalogue.load import catalogue
from kpi.services.reviewer.candidates import CandidateEntry
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.option_picker import pick_option


def industry_of(context: PageContext, found: list[CandidateEntry]) -> str:
    """One industry among those that have candidates."""
    names = [one.name.zh for one in catalogue().industries if any(other.industry == one.name.zh for other in found)]
    return pick_option(
        translate("choose.industry"), names, "industry", lambda name: catalogue().industry(name).name.in_(context.lang)
    )


def candidate_label(context: PageContext, candidate: CandidateEntry) -> str:
    """A candidate in a list: its factory, and its body in the reader's language."""
    bodies = {body.name.zh: body.name.in_(context.lang) for body in catalogue().bodies}
    return f"{candidate.factory or candidate.enterprise} · {bodies.get(candidate.body, candidate.body)}"
