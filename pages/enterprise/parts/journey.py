"""The six steps above each of an enterprise's pages, and the ways back and on below it: the same at every width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NoReturn, TypeVar

import streamlit as st

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.application import Application
from kpi.model.claims import WHOLE_APPLICATION, Award
from kpi.model.lifecycle import ENDS, ApplicationState, is_off_the_list, needs_no_record, stage_of, way_of
from kpi.model.programme import OwnOutcome
from kpi.services.enterprise.documents import LONGEST_ANSWER, OwnEnquiry, answer_enquiry, own_enquiries
from kpi.services.enterprise.drafts import discard_draft, open_drafts, uncovered_drafts
from kpi.services.enterprise.journey import Journey, JourneyStep, StepStanding, own_journeys
from kpi.services.enterprise.lock import OwnResult, own_awards, own_objection_outcomes, own_results, own_stages
from kpi.services.enterprise.sheets import own_sheets
from kpi.tables.stages import StageEntered
from pages.enterprise.parts.hearings import hearings_awaiting_reply
from pages.session.context import PageContext, title_of
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.acts import end_page, form_button, show_error
from pages.widgets.picker import pick_option
from pages.widgets.tables import format_datetime

# Questions from the review: a to-do above every step, and where they are answered.


SENT = "answer-sent"
PAGE = "pages/enterprise/submission.py"
_WORDS = "-words"


def remind_of_questions(context: PageContext) -> None:
    """How many objections and questions wait for an answer, and the way there; nothing where none does."""
    for said, link in _waiting(context):
        html.notice(said)
        with st.container(key=f"to-{link}", width="content"):
            _link(link)


def questions_first(context: PageContext) -> None:
    """What waits for an answer: on the home that comes before the next step."""
    for place, (said, link) in enumerate(_waiting(context)):
        html.clause(said)
        with st.container(key="step-on" if place else "step-next", width="content"):
            _link(link)


def waits_for_answer(context: PageContext) -> bool:
    """Whether a question or an objection does."""
    return bool(_waiting(context))


def _waiting(context: PageContext) -> list[tuple[str, str]]:
    """What waits, in words, and the application of the first of it: objections, which have a last day, come first."""
    heard = hearings_awaiting_reply(context)
    asked = [own_enquiry for own_enquiry in own_enquiries(context.store, context.viewer) if own_enquiry.waiting]
    found = []
    if heard:
        last = min(hearing.reply_by for hearing in heard)
        said = translate("own_hearing.todo", count=len(heard), day=last)
        found.append((said, f"{heard[0].credit_code} {heard[0].year}"))
    if asked:
        said = translate("own_enquiry.todo", open=len(asked))
        found.append((said, f"{asked[0].credit_code} {asked[0].year}"))
    return found


def _link(application: str) -> None:
    st.page_link(PAGE, label=translate("own_enquiry.to_questions"), query_params={"application": application})


def review_questions(context: PageContext, credit_code: str | None, year: int | None) -> None:
    """Each question of this factory and year with its answers; nothing where nothing was asked."""
    found = [
        enquiry
        for enquiry in own_enquiries(context.store, context.viewer)
        if (enquiry.credit_code, enquiry.year) == (credit_code, year)
    ]
    if not found:
        return
    waiting = sum(enquiry.waiting for enquiry in found)
    st.subheader(translate("own_enquiry.title", open=waiting, all=len(found)), anchor=False)
    html.where(translate("own_enquiry.how"))
    if st.session_state.pop(SENT, False):
        st.success(translate("own_enquiry.sent"))
    for own_enquiry in found:
        # Withdrawn while its form stood on this page: what is typed in it stays.
        begun = own_enquiry.withdrawn_because is not None and _form_key(own_enquiry) + _WORDS in st.session_state
        state = translate(f"own_enquiry.{_state(own_enquiry)}")
        name = f"{format_datetime(own_enquiry.at)} · {_about(context, own_enquiry)} · {state}"
        with st.expander(html.plain(name), expanded=own_enquiry.waiting or begun):
            html.clause(own_enquiry.question)
            for given in own_enquiry.answers:
                at = format_datetime(given.at)
                html.where(translate("own_enquiry.done", answer=given.answer, at=at, by=given.by))
            # Always there, so that the form below keeps its place and what is typed in it.
            with st.container():
                if own_enquiry.withdrawn_because is not None:
                    html.where(translate("own_enquiry.withdrawn_because", reason=own_enquiry.withdrawn_because))
                    if begun:
                        html.notice(translate("own_enquiry.withdrawn_meanwhile"))
            if allows(context.viewer, "fill_own") and (own_enquiry.withdrawn_because is None or begun):
                _answer_form(context, own_enquiry)


def _state(one: OwnEnquiry) -> str:
    if one.withdrawn_because is not None:
        return "withdrawn"
    return "open" if one.waiting else "answered"


def _about(context: PageContext, one: OwnEnquiry) -> str:
    if one.kpi == WHOLE_APPLICATION:
        return translate("enquiry.whole")
    return f"{one.kpi} {catalogue().kpi(one.kpi).name.in_(context.lang)}"


def _times(one: OwnEnquiry) -> str:
    return f"answered-{one.id}"


def _form_key(one: OwnEnquiry) -> str:
    """Another one once an answer was sent here; not by a colleague's, by which what is being written would go."""
    return f"answer-{one.id}-{st.session_state.get(_times(one), 0)}"


