"""The answer sheet: what must be fixed first, the grid and the forms of its fields, and how what was typed is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from html import escape
from typing import Any

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import match_body, match_industry, match_scenario
from kpi.catalogue.schema import Fact, Kpi
from kpi.errors import UserError
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.form.answer_sheet import LIST_SEPARATOR, AnswerRow, place_of
from kpi.intake.settings import comparable_word, vocabulary
from kpi.intake.values.facts import fact_choices, listed_names
from kpi.model.language import Lang
from kpi.model.problem import Problem
from kpi.services.enterprise.carry_over import EarlierYear
from kpi.services.enterprise.sheets import LONGEST_TEXT, LONGEST_WHY, OwnAnswerSheet, SheetEdit, edit_sheet
from kpi.services.year import policy_for_application
from pages.enterprise.parts.grid_typing import NO_BASIS, Cell, Edited, GridTyping
from pages.enterprise.parts.last_year import last_year_words
from pages.session.context import PageContext, current_viewer
from pages.session.language import current_lang, translate
from pages.widgets import html
from pages.widgets.acts import entries, show_error
from pages.widgets.clauses import hint_of_clauses
from pages.widgets.documents import problem_items
from pages.widgets.picker import pick_option

# The inputs of one item of the answer sheet: a list where there is one to choose from, its unit beside every number.
#
# The same inputs wherever an item is edited, within ``entries`` of the caller's.


def item_names(context: PageContext) -> dict[str, str]:
    """The words of every item by its code."""
    names = {kpi.code: f"{kpi.code} {kpi.short.in_(context.lang)}" for kpi in catalogue().kpis}
    return names | {fact.code: fact.name.in_(context.lang) for fact in catalogue().facts}


def kpi_unit(kpi: Kpi, basis: str, lang: Lang) -> str:
    """The unit of a KPI's value on a basis as it is written in the sheet; both units while there is none."""
    points = i18n.text("number.points", lang)
    if not kpi.bases:
        return kpi.unit.in_(lang)
    known = vocabulary().bases.get(comparable_word(basis))
    either = translate("sheet.either_unit", unit=kpi.unit.in_(lang))
    return {"relative": kpi.unit.in_(lang), "points": points}.get(known or "", either)


def basis_options(rows: Sequence[AnswerRow]) -> list[str]:
    """The two bases to choose from, and whatever else a file has put there, so that it is seen."""
    known = ["relative", "points"]
    return known + sorted({row.basis for row in rows} - {"", *known})


def basis_words(basis: str) -> str:
    """A basis that the sheet knows by the template's word, another as it stands, none as what to do."""
    if basis in ("relative", "points"):
        return i18n.text(f"template.{basis}", current_lang())
    return basis or translate("sheet.choose")


Read = Callable[[], str]
"""What an input holds by the time it is asked."""


def item_inputs(context: PageContext, row: AnswerRow, form: str) -> Callable[[], list[SheetEdit]]:
    """Draw the inputs of an item in a form of that name.

    Returns a function for whoever saves: called at the press, before the page is drawn again, it returns what the
    inputs hold.
    """
    facts = {fact.code: fact for fact in catalogue().facts}
    key = f"{form}-{row.item}"
    if row.item in facts:
        inputs = {"value": _fact_input(context, facts[row.item], row, key)}
    else:
        inputs = _kpi_inputs(context, catalogue().kpi(row.item), row, key)
    return lambda: [SheetEdit(row.item, field, read()) for field, read in inputs.items()]


def _text_read(key: str) -> Read:
    """What the text input, or the choice, of that key holds."""
    return lambda: str(st.session_state[key])


