"""The French public holidays, computed. Pure; those of Alsace-Moselle and overseas are left out."""

import functools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

SATURDAY: Final = 5

_FIXED: Final = {
    (1, 1): "1er janvier",
    (5, 1): "1er mai",
    (5, 8): "8 mai",
    (7, 14): "14 juillet",
    (8, 15): "15 août",
    (11, 1): "1er novembre",
    (11, 11): "11 novembre",
    (12, 25): "Noël",
}
_FROM_EASTER: Final = {1: "lundi de Pâques", 39: "Ascension", 50: "lundi de Pentecôte"}


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year (the anonymous computation of 1876)."""
    cycle, century, rest = year % 19, year // 100, year % 100
    leap, skipped = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * cycle + century - leap - shift + 15) % 30
    sunday = (32 + 2 * skipped + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (cycle + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@functools.lru_cache(maxsize=32)
def holidays_of(year: int) -> Mapping[date, str]:
    """Return the public holidays of a year with their French names."""
    fixed = {date(year, month, day): name for (month, day), name in _FIXED.items()}
    sunday = easter(year)
    return {sunday + timedelta(days=after): name for after, name in _FROM_EASTER.items()} | fixed


def holiday(day: date) -> str | None:
    """Return the French name of a public holiday, or null."""
    return holidays_of(day.year).get(day)


def is_working(day: date) -> bool:
    """Whether people work on this day: neither a week-end nor a public holiday."""
    return day.weekday() < SATURDAY and holiday(day) is None
