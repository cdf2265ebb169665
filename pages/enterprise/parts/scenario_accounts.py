"""Entering how the claimed scenarios are met: one row a scenario, all of them saved by one press."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Scenario
from kpi.errors import UserError
from kpi.services.conditions import Checklist
from kpi.services.scenario_accounts import (
    LONGEST_HOW,
    LONGEST_MODEL,
    AccountInput,
    account_for_scenarios,
    as_said,
)
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import entries, opened_box, show_done, show_error
from pages.widgets.entry_rows import begin_row, row_basis, row_lines, row_outdated, row_saved, row_text, row_tick
from pages.widgets.scenario_accounts import accounts_title, say_ai_use, show_accounts
from pages.widgets.tables import format_datetime

_PRESSED = "scenario-accounts-pressed"
_WIDTHS = (8, 2, 4)


@dataclass(frozen=True, slots=True)
class _Pressed:
    kept: int
    refused: UserError | None = None


def show_accounts_pressed() -> None:
    """What the press came to: below the rows, or where a colleague has locked the application, and there are none."""
    pressed: _Pressed | None = st.session_state.pop(_PRESSED, None)
    if pressed is None:
        return
    if pressed.refused is not None:
        show_error(pressed.refused, over_the_page=True)
    elif pressed.kept:
        show_done(translate("scenario_accounts.kept", count=pressed.kept))
    else:
        html.notice(translate("scenario_accounts.unchanged"))


def account_rows(context: PageContext, own: Checklist) -> None:
    """A row for each claimed scenario, in the application's order; as they stand once it is locked."""
    use = own.ai_use
    if own.locked_at is not None or not use.claimed or not allows(context.viewer, "fill_own"):
        show_accounts(context, own.application, use)
        return
    say_ai_use(use, context.lang)
    if box := opened_box(accounts_title(use), "scenario-accounts"):
        with box:
            html.where(translate("scenario_accounts.entering"))
            with entries("scenario-accounts"):
                for name in use.claimed:
                    _row(context, own, catalogue().scenario(name))
                # Before the page is drawn again, which knows what a colleague has said meanwhile.
                label = translate("scenario_accounts.save")
                st.button(label, on_click=_keep, args=(context, own), key="account", type="primary")
    show_accounts_pressed()


def _row(context: PageContext, own: Checklist, scenario: Scenario) -> None:
    """Below it what a colleague has said meanwhile instead of what was entered."""
    known = own.ai_use.accounts.get(scenario.name.zh)
    kept = as_said(known)
    how, ticked, model = _fields(own, scenario)
    basis = begin_row({how: kept.how, ticked: kept.uses_ai, model: kept.ai_model}, kept)
    words, tick, named = st.columns(_WIDTHS, vertical_alignment="bottom")
    with words:
        label = f"{scenario.number}\u2002{html.plain(scenario.name.in_(context.lang))}"
        row_lines(label, LONGEST_HOW, how, help=html.plain(scenario.definition))
    with tick:
        row_tick(translate("scenario_accounts.uses_ai", number=scenario.number), ticked)
    with named:
        row_text(translate("scenario_accounts.model", number=scenario.number), LONGEST_MODEL, model)
    if basis.outdated:
        said = [kept.how, kept.ai_model or translate("scenario_accounts.no_ai")]
        by = [format_datetime(known.written_at), known.written_by] if known else []
        html.where(translate("scenario_accounts.now", said=" · ".join([*filter(None, said), *by])))


def _fields(own: Checklist, scenario: Scenario) -> tuple[str, str, str]:
    """The keys of its words, its tick and its model."""
    of = f"{own.application.credit_code}-{own.application.year}-{scenario.number}"
    return f"account-how-{of}", f"account-ai-{of}", f"account-model-{of}"


def _keep(context: PageContext, own: Checklist) -> None:
    """Knowing of what stood on the page. What is refused stays in its fields."""
    fields = {name: _fields(own, catalogue().scenario(name)) for name in own.ai_use.claimed}
    seen: dict[str, AccountInput] = {name: row_basis(how).holds for name, (how, _, _) in fields.items()}
    entered = {name: AccountInput(*(st.session_state[key] for key in keys)) for name, keys in fields.items()}
    changed = {name: said for name, said in entered.items() if said != seen[name]}
    code, year = own.application.credit_code, own.application.year
    try:
        kept = account_for_scenarios(context.store, current_viewer(), code, year, changed, seen=seen) if changed else 0
    except UserError as error:
        st.session_state[_PRESSED] = _Pressed(0, error)
        for fault in (error, *error.also):
            if fault.code == "scenario_account_changed":
                row_outdated(fields[str(fault.params["scenario"])][0])
    else:
        st.session_state[_PRESSED] = _Pressed(kept)
        for name in changed:
            row_saved(*fields[name])