def _fact_input(context: PageContext, fact: Fact, row: AnswerRow, key: str) -> Read:
    """A fact's value: chosen from its list where it has one, else typed. A text that is in no list stays to be seen."""
    name = html.plain(fact.name.in_(context.lang))
    hint = hint_of_clauses("fact", fact.code, context.lang)
    if not fact.choices:
        hint = f"{html.plain(fact.hint.in_(context.lang))} {hint}"
        st.text_input(name, row.value, max_chars=LONGEST_TEXT, help=hint, key=key, on_change="ignore")
        return _text_read(key)
    chosen = _chosen(fact, row.value)
    options = [*fact_choices(fact), *(item for item in chosen if item not in fact_choices(fact))]
    words = _choice_words(context)
    if fact.kind == "list":
        choose = translate("sheet.choose")
        st.multiselect(name, options, chosen, words, help=hint, placeholder=choose, key=key, on_change="ignore")
    else:
        st.selectbox(name, ["", *options], _index(options, chosen), words, help=hint, key=key, on_change="ignore")

    def read() -> str:
        held = st.session_state[key]
        picked = held if isinstance(held, list) else [held] if held else []
        # Untouched, the text stays as it is: its order and its separators are nobody's change.
        return row.value if picked == chosen else LIST_SEPARATOR.join(picked)

    return read


def _kpi_inputs(context: PageContext, kpi: Kpi, row: AnswerRow, key: str) -> dict[str, Read]:
    """Only what can be answered of this KPI, and what a file has put where nothing is asked."""
    unit = kpi_unit(kpi, row.basis, context.lang)
    measured = kpi.unit.in_(context.lang) if kpi.of_share else translate("sheet.own_unit")
    formula = f"{html.plain(kpi.formula.in_(context.lang))} {hint_of_clauses('kpi', kpi.code, context.lang)}"
    drawn = ["value"]
    with st.container(horizontal=True):
        _typed("value", row, unit, key, formula)
        if kpi.bases or row.basis:
            drawn.append("basis")
            options = basis_options([row])
            at = _index(options, [row.basis])
            label = translate("sheet.basis")
            st.selectbox(label, ["", *options], at, basis_words, key=f"{key}-basis", on_change="ignore")
    with st.container(horizontal=True):
        for field in ("before", "after"):
            if kpi.is_change or row.text(field):
                drawn.append(field)
                _typed(field, row, measured, key)
    drawn.append("note")
    st.text_input(translate("sheet.note"), row.note, max_chars=LONGEST_TEXT, key=f"{key}-note", on_change="ignore")
    return {field: _text_read(f"{key}-{field}") for field in drawn}


def _typed(field: str, row: AnswerRow, unit: str, key: str, hint: str | None = None) -> None:
    label = translate("sheet.with_unit", field=translate(f"sheet.{field}"), unit=html.plain(unit))
    st.text_input(label, row.text(field), max_chars=LONGEST_TEXT, help=hint, key=f"{key}-{field}", on_change="ignore")


def _chosen(fact: Fact, text: str) -> list[str]:
    """The exact names in a text, and as they stand those that are none."""
    match = {"scenarios": match_scenario, "industries": match_industry}.get(fact.choices or "", match_body)
    parts = listed_names(text) if fact.kind == "list" else [text] if text else []
    return list(dict.fromkeys(found.name.zh if (found := match(part)) else part for part in parts))


def _choice_words(context: PageContext) -> Callable[[str], str]:
    whole = catalogue()
    words = {"": translate("sheet.choose")}
    for listed in (whole.industries, whole.districts, whole.bodies, whole.scenarios):
        words |= {item.name.zh: item.name.in_(context.lang) for item in listed}
    return lambda name: words.get(name) or translate("sheet.not_listed", text=name)


def _index(options: Sequence[str], chosen: Sequence[str]) -> int:
    """Where the choice stands behind the blank one, which is the first."""
    return options.index(chosen[0]) + 1 if chosen and chosen[0] else 0


# Saving what was entered into the forms of the answer sheet, and saying on the next run what became of it.


_SAVING_OPEN, _NOT_SAVED = "open_forms", "not_saved"


@dataclass(slots=True)
class OpenForm:
    """A form as it was drawn over ``sheet``. ``held`` says what stands in it by then; ``saved`` is from here."""

    sheet: OwnAnswerSheet
    held: Callable[[], list[SheetEdit]]
    why_key: str
    saved: dict[tuple[str, str], str] = field(default_factory=dict)

    def edits(self) -> list[SheetEdit]:
        """What stands in it and is neither of the sheet as it was drawn nor saved since."""
        rows = {row.item: row for row in self.sheet.rows}
        return [
            sheet_edit
            for sheet_edit in self.held()
            if sheet_edit.text
            != self.saved.get((sheet_edit.item, sheet_edit.field), rows[sheet_edit.item].text(sheet_edit.field))
        ]