def _answer_form(context: PageContext, one: OwnEnquiry) -> None:
    key = _form_key(one)
    with st.form(key, border=False):
        answer = st.text_area(translate("own_enquiry.answer"), max_chars=LONGEST_ANSWER, key=key + _WORDS)
        sent = st.file_uploader(translate("own_enquiry.file"), key=f"{key}-file")
        if not form_button(translate("own_enquiry.send"), {translate("own_enquiry.answer"): key + _WORDS}):
            return
    try:
        file = (sent.name, sent.getvalue()) if sent else None
        answer_enquiry(context.store, context.viewer, one.id, answer, file)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_times(one)] = st.session_state.get(_times(one), 0) + 1
        st.session_state[SENT] = True
        st.rerun()


# The six steps above each of an enterprise's pages, and the ways back and on below it: the same at every width.


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
INCOMPLETE = "!"
"""Of what the lock has closed before it was complete."""
CHOSEN, EARLIER = "application", ("sheet", "way")
"""Where the address names the factory and the year; where it did so when each page asked for itself."""
REMEMBERED = "journey-chosen"


def pick_journey(context: PageContext) -> Journey:
    """The reader's one, or the one that is picked of several."""
    found = _by_key(context)
    if len(found) > 1:
        st.session_state[REMEMBERED] = pick_option(
            translate("journey.application"), list(found), CHOSEN, _names(found).__getitem__, _earlier_choice(found)
        )
    journey = _chosen(found)
    if journey.year is not None:
        show_notice_of(journey.year)
    return journey


def show_steps(context: PageContext, here: JourneyStep | None) -> Journey:
    """Draw the steps, ``here`` marked unless the page is none of them, and return the journey they are of.

    With several factories or years the reader picks one here, for all of its pages.
    """
    with context.above, st.container(key=f"journey-{here}"):
        journey = pick_journey(context)
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
    return {own_journey.key: own_journey for own_journey in own_journeys(context.store, context.viewer)}


def _earlier_choice(found: Mapping[str, Journey]) -> str | None:
    """Where the address does not name one: what its earlier forms name, else what was picked on the page before."""
    named = next((st.query_params[name] for name in EARLIER if name in st.query_params), None)
    wanted = named if named in found else st.session_state.get(REMEMBERED)
    return wanted if wanted in found else None


def _chosen(found: Mapping[str, Journey]) -> Journey:
    return found.get(st.session_state.get(REMEMBERED, ""), next(iter(found.values())))


def own_of(journey: Journey, found: Sequence[tuple[Application, Item]]) -> Item | None:
    """What belongs to the journey's factory and year; None where it has not come so far."""
    own = (item for entry, item in found if (entry.credit_code, entry.year) == (journey.credit_code, journey.year))
    return next(own, None)


