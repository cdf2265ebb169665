"""Awards: the list of factories awarded so far, against which every application is checked."""

import streamlit as st

from kpi.errors import FileRefused
from kpi.services.administrator.awards import awarded_so_far, import_awarded
from pages.session.language import words
from pages.session.page_context import enter
from pages.widgets import html
from pages.widgets.problem_list import faults

here = enter("run_programme", "awards")
st.text(words("awards.what"))
file = st.file_uploader(words("awards.file"), type=["csv"], key="awards", help=words("awards.help"), max_upload_size=10)
if file is not None and st.button(words("awards.import"), type="primary"):
    try:
        count = import_awarded(here.store, here.viewer, file.name, file.getvalue())
        st.success(words("awards.imported", count=count))
    except FileRefused as refused:
        html.sentence(words("awards.refused"))
        faults(refused.problems)

found = awarded_so_far(here.store, here.viewer)
if not found:
    html.sentence(words("awards.none"))
    st.stop()
html.sentence(words("awards.sentence", count=len(found), enterprises=len({one.credit_code for one in found})))
html.table(
    [words(f"awards.{name}") for name in ("code", "factory", "tier", "year", "source")],
    [[one.credit_code, one.factory, one.tier, str(one.year), one.source] for one in found],
    form="stacked",
)
