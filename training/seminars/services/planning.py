"""Seminars planned, moved, cancelled, restored (R34, R35, R37)."""

import uuid
from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import func, select

from training.accounts.models import Person
from training.catalogue.enums import Provenance
from training.catalogue.models import Module, Variant
from training.cohorts.models import Cohort
from training.cohorts.services import bump_calendar, lock_cohort
from training.common import clock, journal
from training.common.errors import ActUnavailable, ReasonRequired, Refused
from training.common.formatting import long_date, time_range
from training.common.policy import Principal
from training.database import db
from training.seminars import rules
from training.seminars.commands import HalfDayPlan, SeminarPlan, SeminarWords
from training.seminars.enums import MOVABLE, SeminarAct, SeminarStatus
from training.seminars.models import AttendanceEntry, AttendanceSheet, HalfDay, HalfDayStaff, Seminar
from training.seminars.services.changes import note_change
from training.seminars.services.convening import take_back
from training.seminars.services.overlaps import check_free
from training.seminars.services.speakers import with_new_speakers
from training.seminars.services.venues import with_known_addresses

T = TypeVar("T", Module, Variant)


def plan_seminar(cohort: Cohort, command: SeminarPlan, *, by: Principal) -> Seminar:
    """Plan a seminar with its half-days, and journal it. Raises ``Overlap`` (R35)."""
    cohort = lock_cohort(cohort.id)
    seminar = Seminar(
        cohort=cohort,
        kind=command.kind,
        title=command.title,
        provenance=Provenance(command.provenance),
        source=command.source,
    )
    db.session.add(seminar)
    db.session.flush()
    for plan in _completed(cohort, command.half_days, by):
        _place(HalfDay(seminar_id=seminar.id), plan, seminar)
    db.session.expire(seminar, ["half_days"])
    journal.record(seminar, "seminar.planned", by=by, codes={"half_days": len(command.half_days)})
    bump_calendar(cohort)
    return seminar


def plan_seminars(cohort: Cohort, commands: Iterable[SeminarPlan], *, by: Principal) -> list[Seminar]:
    """Plan several seminars at once, all or none. Raises ``Overlap`` (R35)."""
    return [plan_seminar(cohort, command, by=by) for command in commands]


def rename_seminar(seminar: Seminar, command: SeminarWords, *, by: Principal) -> None:
    """Change what a seminar is called and its kind; every calendar entry of it follows."""
    cohort = lock_cohort(seminar.cohort_id)
    journal.record(seminar, "seminar.renamed", by=by, text={"before": seminar.title})
    seminar.title, seminar.kind = command.title, command.kind
    _bump(seminar)
    bump_calendar(cohort)


def add_half_day(seminar: Seminar, command: HalfDayPlan, *, by: Principal) -> HalfDay:
    """Add a half-day to a seminar. Raises ``Overlap`` (R35), ``ActUnavailable`` once it was held or cancelled."""
    cohort = lock_cohort(seminar.cohort_id)
    _check_movable(seminar, "Ajouter une demi-journée")
    (command,) = _completed(cohort, [command], by)
    half_day = _place(HalfDay(seminar_id=seminar.id), command, seminar)
    db.session.expire(seminar, ["half_days"])
    if seminar.status is SeminarStatus.CONFIRMED:
        note_change(half_day, existed=False)
    journal.record(seminar, "seminar.half_day_added", by=by, codes={"half_day": str(half_day.id)})
    bump_calendar(cohort)
    return half_day


def move_half_day(half_day: HalfDay, command: HalfDayPlan, *, by: Principal) -> None:
    """Change a half-day: its time, its place, its modules, its public, its trainers.

    Raises ``Overlap`` (R35), ``ActUnavailable`` once the seminar was held or cancelled.
    """
    seminar = half_day.seminar
    cohort = lock_cohort(seminar.cohort_id)
    _check_movable(seminar, "Modifier cette demi-journée")
    _check_unsigned(half_day, command)
    (command,) = _completed(cohort, [command], by)
    note_change(half_day)
    before = {"starts_before": half_day.starts_at.isoformat(), "ends_before": half_day.ends_at.isoformat()}
    _place(half_day, command, seminar)
    _bump(half_day)
    after = {"starts": half_day.starts_at.isoformat(), "ends": half_day.ends_at.isoformat()}
    journal.record(seminar, "seminar.half_day_changed", by=by, codes={"half_day": str(half_day.id), **before, **after})
    bump_calendar(cohort)


def cancel_half_day(half_day: HalfDay, *, by: Principal, reason: str) -> None:
    """Cancel one half-day; it stays in calendars, marked cancelled (R37). Raises ``ReasonRequired``."""
    cohort = lock_cohort(half_day.seminar.cohort_id)
    _check_movable(half_day.seminar, "Annuler cette demi-journée")
    if half_day.cancelled_at is not None:
        raise ActUnavailable("Annuler cette demi-journée", "annulée")
    if not reason.strip():
        raise ReasonRequired
    _check_unsigned(half_day)
    note_change(half_day)
    half_day.cancelled_at = clock.now()
    _bump(half_day)
    journal.record(
        half_day.seminar,
        "seminar.half_day_cancelled",
        by=by,
        codes={"half_day": str(half_day.id)},
        text={"reason": reason},
    )
    bump_calendar(cohort)


