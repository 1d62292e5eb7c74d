"""The slots of interviews, and who waits for one (R26)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.models import Person, Structure
from training.admissions.enums import InterviewStatus
from training.admissions.events import ApplicationEvent
from training.admissions.models import Application, Call, Interview, InterviewSlot
from training.admissions.queries.scope import visible, visible_call
from training.common import clock
from training.common.errors import NotFound
from training.common.journal import Event
from training.common.policy import Principal
from training.database import db


def person(person_id: uuid.UUID) -> Person:
    """Return a person who leads an interview."""
    return db.session.get_one(Person, person_id)


def slots(call_id: uuid.UUID) -> Sequence[InterviewSlot]:
    """Return the slots of a call from now on, free or taken, in order, with who comes. One SELECT."""
    return db.session.scalars(
        select(InterviewSlot)
        .where(InterviewSlot.call_id == call_id, InterviewSlot.starts_at > clock.now())
        .options(
            joinedload(InterviewSlot.interviewer),
            joinedload(InterviewSlot.interview).joinedload(Interview.application).joinedload(Application.person),
        )
        .order_by(InterviewSlot.starts_at, InterviewSlot.id)
    ).all()


def free_slots(call_id: uuid.UUID) -> Sequence[InterviewSlot]:
    """Return the free slots of a call from now on, in order."""
    return db.session.scalars(
        select(InterviewSlot)
        .where(
            InterviewSlot.call_id == call_id,
            InterviewSlot.interview_id.is_(None),
            InterviewSlot.starts_at > clock.now(),
        )
        .options(joinedload(InterviewSlot.interviewer))
        .order_by(InterviewSlot.starts_at, InterviewSlot.id)
    ).all()


def slot_of(interview_id: uuid.UUID) -> InterviewSlot | None:
    """Return the slot an interview is in, or null."""
    return db.session.scalar(select(InterviewSlot).where(InterviewSlot.interview_id == interview_id))


def slot_to_take(call_id: uuid.UUID, slot_id: uuid.UUID) -> InterviewSlot | None:
    """Return a slot of this call as it is now, taken FOR UPDATE, or null."""
    return db.session.scalar(
        select(InterviewSlot)
        .where(InterviewSlot.id == slot_id, InterviewSlot.call_id == call_id)
        .with_for_update(of=InterviewSlot)
        .execution_options(populate_existing=True)
    )


def slot(principal: Principal, slot_id: uuid.UUID, *, lock: bool = False) -> InterviewSlot:
    """Return a slot of a call in which one of the person's bodies plays a part, or raise ``NotFound``."""
    query = (
        select(InterviewSlot)
        .join(InterviewSlot.call)
        .where(InterviewSlot.id == slot_id, visible_call(principal))
        .options(joinedload(InterviewSlot.call).selectinload(Call.parts))
    )
    if lock:
        query = query.with_for_update(of=InterviewSlot).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def interviews_to_plan(call_id: uuid.UUID) -> Sequence[Interview]:
    """Return the interviews of a call that wait for a time, the first asked first."""
    return db.session.scalars(
        select(Interview)
        .join(Interview.application)
        .where(Application.call_id == call_id, Interview.status == InterviewStatus.TO_PLAN)
        .options(joinedload(Interview.application).joinedload(Application.person))
        .order_by(Interview.asked_at, Interview.id)
    ).all()


def interviews(principal: Principal, call: Call) -> Sequence[Interview]:
    """Return the interviews of a call that this person may see, but her own, by time; those without one first."""
    return db.session.scalars(
        select(Interview)
        .join(Interview.application)
        .where(Application.call_id == call.id, Application.person_id != principal.person_id, visible(principal))
        .options(
            joinedload(Interview.application).options(
                joinedload(Application.person),
                joinedload(Application.structure).joinedload(Structure.departement),
            )
        )
        .order_by(Interview.starts_at.asc().nulls_first(), Interview.asked_at, Interview.id)
    ).all()


def own_interview(principal: Principal, application_id: uuid.UUID, *, lock: bool = False) -> Interview:
    """Return the interview that waits, or is to come, on one's own file; else ``NotFound``."""
    query = (
        select(Interview)
        .join(Interview.application)
        .where(
            Interview.application_id == application_id,
            Application.person_id == principal.person_id,
            Interview.status.in_([InterviewStatus.TO_PLAN, InterviewStatus.PLANNED]),
        )
        .options(
            joinedload(Interview.application).options(
                joinedload(Application.person),
                joinedload(Application.structure).joinedload(Structure.departement),
                joinedload(Application.call).options(selectinload(Call.parts), selectinload(Call.dates)),
            )
        )
    )
    if lock:
        query = query.with_for_update(of=Interview).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def was_told_of_slots(application_id: uuid.UUID) -> bool:
    """Whether the applicant was already asked to choose a slot since her last interview was asked for."""
    kinds = [ApplicationEvent.SLOTS_OFFERED.value, ApplicationEvent.INTERVIEW_ASKED.value]
    last = db.session.scalar(
        select(Event.kind)
        .where(
            Event.subject_kind == Application.__tablename__, Event.subject_id == application_id, Event.kind.in_(kinds)
        )
        .order_by(Event.position.desc())
        .limit(1)
    )
    return last == ApplicationEvent.SLOTS_OFFERED.value
