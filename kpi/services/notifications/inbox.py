"""What happened and concerns an account: on its home page, beside what waits for an act of its own."""

from __future__ import annotations

from datetime import datetime

from kpi import tables
from kpi.model.notification import InboxEntry, Notification
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.store.database import Cursor
from kpi.store.store import Store

SHOWN = 30


@reads("keep_own_account")
def own_inbox(cursor: Cursor, viewer: Viewer) -> list[InboxEntry]:
    """The unread first, the latest before others; at most 30."""
    return tables.notifications.inbox(cursor, viewer.account, SHOWN)


@reads("keep_own_account")
def own_event(cursor: Cursor, viewer: Viewer, notification: str) -> Notification | None:
    """The event that the link of a message names; None where it is not the reader's."""
    return tables.notifications.own_notification(cursor, viewer.account, notification)


# Without a word in the trail: what somebody has read of its own messages changes nothing
@requires("keep_own_account")
def mark_inbox_read(store: Store, viewer: Viewer, until: datetime) -> None:
    """All that happened by ``until``: what the reader had in sight. No act of the trail."""
    with store.write_lock(), store.transaction() as cursor:
        tables.notifications.mark_seen(cursor, viewer.account, until)
