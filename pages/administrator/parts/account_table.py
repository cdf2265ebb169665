"""The accounts as a table, by what is looked for: a word of a name or a reach, a role, a state, the day of adding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import get_args

import streamlit as st

from kpi.model.times import shanghai_date
from kpi.model.viewer import Role
from kpi.queries import Account
from kpi.reports.content import About, LabelledLine, ReportTable
from pages.administrator.parts.scope_labels import scope_label
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets import html
from pages.widgets.data_files import show_table, typed_table
from pages.widgets.datetime_format import format_datetime
from pages.widgets.option_picker import pick_option, search_word

EVERY = "every"
LONGEST_WORD = 60


def account_table(context: PageContext, found: Sequence[Account]) -> None:
    """The filters, and the accounts that pass them."""
    left, middle, right = st.columns(3)
    with left:
        word = search_word(translate("accounts.search"), "accounts-word", LONGEST_WORD).lower()
    with middle:
        role = pick_option(
            translate("accounts.role"),
            [EVERY, *get_args(Role)],
            "accounts-role",
            lambda one: translate("accounts.every_role") if one == EVERY else translate(f"role.{one}"),
        )
    with right:
        state = pick_option(
            translate("accounts.state"),
            [EVERY, "enabled", "disabled"],
            "accounts-state",
            lambda one: translate("accounts.every_state") if one == EVERY else translate(f"accounts.{one}"),
        )
    left, middle, _ = st.columns(3)
    with left:
        begin = _day("added_from")
    with middle:
        end = _day("added_to")
    rows = [_row(context, one) for one in found]
    shown = [
        row
        for one, row in zip(found, rows, strict=True)
        if role in (EVERY, one.viewer.role) and state in (EVERY, "disabled" if one.disabled else "enabled")
        if (begin or date.min) <= shanghai_date(one.created_at) <= (end or date.max)
        if word in "\n".join(row).lower()
    ]
    narrowed = len(shown) < len(rows)
    if narrowed:
        html.where(translate("accounts.shown", shown=len(shown), count=len(found)))
    asked = [("search", word), ("role", translate(f"role.{role}") if role != EVERY else "")]
    asked.append(("state", translate(f"accounts.{state}") if state != EVERY else ""))
    asked += [(name, day.isoformat() if day else "") for name, day in (("added_from", begin), ("added_to", end))]
    about = About(
        translate("title.accounts"),
        filters=[LabelledLine(translate(f"accounts.{name}"), value) for name, value in asked if value],
    )
    show_table(
        context,
        about,
        _table(shown),
        "accounts",
        form="stacked",
        everything=partial(_table, rows) if narrowed else None,
        thing="accounts",
    )


def known_codes(found: Sequence[Account]) -> tuple[str, ...]:
    """The credit codes that enterprises' accounts reach."""
    return tuple(sorted({code for one in found if one.viewer.role == "enterprise" for code in one.viewer.scope}))


def _day(name: str) -> date | None:
    picked = st.date_input(translate(f"accounts.{name}"), None, format="YYYY-MM-DD", key=f"accounts-{name}")
    return picked if isinstance(picked, date) else None


def _table(rows: Sequence[Sequence[str]]) -> ReportTable:
    names = ("name", "display", "role", "reach", "conflicts", "state", "since")
    return typed_table([translate(f"accounts.{name}") for name in names], rows)


def _row(context: PageContext, one: Account) -> list[str]:
    return [
        one.viewer.account,
        one.viewer.name,
        translate(f"role.{one.viewer.role}"),
        "\n".join(scope_label(reach, context.lang) for reach in one.viewer.scope),
        "\n".join(one.viewer.barred),
        translate("accounts.disabled") if one.disabled else translate("accounts.enabled"),
        format_datetime(one.created_at),
    ]
