"""Seminars made from a pattern: how many, how long, how far apart, and which days that gives (R34). Pure."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

from training.common.holidays import holiday, is_working
from training.seminars.enums import Interval

WEEK: Final = 7
SEARCHED: Final = 60
"""Days within which a run of working days is always found."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Pattern:
    """``count`` seminars of ``days`` days in a row, the first on ``first``, then every so many weeks or months."""

    count: int
    days: int
    first: date
    every: int
    unit: Interval


@dataclass(frozen=True, slots=True)
class Proposed:
    """The first day of one seminar: the day the pattern gives, and the one to which it was put off, with why."""

    wanted: date
    day: date
    because: str = ""

    @property
    def is_moved(self) -> bool:
        """Whether it was put off."""
        return self.day != self.wanted


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def same_weekday(day: date, weekday: int) -> date:
    """Return the nearest day of this day of the week."""
    behind = (day.weekday() - weekday) % WEEK
    return day - timedelta(days=behind) if behind <= WEEK // 2 else day + timedelta(days=WEEK - behind)


def _wanted(pattern: Pattern) -> Iterator[date]:
    """Yield the first days; a pattern in months keeps the day of the week, as a room is booked."""
    for rank in range(pattern.count):
        if pattern.unit is Interval.WEEKS:
            yield pattern.first + timedelta(weeks=rank * pattern.every)
        elif rank == 0:
            yield pattern.first
        else:
            yield same_weekday(months_later(pattern.first, rank * pattern.every), pattern.first.weekday())


def bar(first: date, days: int) -> str:
    """Return why seminars do not begin on a day: the holiday or the week-end its days meet; nothing if they may."""
    for day in (first + timedelta(days=offset) for offset in range(days)):
        if not is_working(day):
            return holiday(day) or "week-end"
    return ""


def propose(pattern: Pattern) -> list[Proposed]:
    """Return the first day of each seminar, put off to days in a row that are all worked."""
    found = []
    for wanted in _wanted(pattern):
        days = (wanted + timedelta(days=late) for late in range(SEARCHED))
        day = next((day for day in days if not bar(day, pattern.days)), wanted)
        found.append(Proposed(wanted, day, bar(wanted, pattern.days)))
    return found


def dealt(items: Sequence[Item], hands: int) -> list[Sequence[Item]]:
    """Return the items dealt in order to so many hands, as evenly as may be; one by one again when they are too few."""
    if not items:
        return [()] * hands
    if len(items) < hands:
        return [(items[min(rank * len(items) // hands, len(items) - 1)],) for rank in range(hands)]
    share, rest = divmod(len(items), hands)
    dealt_to, start = [], 0
    for rank in range(hands):
        end = start + share + (rank < rest)
        dealt_to.append(items[start:end])
        start = end
    return dealt_to
