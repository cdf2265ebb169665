"""Policy: every value in force with its unit, its place in the notice, and why it is what it is."""

from kpi.policy.in_force import statements
from pages.administrator.parts.policy_value import policy_value
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html

context = require_page("see_baselines", "policy")
html.clause(translate("policy.what"))
html.table(
    [translate(f"policy.column_{name}") for name in ("name", "value", "unit", "reference", "reason", "since")],
    [
        [
            one.name.in_(context.lang),
            policy_value(one.value),
            one.unit.in_(context.lang),
            one.reference.in_(context.lang),
            translate("policy.and").join(text.in_(context.lang) for text in (one.reason, one.silent) if text),
            one.in_force_from.isoformat(),
        ]
        for one in statements()
    ],
    form="stacked",
)
