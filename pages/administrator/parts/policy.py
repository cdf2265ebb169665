"""Policy: its values as a time line, the changes not in force yet, what each would do, and the acts it is open to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

import streamlit as st

from kpi import i18n
from kpi.errors import InvalidFile, UserError
from kpi.model.problem import Problem
from kpi.policy.load import Policies, file_entries
from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import RETIRED, value_rule
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.policy import (
    LONGEST_REASON,
    PolicyChange,
    PolicyOverview,
    against_approval,
    approve_policy_change,
    take_out_policy_value,
    withdraw_policy_change,
)
from kpi.services.administrator.policy_effect import PolicyStep, StatedValue, StepState, preview_policy_change
from pages.administrator.parts.accounts import scope_label
from pages.administrator.parts.baselines import changed_words_table
from pages.session.context import PageContext, current_viewer
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_done, show_error
from pages.widgets.documents import problem_items
from pages.widgets.tables import format_datetime, show_table, typed_table

# What a drafted change of policy would do: verdicts and quotas that would be others, and whose.


def show_effect(context: PageContext, number: int) -> None:
    """The preview of a change by its number; nothing is written."""
    try:
        with st.spinner(translate("policy_change.preview")):
            found = preview_policy_change(context.store, context.viewer, number)
    except UserError as error:
        show_error(error)
        return
    change = LabelledLine(translate("policy_change.into"), translate("policy_change.number", number=number))
    about = About(translate("policy_change.preview"), str(found.year or ""), baseline=found.baseline, filters=[change])
    if found.baseline is None:
        html.sentence(translate("policy_change.preview_none"))
    else:
        html.sentence(
            translate(
                "policy_change.preview_sentence",
                year=found.year,
                count=found.applications,
                changed=found.words.applications,
                clauses=len(found.words.clauses),
                day=found.as_of.isoformat(),
            )
        )
        changed_words_table(context, about, found.words, str(number))
        html.where(
            translate(
                "policy_change.preview_grounds",
                baseline=found.baseline.name,
                before=found.before.isoformat(),
                after=found.after.isoformat(),
                method=found.method,
            )
        )
    for year, count in found.ahead.items():
        html.where(translate("policy_change.preview_ahead", year=year, count=count))
    if found.quotas:
        html.clause(translate("policy_change.preview_quota", count=len(found.quotas)))
        table = typed_table(
            [translate(f"policy_change.column_{name}") for name in ("body", "before", "after")],
            [[scope_label(quota.body, context.lang), str(quota.before), str(quota.after)] for quota in found.quotas],
            numbers=(1, 2),
        )
        show_table(context, about, table, f"quotas-{number}")
    if any(value.key == "leading_quantile" or value.key.startswith("disclosure.") for value in found.values):
        html.where(translate("policy_change.preview_publication"))


# Policy values of a day, and what the pages say of one.


_ONE = re.compile(r"（0 至 1）| \(0 to 1\)")
_SHARE = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")
LAST = date(2999, 12, 31)

SUBJECTS = {
    "main_kpis": "main_kpis",
    "not_applicable_allowed": "main_kpis",
    "basis": "basis",
    "group_weight": "order",
    "disclosure": "disclosure",
    "quota": "programme",
    "maturity": "programme",
    "recommendation": "recommendation",
    "factory_name_hanzi": "programme",
    "contact_years": "programme",
    "duties_in_one_account": "programme",
    "duties_of_a_person": "programme",
    "people_of_an_enterprise": "programme",
    "panel_least_share": "programme",
    "second_factor": "programme",
    "published_open": "disclosure",
}
"""Under which heading a table of values stands; the others are the verdict's."""


def values_of_a_day(context: PageContext, overview: PolicyOverview) -> None:
    """All values in force on a day, today's at first; what is approved for days to come counts there."""
    known = Policies(overview.known)
    first, *_ = known.in_force_dates()
    day = st.date_input(
        translate("policy.on_day"),
        overview.today,
        min_value=first,
        max_value=LAST,
        key="policy-day",
        format="YYYY-MM-DD",
    )
    html.clause(translate("policy.what"))
    entries = [statement for statement in known.statements(day or overview.today) if not statement.repealed]
    for subject in ("verdict", *dict.fromkeys(SUBJECTS.values())):
        found = [entry for entry in entries if SUBJECTS.get(entry.key.partition(".")[0], "verdict") == subject]
        with st.expander(translate(f"policy.subject.{subject}", count=len(found)), expanded=subject == "verdict"):
            _table(context, found, subject, day or overview.today)


