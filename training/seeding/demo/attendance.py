"""The demonstration’s sheets: past half-days signed and locked, one to lock, one open today, someone to regularise."""

import uuid
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.seeding import toml
from training.seeding.demo.cohorts import cohort_of, staff_of
from training.seeding.demo.people import Cast
from training.seminars import queries, services
from training.seminars.commands import Correction, HalfDayPlan, Marking, SeminarPlan
from training.seminars.enums import OFF, AbsenceKind, Mode, Presence, SeminarKind, SigningMethod, StaffRole
from training.seminars.models import AbsenceNotice, AttendanceEntry, AttendanceSheet, HalfDay, Seminar
from training.seminars.rules.attendance import entry_digest
from training.seminars.services import Overlap

TRAINERS: Final = {"ARA-1": "relais.ara@example.org", "BFC-P8": "relais.bfc@example.org"}
TODAY: Final = "Regroupement – Retour d’expérience"
BEFORE: Final = timedelta(hours=1)
LASTS: Final = timedelta(hours=4)
PLANNED: Final = timedelta(days=60)
"""How long before today the half-day of today was planned."""
AWAY_EVERY: Final = 37
"""One presence in so many is an absence, so that rates differ without anyone being lost."""


def load_sheets(cast: Cast) -> None:
    """Sign and lock what is past, leave the last half-day to lock, open the one of today."""
    for code, email in TRAINERS.items():
        cohort, trainer = cohort_of(code), cast.principal(email)
        past = _past(cohort)
        leavers = frozenset(line["who"] for line in toml.read("demo/cohorts")["transfers"] if line["done"])
        for number, half_day in enumerate(past):
            is_last = half_day is past[-1]
            _sign(half_day, trainer, number, lock=not is_last, without=leavers if is_last else frozenset())
    _correct_one(cohort_of("ARA-1"), cast.principal(TRAINERS["ARA-1"]))
    _announce(cast)


def plan_today(cast: Cast) -> None:
    """Plan a half-day around now for Promo 8, unless its day is already taken."""
    cohort = cohort_of("BFC-P8")
    if db.session.scalar(select(Seminar.id).where(Seminar.cohort_id == cohort.id, Seminar.title == TODAY)) is not None:
        return
    start = clock.now().replace(minute=0, second=0, microsecond=0) - BEFORE
    trainer = cast.person(TRAINERS["BFC-P8"])
    plan = HalfDayPlan(
        starts_at=start,
        ends_at=start + LASTS,
        mode=Mode.IN_PERSON,
        place="Dijon",
        room="Salle Rameau",
        staff=((trainer.id, StaffRole.TRAINER),),
    )
    command = SeminarPlan(SeminarKind.REGROUPING, TODAY, (plan,), provenance="exemple")
    savepoint = db.session.begin_nested()
    try:
        with clock.freeze(start - PLANNED):
            services.plan_seminar(cohort, command, by=cast.principal(staff_of(cohort.code)))
        savepoint.commit()
    except Overlap:  # the day falls on a seminar of the sources: the demonstration does without
        savepoint.rollback()


def open_today(cast: Cast) -> None:
    """Open today’s sheet, with the first signatures; the learner of the fixed account has not signed yet."""
    cohort, trainer = cohort_of("BFC-P8"), cast.principal(TRAINERS["BFC-P8"])
    half_day = db.session.scalar(
        select(HalfDay).join(HalfDay.seminar).where(Seminar.title == TODAY, Seminar.cohort_id == cohort.id)
    )
    if half_day is None or half_day.ends_at < clock.now():
        return
    with clock.freeze(half_day.starts_at - timedelta(minutes=10)):
        sheet = services.open_sheet(half_day, by=trainer)
    own = cast.person("apprenant.bfc@example.org").id
    rest = [each.enrolment for each in queries.roster_of(half_day) if each.enrolment.person_id != own]
    _write(sheet, [(each, Presence.PRESENT, None) for each in rest[:5]])
    sheet.version += 5
    db.session.flush()


