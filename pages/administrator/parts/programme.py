"""The year's dates as a form and as they were set, and by when each recommending body sends its list."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.programme import BodyDeadline, SetDates, YearDates
from kpi.reports.content import About
from kpi.services.administrator.year_dates import (
    LONGEST_REASON,
    YearOverview,
    against_confirmation,
    confirm_dates,
    set_body_deadline,
    set_year_dates,
    withdraw_dates,
)
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_error
from pages.widgets.tables import format_datetime, show_table, typed_table

# By when each recommending body sends its list: the year's day, or its own with reference and reason.


_DEADLINE_ROUND = "body_round"


def offer_body_deadlines(context: PageContext, found: YearOverview) -> None:
    """Every body with its day and whether its list was sent; below it the form for one body's own day."""
    st.subheader(translate("year.bodies"), anchor=False)
    if found.dates is None:
        html.where(translate("year.bodies_later"))
        return
    _table(context, found, found.dates)
    _form(context, found, found.dates)


def _table(context: PageContext, found: YearOverview, dates: YearDates) -> None:
    rows = []
    for body in (item.name.zh for item in catalogue().bodies):
        own = found.own.get(body)
        sent = found.sent.get(body)
        rows.append(
            [
                i18n.catalogue_name(body, context.lang),
                translate("year.own_day", day=own) if own else str(dates.lists_due),
                translate("year.sent_at", at=format_datetime(sent)) if sent else _unsent(found, own or dates.lists_due),
            ]
        )
    table = typed_table([translate(f"year.{name}") for name in ("body", "due", "list")], rows)
    about = About(translate("year.bodies"), translate("year.of", year=found.year))
    show_table(context, about, table, "body-deadlines", form="whole")


def _unsent(found: YearOverview, day: object) -> str:
    return translate("year.unsent_over" if str(day) < str(found.today) else "year.unsent")