def note_open_form(name: str, form: OpenForm) -> None:
    """Have what is entered into it saved by whatever its reader presses next."""
    st.session_state.setdefault(_SAVING_OPEN, {})[name] = form


def save_entered(context: PageContext) -> None:
    """Keep what was entered into the open forms, whatever was pressed: drawn again, the page may be without them."""
    forms: dict[str, OpenForm] = st.session_state.get(_SAVING_OPEN, {})
    for name, form in list(forms.items()):
        if form.why_key not in st.session_state:
            del forms[name]  # no more on the page
        elif form.edits():
            save_form(context, name)


def save_form(context: PageContext, name: str) -> None:
    """Keep what stands in the open form of this name, at the version that the reader saw."""
    form: OpenForm = st.session_state[_SAVING_OPEN][name]
    sheet, edits, why = form.sheet, form.edits(), str(st.session_state[form.why_key])
    refused: dict[str, tuple[UserError, list[SheetEdit]]] = st.session_state.setdefault(_NOT_SAVED, {})
    refused.pop(name, None)
    try:
        edit_sheet(context.store, current_viewer(), sheet.credit_code, sheet.year, sheet.version, edits, why)
        form.saved |= {(edit.item, edit.field): edit.text for edit in edits}
    except UserError as error:
        # Shown on the next run, beside the sheet as it is now.
        refused[name] = error, edits


def show_not_saved(context: PageContext) -> None:
    """Why edits were not kept, if any were not, and what they were: their form may be another by now."""
    names = item_names(context)
    for error, edits in st.session_state.pop(_NOT_SAVED, {}).values():
        show_error(error)
        labels = [f"{names[edit.item]} › {translate(f'sheet.{edit.field}')}" for edit in edits]
        typed = [
            i18n.text("carried.line", context.lang, label=label, text=edit.text)
            for label, edit in zip(labels, edits, strict=True)
        ]
        if typed:
            html.bullets(typed)


# The KPIs of the answer sheet as a grid, where there is room for one.


_GRID_OPEN = "grid"
ROW_PIXELS = 35
_WIDTHS = {
    "item": 200,
    "problem": 90,
    "value": 100,
    "unit": 100,
    "earlier": 120,
    "basis": 105,
    "before": 90,
    "after": 90,
    "note": 180,
    "cell": 110,
}


def save_typed(context: PageContext) -> None:
    """Save what was typed into the grid, and into the forms: at the press of its button, and before the sheet is read
    after any other.
    """
    typing: GridTyping | None = st.session_state.get(_GRID_OPEN)
    if typing and typing.key in st.session_state:
        typing.keep(st.session_state[typing.key]["edited_rows"], _saving(context, typing.sheet))
    save_entered(context)


