"""Claims: what the reviewer's candidates claim and a reviewer rules on, in one list, each a link to where it is."""

from kpi.services.reviewer.claims import listed_claims
from pages.reviewer.parts.claim_list import claim_rows, filtered_claims, offer_claims
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_with_next
from pages.widgets.conflicts import ask_conflicts

context = require_page("see_candidates", "claims")
ask_conflicts(context)
listed = listed_claims(context.store, context.viewer)
if not listed:
    end_with_next(translate("home.no_claims"), "candidates")
html.sentence(translate("claims.title", open=sum(item.claim.ruling is None for item in listed), all=len(listed)))
shown, filters = filtered_claims(context, listed)
html.where(translate("claims.shown", shown=len(shown), of=len(listed)))
claim_rows(context, shown, filters)
offer_claims(context, shown, listed, filters)
html.where(translate("claims.list_how"))
