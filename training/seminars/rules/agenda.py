"""One’s own calendar as its pages show it: half-days and individual meetings together (R34, R119). Pure."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from training.common.clock import in_paris


@dataclass(frozen=True, slots=True)
class Appointment:
    """An individual meeting as one of the two reads it; ``reports``: she gives it, it is past and its note awaits her."""

    id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    other: str
    programme: str
    cohort: str
    place: str
    link: str
    topic: str
    reports: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a day: half-days that follow one another about the same thing, or a meeting."""

    half_days: tuple[Any, ...] = ()
    meeting: Appointment | None = None

    @property
    def first(self) -> Any:
        """The first half-day, or the meeting."""
        return self.meeting if self.meeting is not None else self.half_days[0]

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        begins: datetime = self.first.starts_at
        return begins

    @property
    def starts_on(self) -> date:
        """The day it begins, in Paris."""
        return in_paris(self.starts_at).date()


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the list, and its lines in order of time."""

    date: date
    entries: Sequence[Entry]


def entries_of(half_days: Iterable[Any], meetings: Iterable[Appointment]) -> list[Entry]:
    """Return half-days and meetings in order of time, each by itself."""
    found = [Entry((half_day,)) for half_day in half_days] + [Entry(meeting=meeting) for meeting in meetings]
    return sorted(found, key=lambda entry: entry.starts_at)


def days_of(entries: Sequence[Entry], *, backwards: bool = False) -> list[Day]:
    """Return entries day by day; half-days that follow one another in the same place about the same thing are one line."""
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.starts_at):
        lines = by_day.setdefault(entry.starts_on, [])
        if lines and _says_the_same(lines[-1], entry):
            lines[-1] = Entry(lines[-1].half_days + entry.half_days)
        else:
            lines.append(entry)
    found = [Day(day, lines) for day, lines in by_day.items()]
    return found[::-1] if backwards else found


def _says_the_same(one: Entry, other: Entry) -> bool:
    if one.meeting is not None or other.meeting is not None:
        return False
    return _told(one.first) == _told(other.first)


def _told(half_day: Any) -> tuple[Any, ...]:
    return (
        half_day.seminar_id,
        half_day.is_off,
        half_day.mode,
        (half_day.room, half_day.place, half_day.address),
        [module.id for module in half_day.modules],
        [variant.id for variant in half_day.variants],
    )
