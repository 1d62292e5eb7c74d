"""Cohorts: the list, one of them, its seats and its trainers."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import Part
from training.accounts.models import Person
from training.catalogue.models import Edition, EditionPart, Variant
from training.cohorts import rules
from training.cohorts.enums import GONE, LIVE, AssignmentKind, CohortStatus
from training.cohorts.models import Cohort, CohortPart, Enrolment, Quota, Seat, TrainerAssignment
from training.common import clock
from training.common.errors import NotFound
from training.common.listing import PER_PAGE, offset
from training.common.policy import Principal
from training.database import db


def in_force_on(day: date) -> ColumnElement[bool]:
    """Return the condition: the assignment runs on this day."""
    return and_(TrainerAssignment.since <= day, or_(TrainerAssignment.until.is_(None), TrainerAssignment.until > day))


def seen_by(principal: Principal) -> ColumnElement[bool]:
    """Return the condition: this person may read the cohort, by a part her body plays, as trainer or as learner."""
    bodies = rules.bodies_read_for(principal)
    reads = exists().where(CohortPart.cohort_id == Cohort.id, CohortPart.organisation_id.in_(bodies))
    teaches = exists().where(
        EditionPart.edition_id == Cohort.edition_id,
        EditionPart.part == Part.SCHOOL,
        EditionPart.organisation_id.in_(bodies),
    )
    trains = exists().where(
        TrainerAssignment.cohort_id == Cohort.id,
        TrainerAssignment.person_id == principal.person_id,
        in_force_on(clock.today()),
    )
    learns = exists().where(
        Enrolment.cohort_id == Cohort.id,
        Enrolment.person_id == principal.person_id,
        Enrolment.status.not_in(GONE),
    )
    return or_(*(condition.correlate(Cohort) for condition in (reads, teaches, trains, learns)))


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A line of the list of cohorts."""

    id: uuid.UUID
    code: str
    label: str
    edition_label: str
    programme_code: str
    status: CohortStatus
    first_seminar_on: date | None
    places: int | None
    learners: int


@dataclass(frozen=True, slots=True)
class CohortList:
    """One page of cohorts, and how many stand in each state."""

    rows: Sequence[CohortRow]
    total: int
    counts: Mapping[CohortStatus, int]


def list_cohorts(principal: Principal, *, status: CohortStatus | None, number: int) -> CohortList:
    """Return one page of the cohorts this person sees, newest first. Two SELECTs."""
    seen = seen_by(principal)
    counts: dict[CohortStatus, int] = dict(
        db.session.execute(
            select(Cohort.status, func.count()).where(seen).group_by(Cohort.status).order_by(Cohort.status)
        ).all()
    )
    learners = (
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.cohort_id == Cohort.id, Enrolment.status.not_in(GONE))
        .correlate(Cohort)
        .scalar_subquery()
    )
    query = (
        select(Cohort, learners)
        .where(seen)
        .options(joinedload(Cohort.edition).joinedload(Edition.programme))
        .order_by(Cohort.first_seminar_on.desc().nulls_last(), Cohort.code)
    )
    if status is not None:
        query = query.where(Cohort.status == status)
    rows = [
        CohortRow(
            id=cohort.id,
            code=cohort.code,
            label=cohort.label,
            edition_label=cohort.edition.label,
            programme_code=cohort.edition.programme.code,
            status=cohort.status,
            first_seminar_on=cohort.first_seminar_on,
            places=cohort.places,
            learners=count,
        )
        for cohort, count in db.session.execute(query.limit(PER_PAGE).offset(offset(number)))
    ]
    total = counts.get(status, 0) if status is not None else sum(counts.values())
    return CohortList(rows=rows, total=total, counts=counts)


def find_cohort(principal: Principal, code: str, *, to_change: bool = False) -> Cohort:
    """Return the cohort of this code if the person may see it; ``NotFound`` otherwise.

    ``to_change`` takes it FOR UPDATE, for a POST. With its parts and edition: two SELECTs.
    """
    return _find(Cohort.code == code, principal, to_change=to_change)


def find_cohort_by_id(principal: Principal, cohort_id: uuid.UUID) -> Cohort:
    """Return a cohort the person may see; ``NotFound`` otherwise. Two SELECTs."""
    return _find(Cohort.id == cohort_id, principal, to_change=False)


