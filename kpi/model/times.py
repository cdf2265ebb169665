"""Times are stored in UTC and shown in Shanghai time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

# Fixed offset: China has one zone without daylight saving time, so no zone database is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
CLOCKS_AGREE = timedelta(seconds=1)
CLOCK_PUT_BACK = timedelta(days=1)
"""So far ahead of the clock the last act may stand, and what is done next still comes after it."""


class _Clock:
    """How far another clock is ahead of this machine's."""

    ahead = timedelta()


def machine_clock() -> datetime:
    """This machine's own. What is done goes by ``now``."""
    return datetime.now(UTC)  # noqa: TID251 - the one place


def file_time(modified: float) -> datetime:
    """When a file was written: its system's own clock says so."""
    return datetime.fromtimestamp(modified, UTC)


def now() -> datetime:
    return machine_clock() + _Clock.ahead


def set_clock_offset(other: datetime) -> None:
    """From here on this process's times are those of the clock that shows ``other`` now: of what several share.

    Differences under a second are left: times of one process do not run back for them.
    """
    ahead = other - machine_clock()
    if abs(ahead - _Clock.ahead) >= CLOCKS_AGREE:
        _Clock.ahead = ahead


def after_last(clock: datetime, last: datetime | None) -> datetime:
    """The time of what is done when ``clock`` is shown: after what was done ``last``, also where it was put back.

    What stands ahead by more than ``CLOCK_PUT_BACK`` was done while the clock was wrong. It holds nobody up: dates and
    deadlines of every change would be as wrong.
    """
    if last is None or last > clock + CLOCK_PUT_BACK:
        return clock
    return max(clock, last + timedelta(microseconds=1))


def just_after(at: datetime, *standing: datetime | None) -> datetime:
    """That moment, or just after what stands already where that is later: of several rows the latest holds, also where
    a clock was put back.
    """
    return max([at, *(moment + timedelta(microseconds=1) for moment in standing if moment)])


def to_stored(at: datetime) -> datetime:
    """As stored: naive UTC. ``at`` must be aware."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).replace(tzinfo=None)


def from_stored(at: datetime) -> datetime:
    """A stored time as aware UTC."""
    return at.replace(tzinfo=UTC)


def shanghai_date(at: datetime) -> date:
    """The date in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def shanghai_minute(at: datetime) -> str:
    """The time in Shanghai as people read it, to the minute."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def shanghai_stamp(at: datetime) -> str:
    """The time in Shanghai in the name of a file or folder, to the second."""
    return f"{at.astimezone(SHANGHAI):%Y%m%dT%H%M%S}"


def day_end(day: date) -> datetime:
    """The first moment in Shanghai that is no longer of the day."""
    return datetime.combine(day, time.min, SHANGHAI) + timedelta(days=1)


def year_end(year: int) -> date:
    """The default as-of date of an application of that year."""
    return date(year, 12, 31)
