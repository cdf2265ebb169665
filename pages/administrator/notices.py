"""Notices: those of the store by year, what waits for a second person, taking one in, and what became of each."""

from kpi.services.administrator.notices import notices_known
from pages.administrator.parts.notices import (
    known_notices_table,
    notice_history,
    show_waiting_notices,
    take_in_notice,
)
from pages.session.context import require_page

context = require_page("run_programme", "notices")
known = notices_known(context.store, context.viewer)
known_notices_table(context, known)
show_waiting_notices(context, known)
take_in_notice(context)
notice_history(context, known)
