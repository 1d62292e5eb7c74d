"""A cohort's whole calendar and its sheets, for what is brought in from spreadsheets (R114)."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from training.cohorts.models import Cohort
from training.database import db
from training.seminars.models import AttendanceEntry, AttendanceSheet, HalfDay, HalfDayStaff, Seminar

_OF_HALF_DAY = (
    joinedload(HalfDay.seminar, innerjoin=True).joinedload(Seminar.cohort, innerjoin=True),
    selectinload(HalfDay.variants),
    selectinload(HalfDay.modules),
    selectinload(HalfDay.staff).joinedload(HalfDayStaff.person, innerjoin=True),
)


def half_days_in(cohort: Cohort) -> Sequence[HalfDay]:
    """Return every half-day of a cohort, cancelled ones too, in order of time. Four SELECTs."""
    return db.session.scalars(
        select(HalfDay)
        .join(HalfDay.seminar)
        .where(Seminar.cohort_id == cohort.id)
        .options(*_OF_HALF_DAY)
        .order_by(HalfDay.starts_at, HalfDay.uid)
    ).all()


def half_days_named(ids: Collection[uuid.UUID]) -> Sequence[HalfDay]:
    """Return half-days by their uuids, in order of time. One SELECT."""
    return db.session.scalars(
        select(HalfDay)
        .where(HalfDay.id.in_(ids))
        .options(joinedload(HalfDay.seminar, innerjoin=True))
        .order_by(HalfDay.starts_at, HalfDay.id)
    ).all()


def seminars_in(cohort: Cohort) -> Sequence[Seminar]:
    """Return every seminar of a cohort. One SELECT."""
    return db.session.scalars(select(Seminar).where(Seminar.cohort_id == cohort.id).order_by(Seminar.id)).all()


def sheets_in(cohort: Cohort) -> dict[uuid.UUID, AttendanceSheet]:
    """Return the sheets of a cohort by half-day, with their entries. Two SELECTs."""
    rows = db.session.scalars(
        select(AttendanceSheet)
        .join(HalfDay, HalfDay.id == AttendanceSheet.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .where(Seminar.cohort_id == cohort.id)
        .options(
            selectinload(AttendanceSheet.entries).load_only(
                AttendanceEntry.sheet_id,
                AttendanceEntry.enrolment_id,
                AttendanceEntry.status,
                AttendanceEntry.hours,
                AttendanceEntry.absence_kind,
                AttendanceEntry.corrects_id,
                AttendanceEntry.recorded_at,
            )
        )
    ).all()
    return {sheet.half_day_id: sheet for sheet in rows}


def sheets_named(ids: Collection[uuid.UUID]) -> Sequence[AttendanceSheet]:
    """Return sheets by their uuids, in order of time. One SELECT."""
    return db.session.scalars(
        select(AttendanceSheet)
        .join(AttendanceSheet.half_day)
        .where(AttendanceSheet.id.in_(ids))
        .options(joinedload(AttendanceSheet.half_day, innerjoin=True).joinedload(HalfDay.seminar, innerjoin=True))
        .order_by(HalfDay.starts_at, HalfDay.id)
    ).all()
