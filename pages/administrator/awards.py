"""Awards: the list of factories awarded so far, against which every application is checked, and what it adds up to."""

from functools import partial

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.intake.lists import award_tiers
from kpi.reports.content import About, LabelledLine, count
from kpi.services.administrator.awards import award_totals, list_awards
from pages.administrator.parts.awards import (
    award_table,
    body_counts,
    offer_award_file,
    offer_single_award,
    show_award_history,
    totals_by_body,
)
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page, opened_box
from pages.widgets.picker import search_word
from pages.widgets.tables import show_long_table, show_table, typed_table

LONGEST_WORD = 60

context = require_page("run_programme", "awards")
found = list_awards(context.store, context.viewer)
enterprises = len({item.credit_code for item in found})
html.sentence(translate("awards.sentence" if found else "awards.none", count=len(found), enterprises=enterprises))
st.text(translate("awards.what"))
offer_award_file(context)
if not found:
    offer_single_award(context, found)
    show_award_history(context)
    end_page()

totals = award_totals(context.store, context.viewer)
st.subheader(translate("awards.by_year"), anchor=False)
awarded = {tier for _, tier in totals.by_year}
tiers = [tier for tier in award_tiers() if tier in awarded]
by_year = typed_table(
    [translate("awards.year"), *(i18n.catalogue_name(tier, context.lang) for tier in tiers)],
    [
        [str(year), *(count(totals.by_year.get((year, tier), 0)) for tier in tiers)]
        for year in sorted({year for year, _ in totals.by_year}, reverse=True)
    ],
    numbers=range(1, len(tiers) + 1),
)
show_table(context, About(translate("awards.by_year")), by_year, "by-year", form="narrow")
st.subheader(translate("awards.by_body"), anchor=False)
html.where(translate("awards.by_body_how"))
in_order = [body.name.zh for body in catalogue().bodies]
by_body = typed_table(
    [translate("awards.body"), translate("awards.count")],
    body_counts(context, totals, in_order),
    numbers=(1,),
)
show_table(context, About(translate("awards.by_body")), by_body, "by-body", form="narrow")

if box := opened_box(translate("awards.by_body_year"), "by-body-year"):
    with box:
        totals_by_body(context, totals.by_body_year, tiers, in_order)
offer_single_award(context, found)

st.subheader(translate("awards.list"), anchor=False)
word = search_word(translate("awards.search"), "awards-word", LONGEST_WORD).lower()
shown = [item for item in found if word in f"{item.credit_code} {item.factory}".lower()]
if word:
    html.where(translate("awards.shown" if shown else "awards.not_on_it", count=len(shown), word=word))
about = About(translate("awards.list"), filters=[LabelledLine(translate("awards.search"), word)] if word else ())
everything = None if len(shown) == len(found) else found
table = partial(award_table, context, in_order)
show_long_table(context, about, shown, table, "awards", form="brief", everything=everything)
show_award_history(context)