def _table(context: PageContext, entries: Sequence[PolicyEntry], subject: str, day: date) -> None:
    table = typed_table(
        [translate(f"policy.column_{name}") for name in ("name", "value", "unit", "reference", "reason", "since")],
        [
            [
                entry.name.in_(context.lang),
                stated_value(entry),
                policy_unit(entry.key, entry.unit.in_(context.lang)),
                entry.reference.in_(context.lang),
                translate("policy.and").join(text.in_(context.lang) for text in (entry.reason, entry.silent) if text),
                entry.in_force_from.isoformat().replace("-", "\u2011"),
            ]
            for entry in entries
        ],
    )
    about = About(
        translate("title.policy"),
        filters=[
            LabelledLine(translate("policy.on_day"), day.isoformat()),
            LabelledLine(translate("policy.subject_name"), translate(f"policy.subject.{subject}", count=len(entries))),
        ],
    )
    show_table(context, about, table, f"policy-{subject}", form="stacked")


def stated_value(entry: PolicyEntry) -> str:
    """What it states: a value, or that there is none any more."""
    return (
        translate("policy_change.repealed")
        if entry.repealed
        else i18n.policy_value(entry.key, entry.value, current_lang())
    )


def policy_unit(key: str, unit: str) -> str:
    """The unit of what ``i18n.policy_value`` says: in percent a share does not run from 0 to 1."""
    return _ONE.sub("", unit) if value_rule(key).is_share else unit


def in_value_names(problem: Problem, names: Mapping[str, str]) -> Problem:
    """With the value's name in place of its key, and shares in percent, as they were entered."""
    key = str(problem.params.get("name", "")).removesuffix(".value")
    value = problem.value
    if value and key in names and value_rule(key).is_share:
        value = _SHARE.sub(lambda item: i18n.stated_percent(float(item[0])), value)
    return replace(problem, value=value, params={**problem.params, "name": names.get(key, key)})


# Taking a value out of a change that is not in force yet: what stays is said, and it is asked once.


def taken_out(context: PageContext, change: PolicyChange) -> str | None:
    """The name of the value that was taken out; a change of a single value is withdrawn as a whole instead."""
    number, version = change.number, change.edition.version
    entries = dict(file_entries(change.content))
    if len(entries) < 2:
        return None
    names = {key: entry.name.in_(context.lang) for key, entry in entries.items()}
    chosen = st.selectbox(
        translate("policy_change.take_out_which"),
        list(entries),
        index=None,
        format_func=lambda key: names[key],
        placeholder=translate("begin.choose"),
        key=f"take-out-{number}-{version}-which",
    )
    if chosen is None:
        return None
    entry, name = entries[chosen], names[chosen]
    value = (
        translate("policy_change.repealed") if entry.repealed else i18n.policy_value(chosen, entry.value, context.lang)
    )
    said = [translate("policy_change.take_out_means", number=number, name=name, value=value)]
    if change.state == "scheduled":
        said.append(translate("policy_change.take_out_voids", number=number))
    if not confirm_act(translate("policy_change.take_out"), "\n".join(said), key=f"take-out-{number}-{version}"):
        return None
    try:
        take_out_policy_value(context.store, context.viewer, change.edition, chosen)
    except InvalidFile as refused:
        problem_items([in_value_names(problem, names) for problem in refused.problems], lambda _: "")
    except UserError as error:
        show_error(error)
    else:
        return name
    return None


# The changes that are not in force yet: what each states, what it would do, and the acts it is open to.


_APPROVED, _NOT_APPROVED = "policy-approved", "policy-not-approved"
NAMED = 6
"""So many values are named where a change is spoken of; the others are counted."""


def open_changes(context: PageContext, steps: Sequence[PolicyStep]) -> None:
    """The latest change first; those that wait for somebody are open."""
    if said := st.session_state.pop("policy_said", None):
        show_done(said)
    if day := st.session_state.pop(_APPROVED, None):
        show_done(translate("policy_change.approved_now", day=day))
    if refused := st.session_state.pop(_NOT_APPROVED, None):
        show_error(refused, over_the_page=True)
    waiting = sorted(
        (
            (policy_step.change, policy_step)
            for policy_step in steps
            if policy_step.change and policy_step.state in ("draft", "scheduled")
        ),
        key=lambda item: item[0].number,
        reverse=True,
    )
    if not waiting:
        html.where(translate("policy_change.none"))
    for change, step in waiting:
        day = change.content.in_force_from.isoformat()
        state = translate(f"policy_change.state.{change.state}")
        heading = translate(
            "policy_change.heading", number=change.number, version=change.edition.version, day=day, state=state
        )
        with st.expander(heading, expanded=change.state == "draft"):
            _content(context, change, step)
            html.caption("\n".join(who_did(change)))
            _acts(context, change, day)