def _form(context: PageContext, found: YearOverview, dates: YearDates) -> None:
    key = f"body-{found.year}-{st.session_state.get(_DEADLINE_ROUND, 0)}"
    body = st.selectbox(
        translate("year.body"),
        [item.name.zh for item in catalogue().bodies],
        index=None,
        placeholder=translate("sheet.choose"),
        format_func=lambda item: i18n.catalogue_name(item, context.lang),
        key=key,
    )
    if body is None:
        return
    own = found.own.get(body)
    key = f"{key}-{body}"
    back = bool(own) and st.checkbox(translate("year.back", day=dates.lists_due), key=f"{key}-back")
    label = translate("year.own_due")
    # An own day may be before the year opens by now: the year's dates were set again since.
    first = min(own or dates.opens, dates.opens)
    day = st.date_input(label, own, key=f"{key}-day", format="YYYY-MM-DD", disabled=back, min_value=first)
    reference = st.text_input(translate("year.reference"), max_chars=LONGEST_REASON, key=f"{key}-reference")
    reason = st.text_input(translate("year.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
    if not (back or day) or not (reference.strip() and reason.strip()):
        html.where(translate("year.to_explain_body"))
        return
    wanted = None if back else day
    second = found.takes_two(body)
    holds = translate("year.at_second" if second else "year.body_at_once")
    means = "\n".join([_body_means(context, found, dates, body, wanted), holds])
    if confirm_act(translate("year.set_body"), means, key=f"{key}-set"):
        try:
            set_body_deadline(
                context.store, context.viewer, found.year, body, wanted, reference, reason, seen=found.settings_of(body)
            )
        except UserError as error:
            show_error(error)
            return
        st.session_state[_DEADLINE_ROUND] = st.session_state.get(_DEADLINE_ROUND, 0) + 1
        name = i18n.catalogue_name(body, context.lang)
        said = translate("year.proposed") if second else translate("year.set_body_now", body=name)
        st.session_state["year_said"] = said
        st.rerun()


def _body_means(context: PageContext, found: YearOverview, dates: YearDates, body: str, wanted: date | None) -> str:
    return translate(
        "year.body_means",
        body=i18n.catalogue_name(body, context.lang),
        before=found.own.get(body) or dates.lists_due,
        after=wanted or dates.lists_due,
    )


# What waits for a second person: what it would change, who proposed it, and who may confirm it.


def offer_confirmation(context: PageContext, found: YearOverview) -> None:
    """Each with what it means; confirmed by another administrator, withdrawn by any. Nothing where nothing waits."""
    if found.dates is None or not found.waiting:
        return
    st.subheader(translate("year.waiting", count=len(found.waiting)), anchor=False)
    for given in found.waiting:
        body = given.body if isinstance(given, BodyDeadline) else ""
        if isinstance(given, BodyDeadline):
            means = [_body_means(context, found, found.dates, body, given.lists_due)]
        else:
            means = _means(found, given.dates)
        by = translate("year.proposed_by", who=given.set_by, at=format_datetime(given.set_at))
        html.bullets([*means, by, f"{given.reference} · {given.reason}"])
        key, on = f"dates-{found.year}-{body}-{given.set_at.isoformat()}", (context.store, context.viewer, found.year)
        with st.container(horizontal=True):
            against = against_confirmation(context.store, context.viewer, given)
            confirmed = against is None and confirm_act(
                translate("year.confirm"), "\n".join([*means, translate("year.at_once")]), key=f"{key}-confirm"
            )
            withdrawn = confirm_act(translate("year.withdraw"), translate("year.withdraw_means"), key=f"{key}-withdraw")
        if against:
            html.where(" ".join(i18n.page_error_message(against, context.lang)))
        if not (confirmed or withdrawn):
            continue
        try:
            (confirm_dates if confirmed else withdraw_dates)(*on, body, given.set_at)
        except UserError as error:
            show_error(error)
            return
        st.session_state["year_said"] = translate("year.confirmed_now" if confirmed else "year.withdrawn_now")
        st.rerun()


# The dates of a year: what holds stands in the fields; what would change is said and asked once.


DATES = tuple(field.name for field in fields(YearDates))
_DATES_ROUND = "year_round"


def offer_dates(context: PageContext, found: YearOverview) -> None:
    """Six days with reference and reason; after success the fields hold what now holds."""
    st.subheader(translate("year.dates"), anchor=False)
    if found.dates_wait:
        html.where(translate("year.dates_later"))
        return
    key = f"year-{found.year}-{st.session_state.get(_DATES_ROUND, 0)}"
    given: dict[str, date | None] = {}
    # Two rows of three, in their order on a narrow screen too.
    columns = [*st.columns(3), *st.columns(3)]
    for at, name in enumerate(DATES):
        label = translate(f"year.date.{name}")
        given[name] = columns[at].date_input(
            label, _now(found, name), key=f"{key}-{name}", format="YYYY-MM-DD", help=translate(f"year.help.{name}")
        )
    reference = st.text_input(translate("year.reference"), max_chars=LONGEST_REASON, key=f"{key}-reference")
    reason = st.text_input(translate("year.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
    dates = _complete(given)
    if dates is None:
        html.where(translate("year.to_give"))
        return
    if faults := list(dates.faults(found.year)):
        html.bullets([translate(f"year.fault.{fault}") for fault in faults])
        return
    if dates == found.dates:
        return
    if not (reference.strip() and reason.strip()):
        html.where(translate("year.to_explain"))
        return
    second = found.takes_two()
    holds = translate("year.at_second" if second else "year.at_once")
    if confirm_act(translate("year.set"), "\n".join([*_means(found, dates), holds]), key=f"{key}-set"):
        try:
            set_year_dates(context.store, context.viewer, found.year, dates, reference, reason, seen=found.settings)
        except UserError as error:
            show_error(error)
            return
        st.session_state[_DATES_ROUND] = st.session_state.get(_DATES_ROUND, 0) + 1
        st.session_state["year_said"] = translate("year.proposed" if second else "year.set_now", year=found.year)
        st.rerun()


def _now(found: YearOverview, name: str) -> date | None:
    """What holds; for a year without dates the notice's own day, where policy has it."""
    if found.dates:
        held: date | None = getattr(found.dates, name)
        return held
    return found.proposed if name in ("closes", "lists_due") else None


def _complete(given: dict[str, date | None]) -> YearDates | None:
    opens, closes, lists_due, *others = given.values()
    return YearDates(opens, closes, lists_due, *others) if opens and closes and lists_due else None


def _means(found: YearOverview, dates: YearDates) -> list[str]:
    """What would be other than now, and for whom."""
    before = found.dates
    changed = [name for name in DATES if getattr(dates, name) != (before and getattr(before, name))]
    none = translate("year.no_day")
    said = [
        translate(
            "year.changes",
            name=translate(f"audit.field.{name}"),
            before=(before and getattr(before, name)) or none,
            after=getattr(dates, name) or none,
        )
        for name in changed
    ]
    if dates.closes < found.today:
        said.append(translate("year.closes_now", drafts=found.standing.drafts))
    elif before and before.closes < found.today:
        said.append(translate("year.opens_again"))
    elif found.today < dates.opens:
        said.append(translate("year.opens_later", drafts=found.standing.drafts))
    late = [body for body in found.unsent if found.own.get(body, dates.lists_due) < found.today]
    if late:
        said.append(translate("year.lists_over", count=len(late)))
    return said


# What was set, when, by whom and why: the latest first, nothing overwritten.


def date_history(context: PageContext, found: YearOverview) -> None:
    """Dates of the year and of single bodies in one order."""
    rows: list[tuple[datetime, list[str]]] = [
        (
            set_dates.set_at,
            [
                format_datetime(set_dates.set_at),
                set_dates.set_by,
                _with_state(_days(set_dates), set_dates),
                f"{set_dates.reference}\n{set_dates.reason}",
            ],
        )
        for set_dates in found.history
    ]
    for own in found.own_history:
        body = i18n.catalogue_name(own.body, context.lang)
        rows.append(
            (
                own.set_at,
                [
                    format_datetime(own.set_at),
                    own.set_by,
                    _with_state(
                        translate("year.body_day", body=body, day=own.lists_due)
                        if own.lists_due
                        else translate("year.body_back", body=body),
                        own,
                    ),
                    f"{own.reference}\n{own.reason}",
                ],
            )
        )
    if not rows:
        return
    st.subheader(translate("year.history"), anchor=False)
    table = typed_table(
        [translate(f"year.{name}") for name in ("at", "by", "what", "why")],
        [row for _, row in sorted(rows, key=lambda item: item[0], reverse=True)],
    )
    about = About(translate("year.history"), translate("year.of", year=found.year))
    show_table(context, about, table, "date-history", form="stacked")


def _with_state(what: str, given: SetDates | BodyDeadline) -> str:
    """What never held says so."""
    return what if given.state == "holds" else f"{what}\n{translate(f'year.state.{given.state}')}"


def _days(one: SetDates) -> str:
    given: dict[str, date] = {name: day for name in DATES if (day := getattr(one.dates, name))}
    return "\n".join(translate("year.day_of", name=translate(f"audit.field.{name}"), day=given[name]) for name in given)
