"""What an operator sets by the environment: how much the server gives, to one visitor and to all; when a backup is old;
how long the server goes on after it was asked to end.

Everything that is set is checked at once, before anything is begun, and a name that is near to a setting and none is
reported too: a limit that does nothing would be missed on the day it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from difflib import get_close_matches

from kpi.errors import UserError

LIMIT = "KPI_LIMIT_"
"""Then the name of a field of ``Limits`` in capitals, as ``KPI_LIMIT_STRANGERS=400``."""
BACKUP_HOURS = "KPI_BACKUP_HOURS"
DRAIN_SECONDS = "KPI_DRAIN_SECONDS"
METRICS_TOKEN = "KPI_METRICS_TOKEN"  # noqa: S105 - its name
"""What a caller of ``/metrics`` shows; without it there is no such address."""
TOKEN_FORM = re.compile(r"[A-Za-z0-9._~+/-]{20,200}")
OURS = (LIMIT, "KPI_BACKUP_", "KPI_METRICS_", "KPI_DRAIN_")
MOST = 100_000
"""Of anything: seconds, connections, megabytes, hours. More is a slip, and none of it a date or a system can hold."""
LONGEST_SHOWN = 30
DESCRIPTORS_PER_SOCKET = 4
"""Of an open page: its connection, and the three of the event loop that Streamlit gives each session."""
DESCRIPTORS_BESIDE = 200
"""Of the process itself: libraries, the database, the log, files on their way."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers suit one process for some hundred people; what is beyond them is refused, waits or is dropped.

    A *stranger* is a page whose reader is not signed in; a *socket* is the websocket of an open page.
    """

    strangers_per_address: int = 60
    strangers: int = 200
    sockets_per_account: int = 20
    sockets: int = 500
    connections: int = 1200
    """Of any kind, pages among them."""
    first_message_seconds: int = 15
    stranger_idle_seconds: int = 900
    signed_in_idle_seconds: int = 3600
    request_seconds: int = 10
    """Until the head of a request has come whole."""
    form_seconds: int = 10
    uploads_per_account: int = 4
    upload_megabytes_per_account: int = 250
    """Of files that no page has taken yet: two of the largest, and a little."""
    upload_megabytes: int = 1000
    upload_stretch_seconds: int = 20
    upload_stretch_kilobytes: int = 100
    """In each stretch of so many seconds so much of an upload must come."""
    runs: int = 4
    """Pages worked out at the same moment."""

    def descriptors(self) -> int:
        """How many file descriptors all of it may take."""
        return self.connections + (DESCRIPTORS_PER_SOCKET - 1) * self.sockets + DESCRIPTORS_BESIDE


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Not set, ``longest_without_backup`` is None (nobody is reminded), ``metrics_token`` "" (nobody may ask).

    ``drain_seconds`` pass between SIGTERM, from which on ``/readyz`` says no, and the end.
    """

    limits: Limits
    longest_without_backup: timedelta | None
    metrics_token: str = ""
    drain_seconds: int = 0


def settings_from(environment: Mapping[str, str]) -> ServerSettings:
    """The settings with an operator's changes. What is empty is not set; 0 switches off.

    Raises:
        UserError: values that are no whole number in their range, and names that no setting has: all of them.
    """
    least = {f"{LIMIT}{field.name.upper()}": 1 for field in fields(Limits)} | {BACKUP_HOURS: 0, DRAIN_SECONDS: 0}
    ours = {name: text.strip() for name, text in sorted(environment.items()) if name.startswith(OURS) and text.strip()}
    token = ours.pop(METRICS_TOKEN, "")
    # Of a secret nothing is shown.
    wrong = [f"{METRICS_TOKEN} ({TOKEN_FORM.pattern})"] if token and not TOKEN_FORM.fullmatch(token) else []
    wrong += [
        f"{name}={text[:LONGEST_SHOWN]!a} ({_allowed(name, least)})"
        for name, text in ours.items()
        if name not in least or not _within(text, least[name])
    ]
    if wrong:
        raise UserError("settings_invalid", settings=", ".join(wrong))
    numbers = {name: int(text) for name, text in ours.items()}
    hours, drain_seconds = numbers.pop(BACKUP_HOURS, 0), numbers.pop(DRAIN_SECONDS, 0)
    limits = Limits(**{name.removeprefix(LIMIT).lower(): number for name, number in numbers.items()})
    return ServerSettings(limits, timedelta(hours=hours) if hours else None, token, drain_seconds)


def _within(text: str, least: int) -> bool:
    # By its length first: a number of a million digits takes minutes to read.
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_SHOWN and least <= int(text) <= MOST


def _allowed(name: str, least: Mapping[str, int]) -> str:
    if name in least:
        return f"{least[name]}–{MOST}"
    return "".join(f"{near}?" for near in get_close_matches(name, [*least, METRICS_TOKEN], 1)) or "?"
