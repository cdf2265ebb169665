"""The list: the order of the own candidates, the checks before it leaves, and the acts on it."""

import streamlit as st

from kpi import i18n
from kpi.services.leader.own_list import own_list
from pages.leader.parts import proposal
from pages.leader.parts.list import (
    acts,
    checks,
    deadline_words,
    faults_ahead,
    files,
    list_table,
    package,
    quota_words,
    show_last_act,
)
from pages.leader.parts.order import order_form
from pages.leader.parts.proposal import chosen_year, differences
from pages.leader.parts.together import fill_together
from pages.session.context import page_at, require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page, say_illustrative
from pages.widgets.picker import YEAR

context = require_page("put_forward", "nomination")
found = own_list(context.store, context.viewer)
if (year := chosen_year(found)) != found.latest.year:
    found = own_list(context.store, context.viewer, year)
begun = bool(found.latest.content.placements or found.forward)
with html.together():
    say_illustrative(illustrative=found.illustrative)
    html.sentence(
        translate(
            f"nomination.sentence_{found.latest.state if begun else 'empty'}",
            body=i18n.catalogue_name(found.latest.body, context.lang),
            year=found.latest.year,
            count=len(found.latest.content.placements),
            forward=len(found.forward),
            allowed=found.quota.allowed,
        )
    )
    quota_words(context, found.quota)
    deadline_words(found.deadline)
    for change in found.outdated:
        html.notice(i18n.text(f"nomination.outdated.{change.code}", context.lang, **change.params))
if not (begun or found.applications):
    html.clause(translate("nomination.nobody_yet"))
    with st.container(key="step-next", width="content"):
        label = translate("home.next", page=translate("title.coverage"))
        st.page_link(page_at("coverage").file, label=label, query_params={YEAR: str(found.latest.year)})
    end_page()
# Places that stay, whatever is said in them: a field that moves is drawn again, and loses what is being typed there.
with st.container(key="list-head"):
    show_last_act()
    faults_ahead(found)
    list_table(context, found)
written = None
if found.latest.state != "sent":
    written = order_form(context, found)
    with st.container(key="list-proposal"):
        proposal.proposal(context, written)
checks(context, found)
differences(context, found)
unsaved = [*written.unsaved, *fill_together(context, written)] if written else []
with st.container(key="list-acts"):
    acts(context, found, unsaved)
files(context, found)
package(context, found)