def _names(found: Mapping[str, Journey]) -> dict[str, str]:
    """Year and factory of each. Those of one name and year are distinguished by the end of their credit codes."""
    names = {
        key: translate("journey.named", year=item.year, label=item.label)
        if item.label
        else translate("journey.unnamed", year=item.year)
        for key, item in found.items()
    }
    codes = {key: f"{name} …{key.split()[0][-4:]}" for key, name in names.items()}
    return {key: codes[key] if list(names.values()).count(name) > 1 else name for key, name in names.items()}


def step_name(standing: StepStanding) -> str:
    """Number, and the name of its page."""
    return f"{standing.number} {title_of(PAGE_OF[standing.step])}"


def note(standing: StepStanding) -> str:
    """How it stands, in words."""
    return translate(f"journey.note_{standing.note}", **standing.params)


def _step(standing: StepStanding) -> None:
    mark = INCOMPLETE if standing.note == "stated_at_lock" else MARKS[standing.state]
    st.page_link(
        PAGE_OF[standing.step],
        label=f"**{step_name(standing)}** :small[{mark} {html.unbroken(note(standing))}]",
        disabled=standing.state == "blocked",
        width="stretch",
    )


# How far an application has come: the whole way, with the date of each step taken; and what came of objections.


def stages_reached(taken: Sequence[StageEntered], draft: bool) -> None:
    """The way from draft to listed; where it stands now is marked by a shape and a word, not by colour alone."""
    # A draft that was never handed in has taken no step.
    present = "draft" if draft else stage_of(taken[-1].state if taken else None)
    way = way_of(present)
    behind = way[: way.index(present)]
    # What was reached and taken back is ahead again.
    last = {step.state: step for step in taken if step.state in (*behind, present)}
    items = [_item(state, state == present, last.get(state), behind=state in behind) for state in way]
    html.element(f'<ol class="kpi-steps">{"".join(items)}</ol>')
    if not draft:
        _note(taken)


def _note(taken: Sequence[StageEntered]) -> None:
    """What the authority said with the last step, or why it took it back."""
    if taken and (note := taken[-1].note):
        day = format_datetime(taken[-1].taken_at)[:10]
        st.text(
            translate("steps.undone", note=note, day=day) if taken[-1].undone else translate("steps.note", note=note)
        )


def outcomes_of_objections(outcomes: Sequence[OwnOutcome]) -> None:
    """How objections to the application came out, the latest last; nothing where there were none."""
    if not outcomes:
        return
    html.bullets([translate(f"own_objection.{outcome.outcome}", day=outcome.answered_on) for outcome in outcomes])
    html.where(translate("own_objection.how"))


def where_it_stands(context: PageContext, journey: Journey) -> None:
    """Of one that was handed in: its stage and since when, the note, what is ahead, the way to all of it."""
    own = (journey.credit_code, journey.year)
    taken = [stage for stage in own_stages(context.store, context.viewer) if (stage.credit_code, stage.year) == own]
    state = stage_of(taken[-1].state if taken else None)
    day = format_datetime(taken[-1].taken_at)[:10] if taken else journey.at("submit").params["date"]
    html.titled(translate("steps.stands", state=translate(f"step.{state}"), day=day))
    stages_reached(taken, draft=False)
    outcomes = own_objection_outcomes(context.store, context.viewer)
    outcomes_of_objections([outcome for outcome in outcomes if (outcome.credit_code, outcome.year) == own])
    awarded = _awarded(context, *own)
    for award in awarded:
        tier = i18n.catalogue_name(award.tier, context.lang)
        html.clause(translate("steps.awarded", tier=tier, year=award.year, source=award.source))
    html.where(translate(f"steps.ahead_{_ahead(state, awarded)}", year=journey.year))
    if is_off_the_list(state):
        st.page_link("pages/enterprise/gap.py", label=translate("result.to_gap"))
    st.page_link("pages/enterprise/submission.py", label=translate("steps.to_progress"))


