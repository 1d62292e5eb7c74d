"""Slots for interviews: proposed, chosen, given back; and the time they take of each person (R26)."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from training.admissions import mails, queries, rules
from training.admissions.commands import ChooseSlot, ProposeSlots
from training.admissions.enums import InterviewAct, InterviewStatus
from training.admissions.events import ApplicationEvent, CallEvent
from training.admissions.models import Application, BookedTime, Call, Interview, InterviewSlot
from training.admissions.procedure import INTERVIEW
from training.common import clock, journal
from training.common.errors import Conflict, Refused
from training.common.policy import WORKER, Permission, Principal, policy
from training.database import db

GRAIN: Final = timedelta(minutes=5)
"""The least time that is taken: an interview from 9 h 02 to 9 h 31 takes from 9 h to 9 h 35."""
MOST_SLOTS: Final = 24
BUSY: Final = {
    "applicant": "La personne a déjà un entretien à ce moment-là.",
    "interviewer": "La personne qui mène l’entretien a déjà un entretien, ou propose un créneau, à ce moment-là.",
}


def grains(starts_at: datetime, minutes: int) -> Iterator[datetime]:
    """Yield the five minutes that an interview takes, whole."""
    at = starts_at - timedelta(
        minutes=starts_at.minute % 5, seconds=starts_at.second, microseconds=starts_at.microsecond
    )
    end = starts_at + timedelta(minutes=minutes)
    while at < end:
        yield at
        at += GRAIN


def take(
    person_id: uuid.UUID,
    starts_at: datetime,
    minutes: int,
    *,
    busy: str,
    interview: Interview | None = None,
    slot: InterviewSlot | None = None,
) -> None:
    """Take this time of a person's for an interview or a slot; raise ``Refused`` with ``busy`` if some of it is taken.

    Two acts at once meet on the unique five minutes: the second is told so by its form.
    """
    wanted = list(grains(starts_at, minutes))
    taken = select(BookedTime.id).where(BookedTime.person_id == person_id, BookedTime.at.in_(wanted)).limit(1)
    if db.session.scalar(taken) is not None:
        raise Refused(busy, field="hour")
    db.session.add_all(
        BookedTime(
            person_id=person_id,
            at=at,
            interview_id=interview.id if interview else None,
            slot_id=slot.id if slot else None,
        )
        for at in wanted
    )
    db.session.flush()


def give_back(interview: Interview) -> None:
    """Give back the time an interview took, and the slot it was in, which is free again."""
    db.session.execute(delete(BookedTime).where(BookedTime.interview_id == interview.id))
    slot = queries.slot_of(interview.id)
    if slot is not None:
        slot.interview_id = None
    db.session.flush()


def propose_slots(call: Call, command: ProposeSlots, *, by: Principal) -> int:
    """Propose as many slots as fit between two times, and tell those who wait for one; return how many were made.

    Raises ``Refused`` for a time gone by, one that holds no slot, or one the interviewer no longer has.
    """
    if command.starts_at < clock.now():
        raise Refused("Choisissez un horaire à venir.", field="day")
    if command.interviewer_id not in {reviewer.person_id for reviewer in queries.reviewers(call)}:
        raise Refused("Cette personne ne mène pas d’entretien pour cet appel.", field="interviewer")
    length = timedelta(minutes=command.minutes)
    count = (command.ends_at - command.starts_at) // length
    if not 1 <= count <= MOST_SLOTS:
        raise Refused(f"Entre ces deux heures doit tenir au moins un créneau, et {MOST_SLOTS} au plus.", field="until")
    for number in range(count):
        slot = InterviewSlot(
            id=uuid.uuid4(),
            call_id=call.id,
            interviewer_id=command.interviewer_id,
            starts_at=command.starts_at + number * length,
            minutes=command.minutes,
            link=command.link,
        )
        db.session.add(slot)
        db.session.flush()
        take(command.interviewer_id, slot.starts_at, slot.minutes, busy=BUSY["interviewer"], slot=slot)
    journal.record(call, CallEvent.SLOTS_PROPOSED, by=by, codes={"slots": count})
    for interview in queries.interviews_to_plan(call.id):
        tell_of_slots(interview, by=by)
    return count


def withdraw_slot(slot: InterviewSlot, *, by: Principal) -> None:
    """Take a free slot back; raise ``Conflict`` once someone has chosen it."""
    if slot.interview_id is not None:
        raise Conflict("Ce créneau vient d’être choisi : déplacez l’entretien pour le libérer.")
    db.session.execute(delete(BookedTime).where(BookedTime.slot_id == slot.id))
    call = slot.call
    db.session.delete(slot)
    db.session.flush()
    journal.record(call, CallEvent.SLOT_WITHDRAWN, by=by)


def tell_of_slots(interview: Interview, *, by: Principal) -> bool:
    """Tell the applicant, once, that she may choose among free slots; return whether she was told."""
    application = interview.application
    free = [slot for slot in queries.free_slots(application.call_id) if may_hold(interview, slot)]
    if not free or queries.was_told_of_slots(application.id):
        return False
    journal.record(application, ApplicationEvent.SLOTS_OFFERED, by=by)
    mails.interview_to_choose(interview)
    return True


def may_hold(interview: Interview, slot: InterviewSlot) -> bool:
    """Whether the slot's interviewer may hold this interview: no conflict of interest, and within her scope (R97)."""
    holder = next(
        (r for r in queries.reviewers(interview.application.call) if r.person_id == slot.interviewer_id), None
    )
    return holder is not None and policy.allows(holder, Permission.ADMISSIONS_INTERVIEW_HOLD, interview)


