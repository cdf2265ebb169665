"""What a server does for its store beside answering.

The log and ``/readyz`` report a last backup that is too old, where ``KPI_BACKUP_HOURS`` says what too old is. Contacts
whose years are over are deleted when the server starts, and once a day. Messages are sent as they come.
"""

from __future__ import annotations

import asyncio
import math

from starlette.concurrency import run_in_threadpool

from kpi import logs
from kpi.errors import UserError
from kpi.reports.messages import mail_foot, message_words
from kpi.services.account_requests import sweep_proofs
from kpi.services.notifications.channels import channels_of
from kpi.services.notifications.days import raise_days
from kpi.services.notifications.sending import Writer, send_due
from kpi.services.operation.contacts import delete_contacts
from kpi.services.operation.state import backup_is_old, watch_backups
from kpi.store.store import Store
from pages.server.limits import settings

LOOK_SECONDS = 3600
SEND_SECONDS, DAYS_SECONDS = 5, 60
WRITER = Writer(message_words, mail_foot)
DAY_SECONDS = 86_400


def look_when_asked() -> None:
    """From now on ``/readyz`` looks at the last backup too. Once in a process."""
    if longest := settings().longest_without_backup:
        watch_backups(longest)


async def watch_for_ever(store: Store) -> None:
    """Look once an hour; an old backup is one line in the log each time."""
    longest = settings().longest_without_backup
    if longest is None:
        return
    while True:
        try:
            if await run_in_threadpool(backup_is_old, store, longest):
                logs.event("backup_old")
        except UserError as error:
            logs.event("store_unavailable", kind=error.code)
        await asyncio.sleep(LOOK_SECONDS)


async def send_for_ever(store: Store) -> None:
    """Send what is due; what a day brings is asked once a minute. A store that refuses is asked again."""
    channels, longest = channels_of(settings()), settings().longest_without_backup
    asked_at = -math.inf
    while True:
        try:
            if (moment := asyncio.get_running_loop().time()) - asked_at >= DAYS_SECONDS:
                asked_at = moment
                await run_in_threadpool(raise_days, store, longest)
            await run_in_threadpool(send_due, store, channels, WRITER)
        except UserError as error:
            logs.event("store_unavailable", kind=error.code)
        await asyncio.sleep(SEND_SECONDS)


async def delete_for_ever(store: Store) -> None:
    """What was deleted is a line in the log and stands in the trail; a store that refuses is asked again in an hour."""
    while True:
        pause = DAY_SECONDS
        try:
            await run_in_threadpool(sweep_proofs, store)
            deleted = await run_in_threadpool(delete_contacts, store)
            if not deleted.none:
                logs.event("contacts_deleted")
        except UserError as error:
            logs.event("store_unavailable", kind=error.code)
            pause = LOOK_SECONDS
        await asyncio.sleep(pause)
