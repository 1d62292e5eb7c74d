"""Learners of a cohort chosen by what they owe, for whoever writes to them (R109)."""

import uuid
from collections.abc import Collection

from sqlalchemy import select

from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.database import db
from training.portfolio.queries.courses import courses_of


def late_options(_cohort: Cohort) -> list[tuple[str, str]]:
    """Return the one list there is."""
    return [("oui", "en retard d’un document")]


def late(cohort: Cohort, _value: str) -> Collection[uuid.UUID]:
    """Return those who have passed the day of a document without it (R53). At most six SELECTs."""
    learners = db.session.scalars(
        select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE)).order_by(Enrolment.id)
    ).all()
    courses = courses_of(learners)
    return {each.id for each in learners if any(line.is_late for line in courses[each.id].tracers)}
