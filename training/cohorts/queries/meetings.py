"""Individual meetings: those one offers, those one may take, their hours, what calendars show of them (R119, R123)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from training.accounts.models import Person
from training.catalogue.models import Edition
from training.cohorts.enums import FOLLOWING, LIVE, AssignmentKind
from training.cohorts.meeting_rules import PERMISSIONS, its_trainer
from training.cohorts.meetings import MeetingSlot, MeetingStatus
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.queries.cohorts import in_force_on
from training.common import clock
from training.common.errors import NotFound
from training.common.policy import Permission, Principal
from training.database import db

MOST: Final = 60
"""Slots a page shows of each kind."""
_WHO: Final = (
    joinedload(MeetingSlot.trainer, innerjoin=True),
    joinedload(MeetingSlot.cohort, innerjoin=True),
    joinedload(MeetingSlot.enrolment).joinedload(Enrolment.person, innerjoin=True),
    joinedload(MeetingSlot.offered_to).joinedload(Enrolment.person, innerjoin=True),
)


@dataclass(frozen=True, slots=True)
class TaughtCohort:
    """A cohort where someone follows learners: those she may offer a slot to."""

    id: uuid.UUID
    label: str
    learners: Sequence[tuple[uuid.UUID, str]]


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    """Meetings of a person: as a trainer, and as a learner."""

    to_conclude: Sequence[MeetingSlot]
    given: Sequence[MeetingSlot]
    free: Sequence[MeetingSlot]
    taken: Sequence[MeetingSlot]
    offered: Sequence[MeetingSlot]
    past: Sequence[MeetingSlot]
    teaches: bool


def meetings_page(principal: Principal) -> MeetingsPage:
    """Return the meetings of a person in all her capacities. Three SELECTs."""
    now, who = clock.now(), principal.person_id
    learner = aliased(Enrolment)
    rows = db.session.scalars(
        select(MeetingSlot)
        .outerjoin(learner, learner.id == MeetingSlot.enrolment_id)
        .options(*_WHO)
        .where(
            or_(MeetingSlot.trainer_id == who, learner.person_id == who),
            MeetingSlot.status != MeetingStatus.CANCELLED,
        )
        .order_by(MeetingSlot.starts_at.desc(), MeetingSlot.id)
        .limit(3 * MOST)
    ).all()[::-1]
    own = [slot for slot in rows if slot.trainer_id == who]
    hers = [slot for slot in rows if slot.trainer_id != who]
    booked = [slot for slot in own if slot.status is MeetingStatus.BOOKED]
    return MeetingsPage(
        to_conclude=[slot for slot in booked if slot.starts_at <= now],
        given=[slot for slot in booked if slot.starts_at > now],
        free=[slot for slot in own if slot.status is MeetingStatus.FREE and slot.starts_at > now],
        taken=[slot for slot in hers if slot.status is MeetingStatus.BOOKED and slot.ends_at > now],
        offered=offered_to(principal),
        past=[slot for slot in rows if slot.status in {MeetingStatus.HELD, MeetingStatus.MISSED}][::-1],
        teaches=bool(cohorts_taught(principal)),
    )


def offered_to(principal: Principal) -> Sequence[MeetingSlot]:
    """Return the free slots to come that this person may take as a learner, by time. One SELECT."""
    today = in_force_on(clock.today())
    follows = exists().where(
        TrainerAssignment.person_id == MeetingSlot.trainer_id,
        TrainerAssignment.cohort_id == MeetingSlot.cohort_id,
        or_(
            and_(TrainerAssignment.kind.in_(FOLLOWING), TrainerAssignment.enrolment_id == Enrolment.id),
            TrainerAssignment.kind == AssignmentKind.ANIMATOR,
        ),
        today,
    )
    return db.session.scalars(
        select(MeetingSlot)
        .join(Enrolment, Enrolment.cohort_id == MeetingSlot.cohort_id)
        .options(*_WHO)
        .where(
            Enrolment.person_id == principal.person_id,
            Enrolment.status.in_(LIVE),
            MeetingSlot.trainer_id != principal.person_id,
            MeetingSlot.status == MeetingStatus.FREE,
            MeetingSlot.starts_at > clock.now(),
            or_(MeetingSlot.offered_to_id.is_(None), MeetingSlot.offered_to_id == Enrolment.id),
            follows,
        )
        .order_by(MeetingSlot.starts_at, MeetingSlot.id)
        .limit(MOST)
    ).all()


def cohorts_taught(principal: Principal) -> list[TaughtCohort]:
    """Return the cohorts where this person follows learners or that she animates, with those learners. One SELECT."""
    rows = db.session.execute(
        select(Cohort.id, Cohort.label, Enrolment.id, Person)
        .join(TrainerAssignment, TrainerAssignment.cohort_id == Cohort.id)
        .join(
            Enrolment,
            and_(
                Enrolment.cohort_id == Cohort.id,
                or_(TrainerAssignment.kind == AssignmentKind.ANIMATOR, TrainerAssignment.enrolment_id == Enrolment.id),
            ),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            TrainerAssignment.person_id == principal.person_id,
            in_force_on(clock.today()),
            Enrolment.status.in_(LIVE),
            Enrolment.person_id != principal.person_id,
        )
        .order_by(Cohort.label, Cohort.id, Person.sort_key, Enrolment.id)
    )
    found: dict[uuid.UUID, tuple[str, dict[uuid.UUID, str]]] = {}
    for cohort_id, label, enrolment_id, person in rows:
        found.setdefault(cohort_id, (label, {}))[1][enrolment_id] = person.name
    return [TaughtCohort(key, label, list(people.items())) for key, (label, people) in found.items()]


def find_slot(principal: Principal, slot_id: uuid.UUID) -> MeetingSlot:
    """Return a slot this person gave, took or may take; ``NotFound`` for any other. Four SELECTs."""
    query = (
        select(MeetingSlot)
        .options(
            joinedload(MeetingSlot.trainer, innerjoin=True),
            joinedload(MeetingSlot.enrolment).joinedload(Enrolment.person, innerjoin=True),
            joinedload(MeetingSlot.cohort, innerjoin=True).options(
                selectinload(Cohort.parts), selectinload(Cohort.assignments), selectinload(Cohort.enrolments)
            ),
        )
        .where(MeetingSlot.id == slot_id)
    )
    slot = db.session.scalar(query)
    seen = (Permission.COHORTS_MEETING_BOOK, Permission.COHORTS_MEETING_CANCEL)
    if slot is None or not any(PERMISSIONS[each](principal, slot) for each in seen):
        raise NotFound
    if slot.enrolment is not None and not PERMISSIONS[Permission.COHORTS_MEETING_CANCEL](principal, slot):
        raise NotFound
    return slot


def next_meetings(enrolment_ids: Sequence[uuid.UUID], trainer_id: uuid.UUID | None) -> dict[uuid.UUID, datetime]:
    """Return the next meeting of each of these learners with a trainer. One SELECT."""
    rows = db.session.execute(
        select(MeetingSlot.enrolment_id, func.min(MeetingSlot.starts_at))
        .where(
            MeetingSlot.enrolment_id.in_(enrolment_ids),
            MeetingSlot.trainer_id == trainer_id,
            MeetingSlot.status == MeetingStatus.BOOKED,
            MeetingSlot.starts_at > clock.now(),
        )
        .group_by(MeetingSlot.enrolment_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


@dataclass(frozen=True, slots=True)
class HeldMeeting:
    """A meeting that took place: whose time it was, and for how long (R123)."""

    cohort_id: uuid.UUID
    trainer_id: uuid.UUID
    enrolment_id: uuid.UUID
    starts_at: datetime
    minutes: int


def held_meetings(*conditions: ColumnElement[bool]) -> list[HeldMeeting]:
    """Return the meetings that took place under these conditions, by time: individual follow-up in hours. One SELECT."""
    rows = db.session.scalars(
        select(MeetingSlot)
        .where(MeetingSlot.status == MeetingStatus.HELD, MeetingSlot.enrolment_id.is_not(None), *conditions)
        .order_by(MeetingSlot.starts_at, MeetingSlot.id)
    )
    return [
        HeldMeeting(slot.cohort_id, slot.trainer_id, slot.enrolment_id, slot.starts_at, slot.minutes)
        for slot in rows
        if slot.enrolment_id is not None
    ]


def in_calendar_of(person_id: Any, *conditions: ColumnElement[bool]) -> Sequence[MeetingSlot]:
    """Return the meetings that show in a person’s calendar, cancelled ones included, by time. One SELECT."""
    programme = joinedload(MeetingSlot.cohort, innerjoin=True).joinedload(Cohort.edition, innerjoin=True)
    return db.session.scalars(
        select(MeetingSlot)
        .join(Enrolment, Enrolment.id == MeetingSlot.enrolment_id)
        .options(*_WHO, programme.joinedload(Edition.programme, innerjoin=True))
        .where(or_(MeetingSlot.trainer_id == person_id, Enrolment.person_id == person_id), *conditions)
        .order_by(MeetingSlot.starts_at, MeetingSlot.id)
    ).all()


def is_its_trainer(principal: Principal, slot: MeetingSlot) -> bool:
    """Whether this person gives the slot."""
    return its_trainer(principal, slot)
