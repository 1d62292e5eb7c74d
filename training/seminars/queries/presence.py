"""Presence of learners: half-day facts and hours of présentiel, for one learner or a whole cohort (R44–R46, R116).

What the rooms above read: :func:`presence_of_cohort`, in seven SELECTs whatever the rows; of one learner, :mod:`rows`.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from training.accounts.enums import Part
from training.accounts.models import Person, Structure
from training.accounts.rules import carrier_readers, school, transcribes
from training.catalogue.enums import Modality, ModuleType
from training.catalogue.models import Edition, HoursRequirement, Module
from training.cohorts.choice_rules import at_choice
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.queries.choosing import chosen_by
from training.cohorts.rules import cohort_trainer, edition_school
from training.common import clock
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.seminars.enums import CREDITED, OFF, AbsenceKind, Mode, SeminarKind, SheetStatus
from training.seminars.models import (
    AbsenceNotice,
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
    HalfDay,
    MakeUp,
    Seminar,
    half_day_module,
)
from training.seminars.queries.carried import carried_by
from training.seminars.queries.rows import terms_of
from training.seminars.rules.carried import carried_over
from training.seminars.rules.presence import LearnerPresence, Line, Said, Taught, line_of
from training.seminars.rules.seminars import UNTAUGHT, hours_of, length_of


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
    """Return the presence of every learner of a cohort, those who left included. Seven SELECTs, eight with choices."""
    return _presence(cohort, Enrolment.cohort_id == cohort.id)


def _presence(cohort: Cohort, whose: ColumnElement[bool]) -> CohortPresence:
    rules = cohort.edition.rules
    enrolments = _enrolments(whose)
    ids = [row[0].id for row in enrolments]
    half_days, sheets = _half_days(cohort)
    taught = [_taught(each, sheets.get(each.id), visio_counts=bool(rules and rules.visio_counts)) for each in half_days]
    said, made_up, kinds = _said(ids)
    waived = _waived(ids)
    carried = carried_by([row[0] for row in enrolments])
    chosen = chosen_by(ids) if any(each.at_choice for each in taught) else {}
    now = clock.now()
    learners = []
    for enrolment, required in enrolments:
        hers = chosen.get(enrolment.id, frozenset())
        brought = carried_over(taught, carried.get(enrolment.id, ()), variant_id=enrolment.variant_id, chosen=hers)
        lines = [
            line
            for place, half_day in enumerate(taught)
            if (
                line := line_of(
                    half_day,
                    variant_id=enrolment.variant_id,
                    entered_on=enrolment.entered_on,
                    left_on=enrolment.left_on,
                    said=said.get((enrolment.id, half_day.id)),
                    made_up=made_up.get((enrolment.id, half_day.id)),
                    dispensed=(enrolment.id, half_day.id) in waived,
                    now=now,
                    chosen=hers,
                    carried=brought.get(place),
                )
            )
        ]
        learners.append(
            Learner(
                enrolment, LearnerPresence(lines, terms_of(rules, required.hours if required is not None else None))
            )
        )
    return CohortPresence(cohort, half_days, sheets, learners, kinds)


def _enrolments(whose: ColumnElement[bool]) -> list[tuple[Enrolment, HoursRequirement | None]]:
    rows = db.session.execute(
        select(Enrolment, HoursRequirement)
        .join(Enrolment.person)
        .outerjoin(
            HoursRequirement,
            and_(HoursRequirement.variant_id == Enrolment.variant_id, HoursRequirement.modality == Modality.IN_PERSON),
        )
        .options(
            joinedload(Enrolment.person, innerjoin=True),
            joinedload(Enrolment.structure, innerjoin=True),
            joinedload(Enrolment.variant, innerjoin=True),
        )
        .where(whose)
        .order_by(Person.sort_key, Enrolment.id)
    )
    return [(row[0], row[1]) for row in rows]


def _half_days(cohort: Cohort) -> tuple[list[HalfDay], dict[uuid.UUID, AttendanceSheet]]:
    rows = db.session.execute(
        select(HalfDay, AttendanceSheet)
        .join(HalfDay.seminar)
        .outerjoin(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .options(
            joinedload(HalfDay.seminar, innerjoin=True).joinedload(Seminar.cohort, innerjoin=True),
            selectinload(HalfDay.modules),
            selectinload(HalfDay.variants),
        )
        .where(Seminar.cohort_id == cohort.id)
        .order_by(HalfDay.starts_at, HalfDay.uid)
    ).all()
    return [row[0] for row in rows], {row[0].id: row[1] for row in rows if row[1] is not None}


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A half-day as its locked sheet tells it, whatever has changed since."""

    starts_at: datetime
    ends_at: datetime
    mode: Mode
    credited_hours: Decimal | None
    seminar: Any
    variants: Sequence[Any] = ()
    is_off: bool = False


