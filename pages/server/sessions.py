"""What Streamlit remembers of pages that are no longer open: of strangers nothing, of readers two minutes.

Streamlit keeps up to 128 sessions after their pages have closed, with the descriptors and uploads of each, and lets go
of one only when another comes. Here each ends on time, whole.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from streamlit import config
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner_utils.script_run_context import UserInfoType
from streamlit.runtime.session_manager import SessionClient, SessionInfo, SessionStorage
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from pages.server.sockets import ACCOUNT_KEY

KEPT = 64
SWEPT_EVERY_SECONDS = 5.0


class SessionShelf(SessionStorage):
    """Sessions that may be taken up again. All of it happens in the event loop's thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._shelved: dict[str, tuple[float, SessionInfo]] = {}  # the oldest first

    def get(self, session_id: str) -> SessionInfo | None:
        self.sweep()
        kept = self._shelved.get(session_id)
        return kept[1] if kept else None

    def save(self, session_info: SessionInfo) -> None:
        self._shelved.pop(session_info.session.id, None)
        self._shelved[session_info.session.id] = (self._clock(), session_info)
        self.sweep()

    def delete(self, session_id: str) -> None:
        del self._shelved[session_id]

    def list(self) -> list[SessionInfo]:
        return [info for _, info in self._shelved.values()]

    def sweep(self) -> None:
        """End those whose time is over, and the oldest of too many."""
        latest = self._clock() - config.get_option("server.disconnectedSessionTTL")
        over = [number for number, (since, _) in self._shelved.items() if since <= latest]
        over += [number for number in self._shelved if number not in over][
            : max(0, len(self._shelved) - len(over) - KEPT)
        ]
        for number in over:
            # Left to the collector of garbage it would end with some later collection, or never.
            self._shelved.pop(number)[1].session.shutdown()


class Sessions(WebsocketSessionManager):
    """Streamlit's sessions, each its account's alone; a stranger's ends with its page."""

    def connect_session(
        self,
        client: SessionClient,
        script_data: ScriptData,
        user_info: UserInfoType,
        existing_session_id: str | None = None,
        session_id_override: str | None = None,
    ) -> str:
        # Streamlit lets nobody take up a session of somebody else, but knows of no sign-in of ours: without it whoever
        # has signed in at the same browser since would be shown what the one before had on the page.
        known = {**user_info, ACCOUNT_KEY: session_account(client)}
        return super().connect_session(client, script_data, known, existing_session_id, session_id_override)

    def disconnect_session(self, session_id: str) -> None:
        active = self.get_active_session_info(session_id)
        if active is not None and not session_account(active.client):
            self.close_session(session_id)
        else:
            super().disconnect_session(session_id)


def session_account(client: SessionClient) -> str:
    """The account whose page this is, "" for a stranger's."""
    websocket = getattr(client, "_websocket", None)
    return str(websocket.scope.get(ACCOUNT_KEY, "")) if websocket else ""


async def sweep_for_ever(shelf: SessionShelf) -> None:
    """Until cancelled."""
    while True:
        await asyncio.sleep(SWEPT_EVERY_SECONDS)
        shelf.sweep()
