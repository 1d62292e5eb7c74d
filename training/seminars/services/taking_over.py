"""A cohort's past calendar brought in from its spreadsheets, and taken back while nothing was built on it (R114)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.rules import sort_key
from training.cohorts.models import Cohort
from training.cohorts.services import bump_calendar, lock_cohort
from training.common import clock, journal
from training.common.building import built_on
from training.common.errors import Refused
from training.common.formatting import long_date
from training.common.policy import Principal
from training.database import db
from training.seminars.commands import HalfDayPlan, Marking, SeminarPlan
from training.seminars.enums import Presence, SeminarAct, SeminarKind, SeminarStatus, SheetStatus, TakingOver
from training.seminars.models import AttendanceEntry, AttendanceSheet, HalfDay, Seminar
from training.seminars.queries import moving
from training.seminars.rules import attendance
from training.seminars.rules.attendance import TAKING_OVER
from training.seminars.services import planning
from training.seminars.services.sheets import content_of, free_tag

PART_OF_IT = frozenset({"half_day_module", "half_day_staff", "half_day_variant"})


def seminar(
    cohort: Cohort, title: str, kind: SeminarKind, plans: Sequence[HalfDayPlan], *, by: Principal
) -> list[HalfDay]:
    """Add half-days to the seminar of this title, planned if there is none; return them in the order of the plans.

    A seminar that is wholly over is noted as held. Raises what planning raises.
    """
    known = {sort_key(each.title): each for each in moving.seminars_in(cohort)}.get(sort_key(title))
    if known is None:
        known = planning.plan_seminar(cohort, SeminarPlan(kind, title), by=by)
        known.taken_over = True
        db.session.flush()
    half_days = [planning.add_half_day(known, plan, by=by) for plan in plans]
    if all(each.ends_at <= clock.now() for each in known.half_days):
        if known.status is SeminarStatus.PLANNED:
            planning.advance(known, SeminarAct.CONFIRM, by=by)
        if known.status is SeminarStatus.CONFIRMED:
            planning.advance(known, SeminarAct.HOLD, by=by)
    return half_days


def sheet(
    half_day: HalfDay, words: Mapping[uuid.UUID, Marking], known: AttendanceSheet | None, *, by: Principal
) -> AttendanceSheet:
    """Write the sheet of a past half-day as a spreadsheet tells it, then lock it, marked as taken over (R114).

    ``words`` are by enrolment; ``known`` is its sheet if it has one without a word. Raises what the procedure raises.
    """
    written = (
        known
        if known is not None
        else AttendanceSheet(id=uuid.uuid4(), half_day=half_day, tag=free_tag(), status=SheetStatus.TO_OPEN, version=0)
    )
    TAKING_OVER.check(written, TakingOver.TAKE_OVER, by=by)
    if known is None:
        db.session.add(written)
    now = clock.now()
    entries = [_taken_over(written, enrolment, marking, now, by) for enrolment, marking in words.items()]
    db.session.flush()
    db.session.add_all(entries)
    db.session.flush()
    with db.session.no_autoflush:
        written.opened_at, written.opened_by = written.opened_at or now, written.opened_by or by.person_id
        written.locked_at, written.locked_by, written.locked_name = now, by.person_id, by.name
        written.taken_over, written.version = True, written.version + 1
        written.content = {**content_of(half_day), "taken_over": True}
        written.content_hash = attendance.sheet_hash(written, entries)
        codes = {"hash": written.content_hash, "entries": len(entries)}
        TAKING_OVER.advance(written, TakingOver.TAKE_OVER, by=by, codes=codes)
    return written


def _taken_over(
    sheet: AttendanceSheet, enrolment_id: uuid.UUID, marking: Marking, now: datetime, by: Principal
) -> AttendanceEntry:
    entry = AttendanceEntry(
        id=uuid.uuid4(),
        sheet_id=sheet.id,
        enrolment_id=enrolment_id,
        status=marking.status,
        hours=marking.hours if marking.status is Presence.PARTIAL else None,
        absence_kind=marking.absence_kind if marking.status is Presence.EXCUSED else None,
        method=marking.method,
        recorded_at=now,
        recorded_by=by.person_id,
    )
    entry.digest = attendance.entry_digest(entry)
    return entry


def take_back(cohort: Cohort, ids: Collection[uuid.UUID], *, by: Principal) -> None:
    """Remove half-days that an import made, and the seminars it leaves without any; ``Refused`` once one has a sheet."""
    cohort = lock_cohort(cohort.id)
    half_days = db.session.scalars(
        select(HalfDay)
        .join(HalfDay.seminar)
        .where(HalfDay.id.in_(ids), Seminar.cohort_id == cohort.id)
        .options(joinedload(HalfDay.seminar, innerjoin=True))
    ).all()
    used = built_on(HalfDay, ids, besides=PART_OF_IT)
    named = next((each for each in half_days if each.id in used), None)
    if named is not None:
        raise Refused(
            f"La demi-journée du {long_date(named.starts_at)} sert déjà (feuille, absence annoncée ou envoi) : cet import ne "
            "s’annule plus. Corrigez la demi-journée sur la page de son séminaire."
        )
    seminars = {each.seminar_id: each.seminar for each in half_days}
    for half_day in half_days:
        journal.record(half_day.seminar, "seminar.half_day_taken_back", by=by, codes={"half_day": str(half_day.id)})
        db.session.delete(half_day)
    db.session.flush()
    still = built_on(Seminar, list(seminars))
    for seminar_id, emptied in seminars.items():
        if emptied.taken_over and seminar_id not in still:
            db.session.expire(emptied, ["half_days"])
            db.session.delete(emptied)
    db.session.flush()
    db.session.expire_all()
    bump_calendar(cohort)
