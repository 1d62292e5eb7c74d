"""Days of defences, those who may judge, and when they can come (R61, R63, R64, R100)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from training.accounts.commands import Identity
from training.accounts.rules import ANOTHER_NAME, names_agree
from training.accounts.services import people
from training.cohorts.models import Cohort, Enrolment
from training.common import clock, journal, links
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db
from training.defences import mails
from training.defences.commands import DayToHold, JurorToAdd
from training.defences.enums import Availability
from training.defences.models import (
    DefenceDay,
    DefenceRoom,
    DefenceSlot,
    Juror,
    JurorAnswer,
    JurorConflict,
    JurySeat,
)
from training.defences.rules.juries import JURY, minutes_of


def add_day(cohort: Cohort, command: DayToHold, *, by: Principal) -> DefenceDay:
    """Open a day: its rooms, and slots that fill the hours given, as long as the edition says (R64)."""
    if command.held_on < clock.today():
        raise Refused("Ce jour est passé.", field="held_on")
    day = DefenceDay(
        cohort=cohort,
        held_on=command.held_on,
        place=command.place,
        access=command.access,
        opens_on=command.opens_on,
        rooms=[DefenceRoom(name=name, position=rank) for rank, name in enumerate(command.rooms)],
        slots=[],
    )
    db.session.add(day)
    db.session.flush()
    length = timedelta(minutes=minutes_of(cohort.edition.rules))
    for room in day.rooms:
        for starts_at in _starts(command, length):
            db.session.add(DefenceSlot(day=day, room=room, starts_at=starts_at, ends_at=starts_at + length, seats=[]))
    db.session.flush()
    if not day.slots:
        raise Refused("Ces horaires ne laissent la place à aucune soutenance.", field="morning_from")
    journal.record(cohort, "cohort.defence_day_added", by=by, codes={"on": command.held_on.isoformat()})
    return day


def _starts(command: DayToHold, length: timedelta) -> Iterator[datetime]:
    for first, last in command.spans:
        start = _at(command.held_on, first)
        while start + length <= _at(command.held_on, last):
            yield start
            start += length


def _at(day: date, at: time) -> datetime:
    return clock.at_paris(day, at.hour, at.minute)


def remove_day(day: DefenceDay, *, by: Principal) -> None:
    """Take a day away, as long as nobody defends on it."""
    if any(slot.memoire_id is not None for slot in day.slots):
        raise Refused("Des soutenances sont placées ce jour : retirez-les d’abord.")
    slot_ids = [slot.id for slot in day.slots]
    for model, condition in (
        (JurorAnswer, JurorAnswer.day_id == day.id),
        (JurySeat, JurySeat.slot_id.in_(slot_ids)),
        (DefenceSlot, DefenceSlot.day_id == day.id),
        (DefenceRoom, DefenceRoom.day_id == day.id),
    ):
        for row in db.session.scalars(select(model).where(condition)):
            db.session.delete(row)
        db.session.flush()
    db.session.delete(day)
    db.session.flush()
    journal.record(day.cohort, "cohort.defence_day_removed", by=by, codes={"on": day.held_on.isoformat()})


# --- jurors ------------------------------------------------------------------------------------------------------------


def add_juror(cohort: Cohort, command: JurorToAdd, *, by: Principal) -> Juror:
    """Let someone judge in a cohort, in the name of a body; her account is opened if nobody has it."""
    person = people.obtain(command.email)
    if not (person.first_name or person.last_name):
        people.rename(person, Identity(command.first_name, command.last_name, None), by=by)
    known = db.session.scalar(select(Juror).where(Juror.cohort_id == cohort.id, Juror.person_id == person.id))
    if known is not None and known.ended_at is None:
        raise Refused("Cette personne est déjà membre des jurys de cette promotion.", field="email")
    if known is None and not names_agree(f"{command.first_name} {command.last_name}", person):
        raise Refused(ANOTHER_NAME, field="email")
    juror = known or Juror(cohort=cohort, person=person, answers=[], conflicts=[])
    juror.part, juror.structure_id, juror.may_preside = command.part, command.structure_id, command.may_preside
    juror.ended_at = None
    db.session.add(juror)
    db.session.flush()
    journal.record(cohort, "cohort.juror_added", by=by, codes={"juror": str(juror.id), "part": command.part.value})
    return juror


def remove_juror(juror: Juror, *, by: Principal) -> None:
    """End someone’s place in the juries of a cohort: her link no longer opens. Refused while she sits at one to come."""
    seats = select(JurySeat.id).join(JurySeat.slot).where(
        JurySeat.juror_id == juror.id,
        JurySeat.ended_at.is_(None),
        DefenceSlot.memoire_id.is_not(None),
        DefenceSlot.published_at.is_(None),
    )  # fmt: skip
    if db.session.scalar(seats.limit(1)) is not None:
        raise Refused("Cette personne siège à une soutenance : remplacez-la d’abord.")
    juror.ended_at = clock.now()
    links.revoke(JURY, juror)
    db.session.flush()
    journal.record(juror.cohort, "cohort.juror_removed", by=by, codes={"juror": str(juror.id)})


def open_link(juror: Juror, *, by: Principal) -> str:
    """Return the secret of a new personal link; those she has go on opening the same pages, changed or not."""
    return links.issue(JURY, juror, bearer_id=juror.person_id, created_by=by.person_id, replace=False)


def ask_availability(juror: Juror, days: list[DefenceDay], *, by: Principal) -> None:
    """Ask a juror, by mail, when she can come."""
    juror.asked_at = clock.now()
    db.session.flush()
    mails.availability_asked(juror, days, open_link(juror, by=by))


def answer_availability(juror: Juror, answers: Mapping[DefenceDay, Availability | None], *, by: Principal) -> None:
    """Note when she can come; what she leaves open stays so."""
    known = {answer.day_id: answer for answer in juror.answers}
    for day, availability in answers.items():
        if availability is None:
            continue
        if day.id in known:
            known[day.id].availability = availability
        else:
            db.session.add(JurorAnswer(juror=juror, day=day, availability=availability))
    juror.answered_at = clock.now()
    db.session.flush()
    journal.record(juror.cohort, "cohort.juror_answered", by=by, codes={"juror": str(juror.id)})


def declare_conflict(juror: Juror, enrolment: Enrolment, words: str, *, by: Principal) -> None:
    """Note that a juror may not judge a learner (R63)."""
    db.session.add(JurorConflict(juror=juror, enrolment=enrolment, words=words))
    db.session.flush()
    journal.record(
        juror.cohort, "cohort.juror_conflict", by=by,
        codes={"juror": str(juror.id), "enrolment": str(enrolment.id)}, text={"reason": words or None},
    )  # fmt: skip
