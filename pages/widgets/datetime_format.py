"""Times as people here read them."""

from __future__ import annotations

from datetime import datetime

from kpi.model.times import shanghai_minute


def format_datetime(at: datetime) -> str:
    """To the minute, in Shanghai's time."""
    return shanghai_minute(at)