def _past(cohort: Cohort) -> list[HalfDay]:
    return list(
        db.session.scalars(
            select(HalfDay)
            .join(HalfDay.seminar)
            .where(
                Seminar.cohort_id == cohort.id,
                Seminar.status.not_in(OFF),
                Seminar.title != TODAY,
                HalfDay.cancelled_at.is_(None),
                HalfDay.ends_at < clock.now(),
            )
            .options(
                joinedload(HalfDay.seminar), selectinload(HalfDay.variants), selectinload(HalfDay.modules),
                selectinload(HalfDay.staff),
            )
            .order_by(HalfDay.starts_at, HalfDay.uid)
        )
    )  # fmt: skip


def _sign(
    half_day: HalfDay, trainer: Principal, number: int, *, lock: bool, without: frozenset[str] = frozenset()
) -> None:
    """Write who was there, but for those who have left by then."""
    with clock.freeze(half_day.starts_at - timedelta(minutes=10)):
        sheet = services.open_sheet(half_day, by=trainer)
    words: list[tuple[Enrolment, Presence, AbsenceKind | None]] = []
    for rank, expected in enumerate(queries.roster_of(half_day)):
        turn = (rank * 7 + number * 11) % AWAY_EVERY
        if expected.name in without:
            continue
        if turn == 1:
            words.append((expected.enrolment, Presence.EXCUSED, list(AbsenceKind)[number % len(AbsenceKind)]))
        elif turn:
            words.append((expected.enrolment, Presence.PRESENT, None))
    _write(sheet, words)
    if lock:
        with clock.freeze(half_day.ends_at):
            services.lock(sheet, by=trainer)


def _write(sheet: AttendanceSheet, words: list[tuple[Enrolment, Presence, AbsenceKind | None]]) -> None:
    """Write the words of a sheet at once, each sealed as the verbs would."""
    for rank, (enrolment, status, kind) in enumerate(words):
        there = status is Presence.PRESENT
        entry = AttendanceEntry(
            id=uuid.uuid4(),
            sheet_id=sheet.id,
            enrolment_id=enrolment.id,
            status=status,
            absence_kind=kind,
            method=SigningMethod.OWN_PHONE if there else SigningMethod.RECORDED,
            recorded_at=sheet.half_day.starts_at + timedelta(seconds=40 + 17 * rank),
            recorded_by=enrolment.person_id if there else sheet.opened_by,
        )
        entry.digest = entry_digest(entry)
        db.session.add(entry)
    db.session.flush()


def _correct_one(cohort: Cohort, trainer: Principal) -> None:
    """Someone noted away at the first half-day was there: her trainer corrects it, with the reason."""
    row = db.session.execute(
        select(AttendanceEntry, AttendanceSheet)
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .join(HalfDay, HalfDay.id == AttendanceSheet.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .where(
            Seminar.cohort_id == cohort.id,
            AttendanceSheet.content_hash.is_not(None),
            AttendanceEntry.status == Presence.ABSENT,
        )
        .order_by(HalfDay.starts_at, AttendanceEntry.recorded_at)
        .limit(1)
    ).one_or_none()
    if row is None:
        return
    entry, sheet = row
    enrolment = db.session.get_one(Enrolment, entry.enrolment_id)
    correction = Correction(Marking(Presence.PRESENT), "Téléphone déchargé : sa présence est confirmée par le groupe.")
    with clock.freeze(sheet.half_day.ends_at + timedelta(days=1)):
        services.correct(sheet, enrolment, correction, by=trainer)


def _announce(cast: Cast) -> None:
    """A learner has announced that she will miss the next morning."""
    person = cast.person("apprenant.ara@example.org")
    enrolment = db.session.scalars(select(Enrolment).where(Enrolment.person_id == person.id)).first()
    ahead = queries.presence_of(enrolment).ahead if enrolment is not None else []
    if enrolment is not None and ahead:
        notice = AbsenceNotice(
            enrolment_id=enrolment.id, half_day_id=ahead[0].half_day.id, kind=AbsenceKind.PROFESSIONAL
        )
        db.session.add(notice)
        db.session.flush()