# Without files: a form: what is typed is in the table of the review
def kpi_grid(
    context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem], locked: bool, earlier: EarlierYear | None
) -> None:
    """What was answered of each KPI with its unit and where it is from, and whether something is wrong with it; beside
    it what was locked for an earlier year.

    Once locked it is only read.
    """
    if not locked:
        st.text_input(translate("sheet.why"), key="why", max_chars=LONGEST_WHY, on_change="ignore")
    kpis = {kpi.code: kpi for kpi in catalogue().kpis}
    rows = [row for row in sheet.rows if row.item in kpis]
    typing = _typing(sheet, rows)
    # One place, however much is said in it: what moves on a page is drawn anew.
    with st.container(key="refused"):
        _show_refused(context, typing, sheet, rows, locked)
    if locked:
        typing = GridTyping(sheet, rows)
    names, marks = item_names(context), _marks(sheet, problems)
    said = last_year_words(context, earlier) if earlier else {}
    of_year = {"year": earlier.year} if earlier else {}
    # What can be typed stays as the editor was made with it; what follows from it is as of now.
    table = [
        {"item": names[row.item]}
        | {field: row.text(field) for field in ANSWER_FIELDS}
        | {
            "unit": kpi_unit(kpis[row.item], shown.basis, context.lang),
            "basis": basis_words(row.basis) if row.basis else NO_BASIS,
            "cell": str(shown.cell or (translate("sheet.typed") if shown.value else "")),
            "problem": marks.get(row.item, ""),
            "earlier": said.get(row.item, ""),
        }
        for row, shown in zip(typing.rows, typing.shown(_edited(typing)), strict=True)
    ]
    # Beside the name: the last columns are the first to lie beyond the edge.
    beside = ("earlier",) if earlier else ()
    columns = ("item", "problem", "value", "unit", *beside, "basis", "before", "after", "note", "cell")
    st.data_editor(
        table,
        key=f"{typing.key}-locked" if locked else typing.key,
        hide_index=True,
        column_order=columns,
        disabled=True if locked else ["item", "unit", "cell", "problem", "earlier"],
        column_config={
            column: st.column_config.TextColumn(translate(f"sheet.{column}", **of_year), width=_WIDTHS[column])
            for column in columns
        }
        | {"basis": _bases(typing.rows)},
        height=ROW_PIXELS * (len(rows) + 1) + 2,
        row_height=ROW_PIXELS,
        alt=translate("sheet.alt"),
        # Run again at every cell, the page would be drawn while the next one is typed, and keys lost meanwhile.
        on_change="ignore",
    )
    if not locked:
        with st.container(key="save-grid", horizontal=True, vertical_alignment="center"):
            st.button(
                translate("sheet.save_grid"), type="primary", key="grid-save", on_click=save_typed, args=(context,)
            )
            html.element(f'<p class="kpi-unsaved" role="status">{escape(translate("sheet.grid_unsaved"))}</p>')
        html.where(translate("sheet.grid_how"))


def _typing(sheet: OwnAnswerSheet, rows: Sequence[AnswerRow]) -> GridTyping:
    """The editor that is open; a new one where that is of another sheet, has been left, or does not show what is."""
    typing: GridTyping | None = st.session_state.get(_GRID_OPEN)
    if typing:
        same = (typing.sheet.credit_code, typing.sheet.year) == (sheet.credit_code, sheet.year)
        left = typing.key not in st.session_state
        if same and not left and typing.shows(_edited(typing), rows):
            typing.take_over(_edited(typing), rows, sheet.version)
            return typing
    st.session_state[_GRID_OPEN] = typing = GridTyping(sheet, rows, typing.given_up if typing else 0)
    return typing


def _edited(typing: GridTyping) -> Edited:
    state = st.session_state.get(typing.key)
    return state["edited_rows"] if state else {}


def _show_refused(
    context: PageContext, typing: GridTyping, sheet: OwnAnswerSheet, rows: Sequence[AnswerRow], locked: bool
) -> None:
    """What was typed and not saved, why, and what to do about it."""
    if not typing.refused:
        return
    names, now = item_names(context), {row.item: row for row in rows}

    def named(cell: Cell) -> str:
        return f"{names[cell[0]]} › {translate(f'sheet.{cell[1]}')}"

    html.notice(translate("sheet.unsaved", count=len(typing.refused)))
    html.open_points(
        [
            (
                translate(
                    "sheet.unsaved_cell",
                    cell=named(cell),
                    typed=_quoted(cell[1], held.text),
                    now=_quoted(cell[1], now[cell[0]].text(cell[1])),
                ),
                " ".join(i18n.page_error_message(held.error, context.lang)),
            )
            for cell, held in typing.refused.items()
        ]
    )
    with st.container(horizontal=True):
        if not locked:
            insist = partial(_insist, context, typing, sheet.version)
            st.button(translate("sheet.save_mine"), key="grid-insist", on_click=insist)
        st.button(translate("sheet.give_mine_up"), key="grid-give-up", on_click=partial(_give_up, typing))


def _quoted(field: str, text: str) -> str:
    words = basis_words(text) if field == "basis" and text else text
    return translate("sheet.quoted", text=words) if words else translate("sheet.blank")


def _insist(context: PageContext, typing: GridTyping, version: int) -> None:
    typing.insist(version, _saving(context, typing.sheet))


def _give_up(typing: GridTyping) -> None:
    """The next editor is a new one, though of the same version."""
    typing.refused.clear()
    typing.given_up += 1


