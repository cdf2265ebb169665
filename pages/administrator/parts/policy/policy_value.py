"""Policy values of a day, and what the pages say of one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from kpi import i18n
from kpi.model.problem import Problem
from kpi.policy.load import Policies
from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import value_rule
from kpi.reports.content import About, LabelledLine
from kpi.services.administrator.policy import PolicyOverview
from pages.session.language import current_lang, translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table

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
    "panel_least_share": "programme",
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
    entries = [one for one in known.statements(day or overview.today) if not one.repealed]
    for subject in ("verdict", *dict.fromkeys(SUBJECTS.values())):
        found = [one for one in entries if SUBJECTS.get(one.key.partition(".")[0], "verdict") == subject]
        with st.expander(translate(f"policy.subject.{subject}", count=len(found)), expanded=subject == "verdict"):
            _table(context, found, subject, day or overview.today)


def _table(context: PageContext, entries: Sequence[PolicyEntry], subject: str, day: date) -> None:
    table = typed_table(
        [translate(f"policy.column_{name}") for name in ("name", "value", "unit", "reference", "reason", "since")],
        [
            [
                one.name.in_(context.lang),
                stated_value(one),
                policy_unit(one.key, one.unit.in_(context.lang)),
                one.reference.in_(context.lang),
                translate("policy.and").join(text.in_(context.lang) for text in (one.reason, one.silent) if text),
                one.in_force_from.isoformat().replace("-", "\u2011"),
            ]
            for one in entries
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
        value = _SHARE.sub(lambda one: i18n.stated_percent(float(one[0])), value)
    return replace(problem, value=value, params={**problem.params, "name": names.get(key, key)})