def restore_half_day(half_day: HalfDay, *, by: Principal) -> None:
    """Put a cancelled half-day back. Raises ``Overlap`` when its time has been taken since (R35)."""
    seminar = half_day.seminar
    cohort = lock_cohort(seminar.cohort_id)
    _check_movable(seminar, "Rétablir cette demi-journée")
    if half_day.cancelled_at is None:
        raise ActUnavailable("Rétablir cette demi-journée", "prévue")
    note_change(half_day)
    half_day.cancelled_at = None
    _bump(half_day)
    check_free(half_day, cohort.id)
    journal.record(seminar, "seminar.half_day_restored", by=by, codes={"half_day": str(half_day.id)})
    bump_calendar(cohort)


def advance(seminar: Seminar, act: SeminarAct, *, by: Principal, reason: str | None = None) -> None:
    """Confirm, hold, close, postpone, cancel or restore a seminar; calendars follow.

    Restoring raises ``Overlap`` when the time of a half-day has been taken since (R35).
    """
    cohort = lock_cohort(seminar.cohort_id)
    if act in {SeminarAct.CANCEL, SeminarAct.POSTPONE}:
        for half_day in seminar.half_days:
            _check_unsigned(half_day)
    if act in {SeminarAct.CANCEL, SeminarAct.POSTPONE, SeminarAct.RESTORE}:
        for half_day in seminar.half_days:
            note_change(half_day)
    rules.PROCEDURE.advance(seminar, act, by=by, reason=reason)
    if seminar.is_off:
        take_back(seminar)
    _bump(seminar)
    if act is SeminarAct.RESTORE:
        for half_day in seminar.half_days:
            if half_day.cancelled_at is None:
                check_free(half_day, cohort.id)
    bump_calendar(cohort)


def _completed(cohort: Cohort, plans: Iterable[HalfDayPlan], by: Principal) -> list[HalfDayPlan]:
    """Return the plans with the addresses of rooms known, and the new speakers they name entered."""
    return with_new_speakers(cohort, with_known_addresses(cohort, plans), by=by)


def _check_movable(seminar: Seminar, act: str) -> None:
    if seminar.status not in MOVABLE:
        raise ActUnavailable(act, seminar.status.label)


def _check_unsigned(half_day: HalfDay, plan: HalfDayPlan | None = None) -> None:
    """Refuse to move, cancel or give to others a half-day on whose sheet something is written (R40)."""
    if plan is not None and _same_meeting(half_day, plan):
        return
    written = db.session.scalar(
        select(func.count())
        .select_from(AttendanceEntry)
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .where(AttendanceSheet.half_day_id == half_day.id)
    )
    if written:
        raise Refused(
            f"La feuille d’émargement du {long_date(half_day.starts_at)}, {time_range(half_day.starts_at, half_day.ends_at)}, "
            "est déjà signée : cette demi-journée ne se déplace plus et ne s’annule plus. Vous pouvez encore changer sa "
            "salle, ses modules et ses formateur·rices.",
            field="starts",
        )


def _same_meeting(half_day: HalfDay, plan: HalfDayPlan) -> bool:
    """Whether a plan keeps the hours and the public of a half-day."""
    same_hours = (plan.starts_at, plan.ends_at) == (half_day.starts_at, half_day.ends_at)
    return same_hours and set(plan.variants) == {variant.id for variant in half_day.variants}


def _bump(changed: Seminar | HalfDay) -> None:
    changed.sequence += 1
    changed.changed_at = clock.now()
    db.session.flush()


def _place(half_day: HalfDay, plan: HalfDayPlan, seminar: Seminar) -> HalfDay:
    """Write a plan on a half-day and flush it, after the checks of time and overlap."""
    if plan.ends_at <= plan.starts_at:
        raise Refused("La fin doit venir après le début.", field="ends")
    if plan.ends_at - plan.starts_at > rules.LONGEST:
        raise Refused("Cette demi-journée dure plus de 12 heures : vérifiez les heures.", field="ends")
    with db.session.no_autoflush:
        half_day.starts_at, half_day.ends_at = plan.starts_at, plan.ends_at
        half_day.mode, half_day.link = plan.mode, plan.link
        half_day.place, half_day.room, half_day.address = plan.place, plan.room, plan.address
        half_day.guests_allowed, half_day.credited_hours = plan.guests_allowed, plan.credited_hours
        half_day.modules = _of_edition(Module, plan.modules, seminar)
        half_day.variants = _of_edition(Variant, plan.variants, seminar)
        _staff(half_day, plan)
        db.session.add(half_day)
    db.session.flush()
    check_free(half_day, seminar.cohort_id)
    return half_day


def _of_edition(kind: type[T], ids: Iterable[uuid.UUID], seminar: Seminar) -> list[T]:
    wanted = list(ids)
    found = db.session.scalars(
        select(kind).where(kind.id.in_(wanted), kind.edition_id == seminar.cohort.edition_id)
    ).all()
    if len(found) != len(set(wanted)):
        raise Refused("Un module ou un parcours n’appartient pas à l’édition de la promotion.")
    return list(found)


def _staff(half_day: HalfDay, plan: HalfDayPlan) -> None:
    wanted = dict(plan.staff)
    known = set(db.session.scalars(select(Person.id).where(Person.id.in_(wanted), Person.active)))
    if known != set(wanted):
        raise Refused("Une des personnes indiquées n’a plus de compte : relisez la liste.", field="trainers")
    for member in list(half_day.staff):
        if member.person_id in wanted:
            member.role = wanted.pop(member.person_id)
        else:
            half_day.staff.remove(member)
    half_day.staff.extend(HalfDayStaff(person_id=person, role=role) for person, role in wanted.items())
