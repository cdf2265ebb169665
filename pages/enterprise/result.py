"""Result: whether the own factory is leading, where it stands KPI by KPI, and what comes next."""

import streamlit as st

from kpi import i18n
from pages.enterprise.parts.documents import claims_to_show
from pages.enterprise.parts.journey import open_result
from pages.enterprise.parts.result import offer_next_step, own_years_shown, show_answer, what_may_change
from pages.enterprise.parts.withheld_words import withheld_words
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.conditions import condition_table
from pages.widgets.downloads import offer_report
from pages.widgets.kpi_detail import (
    how_to_read_the_strip,
    published_detail,
    result_basis,
    result_notices,
    show_peers,
    show_strip,
    strip_table,
)
from pages.widgets.layout import answer_row, in_columns, named_tabs
from pages.widgets.tables import format_datetime

context = require_page("see_own_result", "result")
journey, result = open_result(context)
answer, application, locked_at = result.answer, result.answer.application, result.locked_at
claims = claims_to_show(context, application.credit_code, application.year, locked=locked_at is not None)
with html.together():
    result_notices(context, answer)
    if locked_at is not None:
        withheld_words(context, answer)
said, ahead = answer_row()
with said:
    show_answer(context, result, claims)
with ahead:
    offer_next_step(journey, result, claims)

picture, detail = in_columns("places")
with picture, st.container(border=True, key="places"):
    names = ("place", "table", "clause", "years", "basis")
    titles = {name: translate(f"result.tab_{name}") for name in names}
    place, numbers, clause, years, basis = named_tabs("result-tabs", titles)
    with place:
        code = show_strip(context, answer)
        show_peers(context, answer)
    with numbers:
        strip_table(context, answer)
    with clause:
        html.clause(i18n.headline(answer, context.lang).clause)
        condition_table(context, answer)
        html.where(translate("result.readings"))
    if years.open:
        with years:
            own_years_shown(context, application.credit_code)
    with basis:
        with html.together():
            result_basis(context, answer)
            if locked_at is None:
                html.where(translate("result.draft", year=application.year))
            else:
                html.where(translate("result.locked", year=application.year, at=format_datetime(locked_at)))
            how_to_read_the_strip(context, answer)
        offer_report(context, answer, pending=what_may_change(context, claims))
with detail, st.container(border=True, key="detail", height="stretch"):
    published_detail(context, answer, code)
