"""A month as a table of weeks. Pure."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from training.common.clock import in_paris

WEEKS: Final = calendar.Calendar(firstweekday=calendar.MONDAY)
WRITTEN: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


class Dated(Protocol):
    """Something that begins at an instant."""

    @property
    def starts_at(self) -> datetime:
        """Its first instant."""


Item = TypeVar("Item", bound=Dated)


@dataclass(frozen=True, slots=True)
class DayCell(Generic[Item]):
    """A day of the table: whether it belongs to the month, and what begins on it in Paris."""

    day: date
    in_month: bool
    is_today: bool
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Month(Generic[Item]):
    """A month in whole weeks, Monday first."""

    first: date
    weeks: Sequence[Sequence[DayCell[Item]]]

    @property
    def previous(self) -> str:
        """The month before, as addresses write it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        """The month after, as addresses write it."""
        return f"{self.first + timedelta(days=31):%Y-%m}"


def read_month(value: str | None, today: date) -> date:
    """Read ``2026-01``; anything else is the present month. Return its first day."""
    typed = WRITTEN.fullmatch(value or "")
    return date(int(typed[1]), int(typed[2]), 1) if typed else today.replace(day=1)


def span_of(first: date) -> tuple[date, date]:
    """Return the first day shown with a month, and the day after the last."""
    weeks = WEEKS.monthdatescalendar(first.year, first.month)
    return weeks[0][0], weeks[-1][-1] + timedelta(days=1)


def month_of(first: date, items: Iterable[Item], today: date) -> Month[Item]:
    """Return the table of a month with what begins on each day, in order of time."""
    by_day: dict[date, list[Item]] = {}
    for item in sorted(items, key=lambda item: item.starts_at):
        by_day.setdefault(in_paris(item.starts_at).date(), []).append(item)
    return Month(
        first=first,
        weeks=[
            [
                DayCell(day=day, in_month=day.month == first.month, is_today=day == today, items=by_day.get(day, []))
                for day in week
            ]
            for week in WEEKS.monthdatescalendar(first.year, first.month)
        ],
    )
