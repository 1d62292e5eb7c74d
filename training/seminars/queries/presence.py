"""Presence of learners: half-day facts and hours of présentiel, for one learner or a whole cohort (R44–R46, R116).

What the rooms above read: :func:`presence_of_cohort`, in six SELECTs whatever the rows; how each half-day stands, :mod:`rows`.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from training.accounts.enums import Part
from training.accounts.models import Person, Structure
from training.accounts.rules import carrier_readers, school, transcribes
from training.catalogue.models import Edition, Module
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.rules import cohort_trainer, edition_school
from training.common import clock
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.seminars.enums import OFF, AbsenceKind, SeminarKind, SheetStatus
from training.seminars.models import (
    AbsenceNotice,
    AttendanceEntry,
    AttendanceSheet,
    HalfDay,
    MakeUp,
    Seminar,
    half_day_module,
)
from training.seminars.queries.rows import presences_of
from training.seminars.rules.presence import LearnerPresence, Line


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner of the cohort, with her presence."""

    enrolment: Enrolment
    presence: LearnerPresence

    @property
    def name(self) -> str:
        """Her name."""
        return self.enrolment.person.name


@dataclass(frozen=True, slots=True)
class CohortPresence:
    """A cohort’s half-days in order of time, with the state of their sheets, and each learner’s presence, by name."""

    cohort: Cohort
    half_days: Sequence[HalfDay]
    sheets: Mapping[uuid.UUID, AttendanceSheet]
    learners: Sequence[Learner]
    kinds: Mapping[uuid.UUID, Sequence[AbsenceKind]]
    """Half-day → the kinds of reasons of those whose absence there is justified."""

    def by_enrolment(self) -> dict[uuid.UUID, LearnerPresence]:
        """Return each enrolment’s presence."""
        return {learner.enrolment.id: learner.presence for learner in self.learners}


def presence_of_cohort(cohort: Cohort) -> CohortPresence:
    """Return the presence of every learner of a cohort, those who left included. Six SELECTs at most."""
    enrolments = _enrolments(cohort)
    learners = [Learner(*each) for each in zip(enrolments, presences_of(cohort, enrolments), strict=True)]
    half_days, sheets = _half_days(cohort)
    return CohortPresence(cohort, half_days, sheets, learners, _kinds(cohort))


def _enrolments(cohort: Cohort) -> Sequence[Enrolment]:
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .options(
            joinedload(Enrolment.person, innerjoin=True),
            joinedload(Enrolment.structure, innerjoin=True),
            joinedload(Enrolment.variant, innerjoin=True),
        )
        .where(Enrolment.cohort_id == cohort.id)
        .order_by(Person.sort_key, Enrolment.id)
    ).all()


