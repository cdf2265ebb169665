"""Campaign: who was asked to report for a year's baseline, what is in, for what it is enough, and the panel of it."""

from functools import partial

from kpi.services.administrator.campaign import campaign_board
from kpi.services.administrator.register import register_of_year
from pages.administrator.parts.campaign import (
    answer_campaign,
    hand_over_letters,
    invite_more,
    open_first,
    show_invited,
    show_shares,
)
from pages.administrator.parts.panel_sources import show_sources
from pages.administrator.parts.register import pick_campaign_year
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets.acts import end_page, end_with_next
from pages.widgets.layout import show_tabs

context = require_page("run_programme", "campaign")
year = pick_campaign_year(context)
hand_over_letters()
board = campaign_board(context.store, context.viewer, year)
if board is None:
    register = register_of_year(context.store, context.viewer, year)
    if register is None:
        end_with_next(translate("campaign.no_register", year=year), "register")
    open_first(context, year, register)
    end_page()
answer_campaign(context, board)
parts = {"progress": show_shares, "invited": show_invited, "more": invite_more, "panel": show_sources}
show_tabs({translate(f"campaign.tab_{name}"): partial(draw, context, board) for name, draw in parts.items()})
