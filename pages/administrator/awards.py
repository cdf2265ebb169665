"""Awards: the list of factories awarded so far, against which every application is checked."""

import streamlit as st

from kpi.errors import InvalidFile
from kpi.services.administrator.awards import import_awards, list_awards
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html
from pages.widgets.problem_list import problem_list

context = require_page("run_programme", "awards")
st.text(translate("awards.what"))
file = st.file_uploader(
    translate("awards.file"), type=["csv"], key="awards", help=translate("awards.help"), max_upload_size=10
)
if file is not None and st.button(translate("awards.import"), type="primary"):
    try:
        count = import_awards(context.store, context.viewer, file.name, file.getvalue())
        st.success(translate("awards.imported", count=count))
    except InvalidFile as refused:
        html.sentence(translate("awards.refused"))
        problem_list(refused.problems)

found = list_awards(context.store, context.viewer)
if not found:
    html.sentence(translate("awards.none"))
    st.stop()
html.sentence(translate("awards.sentence", count=len(found), enterprises=len({one.credit_code for one in found})))
html.table(
    [translate(f"awards.{name}") for name in ("code", "factory", "tier", "year", "source")],
    [[one.credit_code, one.factory, one.tier, str(one.year), one.source] for one in found],
    form="stacked",
)
