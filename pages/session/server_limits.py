"""How much this process takes, as its operator has set it: for pages that say so."""

from __future__ import annotations

import os
from functools import cache

from kpi.services.operation.state import Limits, settings_from


@cache
def server_limits() -> Limits:
    """The limits. They were checked before the server was started."""
    return settings_from(os.environ).limits
