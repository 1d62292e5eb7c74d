"""Learners on the way to their diploma; in ``db.session``, flushed."""

from datetime import date
from typing import Any, Final

from tests.factories import accounts, attendance, portfolio
from tests.factories import cohorts as cohort_rows
from training.accounts.enums import Part
from training.catalogue.enums import Modality
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.portfolio.enums import EntryStatus, TracerStatus
from training.portfolio.models import HoursEntry, Tracer
from training.seminars.models import HalfDay

HOURS: Final = 30


def half_day(cohort: Cohort, **values: Any) -> HalfDay:
    """A morning of the core module."""
    module = portfolio.module(cohort).id
    (made,) = attendance.half_days(cohort, 1, **{"first": date(2026, 2, 10), "modules": (module,), **values})
    return made


def validate_tracer(enrolment: Enrolment) -> Tracer:
    """The learner’s one mandatory document, validated."""
    kind = portfolio.tracer_type(enrolment.cohort)
    tracer = Tracer(enrolment_id=enrolment.id, type_id=kind.id, status=TracerStatus.ACCEPTED, deposited_at=clock.now())
    db.session.add(tracer)
    db.session.flush()
    return tracer


def confirm_hours(enrolment: Enrolment, modality: Modality, hours: int = HOURS) -> HoursEntry:
    """Hours confirmed."""
    entry = HoursEntry(
        enrolment_id=enrolment.id,
        modality=modality,
        module_id=portfolio.module(enrolment.cohort).id,
        done_on=date(2026, 2, 12),
        minutes=hours * 60,
        status=EntryStatus.CONFIRMED,
        settled_at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def complete(enrolment: Enrolment) -> Enrolment:
    """Give a learner all that does not come from sheets."""
    validate_tracer(enrolment)
    for modality in (Modality.E_LEARNING, Modality.TEAM):
        confirm_hours(enrolment, modality)
    return enrolment


def graduating(count: int = 1, cohort: Cohort | None = None) -> list[Enrolment]:
    """So many learners of one cohort who have done all that its edition asks."""
    cohort = cohort or cohort_rows.cohort()
    learners = [complete(cohort_rows.learner(cohort)) for _ in range(count)]
    attendance.locked(half_day(cohort), dict.fromkeys(learners, attendance.THERE))
    db.session.expire_all()
    return learners


def begun(cohort: Cohort | None = None) -> Enrolment:
    """A learner of whom nothing is done but her presence."""
    learner = cohort_rows.learner(cohort or cohort_rows.cohort())
    attendance.locked(half_day(learner.cohort), {learner: attendance.THERE})
    return learner


def school_of(cohort: Cohort) -> Principal:
    """A manager of the cohort’s school, as services receive her."""
    return accounts.principal(accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)))


def carrier_of(cohort: Cohort) -> Principal:
    """A manager of the cohort’s carrier, as services receive her."""
    return accounts.principal(cohort_rows.carrier_of(cohort))