def choose_slot(interview: Interview, command: ChooseSlot, *, by: Principal) -> None:
    """Hold the interview in a free slot, in place of the time it had; both are invited with a calendar event.

    The slot is taken FOR UPDATE: of two who choose it at once, the second is told it is gone.
    """
    slot = queries.slot_to_take(interview.application.call_id, command.slot_id)
    if slot is None or slot.interview_id is not None:
        raise Refused("Ce créneau vient d’être pris : choisissez-en un autre.", field="slot")
    if slot.starts_at < clock.now():
        raise Refused("Ce créneau est passé : choisissez-en un autre.", field="slot")
    if not may_hold(interview, slot):
        raise Refused("Cette personne ne peut pas mener cet entretien : choisissez un autre créneau.", field="slot")
    INTERVIEW.check(interview, InterviewAct.CHOOSE, by=by)
    former = interview.interviewer_id if interview.status is InterviewStatus.PLANNED else None
    give_back(interview)
    take(interview.application.person_id, slot.starts_at, slot.minutes, busy=BUSY["applicant"], interview=interview)
    with db.session.no_autoflush:
        slot.interview_id = interview.id
        interview.starts_at, interview.minutes, interview.link = slot.starts_at, slot.minutes, slot.link
        interview.interviewer_id, interview.interviewer = slot.interviewer_id, slot.interviewer.name
        interview.sequence += 1
        INTERVIEW.advance(interview, InterviewAct.CHOOSE, by=by)
    tell(interview, former=former)


def drop(application: Application) -> None:
    """Drop the interview that waits on a file whose applicant withdrew: its time is given back, both are told."""
    interview = rules.pending_interview(application)
    if interview is None:
        return
    planned = interview.status is InterviewStatus.PLANNED
    interview.sequence += 1
    INTERVIEW.advance(interview, InterviewAct.WAIVE, by=WORKER, reason="La candidature est retirée.")
    give_back(interview)
    if planned:
        mails.interview_cancelled(interview)
        if interview.interviewer_id is not None:
            mails.interview_not_to_hold(interview, queries.person(interview.interviewer_id))


def tell(interview: Interview, *, former: uuid.UUID | None) -> None:
    """Invite the applicant and the interviewer; the former interviewer sees it leave her calendar."""
    mails.interview_planned(interview)
    if former is not None and former != interview.interviewer_id:
        mails.interview_not_to_hold(interview, queries.person(former))
    if interview.interviewer_id is not None:
        mails.interview_to_hold(interview, queries.person(interview.interviewer_id))
