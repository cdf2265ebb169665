"""The settings of this process, and the file descriptors that its limits need."""

from __future__ import annotations

import os
import resource
from functools import cache

from kpi.errors import UserError
from kpi.services.operation.settings import Limits, ServerSettings, settings_from
from pages.server.last_words import end_in_words

WRONG_SETTINGS = 2
"""The exit code: an incorrect call, as on the command line."""


@cache
def settings() -> ServerSettings:
    """What the environment says. Where that makes no sense the process ends, in words."""
    try:
        return settings_from(os.environ)
    except UserError as error:
        end_in_words(error, WRONG_SETTINGS)


def limits() -> Limits:
    """The limits of this process."""
    return settings().limits


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