def is_over(context: PageContext, credit_code: str, year: int) -> bool:
    """Nothing is asked of the enterprise any more: of a locked application that has come to an end, or is awarded."""
    own = (credit_code, year)
    taken = [
        stage.state for stage in own_stages(context.store, context.viewer) if (stage.credit_code, stage.year) == own
    ]
    return _ahead(stage_of(taken[-1] if taken else None), _awarded(context, *own)) != "with_others"


def _ahead(state: ApplicationState, awarded: Sequence[Award]) -> str:
    """Whoever is on the list of awards has nothing more to do, whichever stage was recorded last."""
    if awarded and not is_off_the_list(state):
        return "awarded"
    return state if state in ENDS else "with_others"


def _awarded(context: PageContext, credit_code: str | None, year: int | None) -> list[Award]:
    found = own_awards(context.store, context.viewer)
    return [award for award in found if (award.credit_code, award.year) == (credit_code, year)]


def _item(state: ApplicationState, present: bool, step: StageEntered | None, *, behind: bool) -> str:
    """What was taken is ticked: a draft and the lock leave no step of their own everywhere. Of a stage behind that was
    not recorded nothing is to come any more.
    """
    done = step or (behind and needs_no_record(state))
    mark = "●" if present else "✓" if done else "–" if behind else "○"
    when = format_datetime(step.taken_at)[:10] if step else translate("steps.no_record") if mark == "–" else ""
    now = ' aria-current="step"' if present else ""
    return f"<li{now}><span>{mark} {escape(translate(f'step.{state}'))}</span><small>{escape(when)}</small></li>"


# Giving up a draft: with a confirmation of its own, and never of what is locked.


def offer_discard(context: PageContext, credit_code: str, year: int, opened: bool = False) -> None:
    """The button, once the box beside it says that it is meant. What is locked is not offered."""
    if not allows(context.viewer, "fill_own") or (credit_code, year) not in open_drafts(context.store, context.viewer):
        return
    sheets = own_sheets(context.store, context.viewer)
    version = next((sheet.version for sheet in sheets if (sheet.credit_code, sheet.year) == (credit_code, year)), 0)
    # What a colleague has changed since the box was ticked is seen first: another version asks by itself.
    key = f"{credit_code}-{year}-{version}"
    with st.expander(translate("discard.title", year=year), expanded=opened):
        html.where(translate("discard.what"))
        sure = st.checkbox(translate("discard.sure", credit_code=credit_code, year=year), key=f"discard-sure-{key}")
        if st.button(translate("discard.discard"), key=f"discard-{key}", disabled=not sure):
            discard_draft(context.store, context.viewer, credit_code, year, seen=version)
            st.rerun()


def show_uncovered(context: PageContext) -> list[tuple[str, int]]:
    """Drafts of years that no result can be given for, each with the way out; the same list, for who shows the rest."""
    found = uncovered_drafts(context.store, context.viewer)
    for credit_code, year in found:
        st.warning(translate("discard.uncovered", credit_code=credit_code, year=year))
        offer_discard(context, credit_code, year, opened=True)
    return found


# A page of a result, and one that has nothing to show yet: what it waits for, and the way there.


def open_result(context: PageContext) -> tuple[Journey, OwnResult]:
    """The result of the factory and year that are picked; without one the page ends."""
    with context.above:
        journey = pick_journey(context)
        remind_of_questions(context)
    show_uncovered(context)
    results = own_results(context.store, context.viewer)
    result = own_of(journey, [(item.answer.application, item) for item in results])
    if result is None:
        stop_for_earlier_step(journey)
    return journey, result


def stop_for_earlier_step(journey: Journey) -> NoReturn:
    """End the run of a page that comes after the check: what is to be done before, and the button to it."""
    check = journey.at("check")
    ahead = check if check.state == "open" else journey.at("upload")
    st.info(translate(f"nothing_yet.{ahead.note}", **ahead.params))
    with st.container(key="step-next", width="content"):
        st.page_link(PAGE_OF[ahead.step], label=translate("journey.next", step=step_name(ahead)))
    end_page()
