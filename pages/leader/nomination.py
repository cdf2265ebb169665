"""The list: what it lacks before it leaves; in tabs its order and the acts, the reasons still missing, a proposal."""

import streamlit as st

from kpi import i18n
from kpi.services.leader.own_list import own_list
from pages.leader.parts import proposal
from pages.leader.parts.conditions import explain_conditions
from pages.leader.parts.list import (
    TABS,
    acts,
    files,
    list_answer,
    list_table,
    list_tabs,
    next_act,
    offer_list,
    package,
    quota_words,
    reasons_table,
    show_last_act,
)
from pages.leader.parts.order import order_form, save_written, say_unsaved
from pages.leader.parts.proposal import chosen_year, differences
from pages.leader.parts.together import fill_together
from pages.session.context import page_at, require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page, say_illustrative
from pages.widgets.layout import answer_row, in_columns, named_tabs
from pages.widgets.picker import YEAR

context = require_page("put_forward", "nomination")
found = own_list(context.store, context.viewer)
if (year := chosen_year(found)) != found.latest.year:
    found = own_list(context.store, context.viewer, year)
# Places that stay, whatever is said in them: a field that moves is drawn again, and loses what is being typed there.
with st.container(key="list-head"):
    say_illustrative(illustrative=found.illustrative)
    for change in found.outdated:
        html.notice(i18n.text(f"nomination.outdated.{change.code}", context.lang, **change.params))
    show_last_act()
said, ahead = answer_row()
with said:
    list_answer(context, found)
with ahead:
    html.titled(translate("result.next"))
    if not (found.latest.content.placements or found.forward or found.applications):
        html.where(translate("nomination.nobody_yet"))
        with st.container(key="step-next", width="content"):
            label = translate("home.next", page=translate("title.coverage"))
            st.page_link(page_at("coverage").file, label=label, query_params={YEAR: str(found.latest.year)})
        end_page()
    next_act(found)
listed, reasons, proposed, leave = named_tabs(TABS, list_tabs())
unsaved: list[str] = []
with listed:
    order, side = in_columns("list")
if found.latest.state == "sent":
    with order:
        list_table(context, found)
else:
    with order:
        written = order_form(context, found)
        offer_list(context, found)
    with reasons:
        together, single = in_columns("reasons", (1, 1))
    with together:
        unsaved = [*written.unsaved, *fill_together(context, written)]
    with single:
        explained = explain_conditions(context, found, written.drawn, written.placements)
        say_unsaved(context, written)
        if explained:
            save_written(context, written, explained)
    with proposed, st.container(key="list-proposal"):
        proposal.proposal(context, written)
with reasons:
    reasons_table(context, found)
with proposed:
    differences(context, found)
with side, st.container(key="list-acts"):
    acts(context, found, unsaved)
    quota_words(context, found.quota)
    files(context, found)
with leave:
    package(context, found)
