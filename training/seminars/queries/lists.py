"""Learners of a cohort chosen by what sheets say of them, for whoever writes to them (R109)."""

import uuid
from collections.abc import Collection

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from training.cohorts.models import Cohort
from training.database import db
from training.seminars.enums import Presence, SheetStatus
from training.seminars.models import AttendanceEntry, AttendanceSheet, HalfDay, Seminar


def absence_options(cohort: Cohort) -> list[tuple[str, str]]:
    """Return the seminars that have a locked sheet, the latest first. One SELECT."""
    rows = db.session.execute(
        select(Seminar.id, Seminar.title)
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .join(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .where(Seminar.cohort_id == cohort.id, AttendanceSheet.status == SheetStatus.LOCKED)
        .group_by(Seminar.id, Seminar.title)
        .order_by(func.max(HalfDay.starts_at).desc(), Seminar.id)
    )
    return [(str(seminar_id), f"absent·es : {title}") for seminar_id, title in rows]


def absent_from(cohort: Cohort, value: str) -> Collection[uuid.UUID]:
    """Return those whom a locked sheet of this seminar says away, for whatever reason. One SELECT."""
    later = aliased(AttendanceEntry)
    return {
        enrolment_id
        for enrolment_id in db.session.scalars(
            select(AttendanceEntry.enrolment_id)
            .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
            .join(HalfDay, HalfDay.id == AttendanceSheet.half_day_id)
            .join(Seminar, Seminar.id == HalfDay.seminar_id)
            .where(
                Seminar.id == uuid.UUID(value),
                Seminar.cohort_id == cohort.id,
                AttendanceSheet.status == SheetStatus.LOCKED,
                AttendanceEntry.status.in_((Presence.ABSENT, Presence.EXCUSED)),
                ~exists().where(later.corrects_id == AttendanceEntry.id),
            )
        )
        if enrolment_id is not None
    }
