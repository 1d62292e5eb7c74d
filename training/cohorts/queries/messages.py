"""Threads of learners, lists one writes to, and numbers to call (R109, R118)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.models import Person, Structure
from training.catalogue.models import Edition, Variant
from training.cohorts.enums import FOLLOWING, LIVE, AssignmentKind
from training.cohorts.models import Cohort, CohortPart, Enrolment, TrainerAssignment
from training.cohorts.queries.cohorts import in_force_on
from training.cohorts.queries.learners import find_enrolment
from training.cohorts.rules import learner_scope
from training.common import clock
from training.common.policy import Permission, Principal, policy
from training.common.threads import Mailing, Thread, ThreadMessage
from training.database import db

_FOLLOWED = joinedload(TrainerAssignment.person, innerjoin=True)


def followed_threads(principal: Principal) -> ColumnElement[bool]:
    """Return the condition: the thread of a learner whom this person follows today."""
    followed = select(TrainerAssignment.enrolment_id).where(
        TrainerAssignment.person_id == principal.person_id,
        TrainerAssignment.kind.in_(FOLLOWING),
        in_force_on(clock.today()),
    )
    return (Thread.subject_kind == Enrolment.__tablename__) & Thread.subject_id.in_(followed)


def learner_of_thread(principal: Principal, code: str, enrolment_id: uuid.UUID, *, lock: bool = False) -> Enrolment:
    """Return a learner with what her thread shows: her carrier, who follows her. ``NotFound`` out of reach."""
    enrolment = find_enrolment(principal, code, enrolment_id, to_change=lock)
    db.session.scalars(
        select(CohortPart)
        .where(CohortPart.cohort_id == enrolment.cohort_id)
        .options(joinedload(CohortPart.organisation))
    ).all()
    db.session.scalars(
        select(TrainerAssignment).where(TrainerAssignment.enrolment_id == enrolment.id).options(_FOLLOWED)
    ).all()
    return enrolment


def writable(cohort: Cohort, principal: Principal, kept: Collection[uuid.UUID] | None) -> Sequence[Enrolment]:
    """Return the learners of a list this person may write to, by name. Five SELECTs."""
    scope = learner_scope(principal, cohort)
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
        .options(
            joinedload(Enrolment.person, innerjoin=True),
            joinedload(Enrolment.structure, innerjoin=True).joinedload(Structure.departement, innerjoin=True),
            joinedload(Enrolment.cohort, innerjoin=True).options(
                selectinload(Cohort.parts).joinedload(CohortPart.organisation),
                joinedload(Cohort.edition, innerjoin=True).joinedload(Edition.programme, innerjoin=True),
            ),
            selectinload(Enrolment.assignments).options(_FOLLOWED),
        )
        .order_by(Person.sort_key, Enrolment.id)
    )
    if kept is not None:
        query = query.where(Enrolment.id.in_(list(kept)))
    if not scope.everyone:
        query = query.where(Enrolment.id.in_(scope.enrolments))
    return [
        each for each in db.session.scalars(query) if policy.allows(principal, Permission.COHORTS_THREAD_ANSWER, each)
    ]


def mailings_of(cohort: Cohort, *, limit: int, skip: int) -> Sequence[Mailing]:
    """Return what was written to lists of a cohort, the latest first. One SELECT."""
    return db.session.scalars(
        select(Mailing)
        .where(_of_cohort(cohort))
        .order_by(Mailing.written_at.desc(), Mailing.id)
        .limit(limit)
        .offset(skip)
    ).all()


def mailing_of(cohort: Cohort, mailing_id: uuid.UUID) -> Mailing | None:
    """Return one message written to a list of a cohort, or null. One SELECT."""
    return db.session.scalars(select(Mailing).where(Mailing.id == mailing_id, _of_cohort(cohort))).one_or_none()


def _of_cohort(cohort: Cohort) -> ColumnElement[bool]:
    learners = select(Enrolment.id).where(Enrolment.cohort_id == cohort.id)
    return exists().where(
        ThreadMessage.mailing_id == Mailing.id,
        ThreadMessage.subject_kind == Enrolment.__tablename__,
        ThreadMessage.subject_id.in_(learners),
    )


# --- ways of choosing learners ---------------------------------------------------------------------------------------


def variant_options(cohort: Cohort) -> list[tuple[str, str]]:
    """Return the variants that have learners, when there are several."""
    rows = db.session.execute(
        select(Variant.code, Variant.label)
        .where(
            Variant.edition_id == cohort.edition_id,
            exists().where(
                Enrolment.variant_id == Variant.id, Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE)
            ),
        )
        .order_by(Variant.position, Variant.code)
    ).all()
    return [(code, label) for code, label in rows] if len(rows) > 1 else []


def of_variant(cohort: Cohort, code: str) -> Collection[uuid.UUID]:
    """Return the learners of a variant."""
    return db.session.scalars(
        select(Enrolment.id).join(Enrolment.variant).where(Enrolment.cohort_id == cohort.id, Variant.code == code)
    ).all()


NOBODY = "personne"


def trainer_options(cohort: Cohort) -> list[tuple[str, str]]:
    """Return the trainers who follow someone today, and “nobody”."""
    rows = db.session.scalars(
        select(Person)
        .where(
            exists().where(
                TrainerAssignment.person_id == Person.id,
                TrainerAssignment.cohort_id == cohort.id,
                TrainerAssignment.kind.in_(FOLLOWING),
                in_force_on(clock.today()),
            )
        )
        .order_by(Person.sort_key, Person.id)
    ).all()
    followed = [(str(person.id), f"suivi·es par {person.name}") for person in rows]
    return [*followed, (NOBODY, "sans référent·e")] if followed else []


def followed_by(cohort: Cohort, value: str) -> Collection[uuid.UUID]:
    """Return the learners a trainer follows today, or those without a referent."""
    terms: Any = select(TrainerAssignment.enrolment_id).where(
        TrainerAssignment.cohort_id == cohort.id, in_force_on(clock.today())
    )
    own = Enrolment.cohort_id == cohort.id
    if value == NOBODY:
        referred = terms.where(TrainerAssignment.kind == AssignmentKind.REFERENT)
        return db.session.scalars(select(Enrolment.id).where(own, Enrolment.id.not_in(referred))).all()
    hers = terms.where(TrainerAssignment.kind.in_(FOLLOWING), TrainerAssignment.person_id == uuid.UUID(value))
    return db.session.scalars(select(Enrolment.id).where(own, Enrolment.id.in_(hers))).all()


# --- numbers to call -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallRow:
    """Someone to call: her number, where she works, who follows her."""

    enrolment_id: uuid.UUID
    name: str
    phone: str
    structure: str
    variant: str
    referent: str


def call_list(cohort: Cohort, principal: Principal) -> list[CallRow]:
    """Return the learners one may call, by name. One SELECT."""
    scope = learner_scope(principal, cohort)
    referent = (
        select(TrainerAssignment.person_id)
        .where(
            TrainerAssignment.enrolment_id == Enrolment.id,
            TrainerAssignment.kind == AssignmentKind.REFERENT,
            in_force_on(clock.today()),
        )
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    trainers = {
        person.id: person.name
        for person in db.session.scalars(
            select(Person).where(
                exists().where(TrainerAssignment.cohort_id == cohort.id, TrainerAssignment.person_id == Person.id)
            )
        )
    }
    query = (
        select(Enrolment.id, Person, Structure.name, Variant.code, referent)
        .join(Enrolment.person)
        .join(Enrolment.structure)
        .join(Enrolment.variant)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
        .order_by(Person.sort_key, Enrolment.id)
    )
    if not scope.everyone:
        query = query.where(Enrolment.id.in_(scope.enrolments))
    return [
        CallRow(enrolment_id, person.name, person.phone or "", structure, variant, trainers.get(trainer, ""))
        for enrolment_id, person, structure, variant, trainer in db.session.execute(query)
    ]


def trainers_to_call(cohort: Cohort) -> list[tuple[str, str]]:
    """Return the trainers of a cohort today with their numbers, by name. One SELECT."""
    people = db.session.scalars(
        select(Person)
        .where(
            exists().where(
                TrainerAssignment.cohort_id == cohort.id,
                TrainerAssignment.person_id == Person.id,
                in_force_on(clock.today()),
            )
        )
        .order_by(Person.sort_key, Person.id)
    )
    return [(person.name, person.phone or "") for person in people]