def _taught(half_day: HalfDay, sheet: AttendanceSheet | None, *, visio_counts: bool) -> Taught:
    told: Any = half_day
    if sheet is not None and sheet.content is not None:
        told = _frozen(half_day, sheet.content)
    return Taught(
        id=half_day.id,
        title=half_day.seminar.title,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        worth=hours_of(told, visio_counts=visio_counts),
        length=length_of(told),
        variants=frozenset(variant.id for variant in half_day.variants),
        modules=tuple(module.id for module in half_day.modules),
        at_choice=at_choice(half_day.modules),
        is_core=not half_day.modules or any(module.type is not ModuleType.ELECTIVE for module in half_day.modules),
        counts=half_day.seminar.kind not in UNTAUGHT,
        is_off=half_day.is_off,
        is_locked=sheet is not None and sheet.is_locked,
        is_taken_over=sheet is not None and sheet.taken_over,
    )


def _frozen(half_day: HalfDay, content: Mapping[str, Any]) -> _Frozen:
    credited = content["credited_hours"]
    return _Frozen(
        starts_at=datetime.fromisoformat(content["starts_at"]),
        ends_at=datetime.fromisoformat(content["ends_at"]),
        mode=Mode(content["mode"]),
        credited_hours=Decimal(credited) if credited is not None else None,
        seminar=half_day.seminar,
    )


type_said = dict[tuple[uuid.UUID, uuid.UUID], Said]


def _said(ids: Iterable[uuid.UUID]) -> tuple[type_said, type_said, dict[uuid.UUID, list[AbsenceKind]]]:
    """Return what locked sheets say of these learners, what was made up elsewhere, and why people were away."""
    later = aliased(AttendanceEntry)
    corrected = exists().where(later.corrects_id == AttendanceEntry.id)
    rows = db.session.execute(
        select(
            AttendanceEntry.enrolment_id,
            AttendanceSheet.half_day_id,
            AttendanceEntry.status,
            AttendanceEntry.hours,
            AttendanceEntry.absence_kind,
            MakeUp.missed_id,
        )
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .outerjoin(
            MakeUp,
            and_(MakeUp.enrolment_id == AttendanceEntry.enrolment_id, MakeUp.invited_id == AttendanceSheet.half_day_id),
        )
        .where(AttendanceEntry.enrolment_id.in_(list(ids)), AttendanceSheet.status == SheetStatus.LOCKED, ~corrected)
    )
    said: type_said = {}
    made_up: type_said = {}
    kinds: dict[uuid.UUID, list[AbsenceKind]] = {}
    row: Any
    for row in rows:
        enrolment_id, half_day_id, status, hours, kind, missed_id = row
        word = Said(status, hours)
        said[enrolment_id, half_day_id] = word
        if kind is not None:
            kinds.setdefault(half_day_id, []).append(kind)
        if missed_id is not None and status in CREDITED:
            made_up[enrolment_id, missed_id] = word
    return said, made_up, kinds


def _waived(ids: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    rows = db.session.execute(
        select(AttendanceWaiver.enrolment_id, AttendanceWaiver.half_day_id).where(
            AttendanceWaiver.enrolment_id.in_(list(ids))
        )
    )
    return {(row[0], row[1]) for row in rows}


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