def _bases(rows: Sequence[AnswerRow]) -> Any:  # Streamlit's type of it is not public
    return st.column_config.SelectboxColumn(
        translate("sheet.basis"),
        # The words themselves, as the template has them: what is copied from there or from here can be pasted.
        options=[NO_BASIS, *dict.fromkeys(map(basis_words, basis_options(rows)))],
        format_func=lambda words: "—" if words == NO_BASIS else str(words),
        width=_WIDTHS["basis"],
    )


def _saving(context: PageContext, sheet: OwnAnswerSheet) -> Callable[[int, list[SheetEdit]], int]:
    """By whoever is signed in by then."""
    why = st.session_state.get("why", "")

    def save(version: int, edits: list[SheetEdit]) -> int:
        code, year = sheet.credit_code, sheet.year
        return edit_sheet(context.store, current_viewer(), code, year, version, edits, why).version

    return save


def _marks(sheet: OwnAnswerSheet, problems: Sequence[Problem]) -> dict[str, str]:
    """A word for each item with problems; they are listed in full above and below the grid."""
    found = [(place[0], problem.blocks) for problem in problems if (place := place_of(problem, sheet.rows))]
    odd = {item: translate("sheet.mark_warning") for item, _ in found}
    return odd | {item: translate("sheet.mark_error") for item, blocks in found if blocks}


# Forms of the answer sheet, for every width: one item with all its fields, and the facts of annex 3 together.


FIXED = ("credit_code", "year")
"""Another code or year would be another sheet."""


def item_form(context: PageContext, sheet: OwnAnswerSheet, item: str, key: str, locked: bool = False) -> None:
    """One item with all its fields; ``key`` tells one place of the page from another. Once locked nothing is saved."""
    _form(context, sheet, [item], f"{key}-{item}", translate("sheet.save"), locked)


def one_item(
    context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem], locked: bool, earlier: EarlierYear | None
) -> None:
    """One KPI at a time, where there is no room for the grid; those with a problem are marked."""
    marked = {found[0] for problem in problems if (found := place_of(problem, sheet.rows))}
    names = item_names(context)
    chosen = pick_option(
        translate("sheet.item"),
        [kpi.code for kpi in catalogue().kpis],
        "item",
        lambda item: f"{'! ' if item in marked else ''}{names[item]}",
    )
    # One place, said or not: the form below stays where it is.
    with st.container():
        if earlier and (said := last_year_words(context, earlier).get(chosen)):
            html.where(translate("sheet.earlier_value", year=earlier.year, value=said))
    item_form(context, sheet, chosen, key="one", locked=locked)


def fact_form(context: PageContext, sheet: OwnAnswerSheet, locked: bool) -> None:
    """The facts of annex 3, folded, with those that are blank named; but for the two that name the sheet."""
    items = [fact.code for fact in catalogue().facts if fact.code not in FIXED]
    blank = {problem.params["item"] for problem in sheet.reading.problems if problem.code == "missing_fact"}
    with st.expander(translate("sheet.facts", count=len(blank)) if blank else translate("sheet.facts_all")):
        policy = policy_for_application(context.store, context.viewer, sheet.year)
        html.where(translate("sheet.contacts", years=policy.contact_years))
        _form(context, sheet, items, "facts", translate("sheet.save_facts"), locked)


def _form(context: PageContext, sheet: OwnAnswerSheet, items: Sequence[str], key: str, save: str, locked: bool) -> None:
    rows = {row.item: row for row in sheet.rows}
    # Where what it is about has changed it is a new form: what was typed into the one before has been kept, or the page
    # says why it was not. A change elsewhere in the sheet leaves what stands in it.
    texts = repr([[rows[item].text(field) for field in ANSWER_FIELDS] for item in items])
    name = f"{key}-{sheet.credit_code}-{sheet.year}-{sha256(texts.encode()).hexdigest()[:12]}"
    with entries(name):
        inputs = [item_inputs(context, rows[item], name) for item in items]

        def held() -> list[SheetEdit]:
            return [entry for read in inputs for entry in read()]

        if not locked:
            st.text_input(translate("sheet.why"), max_chars=LONGEST_WHY, key=f"{name}-why", on_change="ignore")
            note_open_form(name, OpenForm(sheet, held, f"{name}-why"))
        # Before the page is drawn again, which is no more of this form where a colleague has saved meanwhile.
        st.button(save, type="primary", disabled=locked, on_click=save_form, args=(context, name), key=f"{name}-save")
        if not locked:
            html.where(translate("sheet.form_how"))


