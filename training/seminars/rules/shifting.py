"""A whole seminar moved by so many days: its half-days keep their hours of Paris and what separates them (R34, R37). Pure."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from training.common import clock
from training.seminars.rules.pattern import bar

APART: Final = timedelta(days=7)
"""Beyond, two half-days that follow each other no longer look like one seminar."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A half-day where a move puts it; one that is written on stays where it is (R40)."""

    half_day: Any
    starts_at: datetime
    ends_at: datetime
    signed: bool = False

    @property
    def bar(self) -> str:
        """The holiday or the week-end its new day meets; nothing if it is worked, or if it stays."""
        return "" if self.signed else bar(clock.in_paris(self.starts_at).date(), 1)


def moved_by(half_day: Any, days: int) -> Moved:
    """Return a half-day so many days later, at the same hours in Paris whatever the season."""
    return Moved(half_day, _later(half_day.starts_at, days), _later(half_day.ends_at, days))


def _later(instant: datetime, days: int) -> datetime:
    there = clock.in_paris(instant)
    return clock.at_paris(there.date() + timedelta(days=days), there.hour, there.minute)


def taking_place(half_days: Sequence[Any]) -> list[Any]:
    """Return the half-days that move with their seminar: those that were not cancelled by themselves, by time."""
    return sorted((each for each in half_days if each.cancelled_at is None), key=lambda each: each.starts_at)


def scattered(half_days: Sequence[Any]) -> tuple[date, date] | None:
    """Return the first and last day of a seminar whose half-days are more than a week apart, or null."""
    ordered = taking_place(half_days)
    apart = any(later.starts_at - one.ends_at > APART for one, later in itertools.pairwise(ordered))
    return (ordered[0].starts_on, ordered[-1].starts_on) if apart else None
