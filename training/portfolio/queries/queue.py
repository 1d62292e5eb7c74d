"""What waits for a reader: versions to read, oldest first, and the learners she follows (R52)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from training.accounts.models import Person, Structure
from training.catalogue.enums import ReferentRule
from training.catalogue.models import DiplomaRules, Module, TracerType
from training.cohorts.enums import FOLLOWING, LIVE, AssignmentKind
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.queries import in_force_on
from training.common import clock
from training.common.listing import PER_PAGE, offset
from training.common.policy import Principal
from training.database import db
from training.portfolio.enums import AWAITING_REVIEW, TracerStatus
from training.portfolio.models import CommentTemplate, Tracer


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A version that waits to be read."""

    id: uuid.UUID
    label: str
    module: str
    learner: str
    structure: str
    cohort: str
    deposited_at: datetime
    status: TracerStatus


def reviewed_by(person_id: Any) -> ColumnElement[bool]:
    """Return the condition on enrolments: this person reviews what the learner hands in, as ``rules.reviewer`` says."""
    today = in_force_on(clock.today())
    follows = exists().where(
        TrainerAssignment.enrolment_id == Enrolment.id,
        TrainerAssignment.person_id == person_id,
        TrainerAssignment.kind.in_(FOLLOWING),
        today,
    )
    followed = exists().where(
        TrainerAssignment.enrolment_id == Enrolment.id, TrainerAssignment.kind.in_(FOLLOWING), today
    )
    animates = exists().where(
        TrainerAssignment.cohort_id == Enrolment.cohort_id,
        TrainerAssignment.person_id == person_id,
        TrainerAssignment.kind == AssignmentKind.ANIMATOR,
        today,
    )
    taught = aliased(Cohort)
    must = exists().where(
        taught.id == Enrolment.cohort_id,
        DiplomaRules.edition_id == taught.edition_id,
        DiplomaRules.referent == ReferentRule.REQUIRED,
    )
    return and_(Enrolment.person_id != person_id, or_(follows, and_(animates, not_(followed), not_(must))))


def waiting(principal: Principal, *columns: Any) -> Select[Any]:
    """Return the query of the versions this person may read and has not decided of."""
    return (
        select(*columns)
        .select_from(Tracer)
        .join(Enrolment, Enrolment.id == Tracer.enrolment_id)
        .where(Tracer.status.in_(AWAITING_REVIEW), Enrolment.status.in_(LIVE), reviewed_by(principal.person_id))
    )


def queue(principal: Principal, *, number: int) -> tuple[list[QueueRow], int]:
    """Return one page of the versions this person may read, the oldest first, and how many there are. Two SELECTs."""
    total = db.session.scalar(waiting(principal, func.count())) or 0
    rows = db.session.execute(
        waiting(
            principal,
            Tracer.id,
            TracerType.label,
            Module.title,
            Module.code,
            Person,
            Structure.name,
            Cohort.label,
            Tracer.deposited_at,
            Tracer.status,
        )
        .join(TracerType, TracerType.id == Tracer.type_id)
        .join(Module, Module.id == TracerType.module_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Structure, Structure.id == Enrolment.structure_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .order_by(Tracer.deposited_at, Tracer.id)
        .limit(PER_PAGE)
        .offset(offset(number))
    )
    return [
        QueueRow(tracer, label, title or code, person.name, structure, cohort, at, status)
        for tracer, label, title, code, person, structure, cohort, at, status in rows
    ], total


@dataclass(frozen=True, slots=True)
class Followed:
    """A learner one follows."""

    id: uuid.UUID
    name: str
    structure: str
    cohort: str


_SHOWN: Final = 200
"""Learners one person follows at most on her page."""


def followed_by(principal: Principal) -> Sequence[Followed]:
    """Return the learners whose documents this person reads, by cohort and name. One SELECT."""
    rows = db.session.execute(
        select(Enrolment.id, Person, Structure.name, Cohort.label)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Structure, Structure.id == Enrolment.structure_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.status.in_(LIVE), reviewed_by(principal.person_id))
        .order_by(Cohort.label, Person.sort_key, Enrolment.id)
        .limit(_SHOWN)
    )
    return [Followed(enrolment, person.name, structure, cohort) for enrolment, person, structure, cohort in rows]


def templates_of(principal: Principal) -> Sequence[CommentTemplate]:
    """Return the sentences this person keeps. One SELECT."""
    return db.session.scalars(
        select(CommentTemplate)
        .where(CommentTemplate.person_id == principal.person_id)
        .order_by(CommentTemplate.title, CommentTemplate.id)
    ).all()
