"""The one source of the present instant, and the frontier between UTC and Paris."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")

_frozen: list[datetime] = []  # a stack shared by all threads: tests freeze the clock of the whole process


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)


def today() -> date:
    """Return today's date as people in Paris read it."""
    return now().astimezone(PARIS).date()


def in_paris(moment: datetime) -> datetime:
    """Return the same instant on a Paris clock."""
    return moment.astimezone(PARIS)


def at_paris(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return the UTC instant of a Paris wall-clock time."""
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """Return the last instant of ``day`` in Paris, in UTC (R13: the closing day counts whole)."""
    return datetime.combine(day, time.max, PARIS).astimezone(UTC)


def date_from_iso(text: str | None) -> date | None:
    """Return the date written as 2026-01-29, or null for null."""
    return date.fromisoformat(text) if text else None


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Hold the clock of the whole process at ``moment`` (tests and the demo's past)."""
    _frozen.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()
