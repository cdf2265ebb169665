"""Where a person was found, as rows; and what is done about it: handed over, corrected, erased."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.model.personal_data import PersonalData, PersonTrace
from kpi.services.administrator.persons import LONGEST, correct_person, export_person
from kpi.services.downloads import LONGEST_PURPOSE
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_done, show_error
from pages.widgets.downloads import ask_purpose
from pages.widgets.picker import page_of


# Without files: the export for the person, for a purpose
def show_person(context: PageContext, words: str, found: Sequence[PersonTrace]) -> None:
    """Where the words stand, and what is done about them."""
    on_request = [trace for trace in found if trace.on_request]
    html.sentence(translate("persons.found", count=len(found), on_request=len(on_request)))
    if not found:
        return
    columns = [translate(f"persons.{name}") for name in ("what", "where", "row", "times", "until", "then")]
    rows = _trace_rows(page_of(found, "persons-page", looked_for=words), context.lang)
    html.table(columns, rows, numbers=(3,), form="brief")
    _offer_change(context, words, on_request)
    _offer_export(context, words)


def _trace_rows(found: Sequence[PersonTrace], lang: Lang) -> list[list[str]]:
    """What, where, which row, how often, until when, and whether it can be changed."""
    return [
        [
            i18n.text(f"page.persons.kind.{trace.kind.code}", lang),
            trace.place,
            " ".join((*trace.key, *(f"({item})" for item in trace.items))),
            str(trace.times),
            i18n.text(f"page.persons.until_{trace.kind.until}", lang),
            _then(trace.kind, lang),
        ]
        for trace in found
    ]


def kind_rows(kinds: Sequence[PersonalData], lang: Lang) -> list[list[str]]:
    """What is held at all: the kind, until when, and what is done on request."""
    return [
        [
            i18n.text(f"page.persons.kind.{kind.code}", lang),
            i18n.text(f"page.persons.until_{kind.until}", lang),
            _then(kind, lang),
        ]
        for kind in kinds
    ]


def _then(kind: PersonalData, lang: Lang) -> str:
    key = f"stays_{kind.stays}" if kind.on_request == "no" else f"then_{kind.on_request}"
    return i18n.text(f"page.persons.{key}", lang)


def _offer_change(context: PageContext, words: str, found: Sequence[PersonTrace]) -> None:
    """Which of the rows, what is put there, why; nothing is changed before it is confirmed."""
    if not found:
        return
    names = {trace.id: f"{trace.place} · {' '.join(trace.key)}" for trace in found}
    chosen = st.multiselect(
        translate("persons.rows"),
        list(names),
        format_func=names.__getitem__,
        placeholder=translate("persons.rows_none"),
        key=f"persons-rows-{words}",
    )
    becomes = st.text_input(translate("persons.becomes"), max_chars=LONGEST, key=f"persons-becomes-{words}")
    reason = st.text_input(translate("persons.reason"), max_chars=LONGEST_PURPOSE, key=f"persons-reason-{words}")
    act = "correct" if becomes.strip() else "erase"
    if not chosen or not reason.strip():
        html.where(translate("persons.choose"))
        return
    consequence = translate(f"persons.{act}_means", count=len(chosen))
    if confirm_act(translate(f"persons.{act}"), consequence, key=f"persons-{act}", read=(tuple(chosen), becomes)):
        try:
            count = correct_person(context.store, context.viewer, words, becomes.strip(), chosen, reason)
        except UserError as error:
            show_error(error)
        else:
            show_done(translate(f"persons.{act}_done", count=count))


def _offer_export(context: PageContext, words: str) -> None:
    """All that was found, as a file for the person."""
    purpose = ask_purpose("purpose-person", "person")
    st.download_button(
        translate("persons.export"),
        partial(_export, context, words, purpose),
        file_name="person.json",
        mime="application/json",
        on_click="ignore",
        disabled=not purpose,
        key="person.json",
    )
    html.where(translate("persons.export_how"))


def _export(context: PageContext, words: str, purpose: str) -> bytes:
    return export_person(context.store, context.reader_by_now(), words, purpose)
