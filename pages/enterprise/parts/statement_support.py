"""What an enterprise puts beside its statements: the list of core equipment and software, and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, get_args

import pandas as pd
import streamlit as st

from kpi import i18n
from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.conditions import Condition
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.model.application import Application
from kpi.model.claims import CoreTechnology, TechnologyKind, TechnologySource
from kpi.model.language import Lang
from kpi.services.conditions import Checklist
from kpi.services.statement_support import (
    LONGEST_NAME,
    MOST_ROWS,
    StatementSupport,
    attach_statement_file,
    list_technology,
    own_support,
)
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.session.streamlit_internals import release_upload
from pages.widgets import html
from pages.widgets.acts import show_done, show_error
from pages.widgets.statement_support import (
    COLUMNS,
    about_technology,
    last_saved,
    said_of_file,
    show_technology,
    technology_sentence,
    technology_table,
)
from pages.widgets.tables import offer_data, table_alone

# The list in one table with one button. What is typed stays in the editor until it is saved; an editor that is made
# with other rows would drop it.


_TYPING, _ANSWERED, _ATTACHED = "technology-typing", "technology-answered", "statement-file-attached"
_CHOICES: Mapping[str, Sequence[str]] = {"kind": get_args(TechnologyKind), "source": get_args(TechnologySource)}
_Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Typing:
    """An editor: of which application, the rows it was made with in words of ``lang``, and the list that its writer
    knows to be saved; None once a press was refused for another.

    ``carried``: its rows are themselves not saved; ``outdated``: something else was saved meanwhile, and is shown.
    """

    of: str
    number: int
    rows: tuple[_Words, ...]
    seen: tuple[CoreTechnology, ...] | None
    lang: Lang
    carried: bool = False
    outdated: bool = False

    @property
    def key(self) -> str:
        return f"technology-{self.of}-{self.number}"


def support_statements(context: PageContext, own: Checklist) -> None:
    """The list where the notice asks for one, and the files; once locked they are only read."""
    application = own.application
    support = own_support(context.store, context.viewer, application.credit_code, application.year)
    if condition := catalogue().technology_condition:
        st.subheader(translate("technology.title"), anchor=False)
        if own.locked_at or not allows(context.viewer, "fill_own"):
            show_technology(context, application, support.technology)
        else:
            _write_list(context, application, condition, support)
    if support.files or not (own.locked_at or not allows(context.viewer, "fill_own")):
        _files(context, own, support)


def _write_list(
    context: PageContext, application: Application, condition: Condition, support: StatementSupport
) -> None:
    kept, answered = support.technology, st.session_state.pop(_ANSWERED, None)
    name = i18n.condition_name(condition.code, context.lang)
    html.where(translate("technology.how", name=name, most=MOST_ROWS))
    html.clause(technology_sentence(kept.rows) if kept.rows else translate("technology.none"))
    typing = _typing(context, application, kept.rows)
    config: dict[str, Any] = {
        column: st.column_config.TextColumn(translate(f"technology.{column}"), max_chars=LONGEST_NAME)
        for column in ("name", "maker")
    }
    for column, options in _CHOICES.items():
        # The words themselves: what is copied from another table can be pasted.
        words = [translate(f"technology.{option}") for option in options]
        config[column] = st.column_config.SelectboxColumn(translate(f"technology.{column}"), options=words)
    st.data_editor(
        # Into a blank row a first block can be pasted.
        pd.DataFrame(typing.rows or [dict.fromkeys(COLUMNS, "")], columns=COLUMNS, dtype="str"),
        key=typing.key,
        hide_index=True,
        num_rows="dynamic",
        column_order=COLUMNS,
        column_config=config,
        placeholder="",
        alt=translate("technology.alt"),
        on_change="ignore",
    )
    # The place by which what is typed into a table is saved when its reader goes elsewhere.
    with st.container(key="save-grid", horizontal=True, vertical_alignment="center"):
        on = context, application
        st.button(translate("technology.save"), key="technology-save", on_click=_save, args=on, type="primary")
        html.element(f'<p class="kpi-unsaved" role="status">{escape(translate("technology.unsaved"))}</p>')
    if isinstance(answered, UserError):
        show_error(answered, over_the_page=True)
    elif answered:
        show_done(translate("technology.kept", count=len(kept.rows)))
    if not kept.rows:
        return
    html.where(last_saved(kept))
    about, table = about_technology(context, application, kept.rows), technology_table(kept.rows)
    if typing.outdated:
        html.clause(translate("technology.now"))
        table_alone(table, "stacked")
    offer_data(context, about, "core-technology", table=table)


def _typing(context: PageContext, application: Application, kept: tuple[CoreTechnology, ...]) -> _Typing:
    """The editor that is open, in the reader's language; a new one where there is none, or nothing was typed into it
    and something else is saved by now.
    """
    of = f"{application.credit_code}-{application.year}"
    before: _Typing | None = st.session_state.get(_TYPING)
    number = before.number + 1 if before else 0
    if before is None or before.of != of or before.key not in st.session_state:
        typing = _Typing(of, number, _in_words(kept), kept, context.lang)
    elif before.carried or any(_changes(before).values()):
        typing = before
        if typing.seen is None:
            typing = replace(typing, seen=kept, outdated=True)
        if typing.lang != context.lang:
            rows = _in_words(_entered(typing))
            typing = replace(typing, number=number, rows=rows, lang=context.lang, carried=True)
    elif (before.seen, before.lang) == (kept, context.lang):
        typing = before
    else:
        typing = _Typing(of, number, _in_words(kept), kept, context.lang)
    st.session_state[_TYPING] = typing
    return typing


def _changes(typing: _Typing) -> Mapping[str, Any]:
    """What was typed since the editor was made: rows edited, added and deleted."""
    changes: Mapping[str, Any] = st.session_state.get(typing.key) or {}
    return changes


def _entered(typing: _Typing) -> list[CoreTechnology]:
    """The rows as they stand in the editor; what is not one of the words of a choice is left blank."""
    changes = _changes(typing)
    edited, gone = changes.get("edited_rows", {}), changes.get("deleted_rows", ())
    rows = [{**row, **edited.get(at, {})} for at, row in enumerate(typing.rows or [{}]) if at not in gone]
    return [_row(row) for row in (*rows, *changes.get("added_rows", ()))]


def _row(words: Mapping[str, Any]) -> CoreTechnology:
    said = {column: str(words.get(column) or "") for column in COLUMNS}
    for column, options in _CHOICES.items():
        codes = {i18n.text(f"page.technology.{option}", lang): option for lang in get_args(Lang) for option in options}
        said[column] = codes.get(said[column], "")
    return CoreTechnology(**said)  # type: ignore[arg-type]  # a blank choice is the service's to refuse


def _in_words(rows: Sequence[CoreTechnology]) -> tuple[_Words, ...]:
    def word(option: str) -> str:
        return translate(f"technology.{option}") if option else ""

    return tuple(
        {"kind": word(row.kind), "name": row.name, "maker": row.maker, "source": word(row.source)} for row in rows
    )


def _save(context: PageContext, application: Application) -> None:
    """Knowing of the list that stood on the page. What is refused stays in the editor."""
    typing: _Typing = st.session_state[_TYPING]
    rows = _entered(typing)
    try:
        on = context.store, current_viewer(), application.credit_code, application.year
        changed = list_technology(*on, rows, seen=typing.seen)
    except UserError as error:
        st.session_state[_ANSWERED] = error
        if error.code == "technology_changed":
            st.session_state[_TYPING] = replace(typing, seen=None)
        return
    if changed:
        st.session_state[_ANSWERED] = True
    # The next editor is a new one, made with what is saved.
    st.session_state[_TYPING] = replace(typing, of="")


# Files: one place for all, with a choice of the statement.


def _files(context: PageContext, own: Checklist, support: StatementSupport) -> None:
    html.titled(translate("statement_file.title", count=len(support.files)))
    if support.files:
        html.bullets([said_of_file(context, file) for file in support.files.values()])
    if own.locked_at or not allows(context.viewer, "fill_own"):
        return
    stated = [item.code for item in catalogue().stated_conditions if item.code in own.known.statements]
    html.where(translate("statement_file.how" if stated else "statement_file.none_stated"))
    if st.session_state.pop(_ATTACHED, False):
        show_done(translate("statement_file.attached"))
    if not stated:
        return
    # Empty again after its own success.
    times = f"statement-file-{own.application.credit_code}-{own.application.year}"
    key = f"{times}-{st.session_state.get(times, 0)}"
    condition = st.selectbox(
        translate("statement_file.condition"),
        stated,
        index=None,
        format_func=lambda code: i18n.condition_name(code, context.lang),
        placeholder=translate("statement_file.choose"),
        key=f"{key}-condition",
    )
    most = application_limits().file_megabytes
    sent = st.file_uploader(translate("statement_file.file"), key=f"{key}-file", max_upload_size=most)
    nothing = condition is None or sent is None
    pressed = st.button(translate("statement_file.attach"), key="attach-statement-file", disabled=nothing)
    if condition is None or sent is None or not pressed:
        return
    try:
        on = context.store, context.viewer, own.application.credit_code, own.application.year
        attach_statement_file(*on, condition, (sent.name, sent.getvalue()))
    except UserError as error:
        show_error(error)
    else:
        release_upload(sent)
        st.session_state[times] = st.session_state.get(times, 0) + 1
        st.session_state[_ATTACHED] = True
        st.rerun()
