"""From a file that was read to the answer sheet: which of its applications, of which enterprise and year."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi.model.application import Application
from kpi.model.times import SHANGHAI, now
from kpi.services.enterprise.sheets import OwnAnswerSheet, create_sheet, own_sheets
from kpi.services.enterprise.uploads import ReceivedFile
from pages.enterprise.parts.journey_steps import CHOSEN
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.datetime_format import format_datetime

YEARS_BACK = 5


def choose_application(context: PageContext, received: ReceivedFile) -> int:
    """Which of a file's applications is meant; asked where there are several."""
    applications = received.reading.applications
    names = [
        translate("begin.which", number=number + 1, **_summary(received, number)) for number in range(len(applications))
    ]
    if len(applications) == 1:
        st.text(names[0])
        return 0
    html.where(translate("begin.several", count=len(applications)))
    of_this_file = [sheet for sheet in own_sheets(context.store, context.viewer) if sheet.upload == received.upload]
    which: int = st.selectbox(
        translate("begin.application"),
        range(len(applications)),
        index=_likeliest(context, applications, of_this_file),
        format_func=lambda at: names[at],
        key=f"which-{received.upload}",
    )
    return which


def offer_answer_sheet(context: PageContext, received: ReceivedFile, which: int) -> bool:
    """One application of the file with the code and year it states, asked for where it states none of the viewer's.

    True once the answer sheet of that code and year is from this file.
    """
    applications = received.reading.applications
    if not applications:
        return False
    sheets = own_sheets(context.store, context.viewer)
    of_this_file = [sheet for sheet in sheets if sheet.upload == received.upload]
    if received.reading.questions:  # what is not certain has not been read, and would be missing unseen
        return bool(of_this_file)
    facts = applications[which].facts
    own = list(context.viewer.scope)
    code: str | None = str(facts.get("credit_code", ""))
    if code not in own:
        html.notice(translate("begin.not_own" if code else "begin.no_code", code=code or ""))
        # Who stands for one enterprise has nothing to choose; a file that names another one is still asked about.
        # What was chosen for the sheet that this file is in by now is chosen still.
        chosen = of_this_file[0].credit_code if of_this_file else own[0] if len(own) == 1 and not code else None
        code = st.selectbox(
            translate("begin.enterprise"),
            own,
            index=own.index(chosen) if chosen in own else None,
            placeholder=translate("begin.choose"),
            key=f"enterprise-{received.upload}-{which}",
        )
    year = facts.get("year")
    if year is None:
        html.notice(translate("begin.no_year"))
        this = now().astimezone(SHANGHAI).year
        years = range(this, this - YEARS_BACK, -1)
        before = next((sheet.year for sheet in of_this_file if sheet.credit_code == code), None)
        year = st.selectbox(
            translate("begin.year"),
            years,
            index=years.index(before) if before and before in years else None,
            placeholder=translate("begin.choose"),
            key=f"year-{received.upload}-{which}",
        )
    kept = [sheet for sheet in sheets if (sheet.credit_code, str(sheet.year)) == (code, str(year))]
    taken = any(sheet in of_this_file for sheet in kept)
    if taken:
        html.where(translate("begin.taken", version=kept[0].version))
    elif kept:
        html.notice(
            translate("begin.replaces", version=kept[0].version, at=format_datetime(kept[0].changed_at), year=year)
        )
    else:
        html.where(translate("begin.not_taken"))
    ready = bool(code) and year is not None
    label = translate("begin.take_again" if taken else "begin.take")
    # A press meant for another version, or for none, is not meant for what a colleague has done since.
    seen = kept[0].version if kept else 0
    key = f"take-{received.upload}-{seen}"
    if st.button(label, key=key, type="secondary" if taken else "primary", disabled=not ready):
        create_sheet(context.store, context.viewer, received, which, str(code), int(str(year)), seen=seen)
        st.switch_page("pages/enterprise/sheet.py", query_params={CHOSEN: f"{code} {year}"})
    return taken


def _likeliest(context: PageContext, applications: Sequence[Application], taken: Sequence[OwnAnswerSheet]) -> int:
    """One that is in an answer sheet; else the viewer's own of the latest year: earlier years are for comparison."""
    known = {(sheet.credit_code, str(sheet.year)) for sheet in taken}
    in_sheet = [(one.text("credit_code"), one.text("year")) in known for one in applications]
    own = [one.text("credit_code") in context.viewer.scope for one in applications]
    places = range(len(applications))
    return max(places, key=lambda at: (in_sheet[at], own[at], applications[at].text("year") or "", -at))


def _summary(received: ReceivedFile, number: int) -> dict[str, str]:
    application = received.reading.applications[number]
    return {
        "name": application.label or translate("begin.no_name"),
        "code": application.text("credit_code") or translate("begin.code_unclear"),
        "year": application.text("year") or translate("begin.year_unclear"),
        "reported": str(sum(value.state == "reported" for value in application.values.values())),
    }
