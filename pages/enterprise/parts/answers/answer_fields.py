"""The inputs of one item of the answer sheet: a list where there is one to choose from, its unit beside every number.

The same inputs wherever an item is edited, within ``entries`` of the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import match_body, match_industry, match_scenario
from kpi.catalogue.schema import Fact, Kpi
from kpi.intake.form.answer_sheet import LIST_SEPARATOR, AnswerRow
from kpi.intake.settings import comparable_word, vocabulary
from kpi.intake.values.facts import fact_choices, listed_names
from kpi.model.language import Lang
from kpi.services.enterprise.sheets import LONGEST_TEXT, SheetEdit
from pages.session.language import current_lang, translate
from pages.session.page_context import PageContext
from pages.widgets import html


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
    if not fact.choices:
        hint = html.plain(fact.hint.in_(context.lang))
        st.text_input(name, row.value, max_chars=LONGEST_TEXT, help=hint, key=key, on_change="ignore")
        return _text_read(key)
    chosen = _chosen(fact, row.value)
    options = [*fact_choices(fact), *(one for one in chosen if one not in fact_choices(fact))]
    words = _choice_words(context)
    if fact.kind == "list":
        st.multiselect(name, options, chosen, words, placeholder=translate("sheet.choose"), key=key, on_change="ignore")
    else:
        st.selectbox(name, ["", *options], _index(options, chosen), words, key=key, on_change="ignore")

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
    formula = html.plain(kpi.formula.in_(context.lang))
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
        words |= {one.name.zh: one.name.in_(context.lang) for one in listed}
    return lambda name: words.get(name) or translate("sheet.not_listed", text=name)


def _index(options: Sequence[str], chosen: Sequence[str]) -> int:
    """Where the choice stands behind the blank one, which is the first."""
    return options.index(chosen[0]) + 1 if chosen and chosen[0] else 0
