"""An enterprise is heard on what is objected to its application: what it reads, its replies, and a second look."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime, timedelta

from kpi import tables
from kpi.access.roles import scope_of
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.programme import HearingReply, HearingReplyKind, ObjectionAnswer, OwnHearing
from kpi.model.times import shanghai_date
from kpi.model.viewer import Viewer
from kpi.services.authorization import reads, requires
from kpi.services.sent_files import SentFile, keep_original, name_original, refuse_large
from kpi.services.unit_of_work import unit_of_work
from kpi.store.database import Cursor
from kpi.store.store import Store

LONGEST_REPLY = 1000
SECOND_LOOK_TERM = timedelta(days=10)
"""After the day on which it was recorded that an objection is upheld, whatever day the answer itself bears."""


@reads("see_own_result")
def own_hearings(cursor: Cursor, viewer: Viewer) -> list[OwnHearing]:
    """What the viewer's enterprises were informed of, the latest first: neither from whom, nor by whom."""
    return tables.objections.hearings_of(cursor, scope_of(viewer))


def reply_possible(given: OwnHearing, today: date) -> HearingReplyKind | None:
    """What the enterprise may send: a reply within its term, one second look at what was upheld, or nothing."""
    if given.state == "open":
        return "reply" if today <= given.reply_by else None
    asked = any(reply.kind == "second_look" for reply in given.replies)
    in_time = today <= second_look_until(given)
    return "second_look" if given.state == "upheld" and in_time and not asked else None


def second_look_until(given: OwnHearing) -> date:
    """The last day for a second look; of what is not answered the earliest of all days."""
    return shanghai_date(given.answered_at) + SECOND_LOOK_TERM if given.answered_at else date.min


def reply_awaited(given: OwnHearing, today: date) -> bool:
    """Whether the enterprise was asked and has said nothing yet."""
    said_since = any(reply.replied_at >= given.informed_at for reply in given.replies)
    return reply_possible(given, today) == "reply" and not said_since


@requires("fill_own")
def reply_to_objection(
    store: Store,
    viewer: Viewer,
    number: str,
    kind: HearingReplyKind,
    words: str,
    file: SentFile | None = None,
    at: datetime | None = None,
) -> None:
    """Keep what the enterprise says, with a file where one is sent. Nothing said before is replaced.

    With a second look the objection is open again, and is answered again; the application stays where it is till then.

    Raises:
        NotFound: no enterprise of the viewer's was informed of such an objection.
        UserError: no words are given, the file is too large, or the time for it is over.
    """
    said = plain_line(words, LONGEST_REPLY)
    if not said:
        raise UserError("reply_needs_words")
    refuse_large(file)
    with store.cursor() as cursor:
        _own_hearing(cursor, viewer, number)
    sha256 = keep_original(store, file)
    with unit_of_work(store, viewer.actor, at) as change:
        hearing, today = _own_hearing(change.cursor, viewer, number), shanghai_date(change.at)
        if reply_possible(hearing, today) != kind:
            raise UserError("reply_too_late" if kind == "reply" else "second_look_over")
        upload = name_original(change, store, file, sha256)
        given = HearingReply(uuid.uuid4().hex, kind, said, upload, viewer.account, change.at)
        tables.objections.add_hearing_reply(change.cursor, number, given)
        if kind == "second_look":
            again = ObjectionAnswer("reopened", said, today, viewer.account, change.at)
            tables.objections.add_objection_answer(change.cursor, number, again)
        noted = {"objection": number, "kind": kind, "sha256": hashlib.sha256(said.encode()).hexdigest()}
        change.audit("enterprise_replied", f"{hearing.credit_code} {hearing.year}", after={**noted, "file": sha256})


def _own_hearing(cursor: Cursor, viewer: Viewer, number: str) -> OwnHearing:
    found = [
        hearing for hearing in tables.objections.hearings_of(cursor, scope_of(viewer)) if hearing.objection == number
    ]
    if not found:
        raise NotFound("objection")
    return found[0]