def _content(context: PageContext, change: PolicyChange, step: PolicyStep) -> None:
    """What changes is open; what a whole notice states once more is not."""
    moved, same = ([value for value in step.values if value.moved is wanted] for wanted in (True, False))
    if moved:
        _open_changes_values(context, change, moved, "moved")
    if same:
        with st.expander(translate("policy_change.same", count=len(same))):
            _open_changes_values(context, change, same, "same")


def _open_changes_values(context: PageContext, change: PolicyChange, values: Sequence[StatedValue], which: str) -> None:
    none = translate("policy_change.no_value")
    table = typed_table(
        [translate(f"policy_change.column_{name}") for name in ("name", "before", "after", "unit", "reason")],
        [
            [
                value.entry.name.in_(context.lang),
                stated_value(value.before) if value.before and not value.before.repealed else none,
                stated_value(value.entry),
                policy_unit(value.entry.key, value.entry.unit.in_(context.lang)),
                f"{value.entry.reference.in_(context.lang)}\n{value.entry.reason.in_(context.lang)}",
            ]
            for value in values
        ],
    )
    about = About(
        translate("policy_change.name"),
        translate("policy_change.number", number=change.number),
        filters=[LabelledLine(translate("policy_change.day"), change.content.in_force_from.isoformat())],
    )
    show_table(context, about, table, f"policy-change-{change.number}-{which}", form="stacked")


def who_did(change: PolicyChange) -> list[str]:
    """Who drafted, approved and withdrew it, and when: a line each."""
    edition = change.edition
    said = [translate("policy_change.drafted", who=edition.saved_by, at=format_datetime(edition.saved_at))]
    if edition.approved_by:
        said.append(translate("policy_change.approved", who=edition.approved_by, at=_at(edition.approved_at)))
    if edition.withdrawn_by:
        said.append(
            translate(
                "policy_change.withdrawn",
                who=edition.withdrawn_by,
                at=_at(edition.withdrawn_at),
                reason=edition.withdrawal_reason or "",
            )
        )
    return said


def _at(moment: datetime | None) -> str:
    return format_datetime(moment) if moment else ""


def _acts(context: PageContext, change: PolicyChange, day: str) -> None:
    number, version = change.number, change.edition.version
    read = f"effect-read-{number}-{version}"
    if st.toggle(translate("policy_change.preview"), key=f"effect-{number}-{version}"):
        show_effect(context, number)
        st.session_state[read] = True
    if change.state == "draft":
        if hindered := against_approval(context.store, context.viewer, change):
            html.where("\n".join(i18n.error_message(hindered, context.lang)))
        else:
            _approval(context, number, version, day, read=read in st.session_state)
    if name := taken_out(context, change):
        _say(translate("policy_change.taken_out", number=number, name=name))
    _withdrawal(context, change, day)


def _approval(context: PageContext, number: int, version: int, day: str, *, read: bool) -> None:
    """Nobody says to have read a preview that was not opened."""
    sure = st.checkbox(
        translate("policy_change.approve_ask", day=day),
        key=f"sure-{number}-{version}",
        disabled=not read,
    )
    # Before the page is drawn again, by when a colleague may have edited it.
    st.button(
        translate("policy_change.approve"),
        key=f"approve-{number}",
        type="primary",
        disabled=not (read and sure),
        on_click=_approve,
        args=(context, number, version, day),
    )
    if not read:
        html.where(translate("policy_change.approve_unread"))


def _approve(context: PageContext, number: int, version: int, day: str) -> None:
    """The edition that stood on the page when it was pressed."""
    try:
        approve_policy_change(context.store, current_viewer(), number, version)
    except UserError as error:
        st.session_state[_NOT_APPROVED] = error
    else:
        st.session_state[_APPROVED] = day


