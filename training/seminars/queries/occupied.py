"""The half-days that expect a person when an individual meeting would take place (R35, R119)."""

import uuid

from sqlalchemy import and_, exists, or_, select

from training.cohorts.enums import AssignmentKind
from training.cohorts.models import TrainerAssignment
from training.cohorts.occupied import Taken, Times
from training.cohorts.queries import in_force_on
from training.common import clock
from training.database import db
from training.seminars.enums import OFF
from training.seminars.models import HalfDay, HalfDayStaff, Seminar
from training.seminars.queries.scope import half_days_of, scope_of
from training.seminars.rules import CalendarScope


def half_days_expecting(person_id: uuid.UUID, times: Times) -> list[Taken]:
    """Return the half-days where she learns, teaches or animates at these times. Nine SELECTs at most."""
    at_once = or_(*(and_(HalfDay.starts_at < end, HalfDay.ends_at > start) for start, end in times))
    takes_place = (at_once, HalfDay.cancelled_at.is_(None), Seminar.status.not_in(OFF))
    own = CalendarScope(learnings=scope_of(person_id).learnings, person_id=person_id)
    animated = CalendarScope(whole=_animated(person_id))
    found = half_days_of(own, *takes_place)
    if animated.whole:
        unstaffed = ~exists().where(HalfDayStaff.half_day_id == HalfDay.id)
        found += half_days_of(animated, unstaffed, *takes_place)
    known = {half_day.id: half_day for half_day in found}
    return [Taken(each.starts_at, each.ends_at, each.seminar.title) for each in known.values()]


def _animated(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(
        db.session.scalars(
            select(TrainerAssignment.cohort_id).where(
                TrainerAssignment.person_id == person_id,
                TrainerAssignment.kind == AssignmentKind.ANIMATOR,
                in_force_on(clock.today()),
            )
        )
    )
