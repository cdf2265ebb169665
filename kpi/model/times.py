"""Times: kept in UTC, read by people in Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

# Fixed offset: China has one time and no summer time, and a machine without a zone database knows it too.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    return datetime.now(UTC)


def to_stored(at: datetime) -> datetime:
    """As the store keeps it: UTC, without saying so. ``at`` must know its zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).replace(tzinfo=None)


def from_stored(at: datetime) -> datetime:
    """A time from the store, saying that it is UTC."""
    return at.replace(tzinfo=UTC)


def shanghai_date(at: datetime) -> date:
    """The date it was in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def year_end(year: int) -> date:
    """The day an application of that year is judged as of, unless another is asked for."""
    return date(year, 12, 31)
