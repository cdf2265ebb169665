"""Policy: changes, drafted by one and approved by another; what was in force when; every value with its grounds."""

import streamlit as st

from kpi.services.administrator.policy import policy_overview
from kpi.services.administrator.policy_effect import policy_history
from pages.administrator.parts.policy import open_changes, policy_time_line, values_of_a_day
from pages.administrator.parts.policy_editor import policy_editor
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html

context = require_page("see_baselines", "policy")
overview = policy_overview(context.store, context.viewer)
steps = policy_history(context.store, context.viewer)
waiting = sum(change.state == "draft" for change in overview.changes)
html.sentence(translate("policy.sentence", count=len(overview.current), waiting=waiting))
html.where(translate("policy_change.how"))
open_changes(context, steps)
policy_editor(context, overview)
policy_time_line(context, steps)

st.subheader(translate("policy.current"), anchor=False)
values_of_a_day(context, overview)
