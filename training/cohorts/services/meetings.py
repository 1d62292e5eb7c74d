"""Individual meetings: slots opened, taken, moved, given up, concluded with a note (R119)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from training.cohorts import meeting_mails as mails
from training.cohorts.commands import MeetingMove, MeetingReport, Note, SlotsToOpen
from training.cohorts.meeting_rules import MEETING_PROCEDURE, MOST_SLOTS, cut, may_hold, overlaps
from training.cohorts.meetings import MeetingAct, MeetingSlot, MeetingStatus
from training.cohorts.models import Enrolment
from training.cohorts.queries.meetings import cohorts_taught
from training.cohorts.services.capacity import bump_calendar, lock_cohort
from training.cohorts.services.enrolments import write_note
from training.common import clock, journal
from training.common.errors import Refused
from training.common.formatting import moment
from training.common.policy import Principal
from training.database import db

JUST_TAKEN = "Ce créneau vient d’être pris. Choisissez-en un autre."


def open_slots(command: SlotsToOpen, *, by: Principal) -> Sequence[MeetingSlot]:
    """Offer a stretch of time, cut into meetings, to the learners one follows in a cohort; they are told.

    Raises ``Refused`` for a cohort where one follows nobody, a time past or taken, too many slots.
    """
    taught = next((each for each in cohorts_taught(by) if each.id == command.cohort_id), None)
    if taught is None or by.person_id is None:
        raise Refused("Choisissez une promotion où vous suivez quelqu’un.", field="cohort_id")
    if command.offered_to_id is not None and command.offered_to_id not in dict(taught.learners):
        raise Refused("Vous ne suivez pas cette personne dans cette promotion.", field="offered_to_id")
    cohort = lock_cohort(command.cohort_id)
    times = cut(command.starts_at, command.ends_at, command.minutes)
    _check(times, by)
    slots = [
        MeetingSlot(
            cohort_id=cohort.id,
            trainer_id=by.person_id,
            starts_at=start,
            ends_at=end,
            place=command.place,
            link=command.link,
            offered_to_id=command.offered_to_id,
        )
        for start, end in times
    ]
    db.session.add_all(slots)
    db.session.flush()
    journal.record(cohort, "cohort.meetings_offered", by=by, codes={"count": len(slots)})
    asked = [command.offered_to_id] if command.offered_to_id is not None else list(dict(taught.learners))
    mails.offered(slots, db.session.scalars(select(Enrolment).where(Enrolment.id.in_(asked))).all())
    return slots


def _check(times: Sequence[tuple[datetime, datetime]], by: Principal) -> None:
    if not times:
        raise Refused("Ces heures ne laissent pas la place d’un rendez-vous.", field="ends_at")
    if len(times) > MOST_SLOTS:
        raise Refused(f"Ouvrez {MOST_SLOTS} créneaux au plus à la fois.", field="ends_at")
    if times[0][0] <= clock.now():
        raise Refused("Ce moment est passé : choisissez un moment à venir.", field="day")
    others = [(slot.starts_at, slot.ends_at) for slot in _live_of(by)]
    if overlaps((times[0][0], times[-1][1]), others):
        raise Refused("Un de vos créneaux est déjà à ce moment-là.", field="starts_at")


def _live_of(by: Principal) -> Sequence[MeetingSlot]:
    return db.session.scalars(
        select(MeetingSlot).where(
            MeetingSlot.trainer_id == by.person_id, MeetingSlot.status.in_((MeetingStatus.FREE, MeetingStatus.BOOKED))
        )
    ).all()


def book(slot: MeetingSlot, topic: str, *, by: Principal) -> None:
    """Take a slot, giving up the one she has with the same trainer. One learner takes it, whoever else tries at once.

    Raises ``Refused`` when someone has taken it meanwhile, ``Forbidden`` for whoever it is not offered to.
    """
    cohort = lock_cohort(slot.cohort_id)
    db.session.refresh(slot, with_for_update=True)
    if slot.status is not MeetingStatus.FREE:
        raise Refused(JUST_TAKEN)
    MEETING_PROCEDURE.check(slot, MeetingAct.BOOK, by=by)
    enrolment = next(each for each in cohort.enrolments if each.person_id == by.person_id and may_hold(slot, each))
    for former in _to_come(enrolment, slot):
        _give_up(former, by=by)
    with db.session.no_autoflush:  # the CHECKs tie status and holder: they change in one statement
        slot.enrolment_id = enrolment.id
        slot.topic = topic
        _touch(slot)
        MEETING_PROCEDURE.advance(slot, MeetingAct.BOOK, by=by)
    db.session.refresh(slot, ["enrolment"])
    bump_calendar(cohort)
    mails.booked(slot)


def _to_come(enrolment: Enrolment, slot: MeetingSlot) -> Sequence[MeetingSlot]:
    return db.session.scalars(
        select(MeetingSlot)
        .where(
            MeetingSlot.enrolment_id == enrolment.id,
            MeetingSlot.trainer_id == slot.trainer_id,
            MeetingSlot.status == MeetingStatus.BOOKED,
            MeetingSlot.starts_at > clock.now(),
        )
        .with_for_update()
    ).all()


def _give_up(slot: MeetingSlot, *, by: Principal) -> None:
    """Cancel a booking; its time, if still to come, is offered again as another slot."""
    MEETING_PROCEDURE.advance(slot, MeetingAct.CANCEL, by=by)
    _touch(slot)
    db.session.flush()
    if slot.starts_at > clock.now():
        db.session.add(
            MeetingSlot(
                cohort_id=slot.cohort_id,
                trainer_id=slot.trainer_id,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                place=slot.place,
                link=slot.link,
                offered_to_id=slot.offered_to_id,
            )
        )
        db.session.flush()


def cancel(slot: MeetingSlot, words: str, *, by: Principal) -> None:
    """Give up a meeting, or withdraw a free slot. When the learner gives it up, the time is offered again."""
    cohort = lock_cohort(slot.cohort_id)
    db.session.refresh(slot, with_for_update=True)
    MEETING_PROCEDURE.check(slot, MeetingAct.CANCEL, by=by)
    was_booked = slot.status is MeetingStatus.BOOKED
    if was_booked and slot.trainer_id != by.person_id:
        _give_up(slot, by=by)
    else:
        MEETING_PROCEDURE.advance(slot, MeetingAct.CANCEL, by=by)
        _touch(slot)
    db.session.flush()
    bump_calendar(cohort)
    if was_booked:
        mails.cancelled(slot, words, by=by)


def move(slot: MeetingSlot, command: MeetingMove, *, by: Principal) -> None:
    """Move a slot to another time or place; whoever holds it is told, and her calendar follows."""
    cohort = lock_cohort(slot.cohort_id)
    db.session.refresh(slot, with_for_update=True)
    if slot.status not in {MeetingStatus.FREE, MeetingStatus.BOOKED}:
        raise Refused("Ce rendez-vous ne se déplace plus : relisez la page.")
    if command.ends_at <= command.starts_at:
        raise Refused("L’heure de fin précède l’heure de début.", field="ends_at")
    if command.starts_at <= clock.now():
        raise Refused("Ce moment est passé : choisissez un moment à venir.", field="day")
    others = [(each.starts_at, each.ends_at) for each in _live_of(by) if each.id != slot.id]
    if overlaps((command.starts_at, command.ends_at), others):
        raise Refused("Un de vos créneaux est déjà à ce moment-là.", field="starts_at")
    before = moment(slot.starts_at)
    slot.starts_at, slot.ends_at = command.starts_at, command.ends_at
    slot.place, slot.link = command.place, command.link
    _touch(slot)
    db.session.flush()
    journal.record(slot, "meeting.moved", by=by, codes={"to": slot.starts_at.isoformat()})
    bump_calendar(cohort)
    if slot.status is MeetingStatus.BOOKED:
        mails.moved(slot, before)


def conclude(slot: MeetingSlot, command: MeetingReport, *, by: Principal) -> None:
    """Note that a meeting took place, or that nobody came, with a note of follow-up if something is written."""
    lock_cohort(slot.cohort_id)
    db.session.refresh(slot, with_for_update=True)
    MEETING_PROCEDURE.advance(slot, command.act, by=by)
    slot.changed_at = clock.now()
    if command.words and slot.enrolment is not None:
        slot.note_id = write_note(slot.enrolment, Note(command.words, shared=command.shared), by=by).id
        if command.shared:
            mails.report_shared(slot)
    db.session.flush()


def _touch(slot: MeetingSlot) -> None:
    slot.sequence += 1
    slot.changed_at = clock.now()