def _find(condition: ColumnElement[bool], principal: Principal, *, to_change: bool) -> Cohort:
    query = (
        select(Cohort)
        .where(condition, seen_by(principal))
        .options(
            joinedload(Cohort.edition, innerjoin=True).options(
                joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)
            ),
            selectinload(Cohort.parts),
        )
    )
    if to_change:
        query = query.with_for_update(of=Cohort)
    cohort = db.session.scalar(query)
    if cohort is None:
        raise NotFound
    return cohort


@dataclass(frozen=True, slots=True)
class SeatsSummary:
    """The seats of a cohort, counted; ``places`` null = to be confirmed."""

    places: int | None
    taken: int
    held: int

    @property
    def left(self) -> int | None:
        """How many may still be held."""
        return None if self.places is None else max(0, self.places - self.taken - self.held)


@dataclass(frozen=True, slots=True)
class VariantCount:
    """How many learners follow a variant, and its quota of seats if there is one."""

    code: str
    label: str
    learners: int
    quota: int | None


@dataclass(frozen=True, slots=True)
class CohortPage:
    """What the page of a cohort shows."""

    cohort: Cohort
    seats: SeatsSummary
    variants: Sequence[VariantCount]
    animators: Sequence[TrainerAssignment]
    learners_without_referent: int
    own_enrolment_id: uuid.UUID | None


def cohort_page(cohort: Cohort, principal: Principal) -> CohortPage:
    """Return what the page of a cohort shows. Five SELECTs."""
    return CohortPage(
        cohort=cohort,
        seats=seats_summary(cohort),
        variants=_variants(cohort),
        animators=animators(cohort),
        learners_without_referent=_without_referent(cohort),
        own_enrolment_id=db.session.scalar(
            select(Enrolment.id).where(
                Enrolment.cohort_id == cohort.id,
                Enrolment.person_id == principal.person_id,
                Enrolment.status.not_in(GONE),
            )
        ),
    )


def seats_summary(cohort: Cohort) -> SeatsSummary:
    """Return how many seats are taken and held. One SELECT."""
    taken, held = db.session.execute(
        select(func.count(Enrolment.id), func.count(Seat.holder_id))
        .select_from(Seat)
        .outerjoin(Enrolment, Enrolment.seat_id == Seat.id)
        .where(Seat.cohort_id == cohort.id)
    ).one()
    return SeatsSummary(places=cohort.places, taken=taken, held=held)


def _variants(cohort: Cohort) -> list[VariantCount]:
    learners = (
        select(func.count())
        .where(Enrolment.cohort_id == cohort.id, Enrolment.variant_id == Variant.id, Enrolment.status.not_in(GONE))
        .correlate(Variant)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Variant.code, Variant.label, learners, Quota.places)
        .outerjoin(Quota, and_(Quota.variant_id == Variant.id, Quota.cohort_id == cohort.id))
        .where(Variant.edition_id == cohort.edition_id)
        .order_by(Variant.position, Variant.code)
    )
    return [VariantCount(code, label, count, quota) for code, label, count, quota in rows]


def animators(cohort: Cohort) -> list[TrainerAssignment]:
    """Return the relay trainers who animate the cohort today, by name. One SELECT."""
    return list(
        db.session.scalars(
            select(TrainerAssignment)
            .join(TrainerAssignment.person)
            .options(joinedload(TrainerAssignment.person))
            .where(
                TrainerAssignment.cohort_id == cohort.id,
                TrainerAssignment.kind == AssignmentKind.ANIMATOR,
                in_force_on(clock.today()),
            )
            .order_by(Person.sort_key, Person.id)
        )
    )


def has_referent_today() -> ColumnElement[bool]:
    """Return the condition: the learner has a referent today."""
    return (
        exists()
        .where(
            TrainerAssignment.enrolment_id == Enrolment.id,
            TrainerAssignment.kind == AssignmentKind.REFERENT,
            in_force_on(clock.today()),
        )
        .correlate(Enrolment)
    )


def _without_referent(cohort: Cohort) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Enrolment)
            .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE), ~has_referent_today())
        )
        or 0
    )
