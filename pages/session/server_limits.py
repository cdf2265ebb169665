"""What the operator of this process has set, for pages that say so: how much it takes, and where messages leave by."""

from __future__ import annotations

import os
from functools import cache

from kpi.services.notifications.channels import Channels, channels_of
from kpi.services.operation.settings import Limits, ServerSettings, settings_from


@cache
def _settings() -> ServerSettings:
    """They were checked before the server was started."""
    return settings_from(os.environ)


def server_limits() -> Limits:
    return _settings().limits


def server_channels() -> Channels:
    return channels_of(_settings())
