"""A cohort’s attendance in figures: by half-day for those who run it, counted apart for its funder (R44, R122)."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from training.common import clock
from training.common.formatting import plural
from training.common.listing import Column
from training.seminars.enums import SEEN_BY_OTHERS, Presence, SheetStatus
from training.seminars.models import AttendanceSheet, HalfDay
from training.seminars.queries.presence import CohortPresence, Learner
from training.seminars.rules.attendance import told_apart
from training.seminars.rules.presence import Line, Standing

type_cell = tuple[str, str, str]
"""How a half-day shows for a learner: its mark, its words, its tint."""

MADE_UP: Final[type_cell] = ("R", "rattrapée ailleurs", "done")
CARRIED: Final[type_cell] = ("T", "reprise d’une autre promotion", "done")


@dataclass(frozen=True, slots=True)
class HalfDayFigures:
    """One half-day of a cohort: its sheet, how many were expected, there, dispensed, away."""

    half_day: HalfDay
    sheet: AttendanceSheet | None
    there: int
    dispensed: int
    away: int

    @property
    def status(self) -> SheetStatus:
        """Where its sheet stands."""
        return self.sheet.status if self.sheet is not None else SheetStatus.TO_OPEN

    @property
    def expected(self) -> int:
        """Those the locked sheet named, but for the dispensed."""
        return self.there + self.away

    @property
    def rate(self) -> int | None:
        """Per cent of the expected who were there; null while the sheet is not locked."""
        return round(100 * self.there / self.expected) if self.expected else None

    @property
    def is_to_lock(self) -> bool:
        """Whether it is over and its sheet is not locked."""
        return (
            not self.half_day.is_off and self.half_day.ends_at <= clock.now() and self.status is not SheetStatus.LOCKED
        )


@dataclass(frozen=True, slots=True)
class CohortFigures:
    """What the attendance page of a cohort shows."""

    presence: CohortPresence
    half_days: Sequence[HalfDayFigures]

    REGULARISE: ClassVar = (
        Column("name", "Apprenant·e"),
        Column("rate", "Présence", numeric=True),
        Column("missed", "Manquées"),
    )
    HOURS: ClassVar = (
        Column("name", "Apprenant·e"),
        Column("variant", "Parcours"),
        Column("rate", "Présence", numeric=True),
        Column("credited", "Acquises", numeric=True),
        Column("possible", "Possibles", numeric=True),
        Column("required", "Demandées", numeric=True),
    )
    SHEETS: ClassVar = (
        Column("half_day", "Demi-journée"),
        Column("status", "État"),
        Column("rate", "Présence", numeric=True),
    )
    RATES: ClassVar = (
        Column("half_day", "Demi-journée"),
        Column("expected", "Attendu·es", numeric=True),
        Column("there", "Présent·es", numeric=True),
        Column("rate", "Taux", numeric=True),
    )

    @property
    def today(self) -> HalfDayFigures | None:
        """The half-day going on, or the next of today, whose sheet is not locked; null when there is none."""
        now = clock.now()
        return next(
            (
                each
                for each in self.half_days
                if not each.half_day.is_off
                and each.half_day.starts_on == clock.today()
                and each.half_day.ends_at > now
                and each.status is not SheetStatus.LOCKED
            ),
            None,
        )

    @property
    def held(self) -> list[HalfDayFigures]:
        """The half-days whose sheet is locked."""
        return [each for each in self.half_days if each.status is SheetStatus.LOCKED]

    @property
    def to_lock(self) -> list[HalfDayFigures]:
        """Those that are over and whose sheet is not locked."""
        return [each for each in self.half_days if each.is_to_lock]

    @property
    def to_regularise(self) -> list[Learner]:
        """The learners below what is asked (R44)."""
        return [learner for learner in self.learners if learner.presence.is_to_regularise]

    @property
    def learners(self) -> list[Learner]:
        """Those who are still there."""
        return [learner for learner in self.presence.learners if learner.enrolment.left_on is None]

    @property
    def columns(self) -> list[str]:
        """The locked half-days as columns: “29/01 m.” for a morning, “s.” for an afternoon."""
        return [column_of(each.half_day) for each in self.held]

    def cells(self) -> list[tuple[str, list[Line | None]]]:
        """Return a row per learner: her name, and how each locked half-day stands for her."""
        order = [each.half_day.id for each in self.held]
        rows = []
        for learner in self.learners:
            lines = {line.half_day.id: line for line in learner.presence.lines}
            rows.append((learner.name, [lines.get(key) for key in order]))
        return rows

    def marked(self) -> list[tuple[str, list[type_cell | None]]]:
        """Return a row per learner: her name, and the mark of each locked half-day."""
        return [(name, [cell_of(line) for line in lines]) for name, lines in self.cells()]

    @property
    def key(self) -> list[type_cell]:
        """The marks in use, with their words."""
        used = {cell for _, cells in self.marked() for cell in cells if cell is not None}
        known = [(presence.mark, presence.label, presence.tone) for presence in Presence]
        return [cell for cell in (*known, MADE_UP, CARRIED) if cell in used]

    @property
    def description(self) -> str:
        """The answer of the map, in a sentence."""
        there, expected = sum(each.there for each in self.held), sum(each.expected for each in self.held)
        rate = f"{round(100 * there / expected)} %" if expected else "aucune"
        return (
            f"{plural(len(self.held), 'demi-journée verrouillée', 'demi-journées verrouillées')}, présence moyenne : {rate}, "
            f"{plural(len(self.to_regularise), 'personne', 'personnes')} à régulariser."
        )

    def reasons(self) -> tuple[dict[str, int], int]:
        """Return how many absences were justified by each kind of reason, none under five (R122), and the others."""
        counts = Counter(kind.label for kinds in self.presence.kinds.values() for kind in kinds)
        return told_apart(counts)


def column_of(half_day: HalfDay) -> str:
    """Return the short name of a half-day: its day, then m. or s."""
    start = clock.in_paris(half_day.starts_at)
    return f"{start:%d/%m} {'m.' if start.hour < 12 else 's.'}"  # noqa: PLR2004 - noon


def cell_of(line: Line | None) -> type_cell | None:
    """Return how a half-day shows for a learner; null when its sheet does not name her."""
    if line is None:
        return None
    if line.standing is Standing.MADE_UP:
        return MADE_UP
    if line.standing is Standing.CARRIED:
        return CARRIED
    if line.presence is None:
        return None
    return (line.presence.mark, line.presence.label, line.presence.tone)


def figures_of(presence: CohortPresence) -> CohortFigures:
    """Return a cohort’s presence in figures; no SELECT."""
    counts: dict[uuid.UUID, Counter[str]] = {}
    for learner in presence.learners:
        for line in learner.presence.lines:
            counts.setdefault(line.half_day.id, Counter())[_side(line)] += 1
    return CohortFigures(presence, [_figures(each, presence.sheets, counts) for each in presence.half_days])


def _side(line: Line) -> str:
    if line.standing is Standing.ATTENDED:
        return "there"
    if line.standing is Standing.DISPENSED:
        return "dispensed"
    return "away" if line.standing in {Standing.MISSED, Standing.MADE_UP} else ""


def _figures(
    half_day: HalfDay, sheets: Mapping[uuid.UUID, AttendanceSheet], counts: Mapping[uuid.UUID, Counter[str]]
) -> HalfDayFigures:
    found = counts.get(half_day.id, Counter())
    return HalfDayFigures(half_day, sheets.get(half_day.id), found["there"], found["dispensed"], found["away"])


def word_for_others(line: Line) -> str:
    """Return what her structure and the funder read of a half-day: present, absent, and no reason (R122)."""
    if line.presence is not None and line.standing is not Standing.MADE_UP:
        return SEEN_BY_OTHERS[line.presence]
    return line.standing.label
