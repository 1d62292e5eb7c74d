"""A cohort’s course month by month, and what is still missing from it (R34, R38). Pure."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from training.common.holidays import holiday
from training.seminars.enums import Mode, SeminarStatus
from training.seminars.month import Month, month_of
from training.seminars.rules.seminars import UNTAUGHT

FEWEST_MONTHS: Final = 12
MOST_MONTHS: Final = 36


@dataclass(frozen=True, slots=True)
class Entry:
    """The half-days of one seminar in one month."""

    seminar: Any
    half_days: Sequence[Any]

    @property
    def first(self) -> Any:
        """Its first half-day of the month."""
        return self.half_days[0]

    @property
    def last(self) -> Any:
        """Its last half-day of the month."""
        return self.half_days[-1]

    @property
    def taking_place(self) -> int:
        """How many of them take place."""
        return sum(not half_day.is_off for half_day in self.half_days)

    @property
    def modules(self) -> list[str]:
        """The modules taught, that the seminar’s title does not already name."""
        names = [module.name for half_day in self.half_days for module in half_day.modules]
        return [name for name in dict.fromkeys(names) if name not in self.seminar.title]


@dataclass(frozen=True, slots=True)
class YearMonth:
    """A month of the course: its weeks for the eye, its entries to read, its public holidays."""

    table: Month[Any]
    entries: Sequence[Entry]
    holidays: Sequence[tuple[date, str]]


def span(days: Iterable[date | None], today: date) -> tuple[date, date]:
    """Return the first and the last month of a course, at least twelve, from the days known of it."""
    known = sorted(day for day in days if day is not None)
    first = (known[0] if known else today).replace(day=1)
    least = add_months(first, FEWEST_MONTHS - 1)
    last = max(least, (known[-1] if known else today).replace(day=1))
    return first, min(last, add_months(first, MOST_MONTHS - 1))


def add_months(first: date, count: int) -> date:
    """Return the first day of a later month."""
    years, month = divmod(first.month - 1 + count, 12)
    return date(first.year + years, month + 1, 1)


def entries(half_days: Iterable[Any]) -> list[Entry]:
    """Return half-days seminar by seminar, in order of time."""
    by_seminar: dict[uuid.UUID, list[Any]] = {}
    for half_day in half_days:
        by_seminar.setdefault(half_day.seminar_id, []).append(half_day)
    return [Entry(gathered[0].seminar, gathered) for gathered in by_seminar.values()]


def months(first: date, last: date, half_days: Sequence[Any], today: date) -> list[YearMonth]:
    """Return each month from ``first`` to ``last`` with the half-days that begin in it."""
    found, month = [], first
    while month <= last:
        after = add_months(month, 1)
        inside = [half_day for half_day in half_days if month <= half_day.starts_on < after]
        days = (month + timedelta(days=number) for number in range((after - month).days))
        found.append(
            YearMonth(
                month_of(month, inside, today),
                entries(inside),
                [(day, name) for day in days if (name := holiday(day))],
            )
        )
        month = after
    return found


@dataclass(frozen=True, slots=True)
class Hole:
    """Something not planned yet: a sentence, and the half-days or the modules it is about."""

    words: str
    half_days: Sequence[Any] = ()
    names: Sequence[str] = ()


def holes(
    undated: Sequence[str], half_days: Sequence[Any], modules: Sequence[Any], staffed: Collection[uuid.UUID]
) -> list[Hole]:
    """Return what is missing from the half-days to come: dates, a place, modules, someone to teach; modules never taught.

    ``staffed``: the half-days that someone is named to teach.
    """
    ahead = [
        half_day
        for half_day in half_days
        if not half_day.is_off and half_day.seminar.status in {SeminarStatus.PLANNED, SeminarStatus.CONFIRMED}
    ]
    taught = [half_day for half_day in ahead if half_day.seminar.kind not in UNTAUGHT]
    once = {module.id for half_day in half_days if not half_day.is_off for module in half_day.modules}
    found = [
        Hole("Séminaires sans date", names=undated),
        Hole("Demi-journées sans lieu", [each for each in ahead if each.mode is not Mode.REMOTE and not _where(each)]),
        Hole("Demi-journées en visio sans lien", [each for each in ahead if _lacks_link(each)]),
        Hole("Demi-journées sans module", [each for each in taught if not each.modules]),
        Hole("Demi-journées sans formateur·rice", [each for each in taught if each.id not in staffed]),
        Hole("Modules jamais planifiés", names=[module.name for module in modules if module.id not in once]),
    ]
    return [hole for hole in found if hole.half_days or hole.names]


def _where(half_day: Any) -> bool:
    return bool(half_day.place or half_day.room or half_day.address)


def _lacks_link(half_day: Any) -> bool:
    return half_day.mode is not Mode.IN_PERSON and not half_day.link
