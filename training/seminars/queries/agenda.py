"""The individual meetings one’s own calendar shows beside half-days (R119)."""

import uuid

from sqlalchemy import ColumnElement

from training.cohorts.meetings import TAKEN, MeetingSlot, MeetingStatus
from training.cohorts.queries.meetings import in_calendar_of
from training.common import clock
from training.seminars.rules.agenda import Appointment


def appointments_of(person_id: uuid.UUID, *conditions: ColumnElement[bool]) -> list[Appointment]:
    """Return the meetings taken of a person, as a trainer or as a learner, by time. One SELECT."""
    slots = in_calendar_of(person_id, MeetingSlot.status.in_(TAKEN), *conditions)
    return [_appointment(slot, person_id) for slot in slots]


def _appointment(slot: MeetingSlot, person_id: uuid.UUID) -> Appointment:
    gives = slot.trainer_id == person_id
    learner = slot.enrolment.person if slot.enrolment is not None else slot.trainer
    return Appointment(
        id=slot.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        other=(learner if gives else slot.trainer).name,
        programme=slot.cohort.edition.programme.code,
        cohort=slot.cohort.label,
        place=slot.place,
        link=slot.link,
        topic=slot.topic,
        reports=gives and slot.status is MeetingStatus.BOOKED and slot.starts_at <= clock.now(),
    )
