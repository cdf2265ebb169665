"""Timetable: the visits and defences of the year's candidates, with their experts, set for several at once."""

from kpi.services.timetable import timetable_board
from pages.administrator.parts.timetable import appointment_rows, show_board
from pages.session.context import require_page
from pages.session.language import translate
from pages.session.notice import show_notice_of
from pages.widgets.acts import end_with_next

context = require_page("run_panel", "timetable")
board = timetable_board(context.store, context.viewer)
if board is None or not (board.candidates or board.standing):
    end_with_next(translate("timetable.none"), "progress")
show_notice_of(board.year)
show_board(context, board)
appointment_rows(context, board)
