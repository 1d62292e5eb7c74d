"""Defence days for tests: a cohort whose mémoires are cleared, a day, jurors who can come; in ``db.session``, flushed."""

import io
import itertools
from datetime import date, time
from typing import Any, Final, NamedTuple

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories.catalogue import make_edition, make_rules, saved
from tests.support import samples
from training.accounts.enums import Part
from training.catalogue.enums import EditionStatus, Outcome
from training.cohorts.models import Cohort, Enrolment
from training.common import files
from training.common.declarations import file_use
from training.common.policy import Principal
from training.database import db
from training.defences import file_uses
from training.defences.commands import Conclusion, DayToHold, JurorToAdd, MemberSignature, NewVersion, TakenOver
from training.defences.enums import Availability, MemoireStatus, VersionKind
from training.defences.models import DefenceDay, DefenceSlot, Juror, JurySeat, Memoire, MemoireVersion
from training.defences.queries.days import board_of, problem_of
from training.defences.rules import juries, placing
from training.defences.services import days, memoires, sitting, versions
from training.defences.services import placing as placing_services
from training.extensions import settings

HELD_ON: Final = date(2026, 3, 12)
BODIES: Final = (Part.SCHOOL, Part.FUNDER, Part.CARRIER)
_numbers = itertools.count(1)


def cohort(*, bodies: tuple[Part, ...] = BODIES, **rules: Any) -> Cohort:
    """A cohort whose edition says how its juries are made."""
    edition = make_edition()
    edition.rules = make_rules(
        **{
            "jury_bodies": [body.value for body in bodies],
            "quorum": 2,
            "defence_minutes": 60,
            "outcomes": [outcome.value for outcome in Outcome],
            **rules,
        }
    )
    carrier = accounts.organisation(email="porteur@example.org")
    return cohort_rows.cohort(edition=saved(edition, status=EditionStatus.PUBLISHED), carrier=carrier)


def cleared(of: Cohort, *, with_file: bool = False, **names: Any) -> Memoire:
    """A learner whose mémoire may be defended; ``with_file`` gives it a final version."""
    enrolment: Enrolment = cohort_rows.learner(of, person=accounts.person(**names))
    memoire = memoires.record_state(
        enrolment, TakenOver(f"Sujet {next(_numbers)}", MemoireStatus.CLEARED), by=staff(of)
    )
    if with_file:
        hand_in(memoire, VersionKind.FINAL)
    return memoire


def hand_in(memoire: Memoire, kind: VersionKind) -> MemoireVersion:
    """A version kept as the services keep it, whatever the state of the mémoire."""
    use = file_use(file_uses.VERSION)
    staged = files.stage(files.check(io.BytesIO(samples.pdf(12)), "memoire.pdf", use), use)
    command = NewVersion(kind, staged, no_patient_data=True, own_work=True)
    return versions._keep(memoire, command, accounts.principal(memoire.enrolment.person))


def staff(of: Cohort) -> Principal:
    """A manager of the carrier, as who acts."""
    return accounts.principal(cohort_rows.carrier_of(of))


def school(of: Cohort) -> Principal:
    """A manager of the school, as who acts."""
    return accounts.principal(accounts.manager(cohort_rows.part_of(of, Part.SCHOOL)))


def day(of: Cohort, on: date = HELD_ON, rooms: tuple[str, ...] = ("Salle A",), hours: int = 4) -> DefenceDay:
    """A day of defences: ``hours`` slots in each room, from nine o’clock."""
    command = DayToHold(on, "Lyon", "Tramway T2", None, rooms, ((time(9), time(9 + hours)),))
    return days.add_day(of, command, by=staff(of))


def juror(of: Cohort, part: Part, *on: DefenceDay, answer: Availability = Availability.ALL_DAY, **more: Any) -> Juror:
    """Someone who may judge, free on these days."""
    number = next(_numbers)
    command = JurorToAdd(f"jury{number}@example.org", "Dominique", f"Jury{number}", part, **more)
    found = days.add_juror(of, command, by=staff(of))
    days.answer_availability(found, dict.fromkeys(on, answer), by=staff(of))
    db.session.expire(found, ["answers"])
    return found


class Ready(NamedTuple):
    """A cohort with a day, three jurors and placed defences."""

    cohort: Cohort
    day: DefenceDay
    jurors: list[Juror]
    slots: list[DefenceSlot]

    @property
    def slot(self) -> DefenceSlot:
        """The first defence."""
        return self.slots[0]


def placed(count: int = 1, *, with_file: bool = False, **rules: Any) -> Ready:
    """A cohort whose mémoires are placed, before one juror of each body."""
    of = cohort(**rules)
    on = day(of)
    for number in range(count):
        cleared(of, with_file=with_file, first_name="Alix", last_name=f"Morel{number}")
    jurors = [juror(of, part, on) for part in BODIES]
    accept(of)
    slots = list(board_of(of).placed)
    return Ready(of, on, jurors, slots)


def accept(of: Cohort) -> int:
    """Accept the plan that is proposed now."""
    plan = placing.place(problem_of(board_of(of)))
    return placing_services.accept(of, placing_services.token_of(plan), by=staff(of))


def member(seat: JurySeat) -> Principal:
    """A member of the jury, as who acts."""
    return accounts.principal(seat.juror.person)


def president(slot: DefenceSlot) -> JurySeat:
    """Who presides."""
    return next(seat for seat in slot.sitting if seat.presides)


def conclude(slot: DefenceSlot, outcome: Outcome = Outcome.PASSED, **values: Any) -> None:
    """The jury pledged, deliberated and wrote its minutes; all were there unless said otherwise."""
    by = member(president(slot))
    for seat in slot.sitting:
        sitting.pledge(seat, by=by)
    sitting.open_deliberation(slot, by=by)
    present = frozenset(seat.id for seat in slot.sitting)
    corrections = "Revoir l’analyse." if outcome is Outcome.PASSED_WITH_CORRECTIONS else ""
    command = Conclusion(
        **{"present": present, "outcome": outcome, "comments": "", "corrections": corrections, **values}
    )
    sitting.conclude(slot, command, by=by)


def sign(slot: DefenceSlot, *seats: JurySeat, strokes: str | None = None) -> bool:
    """These members sign; all who still must, if none is named. Return whether the minutes are locked."""
    locked = False
    for seat in seats or juries.unsigned(slot):
        code = juries.code_of(seat.juror_id, seat.juror.code_version, settings().secret_key)
        command = MemberSignature(seat.id, code, seat.juror.person.name, strokes)
        locked = sitting.sign(slot, command, by=member(seat))
    return locked
