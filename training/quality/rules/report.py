"""The report to the funder: who was funded, applied, was admitted, is there, left, graduated (R122). Pure.

Counted by département and kind of structure, over a half-year or over the whole course. Nobody is named, and reasons
are counted by category, none under five.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

FINAL: Final = "bilan"
UNPLACED: Final = "à confirmer"
_FIRST_HALF_ENDS: Final = 6


@dataclass(frozen=True, slots=True)
class Period:
    """A half-year (``2026-1``) or the whole course (``bilan``), both days included; null = not bounded on that side."""

    code: str
    label: str
    since: date | None
    until: date | None

    def holds(self, day: date | None) -> bool:
        """Whether a day falls within it; an unknown day never does."""
        return day is not None and not self._before(day) and self.reached(day)

    def _before(self, day: date) -> bool:
        return self.since is not None and day < self.since

    def reached(self, day: date | None) -> bool:
        """Whether a day has come by its end."""
        return day is not None and (self.until is None or day <= self.until)


WHOLE: Final = Period(FINAL, "Bilan depuis le début", None, None)


def half_year(day: date) -> Period:
    """Return the half-year a day belongs to."""
    first = day.month <= _FIRST_HALF_ENDS
    months = (1, 6) if first else (7, 12)
    return Period(
        code=f"{day.year}-{1 if first else 2}",
        label=f"{'Premier' if first else 'Second'} semestre {day.year}",
        since=date(day.year, months[0], 1),
        until=date(day.year, months[1], calendar.monthrange(day.year, months[1])[1]),
    )


def periods(first: date | None, last: date) -> list[Period]:
    """Return the whole course, then its half-years from the first known day to the last one, the latest first."""
    found: list[Period] = []
    day = first or last
    while day <= last:
        found.append(half_year(day))
        until = found[-1].until
        assert until is not None
        day = date.fromordinal(until.toordinal() + 1)
    return [WHOLE, *reversed(found)]


@dataclass(frozen=True, slots=True)
class Applicant:
    """A file sent: where its structure is, when it was submitted, when its author was admitted (null = never)."""

    departement: str | None
    kind: str | None
    submitted_on: date
    admitted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """A learner of the cohort: when she entered and left, why, and when she graduated (null = not yet, or never)."""

    departement: str
    kind: str
    entered_on: date
    left_on: date | None = None
    has_left: bool = False
    reason: str | None = None
    graduated_on: date | None = None
    hours: Decimal = Decimal(0)
    """Hours of présentiel followed over the period."""


@dataclass(slots=True)
class Line:
    """The counts of one département and kind of structure."""

    departement: str
    kind: str
    applied: int = 0
    admitted: int = 0
    present: int = 0
    left: int = 0
    graduated: int = 0
    hours: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Report:
    """What the funder reads of a cohort over a period; ``funded`` null = number of places à confirmer."""

    period: Period
    funded: int | None
    lines: Sequence[Line]
    reasons: dict[str, int] = field(default_factory=dict)
    other_reasons: int = 0
    attended: int = 0
    expected: int = 0

    @property
    def total(self) -> Line:
        """The sum of the lines."""
        whole = Line("Ensemble", "")
        for line in self.lines:
            whole.applied += line.applied
            whole.admitted += line.admitted
            whole.present += line.present
            whole.left += line.left
            whole.graduated += line.graduated
            whole.hours += line.hours
        return whole

    @property
    def rate(self) -> int | None:
        """Per cent of the expected who attended the locked half-days of the period; null while there is none."""
        return round(100 * self.attended / self.expected) if self.expected else None


def lines_of(period: Period, applicants: Iterable[Applicant], followers: Iterable[Follower]) -> list[Line]:
    """Return the counts by département, then by kind of structure.

    Applied, admitted, left and graduated are counted within the period; present, at its end.
    """
    found: dict[tuple[str, str], Line] = {}

    def line(departement: str | None, kind: str | None) -> Line:
        key = (departement or UNPLACED, kind or UNPLACED)
        return found.setdefault(key, Line(*key))

    for each in applicants:
        if period.holds(each.submitted_on):
            line(each.departement, each.kind).applied += 1
        if period.holds(each.admitted_on):
            line(each.departement, each.kind).admitted += 1
    for learner in followers:
        counts = line(learner.departement, learner.kind)
        gone = learner.has_left and period.reached(learner.left_on)
        counts.present += period.reached(learner.entered_on) and not gone
        counts.left += learner.has_left and period.holds(learner.left_on)
        counts.graduated += period.holds(learner.graduated_on)
        counts.hours += learner.hours
    return [
        found[key]
        for key in sorted(found)
        if any((found[key].applied, found[key].admitted, found[key].present, found[key].left, found[key].graduated))
    ]
