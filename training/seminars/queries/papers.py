"""What the papers print, as plain facts (R42)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from training.cohorts.models import Cohort, Enrolment
from training.database import db
from training.seminars.enums import OFF, SheetStatus
from training.seminars.models import (
    AttendanceEntry,
    AttendanceSheet,
    DocumentBatch,
    DocumentIssuer,
    EntryMark,
    HalfDay,
    HalfDayStaff,
    Seminar,
)
from training.seminars.queries.corrections import Corrected, corrections_on
from training.seminars.rules.attendance import carrier_of


def issuer_of(cohort: Cohort) -> DocumentIssuer | None:
    """Return how the carrier of a cohort signs its papers, or null when nobody said. At most one SELECT."""
    carrier = carrier_of(cohort)
    return db.session.get(DocumentIssuer, carrier.id) if carrier is not None else None


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """A sheet with all its entries, the signatures drawn, and what was corrected after the lock."""

    half_day: HalfDay
    sheet: AttendanceSheet
    entries: Sequence[AttendanceEntry]
    marks: dict[uuid.UUID, str]
    corrections: Sequence[Corrected]


def stored_sheets(cohort: Cohort) -> list[StoredSheet]:
    """Return the locked sheets of a cohort in order of time. Seven SELECTs, eight with corrections."""
    rows = db.session.execute(
        select(HalfDay, AttendanceSheet)
        .join(HalfDay.seminar)
        .join(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .where(Seminar.cohort_id == cohort.id, Seminar.status.not_in(OFF), AttendanceSheet.status == SheetStatus.LOCKED)
        .options(
            joinedload(HalfDay.seminar, innerjoin=True).joinedload(Seminar.cohort, innerjoin=True),
            selectinload(HalfDay.modules),
            selectinload(HalfDay.variants),
            selectinload(HalfDay.staff).joinedload(HalfDayStaff.person, innerjoin=True),
        )
        .order_by(HalfDay.starts_at, HalfDay.uid)
    ).all()
    ids = [sheet.id for _, sheet in rows]
    entries: dict[uuid.UUID, list[AttendanceEntry]] = {}
    found = db.session.scalars(
        select(AttendanceEntry)
        .where(AttendanceEntry.sheet_id.in_(ids))
        .options(
            joinedload(AttendanceEntry.guest),
            joinedload(AttendanceEntry.enrolment).options(
                joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.structure, innerjoin=True)
            ),
        )
        .order_by(AttendanceEntry.recorded_at, AttendanceEntry.id)
    )
    for entry in found:
        entries.setdefault(entry.sheet_id, []).append(entry)
    marks = marks_on(ids)
    corrections: dict[uuid.UUID, list[Corrected]] = {}
    for each in corrections_on(entry for written in entries.values() for entry in written):
        corrections.setdefault(each.entry.sheet_id, []).append(each)
    return [
        StoredSheet(half_day, sheet, entries.get(sheet.id, []), marks, corrections.get(sheet.id, []))
        for half_day, sheet in rows
    ]


def marks_on(sheets: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the signatures drawn on these sheets, by entry. One SELECT."""
    rows = db.session.execute(
        select(EntryMark.entry_id, EntryMark.strokes)
        .join(AttendanceEntry, AttendanceEntry.id == EntryMark.entry_id)
        .where(AttendanceEntry.sheet_id.in_(sheets))
    )
    return {row[0]: row[1] for row in rows}


def batches_of(cohort: Cohort, seminar: Seminar | None = None) -> Sequence[DocumentBatch]:
    """Return the bundles asked for a cohort as a whole, or for one of its seminars, newest first. One SELECT."""
    return db.session.scalars(
        select(DocumentBatch)
        .where(
            DocumentBatch.cohort_id == cohort.id,
            DocumentBatch.seminar_id.is_not_distinct_from(seminar.id if seminar is not None else None),
        )
        .order_by(DocumentBatch.requested_at.desc(), DocumentBatch.id)
        .limit(10)
    ).all()
