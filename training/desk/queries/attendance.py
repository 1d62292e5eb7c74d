"""What sheets ask of whoever teaches, learns or runs: open, sign, lock, regularise (R39, R40, R44)."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from training.catalogue.enums import ModuleType
from training.catalogue.models import DiplomaRules, Module
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.formatting import plural, time_of_day
from training.common.policy import Principal
from training.database import db
from training.desk.facts import Presence
from training.desk.rules import Desk, Line, day_of
from training.seminars.enums import OFF, SheetStatus
from training.seminars.enums import Presence as Said
from training.seminars.models import (
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
    HalfDay,
    HalfDayStaff,
    MakeUp,
    Seminar,
    half_day_module,
)
from training.seminars.queries.scope import shown_in
from training.seminars.rules import CalendarScope, Learning
from training.seminars.rules.attendance import LOCKS_BEFORE, OPENS_BEFORE, SIGNS_AFTER
from training.seminars.rules.presence import DEFAULT_THRESHOLD
from training.seminars.rules.seminars import UNTAUGHT

LOOKED_BACK: Final = timedelta(days=120)
ROWS: Final = 12
COURSE: Final = "Votre formation"
TRAINING: Final = "Formation relais"


def add_sheets(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add the sheets to open, to sign, to lock. At most one SELECT."""
    if not (there.trained or there.managed or there.enrolments):
        return
    now = clock.now()
    for half_day, seminar, label, known, hers, signed, teaches in db.session.execute(_sheets(principal, there, now)):
        status = known or SheetStatus.TO_OPEN
        if hers and not signed and status is SheetStatus.OPEN and now <= half_day.ends_at + SIGNS_AFTER:
            desk.lines.append(_to_sign(half_day, seminar, label))
        if teaches or seminar.cohort_id in there.trained:
            desk.lines += _to_run(half_day, seminar, label, status, TRAINING)
        elif seminar.cohort_id in there.managed and half_day.ends_at < now - timedelta(days=1):
            desk.lines += _to_run(half_day, seminar, label, status, there.managed[seminar.cohort_id])


def _sheets(principal: Principal, there: Presence, now: datetime) -> Any:
    learns = CalendarScope(
        learnings=tuple(Learning(e.cohort_id, e.variant_id, e.entered_on, e.id) for e in there.enrolments)
    )
    teaches = exists().where(HalfDayStaff.half_day_id == HalfDay.id, HalfDayStaff.person_id == principal.person_id)
    signed = exists().where(
        AttendanceEntry.sheet_id == AttendanceSheet.id,
        AttendanceEntry.enrolment_id.in_([enrolment.id for enrolment in there.enrolments]),
    )
    runs = [*there.trained, *there.managed]
    return (
        select(HalfDay, Seminar, Cohort.label, AttendanceSheet.status, shown_in(learns), signed, teaches)
        .join(HalfDay.seminar)
        .join(Seminar.cohort)
        .outerjoin(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .where(
            HalfDay.cancelled_at.is_(None),
            Seminar.status.not_in(OFF),
            HalfDay.starts_at <= now + OPENS_BEFORE,
            HalfDay.starts_at > now - LOOKED_BACK,
            func.coalesce(AttendanceSheet.status, SheetStatus.TO_OPEN.value) != SheetStatus.LOCKED.value,
            or_(
                Seminar.cohort_id.in_(runs),
                teaches,
                and_(shown_in(learns), AttendanceSheet.status == SheetStatus.OPEN),
            ),
        )
        .order_by(HalfDay.starts_at.desc(), HalfDay.uid)
        .limit(ROWS)
    )


def _to_sign(half_day: HalfDay, seminar: Seminar, label: str) -> Line:
    about = (
        f"{seminar.title}, jusqu’à {time_of_day(half_day.ends_at + SIGNS_AFTER)}. Visez le code affiché dans la salle."
    )
    return Line(
        "Signer votre présence", label, "Signer", "/emargement", COURSE, about=about, due=clock.today(), weight=0
    )


def _to_run(half_day: HalfDay, seminar: Seminar, label: str, status: SheetStatus, capacity: str) -> Iterator[Line]:
    now, day = clock.now(), day_of(half_day.starts_at)
    href = f"/seminaires/{seminar.id}/demi-journees/{half_day.id}/emargement"
    title = f"«\u202f{seminar.title}\u202f»"
    about = f"La demi-journée de {time_of_day(half_day.starts_at)} à {time_of_day(half_day.ends_at)}."
    if status is SheetStatus.OPEN and now >= half_day.ends_at - LOCKS_BEFORE:
        sentence, act = f"Contresigner la feuille de {title}", "Contresigner"
    elif status is SheetStatus.OPEN:
        sentence, act = f"Projeter le code de {title}", "Voir qui a signé"
    elif now <= half_day.ends_at:
        sentence, act = f"Ouvrir l’émargement de {title}", "Ouvrir"
    else:
        sentence, act = f"Saisir la feuille de {title}", "Saisir les présences"
    yield Line(sentence, label, act, href, capacity, about=about, due=day, weight=1)


def add_to_regularise(desk: Desk, there: Presence) -> None:
    """Add, for each cohort the person runs, how many learners are below the attendance asked (R44). One SELECT."""
    below: dict[uuid.UUID, list[str]] = {}
    codes: dict[uuid.UUID, tuple[str, str]] = {}
    for cohort_id, code, label, threshold, held, missed in db.session.execute(_rates(there)):
        asked = DEFAULT_THRESHOLD if threshold is None else threshold
        if held and (held - missed) * 100 < asked * held:
            below.setdefault(cohort_id, []).append(code)
            codes[cohort_id] = (code, label)
    for cohort_id, people in below.items():
        code, label = codes[cohort_id]
        sentence = f"Régulariser les absences de {plural(len(people), 'personne')}"
        about = "Chaque demi-journée manquée se rattrape ailleurs, ou l’école en dispense."
        href = f"/promotions/{code}/emargement"
        desk.lines.append(
            Line(sentence, label, "Voir les présences", href, there.managed[cohort_id], about=about, weight=5)
        )


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


def _rates(there: Presence) -> Any:
    """Return, per learner still there, how many core half-days locked sheets speak of, and how many she still misses."""
    later = aliased(AttendanceEntry)
    return (
        select(
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
            Enrolment.cohort_id.in_(there.managed),
            Enrolment.status.in_(LIVE),
            ~exists().where(later.corrects_id == AttendanceEntry.id),
            _core(),
        )
        .group_by(Enrolment.id, Enrolment.cohort_id, Cohort.code, Cohort.label, DiplomaRules.attendance_threshold)
        .order_by(Cohort.code, Enrolment.id)
    )
