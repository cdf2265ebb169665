"""The notice: its own text in its order, and of each clause what decides it; to an enterprise also where it stands."""

import streamlit as st

from kpi import i18n
from kpi.services.notice_text import clause_uses, notice_years
from pages.everyone.parts.clauses import by_part, found_in, own_states, show_clause
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.layout import answer_row
from pages.widgets.picker import YEAR, pick_option

context = require_page("see_published", "notice")
head, lang = context.notice.notice, context.lang
years = [str(year) for year in notice_years(context.store, context.viewer)]
said, picked = answer_row()
with picked:
    if len(years) > 1:
        show_notice_of(int(pick_option(translate("notice.year"), years, YEAR, str, str(head.year))))
    hint = translate("notice.filter_hint")
    sought = st.text_input(translate("notice.filter"), placeholder=hint, key="sought").strip()
uses = clause_uses(context.store, context.viewer)
own = own_states(context)
with said:
    status = i18n.text(f"notice_status.{head.status}", lang)
    over = translate("notice.over", region=head.region.in_(lang), year=head.year, status=status)
    counts = translate("notice.counts", all=len(uses), decided=sum(map(bool, uses.values())))
    html.answer(over, head.number.in_(lang), "", head.title.in_(lang), counts, "plain")

asked = st.query_params.get("clause", "").split(",")
if named := [clause for clause in context.notice.clauses if clause.code in asked]:
    with st.container(border=True, key="asked"):
        st.subheader(translate("notice.asked"), anchor=False)
        for clause in named:
            show_clause(context, clause, uses, own)
if sought:
    found = found_in(context, sought)
    html.sentence(translate("notice.found" if found else "notice.nothing", words=sought, count=len(found)))
    for clause, lines in found:
        show_clause(context, clause, uses, own, lines)
else:
    st.subheader(translate("notice.parts"), anchor=False)
    by_part(context, uses, own)
