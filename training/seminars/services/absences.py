"""Absences told beforehand, dispensations by the school, half-days made up elsewhere (R43, R44, R96, R116)."""

import uuid
from typing import Final

from sqlalchemy import select

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts.models import Enrolment
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Refused
from training.common.formatting import long_date
from training.common.policy import Principal
from training.database import db
from training.seminars import queries
from training.seminars.commands import Announcement, Dispensation, MakeUpPlan
from training.seminars.enums import CREDITED, SheetStatus
from training.seminars.models import AbsenceNotice, AttendanceSheet, AttendanceWaiver, MakeUp
from training.seminars.rules.presence import TO_MAKE_UP, Standing
from training.seminars.services.sheets import dispense, hold

WAIVER_USE: Final = "attendance_waiver_evidence"


def announce(enrolment: Enrolment, command: Announcement, *, by: Principal) -> int:
    """Note that a learner will not come to some half-days, and of what kind her reason is; return how many (R43).

    Raises ``Refused`` for a half-day that is not hers, has begun, or when none is chosen.
    """
    if not command.half_days:
        raise Refused("Cochez au moins une demi-journée.", field="half_days")
    hers = {line.half_day.id: line for line in queries.presence_of(enrolment).lines}
    for half_day_id in command.half_days:
        line = hers.get(half_day_id)
        if line is None or line.standing is not Standing.AHEAD or line.half_day.starts_at <= clock.now():
            raise Refused("Une de ces demi-journées a commencé ou ne vous concerne pas.", field="half_days")
        notice = _notice(enrolment, half_day_id)
        if notice is None:
            db.session.add(AbsenceNotice(enrolment_id=enrolment.id, half_day_id=half_day_id, kind=command.kind))
        else:
            notice.kind, notice.announced_at, notice.withdrawn_at = command.kind, clock.now(), None
        _touch(half_day_id)
        journal.record(enrolment, "enrolment.absence_announced", by=by, codes={"half_day": str(half_day_id)})
    db.session.flush()
    return len(command.half_days)


def withdraw_notice(enrolment: Enrolment, half_day_id: uuid.UUID, *, by: Principal) -> None:
    """Note that the learner will come after all. Raises ``Refused`` when she had announced nothing."""
    notice = _notice(enrolment, half_day_id)
    if notice is None or notice.withdrawn_at is not None:
        raise Refused("Aucune absence n’est annoncée pour cette demi-journée.")
    notice.withdrawn_at = clock.now()
    _touch(half_day_id)
    db.session.flush()
    journal.record(enrolment, "enrolment.absence_withdrawn", by=by, codes={"half_day": str(half_day_id)})


def _notice(enrolment: Enrolment, half_day_id: uuid.UUID) -> AbsenceNotice | None:
    return db.session.scalar(
        select(AbsenceNotice).where(
            AbsenceNotice.enrolment_id == enrolment.id, AbsenceNotice.half_day_id == half_day_id
        )
    )


def _touch(half_day_id: uuid.UUID) -> None:
    """Tell the screens that watch the open sheet of a half-day."""
    sheet = _sheet(half_day_id)
    if sheet is not None and sheet.status is SheetStatus.OPEN:
        sheet.version += 1


def _sheet(half_day_id: uuid.UUID) -> AttendanceSheet | None:
    sheet = db.session.scalar(select(AttendanceSheet).where(AttendanceSheet.half_day_id == half_day_id))
    return hold(sheet) if sheet is not None else None


def waive(enrolment: Enrolment, half_day_id: uuid.UUID, command: Dispensation, *, by: Principal) -> AttendanceWaiver:
    """Dispense a learner from a half-day, for the school or transcribing its decision; journaled (R44, R96).

    A locked sheet takes it as a correction with the same reason. Raises ``Refused`` without proof when it is
    transcribed, for a half-day she followed, or when she is dispensed already.
    """
    transcribed = transcribes(by, enrolment, Part.SCHOOL)
    if transcribed and command.evidence is None:
        raise Refused("Joignez le courriel ou le compte rendu par lequel l’école l’a dispensée.", field="evidence")
    if command.decided_on > clock.today():
        raise Refused("Cette date est à venir.", field="decided_on")
    sheet = _sheet(half_day_id)
    said = queries.entry_of(sheet, enrolment.id) if sheet is not None else None
    if said is not None and said.status in CREDITED:
        raise Refused("Elle a suivi cette demi-journée : il n’y a rien à dispenser.")
    waiver = AttendanceWaiver(
        enrolment_id=enrolment.id,
        half_day_id=half_day_id,
        decided_on=command.decided_on,
        recorded_by=by.person_id,
    )
    if command.evidence is not None:
        kept = files.keep(command.evidence, use=file_use(WAIVER_USE), subject=enrolment, by=by)
        waiver.evidence_id = kept.id
    waiver.transcribed = transcribed
    db.session.add(waiver)
    db.session.flush()
    if sheet is not None and sheet.is_locked:
        dispense(sheet, enrolment, command.reason, by=by)
    elif sheet is not None and sheet.status is SheetStatus.OPEN:
        sheet.version += 1
    school = next((part.organisation_id for part in enrolment.parts if part.part is Part.SCHOOL), None)
    journal.record(
        enrolment,
        "enrolment.half_day_waived",
        by=by,
        codes={"half_day": str(half_day_id), "decided_on": command.decided_on.isoformat()},
        text={"reason": command.reason},
        on_behalf_of=school if transcribed else None,
    )
    return waiver


def arrange_make_up(enrolment: Enrolment, missed_id: uuid.UUID, command: MakeUpPlan, *, by: Principal) -> MakeUp:
    """Invite a learner on another sheet, to be credited there for the half-day she missed; journaled (R116).

    Raises ``Refused`` when she missed nothing there, or when the other half-day is not one of those offered.
    """
    line = next((each for each in queries.presence_of(enrolment).lines if each.half_day.id == missed_id), None)
    if line is None or line.standing not in TO_MAKE_UP:
        raise Refused("Cette demi-journée n’est pas à rattraper.")
    offered = {choice.half_day_id: choice for choice in queries.make_up_choices(enrolment, missed_id)}
    if command.invited_id not in offered:
        raise Refused("Cette demi-journée n’est plus proposée : relisez la liste.", field="invited_id")
    chosen = offered[command.invited_id]
    planned = db.session.scalar(
        select(MakeUp).where(MakeUp.enrolment_id == enrolment.id, MakeUp.missed_id == missed_id)
    )
    if planned is None:
        planned = MakeUp(enrolment_id=enrolment.id, missed_id=missed_id, arranged_by=by.person_id)
        db.session.add(planned)
    planned.invited_id, planned.arranged_by, planned.arranged_at = command.invited_id, by.person_id, clock.now()
    db.session.flush()
    _touch(command.invited_id)
    journal.record(
        enrolment,
        "enrolment.make_up_arranged",
        by=by,
        codes={"missed": str(missed_id), "invited": str(command.invited_id)},
        text={"where": f"{chosen.cohort}, {long_date(chosen.starts_at)}"},
    )
    return planned