def _half_days(cohort: Cohort) -> tuple[list[HalfDay], dict[uuid.UUID, AttendanceSheet]]:
    rows = db.session.execute(
        select(HalfDay, AttendanceSheet)
        .join(HalfDay.seminar)
        .outerjoin(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .options(joinedload(HalfDay.seminar, innerjoin=True).joinedload(Seminar.cohort, innerjoin=True))
        .where(Seminar.cohort_id == cohort.id)
        .order_by(HalfDay.starts_at, HalfDay.uid)
    ).all()
    return [row[0] for row in rows], {row[0].id: row[1] for row in rows if row[1] is not None}


def _kinds(cohort: Cohort) -> dict[uuid.UUID, list[AbsenceKind]]:
    """Return why its learners were away, as locked sheets say it, by half-day."""
    later = aliased(AttendanceEntry)
    rows: Any = db.session.execute(
        select(AttendanceSheet.half_day_id, AttendanceEntry.absence_kind)
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .join(Enrolment, Enrolment.id == AttendanceEntry.enrolment_id)
        .where(
            Enrolment.cohort_id == cohort.id,
            AttendanceSheet.status == SheetStatus.LOCKED,
            AttendanceEntry.absence_kind.is_not(None),
            ~exists().where(later.corrects_id == AttendanceEntry.id),
        )
    )
    kinds: dict[uuid.UUID, list[AbsenceKind]] = {}
    for half_day_id, kind in rows:
        kinds.setdefault(half_day_id, []).append(kind)
    return kinds


# --- one learner's page ---


def find_presence(principal: Principal, code: str, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment whose presence this person may read: of her cohort, her learner, her structure. Two SELECTs."""
    enrolment = db.session.scalar(
        select(Enrolment)
        .join(Enrolment.cohort)
        .where(Enrolment.id == enrolment_id, Cohort.code == code)
        .options(
            joinedload(Enrolment.cohort, innerjoin=True).options(
                joinedload(Cohort.edition, innerjoin=True).options(
                    joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)
                ),
                selectinload(Cohort.parts).joinedload(CohortPart.organisation, innerjoin=True),
            ),
            joinedload(Enrolment.person, innerjoin=True),
            joinedload(Enrolment.variant, innerjoin=True),
            joinedload(Enrolment.structure, innerjoin=True).joinedload(Structure.departement, innerjoin=True),
        )
    )
    if enrolment is None or not policy.allows(principal, Permission.SEMINARS_ATTENDANCE_LEARNER, enrolment):
        raise NotFound
    return enrolment


def reads_names(principal: Principal, cohort: Cohort) -> bool:
    """Whether this person reads who was there; others of the cohort read figures, or their own presence (R122)."""
    return (carrier_readers | school | edition_school | cohort_trainer)(principal, cohort)


def transcribes_school(principal: Principal, enrolment: Enrolment) -> bool:
    """Whether this person would write in the name of the school, which needs its proof (R96)."""
    return transcribes(principal, enrolment, Part.SCHOOL)


def notices_of(enrolment: Enrolment) -> dict[uuid.UUID, AbsenceNotice]:
    """Return the absences a learner has announced and not taken back, by half-day. One SELECT."""
    rows = db.session.scalars(
        select(AbsenceNotice).where(AbsenceNotice.enrolment_id == enrolment.id, AbsenceNotice.withdrawn_at.is_(None))
    )
    return {notice.half_day_id: notice for notice in rows}


def make_ups_of(enrolment: Enrolment) -> dict[uuid.UUID, MakeUp]:
    """Return where a learner is invited to make up, by missed half-day. One SELECT."""
    rows = db.session.scalars(
        select(MakeUp)
        .where(MakeUp.enrolment_id == enrolment.id)
        .options(
            joinedload(MakeUp.invited, innerjoin=True)
            .joinedload(HalfDay.seminar, innerjoin=True)
            .joinedload(Seminar.cohort, innerjoin=True)
        )
    )
    return {each.missed_id: each for each in rows}


# --- making up -------------------------------------------------------------------------------------------------------

CHOICES: Final = 40


@dataclass(frozen=True, slots=True)
class MakeUpChoice:
    """A half-day to come, in any cohort of the programme, where the same module is taught (R116)."""

    half_day_id: uuid.UUID
    cohort: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str


def make_up_choices(enrolment: Enrolment, missed_id: uuid.UUID) -> list[MakeUpChoice]:
    """Return where a missed half-day may be made up, nearest first. One SELECT.

    Half-days still to come of cohorts of the same programme that teach a module of the same code, and that do not
    expect her already: those of her own cohort for another variant are among them.
    """
    missed_module, other_module = aliased(Module), aliased(Module)
    missed_codes = (
        select(missed_module.code)
        .join(half_day_module, half_day_module.c.module_id == missed_module.id)
        .where(half_day_module.c.half_day_id == missed_id)
    )
    teaches = exists().where(
        half_day_module.c.half_day_id == HalfDay.id,
        half_day_module.c.module_id == other_module.id,
        other_module.code.in_(missed_codes),
    )
    elsewhere = or_(Seminar.cohort_id != enrolment.cohort_id, ~HalfDay.variants.any(id=enrolment.variant_id))
    own_open_to_all = and_(Seminar.cohort_id == enrolment.cohort_id, ~HalfDay.variants.any())
    rows = db.session.execute(
        select(HalfDay, Seminar.title, Cohort.label)
        .join(HalfDay.seminar)
        .join(Seminar.cohort)
        .where(
            Cohort.edition.has(programme_id=enrolment.programme_id),
            Seminar.status.not_in(OFF),
            Seminar.kind != SeminarKind.DEFENCE,
            HalfDay.cancelled_at.is_(None),
            HalfDay.ends_at > clock.now(),
            HalfDay.id != missed_id,
            teaches,
            elsewhere,
            ~own_open_to_all,
        )
        .order_by(HalfDay.starts_at, HalfDay.uid)
        .limit(CHOICES)
    )
    return [
        MakeUpChoice(half_day.id, label, title, half_day.starts_at, half_day.ends_at, half_day.place)
        for half_day, title, label in rows
    ]


def line_about(presence: LearnerPresence, half_day_id: uuid.UUID) -> Line | None:
    """Return how one half-day stands for a learner, or null."""
    return next((line for line in presence.lines if line.half_day.id == half_day_id), None)
