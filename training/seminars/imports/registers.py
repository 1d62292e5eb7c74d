"""What a register of presences says, checked against the calendar, the sheets and who was expected (R114)."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from training.cohorts.finding import Learners
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries.choosing import chosen_by
from training.common import clock
from training.common.articles import of
from training.common.formatting import enumeration
from training.common.imports import Problem, Row
from training.seminars.commands import Marking
from training.seminars.enums import Presence
from training.seminars.imports.words import told_half_day
from training.seminars.models import AttendanceSheet, HalfDay
from training.seminars.queries import moving as queries
from training.seminars.rules import length_of
from training.seminars.rules.attendance import expected_on, in_force, taking_over_refusal

MOST_MISSING: Final = 5


@dataclass(slots=True)
class Said:
    """What one row, or one cell of a grid, says: of whom, of which half-day, which word."""

    row: int
    enrolment: Enrolment
    half_day: HalfDay
    marking: Marking


@dataclass(slots=True)
class Register:
    """What a whole spreadsheet says, with every problem; ``new`` are the half-days whose sheet would be written."""

    told: dict[uuid.UUID, dict[uuid.UUID, Said]] = field(default_factory=lambda: defaultdict(dict))
    half_days: dict[uuid.UUID, HalfDay] = field(default_factory=dict)
    sheets: Mapping[uuid.UUID, AttendanceSheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    people: dict[uuid.UUID, Enrolment] = field(default_factory=dict)

    @property
    def new(self) -> list[HalfDay]:
        """The half-days to write, in order of time."""
        found = [self.half_days[each] for each in self.told if not self._is_said(each)]
        return sorted(found, key=lambda half_day: (half_day.starts_at, half_day.id))

    def _is_said(self, half_day_id: uuid.UUID) -> bool:
        sheet = self.sheets.get(half_day_id)
        return sheet is not None and (sheet.is_locked or bool(sheet.entries))


Cells = Iterable[tuple[Row, HalfDay | Problem, Marking | Problem]]
"""The presences of a sheet, one after the other."""


def register_of(cohort: Cohort, rows: Sequence[Row], cells: Any) -> Register:
    """Gather what a spreadsheet says, checked against the calendar and the sheets."""
    learners = Learners(cohort)
    half_days = queries.half_days_in(cohort)
    found = Register(sheets=queries.sheets_in(cohort))
    unknown: set[str] = set()
    for row, half_day, marking in cells(half_days, rows):
        who = learners.find(row)
        faults = [each for each in (who, half_day, marking) if isinstance(each, Problem)]
        if faults:
            found.problems += [each for each in faults if f"{each.row} {each.message}" not in unknown]
            unknown |= {f"{each.row} {each.message}" for each in faults}
            continue
        _tell(found, Said(row.number, who, half_day, marking))  # type: ignore[arg-type]  # no fault: each is what it seems
    _check_sheets(found, learners)
    return found


def _tell(found: Register, told: Said) -> None:
    half_day, enrolment = told.half_day, told.enrolment
    refusal = taking_over_refusal(half_day, clock.now())
    if refusal:
        _once(found, Problem(f"{told_half_day(half_day)} : {refusal}", told.row))
        return
    fault = _marking_fault(told)
    if fault:
        found.problems.append(Problem(f"{enrolment.person.name}, {told_half_day(half_day)} : {fault}", told.row))
        return
    before = found.told[half_day.id].get(enrolment.id)
    if before is not None and before.marking != told.marking:
        found.problems.append(
            Problem(
                f"{enrolment.person.name}, {told_half_day(half_day)} : la ligne {before.row} dit autre chose.", told.row
            )
        )
        return
    found.half_days[half_day.id], found.people[enrolment.id] = half_day, enrolment
    found.told[half_day.id][enrolment.id] = told


def _once(found: Register, problem: Problem) -> None:
    if all(each.message != problem.message for each in found.problems):
        found.problems.append(problem)


def _marking_fault(told: Said) -> str | None:
    marking = told.marking
    if marking.status is Presence.DISPENSED:
        return "une dispense relève de l’école ; écrivez l’absence, puis faites enregistrer la dispense."
    if marking.status is Presence.PARTIAL and (
        marking.hours is None or not 0 < marking.hours <= length_of(told.half_day)
    ):
        return "indiquez les heures de présence, au plus celles de la demi-journée."
    return None


def _check_sheets(found: Register, learners: Learners) -> None:
    """Check each half-day against its sheet if it has one, else against who was expected."""
    chosen = chosen_by([each.id for each in learners.all])
    for half_day_id, told in found.told.items():
        half_day, sheet = found.half_days[half_day_id], found.sheets.get(half_day_id)
        expected = expected_on(half_day, learners.all, chosen)
        _drop_unexpected(found, told, {each.id for each in expected})
        if sheet is not None and (sheet.is_locked or sheet.entries):
            _check_known(found, sheet, told)
            continue
        missing = [each.person.name for each in expected if each.id not in told]
        if missing and told:
            more = len(missing) - MOST_MISSING
            names = [*missing[:MOST_MISSING], *([f"{more} autres"] if more > 0 else [])]
            found.problems.append(
                Problem(
                    f"{told_half_day(half_day)} : rien n’est dit {of(enumeration(names))}. Écrivez P ou A pour chaque personne attendue."
                )
            )


def _drop_unexpected(found: Register, told: dict[uuid.UUID, Said], expected: set[uuid.UUID]) -> None:
    for enrolment_id in [each for each in told if each not in expected]:
        line = told[enrolment_id]
        name, where = line.enrolment.person.name, told_half_day(line.half_day)
        if line.marking.status in {Presence.PRESENT, Presence.PARTIAL}:
            words = f"{name} n’était pas sur la liste, {where} : sa présence sera écrite quand même."
        else:
            words = f"{name} n’était pas attendu·e, {where} : son absence ne sera pas écrite."
            del told[enrolment_id]
        found.problems.append(Problem(words, line.row, blocks=False))


def _check_known(found: Register, sheet: AttendanceSheet, told: Mapping[uuid.UUID, Said]) -> None:
    said = {entry.enrolment_id: entry for entry in in_force(sheet.entries)}
    same = 0
    for enrolment_id, line in told.items():
        entry = said.get(enrolment_id)
        if entry is not None and (entry.status, entry.hours) == (line.marking.status, line.marking.hours):
            same += 1
            continue
        words = f"sa feuille dit « {entry.status.label} »" if entry is not None else "sa feuille ne la nomme pas"
        where = told_half_day(line.half_day)
        found.problems.append(
            Problem(
                f"{line.enrolment.person.name}, {where} : {words}. Corrigez-la sur la feuille, avec un motif.",
                line.row,
                link=("Ouvrir la feuille", sheet_address(line.half_day)),
            )
        )
    if same:
        half_day = found.half_days[sheet.half_day_id]
        found.problems.append(
            Problem(f"{told_half_day(half_day)} : sa feuille est déjà remplie, et dit la même chose.", blocks=False)
        )


def sheet_address(half_day: HalfDay) -> str:
    """Return where the sheet of a half-day is read."""
    return f"/seminaires/{half_day.seminar_id}/demi-journees/{half_day.id}/emargement"
