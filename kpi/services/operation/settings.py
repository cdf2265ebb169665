"""What an operator sets by the environment, read and checked whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from difflib import get_close_matches

from kpi.errors import UserError

# What an operator sets by the environment: how much the server gives, to one visitor and to all; when a backup is old;
# how long the server goes on after it was asked to end.
#
# Everything that is set is checked at once, before anything is begun, and a name that is near to a setting and none is
# reported too: a limit that does nothing would be missed on the day it is needed.


LIMIT = "KPI_LIMIT_"
"""Then the name of a field of ``Limits`` in capitals, as ``KPI_LIMIT_SOCKETS=400``."""
BACKUP_HOURS = "KPI_BACKUP_HOURS"
METRICS_TOKEN = "KPI_METRICS_TOKEN"  # noqa: S105 - its name
"""What a caller of ``/metrics`` shows; without it there is no such address."""
PUBLIC_ADDRESS = "KPI_PUBLIC_ADDRESS"
"""Under which people reach the pages: what a message links to."""
MAIL_HOST, MAIL_PORT, MAIL_FROM = "KPI_MAIL_HOST", "KPI_MAIL_PORT", "KPI_MAIL_FROM"
MAIL_USER, MAIL_PASSWORD = "KPI_MAIL_USER", "KPI_MAIL_PASSWORD"
MESSENGER = "KPI_MESSENGER_"
"""Then the role whose messenger it is: an address of an office's group chat or a webhook."""
_ONE_WORD = re.compile(r"[!-~]{1,500}")
TEXTS: Mapping[str, re.Pattern[str]] = {
    METRICS_TOKEN: re.compile(r"[A-Za-z0-9._~+/-]{20,200}"),
    PUBLIC_ADDRESS: re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,200}"),
    MAIL_HOST: re.compile(r"[A-Za-z0-9.:-]{1,253}"),
    MAIL_FROM: re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.-]+"),
    MAIL_USER: _ONE_WORD,
    MAIL_PASSWORD: _ONE_WORD,
    **{f"{MESSENGER}{role}": re.compile(r"[a-z]+://[!-~]{1,480}") for role in ("ADMINISTRATOR", "REVIEWER", "LEADER")},
}
"""Settings that are words, each with its form. Some are secrets: of none more than the form is shown."""
NEEDED_WITH: Mapping[str, tuple[str, ...]] = {
    MAIL_HOST: (MAIL_FROM, PUBLIC_ADDRESS),
    MAIL_USER: (MAIL_HOST, MAIL_PASSWORD),
    **{name: (PUBLIC_ADDRESS,) for name in TEXTS if name.startswith(MESSENGER)},
}
OURS = (LIMIT, "KPI_BACKUP_", "KPI_METRICS_", "KPI_MAIL_", MESSENGER, "KPI_PUBLIC_")
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

    A *socket* is the websocket of an open page; a *stranger's* is open only where another provider signs in.
    """

    strangers_per_address: int = 60
    sockets_per_account: int = 20
    sockets: int = 500
    connections: int = 1200
    """Of any kind, pages among them."""
    idle_seconds: int = 3600
    request_seconds: int = 10
    """Until the head of a request has come whole."""
    form_seconds: int = 10
    uploads_per_account: int = 4
    upload_megabytes_per_account: int = 250
    """Of files that no page has taken yet: two of the largest, and a little."""
    upload_megabytes: int = 1000
    runs: int = 4
    """Pages worked out at the same moment."""

    def descriptors(self) -> int:
        """How many file descriptors all of it may take."""
        return self.connections + (DESCRIPTORS_PER_SOCKET - 1) * self.sockets + DESCRIPTORS_BESIDE


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Not set, ``longest_without_backup`` is None (nobody is reminded), ``mail_port`` the usual one.

    ``texts``: those of ``TEXTS`` that are set.
    """

    limits: Limits
    longest_without_backup: timedelta | None
    mail_port: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def metrics_token(self) -> str:
        """ "" where nobody may ask."""
        return self.texts.get(METRICS_TOKEN, "")


def settings_from(environment: Mapping[str, str]) -> ServerSettings:
    """The settings with an operator's changes. What is empty is not set; 0 switches off.

    Raises:
        UserError: values that are no whole number in their range or not of their form, names that no setting has, and
            settings that are missing beside another: all of them.
    """
    least = {f"{LIMIT}{field.name.upper()}": 1 for field in fields(Limits)} | {BACKUP_HOURS: 0, MAIL_PORT: 1}
    ours = {name: text.strip() for name, text in sorted(environment.items()) if name.startswith(OURS) and text.strip()}
    texts = {name: ours.pop(name) for name in TEXTS if name in ours}
    wrong = [f"{name} ({TEXTS[name].pattern})" for name, text in texts.items() if not TEXTS[name].fullmatch(text)]
    wrong += [
        f"{name}={text[:LONGEST_SHOWN]!a} ({_allowed(name, least)})"
        for name, text in ours.items()
        if name not in least or not _within(text, least[name])
    ]
    needed = (other for name in texts for other in NEEDED_WITH.get(name, ()) if other not in texts)
    wrong += [f"{name} ({TEXTS[name].pattern})" for name in dict.fromkeys(needed)]
    if wrong:
        raise UserError("settings_invalid", settings=", ".join(wrong))
    numbers = {name: int(text) for name, text in ours.items()}
    hours, port = numbers.pop(BACKUP_HOURS, 0), numbers.pop(MAIL_PORT, None)
    limits = Limits(**{name.removeprefix(LIMIT).lower(): number for name, number in numbers.items()})
    return ServerSettings(limits, timedelta(hours=hours) if hours else None, port, texts)


def _within(text: str, least: int) -> bool:
    # By its length first: a number of a million digits takes minutes to read.
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_SHOWN and least <= int(text) <= MOST


def _allowed(name: str, least: Mapping[str, int]) -> str:
    if name in least:
        return f"{least[name]}–{MOST}"
    return "".join(f"{near}?" for near in get_close_matches(name, [*least, *TEXTS], 1)) or "?"
