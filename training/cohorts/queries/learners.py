"""Learners: the list, its export, one of them."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from training.accounts.enums import CARRYING
from training.accounts.models import Departement, Person, Structure
from training.accounts.rules import managed_bodies
from training.catalogue.models import Edition, Variant
from training.cohorts import rules
from training.cohorts.enums import GONE, LIVE, AssignmentKind, EnrolmentStatus
from training.cohorts.models import Cohort, CohortPart, Enrolment, FollowUpNote, RiskFlag, Seat, TrainerAssignment
from training.cohorts.queries.cohorts import has_referent_today, in_force_on
from training.cohorts.queries.following import risk_on
from training.common import clock
from training.common.errors import NotFound
from training.common.journal import Event
from training.common.listing import PER_PAGE, offset
from training.common.policy import Permission, Principal, policy
from training.database import db

SORTS: Final[Mapping[str, Sequence[Any]]] = {
    "name": (Person.sort_key,),
    "seat": (Seat.number,),
    "structure": (Structure.sort_key,),
    "entered": (Enrolment.entered_on,),
}


@dataclass(frozen=True, slots=True)
class LearnerFilters:
    """What the address of the list of learners asks."""

    status: EnrolmentStatus | None = None
    variant: str | None = None
    without_referent: bool = False
    sort: str = "name"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """A line of the list of learners."""

    id: uuid.UUID
    name: str
    structure: str
    structure_kind: str
    departement: str
    variant: str
    seat: int | None
    status: EnrolmentStatus
    entered_on: date
    left_on: date | None
    referent: str | None


@dataclass(frozen=True, slots=True)
class LearnerList:
    """One page of learners, with the counts of the filters."""

    rows: Sequence[LearnerRow]
    total: int
    statuses: Mapping[EnrolmentStatus, int] = field(default_factory=dict)
    variants: Mapping[str, int] = field(default_factory=dict)
    without_referent: int = 0


def in_scope(scope: rules.LearnerScope) -> ColumnElement[bool] | None:
    """Return the condition on enrolments that the scope draws, or null when it draws none."""
    if scope.everyone:
        return None
    conditions: list[ColumnElement[bool]] = [Enrolment.id.in_(scope.enrolments)]
    for capacity in scope.capacities:
        reach: list[ColumnElement[bool]] = []
        if capacity.departements:
            reach.append(Structure.departement_code.in_(capacity.departements))
        if capacity.region is not None:
            reach.append(Departement.region_code == capacity.region)
        conditions.append(and_(*reach))
    return or_(*conditions)


def _learners(cohort: Cohort, scope: rules.LearnerScope, *columns: Any) -> Select[Any]:
    query = (
        select(*columns)
        .select_from(Enrolment)
        .join(Enrolment.person)
        .join(Enrolment.structure)
        .join(Structure.departement)
        .join(Enrolment.variant)
        .outerjoin(Enrolment.seat)
        .where(Enrolment.cohort_id == cohort.id)
    )
    condition = in_scope(scope)
    return query if condition is None else query.where(condition)


def _filtered(query: Select[Any], filters: LearnerFilters) -> Select[Any]:
    if filters.status is not None:
        query = query.where(Enrolment.status == filters.status)
    if filters.variant is not None:
        query = query.where(Variant.code == filters.variant)
    if filters.without_referent:
        query = query.where(Enrolment.status.in_(LIVE), ~has_referent_today())
    return query


def list_learners(cohort: Cohort, scope: rules.LearnerScope, filters: LearnerFilters, *, number: int) -> LearnerList:
    """Return one page of the learners in scope, with the counts of the filters. Five SELECTs."""
    statuses = _counts(_learners(cohort, scope, Enrolment.status, func.count()).group_by(Enrolment.status))
    variants = _counts(_learners(cohort, scope, Variant.code, func.count()).group_by(Variant.code))
    lacking = _filtered(_learners(cohort, scope, func.count()), LearnerFilters(without_referent=True))
    total = db.session.scalar(_filtered(_learners(cohort, scope, func.count()), filters)) or 0
    rows = _rows(cohort, scope, filters, limit=PER_PAGE, skip=offset(number))
    return LearnerList(
        rows=list(rows),
        total=total,
        statuses=statuses,
        variants=variants,
        without_referent=db.session.scalar(lacking) or 0,
    )


def _counts(query: Select[Any]) -> dict[Any, int]:
    return dict(db.session.execute(query).all())


def export_learners(cohort: Cohort, scope: rules.LearnerScope, filters: LearnerFilters) -> Iterator[LearnerRow]:
    """Return all the learners in scope that the filters keep, row after row. One SELECT."""
    return _rows(cohort, scope, filters, limit=None, skip=0)


def _rows(
    cohort: Cohort, scope: rules.LearnerScope, filters: LearnerFilters, *, limit: int | None, skip: int
) -> Iterator[LearnerRow]:
    trainer = aliased(Person)
    referent = (
        select(trainer.first_name + " " + trainer.last_name)
        .join(TrainerAssignment, TrainerAssignment.person_id == trainer.id)
        .where(
            TrainerAssignment.enrolment_id == Enrolment.id,
            TrainerAssignment.kind == AssignmentKind.REFERENT,
            in_force_on(clock.today()),
        )
        .order_by(TrainerAssignment.since.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    order = [column.desc() if filters.descending else column.asc() for column in SORTS[filters.sort]]
    query = _filtered(
        _learners(cohort, scope, Enrolment, Person, Structure, Departement.name, Variant.code, Seat.number, referent),
        filters,
    ).order_by(*[column.nulls_last() for column in order], Person.sort_key, Enrolment.id)
    for enrolment, person, structure, departement, variant, seat, name in db.session.execute(
        query.limit(limit).offset(skip)
    ):
        yield LearnerRow(
            id=enrolment.id,
            name=person.name,
            structure=structure.name,
            structure_kind=structure.kind.label,
            departement=departement,
            variant=variant,
            seat=seat,
            status=enrolment.status,
            entered_on=enrolment.entered_on,
            left_on=enrolment.left_on,
            referent=name,
        )


def names_of_learners(cohort: Cohort) -> list[str]:
    """Return the names of those in the course, for a co-learner: names and nothing else. One SELECT."""
    people = db.session.scalars(
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.not_in(GONE))
        .order_by(Person.sort_key, Person.id)
    )
    return [f"{person.first_name} {person.last_name}".strip() or "Une personne" for person in people]


def find_enrolment(principal: Principal, code: str, enrolment_id: uuid.UUID, *, to_change: bool = False) -> Enrolment:
    """Return an enrolment of the cohort that this person may read; ``NotFound`` for any other.

    ``to_change`` takes its cohort FOR UPDATE, then itself, for a POST.
    """
    query = (
        select(Enrolment)
        .join(Enrolment.cohort)
        .where(Enrolment.id == enrolment_id, Cohort.code == code)
        .options(
            joinedload(Enrolment.cohort, innerjoin=True).options(
                joinedload(Cohort.edition, innerjoin=True).options(
                    joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)
                ),
                selectinload(Cohort.parts),
            ),
            joinedload(Enrolment.person, innerjoin=True),
            joinedload(Enrolment.variant, innerjoin=True),
            joinedload(Enrolment.seat),
            joinedload(Enrolment.structure, innerjoin=True).joinedload(Structure.departement, innerjoin=True),
        )
    )
    if to_change:
        query = query.with_for_update(of=[Cohort, Enrolment])
    enrolment = db.session.scalar(query)
    if enrolment is None or not policy.allows(principal, Permission.COHORTS_ENROLMENT_READ, enrolment):
        raise NotFound
    return enrolment


@dataclass(frozen=True, slots=True)
class EnrolmentPage:
    """What the page of a learner shows; private notes are there for those who follow her only."""

    enrolment: Enrolment
    assignments: Sequence[TrainerAssignment]
    notes: Sequence[FollowUpNote]
    referent_is_missing: bool
    risk: RiskFlag | None
    open_notes: frozenset[uuid.UUID]
    """The notes the reader wrote and may still change."""


def enrolment_page(enrolment: Enrolment, principal: Principal) -> EnrolmentPage:
    """Return what the page of a learner shows. At most three SELECTs."""
    assignments = db.session.scalars(
        select(TrainerAssignment)
        .options(joinedload(TrainerAssignment.person))
        .where(TrainerAssignment.enrolment_id == enrolment.id)
        .order_by(TrainerAssignment.since.desc(), TrainerAssignment.id)
    ).all()
    follows = rules.follows_learner(principal, enrolment)
    notes: Sequence[FollowUpNote] = []
    if follows or rules.the_learner(principal, enrolment):
        query = (
            select(FollowUpNote)
            .options(joinedload(FollowUpNote.author))
            .where(FollowUpNote.enrolment_id == enrolment.id)
            .order_by(FollowUpNote.written_at.desc(), FollowUpNote.id)
        )
        notes = db.session.scalars(query if follows else query.where(FollowUpNote.shared)).all()
    rule = enrolment.cohort.edition.rules
    return EnrolmentPage(
        enrolment=enrolment,
        assignments=assignments,
        notes=notes,
        referent_is_missing=rules.referent_is_missing(
            rule.referent if rule else None, enrolment.status, assignments, clock.today()
        ),
        risk=risk_on(enrolment) if follows else None,
        open_notes=frozenset(
            note.id
            for note in notes
            if follows and note.author_id == principal.person_id and rules.note_is_open(note.written_at, clock.now())
        ),
    )


def busy_elsewhere(by: Principal) -> Select[uuid.UUID]:
    """Select the people who learn, follow or teach in a cohort that no body ``by`` manages carries: another answers for them."""
    carried = select(CohortPart.cohort_id).where(
        CohortPart.organisation_id.in_(managed_bodies(by)), CohortPart.part.in_(CARRYING)
    )
    learns = exists().where(
        Enrolment.person_id == Person.id, Enrolment.status.in_(LIVE), Enrolment.cohort_id.not_in(carried)
    )
    trains = exists().where(
        TrainerAssignment.person_id == Person.id,
        TrainerAssignment.cohort_id.not_in(carried),
        in_force_on(clock.today()),
    )
    return select(Person.id).where(or_(learns, trains))


def is_busy_elsewhere(by: Principal, person: Person) -> bool:
    """Whether this person learns or teaches where ``by`` carries nothing (R100)."""
    return db.session.scalar(busy_elsewhere(by).where(Person.id == person.id)) is not None


def learners_of(by: Principal) -> Select[uuid.UUID]:
    """Select the people whose place in a cohort carried by a body ``by`` manages lets her vouch for them (R100).

    A place taken over from a spreadsheet vouches only for an account made with it: else whoever writes an address there
    would have its owner’s account before her.
    """
    carried = select(CohortPart.cohort_id).where(
        CohortPart.organisation_id.in_(managed_bodies(by)), CohortPart.part.in_(CARRYING)
    )
    made_with_it = exists().where(
        Event.subject_kind == Enrolment.__tablename__,
        Event.subject_id == Enrolment.id,
        Event.kind == "enrolment.taken_over",
        func.date(Event.at) == func.date(Person.created_at),
    )
    return (
        select(Enrolment.person_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.status.in_(LIVE),
            Enrolment.cohort_id.in_(carried),
            or_(Enrolment.taken_over.is_(False), made_with_it),
        )
    )


def learns_with_bodies_of(by: Principal, person: Person) -> bool:
    """Whether ``by`` has this person before her as a learner of one of her cohorts (R100)."""
    return db.session.scalar(learners_of(by).where(Enrolment.person_id == person.id).limit(1)) is not None


def live_enrolments_of(person_id: uuid.UUID) -> Sequence[Enrolment]:
    """Return the enrolments a person follows now, with their cohort. One SELECT."""
    return db.session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.cohort, innerjoin=True), joinedload(Enrolment.variant, innerjoin=True))
        .where(Enrolment.person_id == person_id, Enrolment.status.in_(LIVE))
        .order_by(Enrolment.entered_on, Enrolment.id)
    ).all()


def enrolments_named(ids: Collection[uuid.UUID]) -> Sequence[Enrolment]:
    """Return enrolments by their uuids, with whom and where, by name. One SELECT."""
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .options(
            joinedload(Enrolment.person, innerjoin=True),
            joinedload(Enrolment.variant, innerjoin=True),
            joinedload(Enrolment.structure, innerjoin=True),
        )
        .where(Enrolment.id.in_(ids))
        .order_by(Person.sort_key, Enrolment.id)
    ).all()


def people_named(ids: Collection[uuid.UUID]) -> Sequence[Person]:
    """Return people by their uuids, by name. One SELECT."""
    return db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.sort_key, Person.id)).all()


def to_be_told(cohort: Cohort) -> int:
    """Return how many of those brought in have not been told yet that their course is followed here. One SELECT."""
    query = select(func.count()).where(
        Enrolment.cohort_id == cohort.id,
        Enrolment.taken_over,
        Enrolment.invited_at.is_(None),
        Enrolment.status.in_(LIVE),
    )
    return db.session.scalar(query) or 0


def without_outcome(cohort_id: uuid.UUID) -> Sequence[tuple[uuid.UUID, Person]]:
    """Return whose course goes on in a cohort, which cannot close meanwhile (R70), with their enrolment. One SELECT."""
    query = (
        select(Enrolment.id, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.status.in_(LIVE))
        .order_by(Person.sort_key, Person.id)
    )
    return [(enrolment_id, person) for enrolment_id, person in db.session.execute(query)]
