"""The history of policy: every step by its day, what it stated, who stands behind it, and what has taken its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from kpi import i18n
from kpi.policy.schema import RETIRED, value_rule
from kpi.services.administrator.policy_effect import PolicyStep, StatedValue, StepState
from pages.administrator.parts.policy.open_changes import who_did
from pages.administrator.parts.policy.policy_value import stated_value
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html

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
        tuple(_values(context, step)),
        tuple(who_did(change)) if change else (),
    )


def _values(context: PageContext, step: PolicyStep) -> list[tuple[str, str]]:
    """Each value with what it takes the place of; what is said of it in small: why, and what came after it."""
    listed = [one for one in step.values if len(step.values) <= MOST_LISTED or one.until or (one.before and one.moved)]
    lines = [(_stated(context, one), _grounds(context, one)) for one in listed]
    if rest := len(step.values) - len(listed):
        sources = {one.entry.reference.in_(context.lang) for one in step.values if one not in listed}
        lines.append((translate("policy_history.rest", count=rest), _named_sources(sorted(sources))))
    return lines


def _named_sources(sources: Sequence[str]) -> str:
    """Documents without their clauses, each once."""
    documents = [name for name, _ in groupby(_CLAUSE.split(one)[0] for one in sources)]
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
    gained, lost = [one for one in after if one not in before], [one for one in before if one not in after]
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
