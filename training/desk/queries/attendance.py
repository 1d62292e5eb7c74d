"""What sheets ask of whoever teaches, learns or runs: open, sign, lock, regularise (R39, R40, R44)."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select

from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.articles import of_the
from training.common.formatting import plural, time_of_day
from training.common.policy import Principal
from training.database import db
from training.desk.facts import Presence
from training.desk.rules import Desk, Line, day_of
from training.seminars.enums import OFF, SheetStatus
from training.seminars.models import (
    AttendanceEntry,
    AttendanceSheet,
    HalfDay,
    HalfDayStaff,
    Seminar,
)
from training.seminars.queries.missed import core_rates
from training.seminars.queries.scope import shown_in
from training.seminars.rules import CalendarScope, Learning
from training.seminars.rules.attendance import LOCKS_BEFORE, OPENS_BEFORE, SIGNS_AFTER
from training.seminars.rules.presence import DEFAULT_THRESHOLD
from training.seminars.sheet_words import sheet_title

LOOKED_BACK: Final = timedelta(days=120)
ROWS: Final = 12
COURSE: Final = "Votre formation"
TRAINING: Final = "Formation relais"


def add_sheets(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add the sheets to open, to sign, to lock. At most one SELECT."""
    if not (there.trained or there.managed or there.enrolments):
        return
    now = clock.now()
    latest = db.session.execute(_sheets(principal, there, now)).all()
    for half_day, seminar, label, known, hers, signed, teaches in reversed(latest):  # a morning before its afternoon
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
    if status is SheetStatus.TO_OPEN and now > half_day.ends_at and capacity != TRAINING:
        href += "/papier"  # whoever was not there enters what was signed on paper (R41)
    title = sheet_title(seminar.title, half_day.starts_at)
    about = f"La demi-journée de {time_of_day(half_day.starts_at)} à {time_of_day(half_day.ends_at)}."
    if status is SheetStatus.OPEN and now >= half_day.ends_at - LOCKS_BEFORE:
        sentence, act = f"Contresigner la feuille {of_the(title)}", "Contresigner"
    elif status is SheetStatus.OPEN:
        sentence, act = f"Projeter le code {of_the(title)}", "Voir qui a signé"
    elif now <= half_day.ends_at:
        sentence, act = f"Ouvrir l’émargement {of_the(title)}", "Ouvrir"
    else:
        sentence, act = f"Saisir la feuille {of_the(title)}", "Saisir les présences"
    yield Line(sentence, label, act, href, capacity, about=about, due=day, weight=1)


def add_to_regularise(desk: Desk, there: Presence) -> None:
    """Add, for each cohort the person runs, how many learners are below the attendance asked (R44). One SELECT."""
    below: dict[uuid.UUID, list[str]] = {}
    codes: dict[uuid.UUID, tuple[str, str]] = {}
    whose = Enrolment.cohort_id.in_(there.managed)
    for _, cohort_id, code, label, threshold, held, missed in db.session.execute(core_rates(whose)):
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
