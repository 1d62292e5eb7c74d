"""Delays, averages and hours of the evidence (R123). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from training.quality.enums import LEVELS, Moment

ANSWERED_WITHIN: Final = timedelta(days=15)
"""Within which a complaint is answered."""
END_OPENS: Final = timedelta(days=60)
"""How long before the end of the course a learner may rate herself for the second time."""
LEAST: Final = 5
"""Under this many people, what they said is not told: one could guess who said it."""
REMINDED_EVERY: Final = 7
"""After how many days, unless the carrier says otherwise, someone who has not read is asked again."""
REMINDED_AT_MOST: Final = 3
MINUTES: Final = Decimal(60)


def reading_is_due(since: date, last_on: date | None, count: int, every: int | None, today: date) -> bool:
    """Whether someone is asked again today to read what was given to her on ``since``: once per delay, three times at most."""
    return every is not None and count < REMINDED_AT_MOST and (last_on or since) + timedelta(days=every) <= today


def end_is_open(ends_on: date | None, today: date) -> bool:
    """Whether a learner may rate herself at the end: a date still unknown bars nothing."""
    return ends_on is None or ends_on - END_OPENS <= today


def open_moments(given: Iterable[Moment], ends_on: date | None, today: date) -> list[Moment]:
    """Return the moments at which a learner may still rate herself, entry first."""
    done = set(given)
    found = [] if Moment.ENTRY in done else [Moment.ENTRY]
    if Moment.END not in done and end_is_open(ends_on, today):
        found.append(Moment.END)
    return found


def average(levels: Sequence[int]) -> Decimal | None:
    """Return the mean of the levels, to one decimal; null when fewer than five people gave one."""
    if len(levels) < LEAST:
        return None
    return (Decimal(sum(levels)) / len(levels)).quantize(Decimal("0.1"))


def level_words(level: int | None) -> str:
    """Return the words of a level."""
    return "–" if level is None else LEVELS[level]


@dataclass(frozen=True, slots=True)
class Taught:
    """A half-day someone taught: its length in hours, and the day."""

    on: date
    hours: Decimal


@dataclass(frozen=True, slots=True)
class TeachingLine:
    """The hours of someone who teaches: in front of the group, and in individual follow-up."""

    name: str
    roles: tuple[str, ...]
    half_days: int
    group_hours: Decimal
    follow_up_hours: Decimal
    internal: bool | None
    person_id: Any = None

    @property
    def total(self) -> Decimal:
        """All her hours."""
        return self.group_hours + self.follow_up_hours

    @property
    def tie(self) -> str:
        """How she teaches for the body."""
        return "à confirmer" if self.internal is None else ("interne" if self.internal else "externe")


def teaching_totals(lines: Iterable[TeachingLine]) -> Mapping[str, tuple[int, Decimal]]:
    """Return, by tie, how many people teach and their hours: what the yearly figures ask (frame E)."""
    found: dict[str, tuple[int, Decimal]] = {}
    for line in lines:
        people, hours = found.get(line.tie, (0, Decimal(0)))
        found[line.tie] = (people + 1, hours + line.total)
    return found
