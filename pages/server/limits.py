"""How much the server gives to one visitor, and to all: what is beyond is refused, waits or is dropped.

The numbers suit one process for some hundred people. An operator changes one by an environment variable:
``KPI_LIMIT_`` and the field's name in capitals, as ``KPI_LIMIT_STRANGERS=400``.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache

DESCRIPTORS_PER_SOCKET = 4
"""Of an open page: its connection, and the three of the event loop that Streamlit gives each session."""
DESCRIPTORS_BESIDE = 200
"""Of the process itself: libraries, the database, the log, files on their way."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A *stranger* is a page whose reader is not signed in; a *socket* is the websocket of an open page."""

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


def limits_from(environment: Mapping[str, str]) -> Limits:
    """The limits with an operator's changes.

    Raises:
        ValueError: a variable that is no whole number above 0; it is named.
    """
    settings = {field.name: environment.get(f"KPI_LIMIT_{field.name.upper()}") for field in fields(Limits)}
    for name, value in settings.items():
        if value is not None and not (value.isascii() and value.isdecimal() and int(value)):
            raise ValueError(f"KPI_LIMIT_{name.upper()} is no whole number above 0")
    return Limits(**{name: int(value) for name, value in settings.items() if value is not None})


@cache
def limits() -> Limits:
    """The limits of this process."""
    return limits_from(os.environ)


def raise_descriptor_limit() -> int:
    """Ask the system for as many file descriptors as the limits may take; returns how many it gives.

    Most systems give a process 1,024 unless it asks, which 250 open pages exhaust.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits().descriptors()
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft
