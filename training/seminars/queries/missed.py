"""How many core half-days learners miss by the locked sheets, in one SELECT for any number of them (R44)."""

from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from training.catalogue.enums import ModuleType
from training.catalogue.models import DiplomaRules, Module
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.seminars.enums import Presence as Said
from training.seminars.enums import SheetStatus
from training.seminars.models import (
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
    HalfDay,
    MakeUp,
    Seminar,
    half_day_module,
)
from training.seminars.rules.seminars import UNTAUGHT


def _away() -> ColumnElement[bool]:
    """Return the condition: she was away, and it is neither made up elsewhere nor dispensed."""
    elsewhere = aliased(AttendanceEntry)
    other = aliased(AttendanceSheet)
    made_up = exists().where(
        MakeUp.enrolment_id == Enrolment.id,
        MakeUp.missed_id == HalfDay.id,
        other.half_day_id == MakeUp.invited_id,
        other.status == SheetStatus.LOCKED,
        elsewhere.sheet_id == other.id,
        elsewhere.enrolment_id == Enrolment.id,
        elsewhere.status.in_((Said.PRESENT, Said.PARTIAL)),
    )
    waived = exists().where(AttendanceWaiver.enrolment_id == Enrolment.id, AttendanceWaiver.half_day_id == HalfDay.id)
    return AttendanceEntry.status.in_((Said.ABSENT, Said.EXCUSED)) & ~made_up & ~waived


def _core() -> ColumnElement[bool]:
    """Return the condition: the half-day teaches something else than complementary modules."""
    taught = half_day_module.c.half_day_id == HalfDay.id
    return or_(
        ~exists().where(taught),
        exists().where(taught, Module.id == half_day_module.c.module_id, Module.type != ModuleType.ELECTIVE),
    )


def core_rates(whose: ColumnElement[bool]) -> Any:
    """Return, per learner still there, how many core half-days locked sheets speak of, and how many she still misses."""
    later = aliased(AttendanceEntry)
    return (
        select(
            Enrolment.id,
            Enrolment.cohort_id,
            Cohort.code,
            Cohort.label,
            DiplomaRules.attendance_threshold,
            func.count(),
            func.count().filter(_away()),
        )
        .select_from(AttendanceEntry)
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .join(HalfDay, HalfDay.id == AttendanceSheet.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .join(Enrolment, Enrolment.id == AttendanceEntry.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(DiplomaRules, DiplomaRules.edition_id == Cohort.edition_id)
        .where(
            AttendanceSheet.status == SheetStatus.LOCKED,
            Seminar.cohort_id == Enrolment.cohort_id,
            Seminar.kind.not_in(UNTAUGHT),
            whose,
            Enrolment.status.in_(LIVE),
            ~exists().where(later.corrects_id == AttendanceEntry.id),
            _core(),
        )
        .group_by(Enrolment.id, Enrolment.cohort_id, Cohort.code, Cohort.label, DiplomaRules.attendance_threshold)
        .order_by(Cohort.code, Enrolment.id)
    )
