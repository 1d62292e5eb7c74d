"""The follow-up of learners: who follows whom, the alert on one, a note to change (R32, R119)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from training.accounts import structure_queries
from training.accounts.models import Person, Structure
from training.accounts.rules import sort_key
from training.cohorts import rules
from training.cohorts.enums import LIVE, AssignmentKind
from training.cohorts.models import Cohort, Enrolment, FollowUpNote, RiskFlag, TrainerAssignment
from training.cohorts.queries.cohorts import in_force_on
from training.common import clock
from training.common.errors import NotFound
from training.common.policy import Principal
from training.database import db

_NAMED: Final = 5
"""Structures of a like name that are told."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A trainer with the learners of the cohort she is the referent of, and how many she follows in all (R32)."""

    person_id: uuid.UUID
    name: str
    learners: Sequence[tuple[uuid.UUID, str]]
    load: int
    limit: int | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether she follows more learners than the edition suggests."""
        return rules.is_loaded(self.load, self.limit)


def followers(cohort: Cohort) -> list[Follower]:
    """Return the referents of a cohort’s learners today, by name, with their load. One SELECT."""
    today, other = clock.today(), TrainerAssignment.__table__.alias()
    load = (
        select(func.count())
        .select_from(other)
        .where(
            other.c.person_id == TrainerAssignment.person_id,
            other.c.kind == AssignmentKind.REFERENT,
            other.c.since <= today,
            or_(other.c.until.is_(None), other.c.until > today),
        )
        .correlate(TrainerAssignment)
        .scalar_subquery()
    )
    learner = select(Person).subquery()
    rows = db.session.execute(
        select(Person, Enrolment.id, learner.c.first_name, learner.c.last_name, load)
        .select_from(TrainerAssignment)
        .join(Person, Person.id == TrainerAssignment.person_id)
        .join(Enrolment, Enrolment.id == TrainerAssignment.enrolment_id)
        .join(learner, learner.c.id == Enrolment.person_id)
        .where(
            TrainerAssignment.cohort_id == cohort.id,
            TrainerAssignment.kind == AssignmentKind.REFERENT,
            TrainerAssignment.until.is_(None),
            in_force_on(today),
            Enrolment.status.in_(LIVE),
        )
        .order_by(Person.sort_key, Person.id, learner.c.sort_key, Enrolment.id)
    )
    found: dict[uuid.UUID, tuple[str, list[tuple[uuid.UUID, str]], int]] = {}
    for person, enrolment_id, first, last, count in rows:
        entry = found.setdefault(person.id, (person.name, [], count))
        entry[1].append((enrolment_id, f"{first} {last}".strip()))
    limit = rules.load_limit(cohort)
    return [Follower(key, name, learners, count, limit) for key, (name, learners, count) in found.items()]


def follower_of(cohort: Cohort, person_id: uuid.UUID) -> Follower:
    """Return a referent of the cohort’s learners; ``NotFound`` for whoever follows nobody there. One SELECT."""
    for follower in followers(cohort):
        if follower.person_id == person_id:
            return follower
    raise NotFound


def risk_on(enrolment: Enrolment) -> RiskFlag | None:
    """Return the alert open on a learner, with who raised it, or null. One SELECT."""
    return db.session.scalar(
        select(RiskFlag)
        .options(joinedload(RiskFlag.raiser, innerjoin=True))
        .where(RiskFlag.enrolment_id == enrolment.id, RiskFlag.closed_at.is_(None))
    )


def note_to_change(principal: Principal, enrolment: Enrolment, note_id: uuid.UUID) -> FollowUpNote:
    """Return a note this person wrote on this learner; ``NotFound`` for any other. One SELECT."""
    note = db.session.scalar(
        select(FollowUpNote).where(
            FollowUpNote.id == note_id,
            FollowUpNote.enrolment_id == enrolment.id,
            FollowUpNote.author_id == principal.person_id,
        )
    )
    if note is None:
        raise NotFound
    return note


def structures_answering(principal: Principal, words: str) -> Sequence[Structure]:
    """Return the structures this person may see of this FINESS number or this name, or of a like name. One SELECT."""
    key, number = sort_key(words), "".join(words.split())
    query = structure_queries.scoped_structures(principal).order_by(Structure.sort_key, Structure.id)
    rows = db.session.scalars(
        query.where(or_(Structure.finess == number, Structure.sort_key.contains(key, autoescape=True))).limit(_NAMED)
    ).all()
    exact = [each for each in rows if each.finess == number or each.sort_key == key]
    return exact if len(exact) == 1 else rows
