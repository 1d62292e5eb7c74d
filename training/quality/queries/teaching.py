"""Hours of those who teach: half-days held, and individual follow-up (R123)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from training.accounts.models import Person
from training.cohorts.meetings import MeetingSlot
from training.cohorts.queries.meetings import held_meetings
from training.common import clock
from training.database import db
from training.quality.models import TeachingTie
from training.quality.rules.evidence import MINUTES, TeachingLine
from training.seminars.enums import OFF, StaffRole
from training.seminars.models import HalfDay, HalfDayStaff, Seminar
from training.seminars.rules.seminars import length_of


@dataclass(slots=True)
class _Sum:
    name: str
    roles: set[StaffRole] = field(default_factory=set)
    half_days: int = 0
    hours: Decimal = Decimal(0)


def teaching_of(
    cohorts: Collection[uuid.UUID],
    organisation_id: uuid.UUID | None,
    *,
    since: date | None = None,
    until: date | None = None,
) -> list[TeachingLine]:
    """Return the hours of each person who taught in these cohorts between two days included. Four SELECTs."""
    query = (
        select(HalfDay.starts_at, HalfDay.ends_at, HalfDayStaff.role, Person.id, Person.first_name, Person.last_name)
        .join(HalfDayStaff, HalfDayStaff.half_day_id == HalfDay.id)
        .join(Person, Person.id == HalfDayStaff.person_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .where(
            Seminar.cohort_id.in_(cohorts),
            Seminar.status.not_in(OFF),
            HalfDay.cancelled_at.is_(None),
            HalfDay.ends_at <= clock.now(),
        )
        .order_by(Person.sort_key, Person.id)
    )
    if since is not None:
        query = query.where(HalfDay.starts_at >= clock.at_paris(since))
    if until is not None:
        query = query.where(HalfDay.starts_at < clock.at_paris(until + timedelta(days=1)))
    people: dict[uuid.UUID, _Sum] = {}
    for row in db.session.execute(query):
        found = people.setdefault(row.id, _Sum(f"{row.first_name} {row.last_name}".strip()))
        found.roles.add(row.role)
        found.half_days += 1
        found.hours += length_of(row)
    follow_up = _follow_up(cohorts, people, since, until)
    ties = _ties(organisation_id)
    return [
        TeachingLine(
            name=each.name,
            roles=tuple(sorted(role.label for role in each.roles)),
            half_days=each.half_days,
            group_hours=each.hours,
            follow_up_hours=follow_up.get(person_id, Decimal(0)),
            internal=ties.get(person_id),
            person_id=person_id,
        )
        for person_id, each in people.items()
    ]


def _follow_up(
    cohorts: Collection[uuid.UUID], people: dict[uuid.UUID, _Sum], since: date | None, until: date | None
) -> dict[uuid.UUID, Decimal]:
    """Return the hours of individual meetings held, by trainer; who only follows individually is added. Two SELECTs."""
    conditions: list[ColumnElement[bool]] = [MeetingSlot.cohort_id.in_(cohorts)]
    if since is not None:
        conditions.append(MeetingSlot.starts_at >= clock.at_paris(since))
    if until is not None:
        conditions.append(MeetingSlot.starts_at < clock.at_paris(until + timedelta(days=1)))
    hours: dict[uuid.UUID, Decimal] = {}
    for meeting in held_meetings(*conditions):
        minutes = Decimal(meeting.minutes) / MINUTES
        hours[meeting.trainer_id] = hours.get(meeting.trainer_id, Decimal(0)) + minutes
    others = select(Person).where(Person.id.in_([each for each in hours if each not in people]))
    for person in db.session.scalars(others.order_by(Person.sort_key, Person.id)):
        people[person.id] = _Sum(person.name, {StaffRole.TRAINER})
    return hours


def _ties(organisation_id: uuid.UUID | None) -> dict[uuid.UUID, bool]:
    rows = db.session.execute(
        select(TeachingTie.person_id, TeachingTie.internal).where(TeachingTie.organisation_id == organisation_id)
    )
    return {row[0]: row[1] for row in rows}
