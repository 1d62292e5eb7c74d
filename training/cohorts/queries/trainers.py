"""Relay trainers: those who may be assigned, those of a cohort."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Organisation, Person
from training.cohorts import rules
from training.cohorts.enums import AssignmentKind
from training.cohorts.models import Cohort, TrainerApproval, TrainerAssignment
from training.cohorts.queries.cohorts import animators, in_force_on, seen_by
from training.cohorts.queries.following import Follower, followers
from training.common import clock
from training.common.errors import NotFound
from training.common.formatting import plural
from training.common.policy import Principal
from training.database import db


@dataclass(frozen=True, slots=True)
class TrainerChoice:
    """A trainer who may be assigned today, with how many learners she is the referent of (R32).

    ``limit``: beyond how many the edition suggests another one; null = unknown.
    """

    person_id: uuid.UUID
    name: str
    learners: int
    limit: int | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether one learner more would be too many."""
        return rules.is_loaded(self.learners + 1, self.limit)

    @property
    def with_load(self) -> str:
        """Her name, with how many she follows already (R32)."""
        if not self.learners:
            return self.name
        followed = f"suit déjà {plural(self.learners, 'personne')}"
        return f"{self.name} ({followed}{', pensez à répartir' if self.is_loaded else ''})"


def approved_trainers(cohort: Cohort) -> list[TrainerChoice]:
    """Return the trainers approved today by a school of the cohort, by name, with their load. One SELECT."""
    today = clock.today()
    load = (
        select(func.count())
        .where(
            TrainerAssignment.person_id == Person.id,
            TrainerAssignment.kind == AssignmentKind.REFERENT,
            in_force_on(today),
        )
        .correlate(Person)
        .scalar_subquery()
    )
    people = db.session.execute(
        select(Person, load)
        .where(
            exists().where(
                TrainerApproval.person_id == Person.id,
                TrainerApproval.organisation_id.in_(rules.approving_schools(cohort)),
                TrainerApproval.agreed_on <= today,
                or_(TrainerApproval.valid_until.is_(None), TrainerApproval.valid_until >= today),
            )
        )
        .order_by(Person.sort_key, Person.id)
    )
    limit = rules.load_limit(cohort)
    return [TrainerChoice(person.id, person.name, learners, limit) for person, learners in people]


@dataclass(frozen=True, slots=True)
class TrainersPage:
    """What the page of a cohort’s trainers shows."""

    animators: Sequence[TrainerAssignment]
    approvals: Sequence[TrainerApproval]
    schools: Sequence[Organisation]
    followers: Sequence[Follower] = ()


def trainers_page(cohort: Cohort, *, names: bool = False) -> TrainersPage:
    """Return the trainers of a cohort: who animates it, who is approved by its schools; and who follows whom, to
    whom may read ``names``. At most four SELECTs.
    """
    schools = rules.approving_schools(cohort)
    return TrainersPage(
        animators=animators(cohort),
        approvals=db.session.scalars(
            select(TrainerApproval)
            .join(TrainerApproval.person)
            .options(
                joinedload(TrainerApproval.person),
                joinedload(TrainerApproval.organisation),
                joinedload(TrainerApproval.recorder),
                joinedload(TrainerApproval.evidence),
            )
            .where(TrainerApproval.organisation_id.in_(schools))
            .order_by(Person.sort_key, TrainerApproval.agreed_on.desc(), TrainerApproval.id)
        ).all(),
        schools=db.session.scalars(
            select(Organisation).where(Organisation.id.in_(schools)).order_by(Organisation.name)
        ).all(),
        followers=followers(cohort) if names else (),
    )


def find_assignment(
    principal: Principal, code: str, assignment_id: uuid.UUID, *, to_change: bool = False
) -> TrainerAssignment:
    """Return an assignment of a cohort this person may see; ``NotFound`` for any other.

    ``to_change`` takes its cohort FOR UPDATE, then itself, for a POST.
    """
    query = (
        select(TrainerAssignment)
        .join(TrainerAssignment.cohort)
        .where(TrainerAssignment.id == assignment_id, Cohort.code == code, seen_by(principal))
        .options(
            joinedload(TrainerAssignment.cohort, innerjoin=True).selectinload(Cohort.parts),
            joinedload(TrainerAssignment.enrolment),
            joinedload(TrainerAssignment.person, innerjoin=True),
        )
    )
    if to_change:
        query = query.with_for_update(of=[Cohort, TrainerAssignment])
    assignment = db.session.scalar(query)
    if assignment is None:
        raise NotFound
    return assignment
