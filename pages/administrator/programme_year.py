"""The programme's year: when applications are taken, by when lists and scores are due, and the publicity."""

import streamlit as st

from kpi.services.administrator.year_dates import year_overview, years_known
from pages.administrator.parts.programme import date_history, offer_body_deadlines, offer_confirmation, offer_dates
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.acts import show_done
from pages.widgets.picker import pick_option, year_words

context = require_page("run_programme", "programme_year")
if said := st.session_state.pop("year_said", None):
    show_done(said)
years = [str(item) for item in years_known(context.store, context.viewer)]
year = int(pick_option(translate("year.year"), years, "year", lambda item: translate("year.of", year=item)))
show_notice_of(year)
found = year_overview(context.store, context.viewer, year)
html.sentence(year_words(found.now) if found.now else translate("year.none", year=year))
html.where(translate("year.how"))
offer_confirmation(context, found)
offer_dates(context, found)
offer_body_deadlines(context, found)
date_history(context, found)
