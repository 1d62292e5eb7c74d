"""What the page of a cohort says of its learners’ paths, to those who follow or run them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from training.accounts.models import Person
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.rules import learner_scope
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio.enums import AWAITING_REVIEW, TracerStatus
from training.portfolio.models import Tracer


@dataclass(frozen=True, slots=True)
class PathLine:
    """A learner: how many of her documents are accepted, wait to be read, are to revise."""

    id: uuid.UUID
    name: str
    accepted: int
    waiting: int
    to_revise: int


def cohort_paths(cohort: Cohort, principal: Principal) -> Sequence[PathLine] | None:
    """Return the paths of a cohort this person may collect the documents of; null for anyone else. One SELECT."""
    if not policy.allows(principal, Permission.PORTFOLIO_TRACER_COLLECT, cohort):
        return None
    scope = learner_scope(principal, cohort)
    count = func.count(Tracer.id)
    query = (
        select(
            Enrolment.id,
            Person,
            count.filter(Tracer.status == TracerStatus.ACCEPTED),
            count.filter(Tracer.status.in_(AWAITING_REVIEW)),
            count.filter(Tracer.status == TracerStatus.TO_REVISE),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Tracer, Tracer.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
        .group_by(Enrolment.id, Person.id)
        .order_by(Person.sort_key, Enrolment.id)
    )
    if not scope.everyone:
        query = query.where(Enrolment.id.in_(scope.enrolments))
    rows = db.session.execute(query).all()
    return [PathLine(enrolment, person.name, *counts) for enrolment, person, *counts in rows] or None