# What must be fixed on the answer sheet, first on the page, and what to look at again: each with its inputs.
#
# One is open at a time, the first at first; a link opens another where it stands.


_FAULTS_OPEN, _LOOKED_AT = "fix", "remark"


def fix_faults(context: PageContext, sheet: OwnAnswerSheet, problems: Sequence[Problem], locked: bool = False) -> None:
    """The errors and questions item by item; nothing where there is none. Without inputs for who only reads."""
    by_item: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.blocks and (found := place_of(problem, sheet.rows)):
            by_item.setdefault(found[0], []).append(problem)
    if not by_item:
        return
    asked = st.query_params.get(_FAULTS_OPEN)
    opened = asked if asked in by_item else next(iter(by_item))
    st.subheader(translate("sheet.to_fix", count=len(by_item)), anchor=False)
    for item, faults in by_item.items():
        problem_items(faults, lambda problem: place(context, sheet, problem))
        if locked:
            continue
        _offer_suggestion(context, sheet, item, faults)
        if item == opened:
            item_form(context, sheet, item, key="fix")
        else:
            label = translate("sheet.fix", item=item_names(context)[item])
            st.button(label, key=f"fix-{item}", on_click=_open, args=(_FAULTS_OPEN, item))


def show_remarks(context: PageContext, sheet: OwnAnswerSheet, remarks: Sequence[Problem], locked: bool) -> None:
    """What need not be changed, item by item, each with a button that opens its inputs below it; none once locked."""
    if not remarks:
        return
    by_item: dict[str, list[Problem]] = {}
    for problem in remarks:
        found = place_of(problem, sheet.rows)
        by_item.setdefault(found[0] if found else "", []).append(problem)
    st.subheader(translate("faults.warning", count=len(remarks)), anchor=False)
    for item, found_here in by_item.items():
        problem_items(found_here, lambda problem: place(context, sheet, problem))
        if locked or not item or item in FIXED:
            continue
        _offer_suggestion(context, sheet, item, found_here)
        if item == st.query_params.get(_LOOKED_AT):
            item_form(context, sheet, item, key="remark")
        else:
            label = translate("sheet.change", item=item_names(context)[item])
            st.button(label, key=f"remark-{item}", on_click=_open, args=(_LOOKED_AT, item))


def _offer_suggestion(context: PageContext, sheet: OwnAnswerSheet, item: str, found: Sequence[Problem]) -> None:
    """A press that takes the one name of the item's list that what was written is like."""
    fact = next((fact for fact in catalogue().facts if fact.code == item and fact.choices), None)
    if fact is None or fact.kind == "list":
        return
    alike = {str(problem.params.get("suggestion", "")) for problem in found} & set(fact_choices(fact))
    for name in sorted(alike):
        label = html.plain(translate("sheet.take", name=_choice_words(context)(name)))
        st.button(label, key=f"take-{item}", on_click=_take, args=(context, sheet, SheetEdit(item, "value", name)))


def _take(context: PageContext, sheet: OwnAnswerSheet, taken: SheetEdit) -> None:
    try:
        edit_sheet(context.store, current_viewer(), sheet.credit_code, sheet.year, sheet.version, [taken])
    except UserError as error:
        st.session_state.setdefault(_NOT_SAVED, {})["take"] = error, [taken]


def _open(kind: str, item: str) -> None:
    st.query_params[kind] = item


def place(context: PageContext, sheet: OwnAnswerSheet, problem: Problem) -> str:
    """Where a problem is, as the sheet's reader knows it: the item, its field, and the file's cell it came from."""
    found = place_of(problem, sheet.rows)
    if found is None:
        return ""
    item, field = found
    row = next(row for row in sheet.rows if row.item == item)
    # A fact has nothing but its value; the cell that is known is the value's, not that of the basis or the note.
    of_kpi = any(kpi.code == item for kpi in catalogue().kpis)
    cell = str(row.cell) if row.cell and field == "value" else ""
    parts = [item_names(context)[item], translate(f"sheet.{field}") if of_kpi else "", cell]
    return " › ".join(part for part in parts if part)