def _withdrawal(context: PageContext, change: PolicyChange, day: str) -> None:
    """With its reason; what falls away is named before it is confirmed."""
    number, version = change.number, change.edition.version
    reason = st.text_input(
        translate("policy_change.withdraw_reason"), max_chars=LONGEST_REASON, key=f"withdraw-{number}-{version}-reason"
    )
    names = [entry.name.in_(context.lang) for _, entry in file_entries(change.content)]
    said = [
        translate(
            f"policy_change.withdraw_means_{change.state}",
            number=number,
            day=day,
            names=translate("policy.list").join(names[:NAMED]),
            count=len(names),
            who=change.edition.saved_by,
            other=change.edition.approved_by or "",
        ),
        translate("policy_change.withdraw_stays"),
    ]
    if not confirm_act(translate("policy_change.withdraw"), "\n".join(said), key=f"withdraw-{number}-{version}"):
        return
    try:
        withdraw_policy_change(context.store, context.viewer, number, reason, seen=change.edition)
    except UserError as error:
        show_error(error)
    else:
        _say(translate("policy_change.withdrawn_now"))


def _say(said: str) -> None:
    """After the page has been drawn again with what was done."""
    st.session_state["policy_said"] = said
    st.rerun()


# The history of policy: every step by its day, what it stated, who stands behind it, and what has taken its place.


MOST_LISTED = 12
"""Of a step of more values, such as a whole notice, those are listed that changed or were superseded."""
_CLAUSE = re.compile(r"[,，](?![^(（]*[)）])")
LOOKS: dict[StepState, html.Look] = {
    "draft": "open",
    "scheduled": "coming",
    "in_force": "now",
    "superseded": "past",
    "withdrawn": "past",
}


def policy_time_line(context: PageContext, steps: Sequence[PolicyStep]) -> None:
    """The latest day first; today stands where it falls."""
    st.subheader(translate("policy_history.title"), anchor=False)
    html.where(translate("policy_history.what"))
    html.time_line([_moment(context, step) for step in steps])


def _moment(context: PageContext, step: PolicyStep) -> html.Moment:
    change = step.change
    source = translate("policy_change.number", number=change.number) if change else translate("policy_history.shipped")
    return html.Moment(
        translate("policy_history.from", day=step.day.isoformat()),
        translate(f"policy_history.state.{step.state}"),
        LOOKS[step.state],
        source,
        tuple(_policy_time_line_values(context, step)),
        tuple(who_did(change)) if change else (),
    )


def _policy_time_line_values(context: PageContext, step: PolicyStep) -> list[tuple[str, str]]:
    """Each value with what it takes the place of; what is said of it in small: why, and what came after it."""
    listed = [
        value
        for value in step.values
        if len(step.values) <= MOST_LISTED or value.until or (value.before and value.moved)
    ]
    lines = [(_stated(context, item), _grounds(context, item)) for item in listed]
    if rest := len(step.values) - len(listed):
        sources = {value.entry.reference.in_(context.lang) for value in step.values if value not in listed}
        lines.append((translate("policy_history.rest", count=rest), _named_sources(sorted(sources))))
    return lines


def _named_sources(sources: Sequence[str]) -> str:
    """Documents without their clauses, each once."""
    documents = [name for name, _ in groupby(_CLAUSE.split(source)[0] for source in sources)]
    return translate("policy.list").join(documents)


def _stated(context: PageContext, one: StatedValue) -> str:
    value = stated_value(one.entry)
    if one.before is None or one.before.repealed:
        return translate("policy_history.value", name=one.entry.name.in_(context.lang), value=value)
    name, before = one.entry.name.in_(context.lang), stated_value(one.before)
    if before == value:
        return translate("policy_history.same", name=name, value=value)
    if value_rule(one.entry.key).kind == "kpis" and not one.entry.repealed:
        return translate("policy_history.value", name=name, value=_moved(context, one.before.value, one.entry.value))
    return translate("policy_history.changed", name=name, before=before, after=value)


def _moved(context: PageContext, before: Sequence[str], after: Sequence[str]) -> str:
    """Which KPIs a list gained and lost: two lists of six side by side hide it."""
    gained, lost = [item for item in after if item not in before], [item for item in before if item not in after]
    said = [translate("policy_history.gained", names=i18n.value_in_words(gained, context.lang))] if gained else []
    said += [translate("policy_history.lost", names=i18n.value_in_words(lost, context.lang))] if lost else []
    return translate("policy.and").join(said) or i18n.value_in_words(after, context.lang)


def _grounds(context: PageContext, one: StatedValue) -> str:
    said = [one.entry.reference.in_(context.lang), one.entry.reason.in_(context.lang)]
    if one.entry.key in RETIRED:
        said.append(translate("policy_history.retired"))
    if one.until:
        by = translate("policy_change.number", number=one.until_by) if one.until_by else ""
        said.append(translate(f"policy_history.until{'_by' if by else ''}", day=one.until.isoformat(), by=by))
    return translate("policy.and").join(said)
