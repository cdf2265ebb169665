"""Persons: what is held of one is found, handed over, corrected and erased on request; what is held at all."""

import streamlit as st

from kpi.errors import UserError
from kpi.reports.content import About
from kpi.services.administrator.persons import LONGEST, find_person, personal_data
from pages.administrator.parts.persons import kind_rows, show_person
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.tables import show_table, typed_table

context = require_page("manage_accounts", "persons")
# Not in the address, as other searches are: browsers and proxies keep addresses.
words = st.text_input(translate("persons.words"), max_chars=LONGEST, key="person").strip()
html.where(translate("persons.words_how"))
if words:
    try:
        show_person(context, words, find_person(context.store, context.viewer, words))
    except UserError as error:
        show_error(error)
html.titled(translate("persons.held"))
columns = [translate(f"persons.{name}") for name in ("what", "until", "then")]
kinds = typed_table(columns, kind_rows(personal_data(), context.lang))
show_table(context, About(translate("persons.held")), kinds, "persons-kinds", form="brief")
