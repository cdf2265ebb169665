"""How far an application has come: the whole way, with the date of each step taken; and what came of objections."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from kpi import i18n
from kpi.model.lifecycle import ENDS, ApplicationState, is_off_the_list, leaves_no_step, stage_of, way_of
from kpi.model.programme import OwnOutcome
from kpi.queries import ApplicationStep
from kpi.services.enterprise.journey import Journey
from kpi.services.enterprise.lock import own_awards, own_objection_outcomes, own_steps
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime


def progress_steps(taken: Sequence[ApplicationStep], draft: bool) -> None:
    """The way from draft to listed; where it stands now is marked by a shape and a word, not by colour alone."""
    # A draft that was never handed in has taken no step.
    present = "draft" if draft else stage_of(taken[-1].state if taken else None)
    last = {step.state: step for step in taken}
    way = way_of(present)
    behind = way[: way.index(present)]
    items = [_item(state, state == present, last.get(state), behind=state in behind) for state in way]
    html.element(f'<ol class="kpi-steps">{"".join(items)}</ol>')
    if taken and taken[-1].note and not draft:
        st.text(translate("steps.note", note=taken[-1].note))


def outcomes_of_objections(outcomes: Sequence[OwnOutcome]) -> None:
    """How objections to the application came out, the latest last; nothing where there were none."""
    if not outcomes:
        return
    html.bullets([translate(f"own_objection.{one.outcome}", day=one.answered_on) for one in outcomes])
    html.where(translate("own_objection.how"))


def where_it_stands(context: PageContext, journey: Journey) -> None:
    """Of one that was handed in: its stage and since when, the note, what is ahead, the way to all of it."""
    own = (journey.credit_code, journey.year)
    taken = [one for one in own_steps(context.store, context.viewer) if (one.credit_code, one.year) == own]
    state = stage_of(taken[-1].state if taken else None)
    day = format_datetime(taken[-1].taken_at)[:10] if taken else journey.at("submit").params["date"]
    html.sentence(translate("steps.stands", state=translate(f"step.{state}"), day=day))
    if taken and taken[-1].note:
        st.text(translate("steps.note", note=taken[-1].note))
    outcomes = own_objection_outcomes(context.store, context.viewer)
    outcomes_of_objections([one for one in outcomes if (one.credit_code, one.year) == own])
    awarded = [one for one in own_awards(context.store, context.viewer) if (one.credit_code, one.year) == own]
    for one in awarded:
        tier = i18n.catalogue_name(one.tier, context.lang)
        html.clause(translate("steps.awarded", tier=tier, year=one.year, source=one.source))
    # Whoever is on the list of awards has nothing more to do, whichever stage was recorded last.
    end = "awarded" if awarded and not is_off_the_list(state) else state if state in ENDS else "with_others"
    html.where(translate(f"steps.ahead_{end}", year=journey.year))
    if is_off_the_list(state):
        st.page_link("pages/enterprise/gap.py", label=translate("result.to_gap"))
    st.page_link("pages/enterprise/submission.py", label=translate("steps.to_progress"))


def _item(state: ApplicationState, present: bool, step: ApplicationStep | None, *, behind: bool) -> str:
    """What was taken is ticked: a draft and the lock leave no step of their own everywhere. Of a stage behind that was
    not recorded nothing is to come any more.
    """
    done = step or (behind and leaves_no_step(state))
    mark = "●" if present else "✓" if done else "–" if behind else "○"
    when = format_datetime(step.taken_at)[:10] if step else translate("steps.no_record") if mark == "–" else ""
    now = ' aria-current="step"' if present else ""
    return f"<li{now}><span>{mark} {escape(translate(f'step.{state}'))}</span><small>{escape(when)}</small></li>"
