"""Scoring: rounds, their score sheets, who scores whom, and how far each reviewer has come."""

from kpi.services.administrator.rounds import round_standings
from kpi.services.administrator.stages import applications_in_progress
from pages.administrator.parts.scoring import assignments, open_form, round_with_state, show_round
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets import html
from pages.widgets.acts import end_page, end_with_next
from pages.widgets.picker import pick_item

context = require_page("run_panel", "scoring")
in_hand = applications_in_progress(context.store, context.viewer)
if not in_hand:
    end_with_next(translate("scoring.none"), "programme-year")
found = round_standings(context.store, context.viewer)
standings = {item.round.id: item for item in sorted(found, key=lambda item: not item.open)}
current = [standing for standing in standings.values() if standing.running]
html.sentence(translate("scoring.sentence", open=len(current), waiting=sum(item.waiting for item in current)))
open_form(context, in_hand, [item.round for item in found])
if not standings:
    html.where(translate("scoring.no_round"))
    end_page()
chosen = pick_item(
    translate("scoring.round"), standings, "round", lambda key: round_with_state(context, standings[key])
)
show_notice_of(chosen.round.year)
show_round(context, chosen)
assignments(context, chosen)
