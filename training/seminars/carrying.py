"""What the seminars carry of a transfer: the half-days followed, and what is left behind (R45, R116)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlalchemy import delete, select

from training.catalogue.enums import PartialCredit
from training.cohorts.carrying import Acquired, Bar, Passage, Share
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.formatting import enumeration, long_date, plural
from training.database import db
from training.seminars.enums import SheetStatus
from training.seminars.models import AbsenceNotice, AttendanceEntry, AttendanceSheet, CarriedPresence, HalfDay, MakeUp
from training.seminars.queries import presence_of
from training.seminars.rules.presence import Line, Standing, share

PRECISION: Final = Decimal("0.01")


def bars(enrolment: Enrolment, on: date) -> list[Bar]:
    """Return the sheets to lock first: those that expect her before she leaves, those she is written on (R40)."""
    waiting = {
        line.half_day.starts_on
        for line in presence_of(enrolment).lines
        if line.standing in {Standing.AHEAD, Standing.UNLOCKED}
        and line.half_day.starts_on < on
        and line.half_day.counts
    }
    written = db.session.scalars(
        select(HalfDay.starts_at)
        .join(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .join(AttendanceEntry, AttendanceEntry.sheet_id == AttendanceSheet.id)
        .where(AttendanceEntry.enrolment_id == enrolment.id, AttendanceSheet.status != SheetStatus.LOCKED)
    )
    days = sorted(waiting | {clock.in_paris(start).date() for start in written})
    if not days:
        return []
    sheets = "La feuille d’émargement du" if len(days) == 1 else "Les feuilles d’émargement des"
    verb = "n’est pas verrouillée" if len(days) == 1 else "ne sont pas verrouillées"
    return [Bar(f"{sheets} {enumeration(long_date(day) for day in days)} {verb} : sa présence ne serait pas reprise.")]


def _by_module(lines: Iterable[Line]) -> dict[uuid.UUID | None, list[Line]]:
    found: dict[uuid.UUID | None, list[Line]] = {}
    for line in lines:
        if line.half_day.counts and line.standing is not Standing.OFF:
            for module in line.half_day.modules or (None,):
                found.setdefault(module, []).append(line)
    return found


def tell(enrolment: Enrolment) -> Acquired:
    """Return the half-days followed of each module, in words."""
    modules = {}
    for module, lines in _by_module(presence_of(enrolment).lines).items():
        followed = sum(line.is_satisfied for line in lines)
        if followed:
            told = plural(len(lines), "demi-journée", "demi-journées")
            modules[module] = f"{followed} sur {told}"
    return Acquired(modules)


def carry(passage: Passage) -> None:
    """Keep, for each module of the new course, the share followed of those that count for it; drop what was to come."""
    lines = presence_of(passage.former).lines
    rules = passage.former.cohort.edition.rules
    partial = (rules.partial_credit if rules else None) or PartialCredit.HOURS
    for module, found in _gathered(passage, _by_module(lines)).items():
        followed = [line for line in found if line.is_satisfied]
        if followed:
            credited = sum((share(line, partial) for line in followed), Fraction(0))
            row = CarriedPresence(
                enrolment_id=passage.enrolment.id,
                module_id=module,
                followed=len(followed),
                planned=len(found),
                credited=(Decimal(credited.numerator) / credited.denominator).quantize(PRECISION),
            )
            db.session.add(row)
    db.session.flush()
    _drop_what_was_to_come(passage.former)


def _gathered(
    passage: Passage, by_module: Mapping[uuid.UUID | None, Sequence[Line]]
) -> dict[uuid.UUID | None, list[Line]]:
    """Return the half-days that count for each module of the new course, several of the former one perhaps."""
    found: dict[uuid.UUID | None, list[Line]] = {}
    for module, lines in by_module.items():
        if module is None and not passage.loose:
            continue
        target = passage.modules.get(module) if module is not None else None
        if module is None or target is not None:
            found.setdefault(target, []).extend(lines)
    return found


def _drop_what_was_to_come(former: Enrolment) -> None:
    """Forget where she was to make up a half-day of the cohort left, and the absences she had announced there."""
    ahead = select(HalfDay.id).where(HalfDay.starts_at > clock.now())
    db.session.execute(delete(MakeUp).where(MakeUp.enrolment_id == former.id, MakeUp.invited_id.in_(ahead)))
    db.session.execute(
        delete(AbsenceNotice).where(AbsenceNotice.enrolment_id == former.id, AbsenceNotice.half_day_id.in_(ahead))
    )


SHARE: Final = Share("seminars", 10, bars, tell, carry)
