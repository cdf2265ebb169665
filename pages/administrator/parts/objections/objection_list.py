"""All objections as a table, with its files, which name who objected."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.reports.content import About
from kpi.services.administrator.objections import ListedObjection
from pages.session.language import translate
from pages.session.page_context import PageContext
from pages.widgets.data_files import show_table, typed_table

COLUMNS = ("about", "received_on", "who", "words", "state_of", "answer")


def objection_list(context: PageContext, found: Sequence[ListedObjection]) -> None:
    """Open ones first."""
    if not found:
        return
    st.subheader(translate("objections.all"), anchor=False)
    table = typed_table([translate(f"objections.{name}") for name in COLUMNS], [_row(one) for one in found])
    about = About(translate("title.objections"))
    show_table(context, about, table, "objections", form="stacked", thing="objections")


def _row(one: ListedObjection) -> list[str]:
    given, last = one.objection, one.objection.answers[-1:]
    name = one.application.factory or one.application.enterprise or ""
    late = translate("objections.outside") if one.late else ""
    return [
        f"{one.application.credit_code} {one.application.year}\n{name}",
        f"{given.received_on}{late}",
        given.objector or translate("objections.deleted"),
        "\n".join([given.objection, *_added(one)]),
        i18n.begun(translate(f"objections.state.{given.state}")),
        "\n".join(f"{answer.answered_on} {answer.answer}" for answer in last),
    ]


def _added(one: ListedObjection) -> list[str]:
    """Day and words of each addition."""
    return [f"{added.received_on} {one.words_of(added)}" for added in one.objection.additions]
