"""Policy: changes, drafted by one and approved by another; every value in force with its reference and reason."""

import streamlit as st

from kpi.services.administrator.policy_changes import policy_overview
from pages.administrator.parts.policy_change_list import change_list
from pages.administrator.parts.policy_editor import policy_editor
from pages.administrator.parts.policy_value import values_by_subject
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html

context = require_page("see_baselines", "policy")
overview = policy_overview(context.store, context.viewer)
waiting = sum(change.state == "draft" for change in overview.changes)
html.sentence(translate("policy.sentence", count=len(overview.current), waiting=waiting))
html.where(translate("policy_change.how"))
change_list(context, overview)
policy_editor(context, overview)

st.subheader(translate("policy.current"), anchor=False)
html.clause(translate("policy.what"))
values_by_subject(context, overview.current)
