"""The six steps above each of an enterprise's pages, and the ways back and on below it: the same at every width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TypeVar

import streamlit as st

from kpi.model.application import Application
from kpi.services.enterprise.journey import Journey, JourneyStep, StepStanding, own_journeys
from pages.enterprise.parts.review_questions import remind_of_questions
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.option_picker import pick_option

Item = TypeVar("Item")

PAGE_OF: dict[JourneyStep, str] = {
    "upload": "pages/enterprise/upload.py",
    "check": "pages/enterprise/sheet.py",
    "conditions": "pages/enterprise/conditions.py",
    "report": "pages/enterprise/document.py",
    "submit": "pages/enterprise/submission.py",
    "result": "pages/enterprise/result.py",
}
MARKS = {"done": "✓", "open": "○", "blocked": "–"}
CHOSEN, EARLIER = "application", ("sheet", "way")
"""Where the address names the factory and the year; where it did so when each page asked for itself."""
REMEMBERED = "journey-chosen"


def show_steps(context: PageContext, here: JourneyStep | None) -> Journey:
    """Draw the steps, ``here`` marked unless the page is none of them, and return the journey they are of.

    With several factories or years the reader picks one here, for all six pages.
    """
    found = _by_key(context)
    with context.above, st.container(key=f"journey-{here}"):
        if len(found) > 1:
            st.session_state[REMEMBERED] = pick_option(
                translate("journey.application"), list(found), CHOSEN, _names(found).__getitem__, _earlier_choice(found)
            )
        journey = _chosen(found)
        html.element(f'<h2 class="kpi-unseen">{escape(translate("journey.label"))}</h2>')
        # Links of Streamlit's own: they keep the session, which a plain link would end.
        with st.container(key="steps"):
            for standing in journey.steps:
                _step(standing)
        if here not in (None, "submit"):
            remind_of_questions(context)
    return journey


def show_next_step(context: PageContext, here: JourneyStep) -> None:
    """At a page's end: the step before, and the next as a button; a blocked one says what it waits for.

    Asked for again, since the page may just have changed how its own step stands.
    """
    journey = _chosen(_by_key(context))
    with st.container(key="step-ways"):
        if before := journey.before(here):
            st.page_link(PAGE_OF[before.step], label=translate("journey.before", step=step_name(before)))
        if (after := journey.after(here)) is None:
            with st.container(key="step-next", width="content"):
                st.page_link("pages/enterprise/gap.py", label=translate("result.to_gap"))
            return
        words = translate("journey.next", step=step_name(after))
        if after.state == "blocked":
            html.where(f"{words} · {note(after)}")
        else:
            # Before the lock the page's own button is what comes next: no second one beside it leads past it.
            own_first = here == "submit" and journey.lockable
            with st.container(key="step-on" if own_first else "step-next", width="content"):
                st.page_link(PAGE_OF[after.step], label=words)


def _by_key(context: PageContext) -> dict[str, Journey]:
    return {one.key: one for one in own_journeys(context.store, context.viewer)}


def _earlier_choice(found: Mapping[str, Journey]) -> str | None:
    """Where the address does not name one: what its earlier forms name, else what was picked on the page before."""
    named = next((st.query_params[name] for name in EARLIER if name in st.query_params), None)
    wanted = named if named in found else st.session_state.get(REMEMBERED)
    return wanted if wanted in found else None


def _chosen(found: Mapping[str, Journey]) -> Journey:
    return found.get(st.session_state.get(REMEMBERED, ""), next(iter(found.values())))


def own_of(journey: Journey, found: Sequence[tuple[Application, Item]]) -> Item | None:
    """What belongs to the journey's factory and year; None where it has not come so far."""
    own = (item for one, item in found if (one.credit_code, one.year) == (journey.credit_code, journey.year))
    return next(own, None)


def _names(found: Mapping[str, Journey]) -> dict[str, str]:
    """Year and factory of each. Those of one name and year are distinguished by the end of their credit codes."""
    names = {
        key: translate("journey.named", year=one.year, label=one.label)
        if one.label
        else translate("journey.unnamed", year=one.year)
        for key, one in found.items()
    }
    codes = {key: f"{name} …{key.split()[0][-4:]}" for key, name in names.items()}
    return {key: codes[key] if list(names.values()).count(name) > 1 else name for key, name in names.items()}


def step_name(standing: StepStanding) -> str:
    """Number and name."""
    return f"{standing.number} {translate(f'journey.{standing.step}')}"


def note(standing: StepStanding) -> str:
    """How it stands, in words."""
    return translate(f"journey.note_{standing.note}", **standing.params)


def _step(standing: StepStanding) -> None:
    st.page_link(
        PAGE_OF[standing.step],
        label=f"**{step_name(standing)}** :small[{MARKS[standing.state]} {html.whole_days(note(standing))}]",
        disabled=standing.state == "blocked",
        width="stretch",
    )
