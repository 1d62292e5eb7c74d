"""The register of complaints and incidents, and the improvements (R123)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import Function
from training.catalogue.models import Edition
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries import find_cohort
from training.common import clock
from training.common.errors import NotFound
from training.common.listing import PER_PAGE, offset
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.models import Complaint, Improvement

_COHORT = (
    joinedload(Cohort.edition, innerjoin=True).joinedload(Edition.programme, innerjoin=True),
    selectinload(Cohort.parts),
)


def cohort_concerning(principal: Principal, code: str, *, to_change: bool = False) -> Cohort:
    """Return a cohort this person sees, or in which someone of a structure she represents learns. Four SELECTs at most."""
    try:
        return find_cohort(principal, code, to_change=to_change)
    except NotFound:
        structures = [c.structure_id for c in principal.capacities if c.function == Function.REPRESENTATIVE]
        if not structures:
            raise
        learns = select(Enrolment.cohort_id).where(Enrolment.structure_id.in_(structures))
        cohort = db.session.scalar(select(Cohort).where(Cohort.code == code, Cohort.id.in_(learns)).options(*_COHORT))
        if cohort is None:
            raise
        return cohort


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of what was filed, what is improved, and how many answers are late."""

    complaints: Sequence[Complaint]
    total: int
    waiting: int
    late: int
    improvements: Sequence[Improvement]


def register_of(cohort: Cohort, number: int) -> RegisterPage:
    """Return a cohort’s register, what awaits an answer first. Four SELECTs."""
    states = db.session.execute(
        select(Complaint.status, Complaint.due_on, func.count())
        .where(Complaint.cohort_id == cohort.id)
        .group_by(Complaint.status, Complaint.due_on)
    ).all()
    complaints = db.session.scalars(
        select(Complaint)
        .where(Complaint.cohort_id == cohort.id)
        .options(joinedload(Complaint.author, innerjoin=True))
        .order_by(Complaint.answered_at.is_not(None), Complaint.filed_at.desc(), Complaint.id)
        .limit(PER_PAGE)
        .offset(offset(number))
    ).all()
    improvements = db.session.scalars(
        select(Improvement)
        .where(Improvement.cohort_id == cohort.id)
        .options(joinedload(Improvement.complaint))
        .order_by(Improvement.done_on.is_not(None), Improvement.due_on.nulls_last(), Improvement.planned_at)
        .limit(PER_PAGE)
    ).all()
    waiting = [(due_on, count) for status, due_on, count in states if status.value == "received"]
    today = clock.today()
    return RegisterPage(
        complaints,
        sum(count for _status, _due, count in states),
        sum(count for _due, count in waiting),
        sum(count for due_on, count in waiting if due_on < today),
        improvements,
    )


@dataclass(frozen=True, slots=True)
class WholeRegister:
    """All that was filed and improved in a cohort, the first filed first: what one keeps."""

    complaints: Sequence[Complaint]
    improvements: Sequence[Improvement]


def whole_register(cohort: Cohort) -> WholeRegister:
    """Return a cohort’s register in full. Two SELECTs."""
    complaints = db.session.scalars(
        select(Complaint)
        .where(Complaint.cohort_id == cohort.id)
        .options(joinedload(Complaint.author, innerjoin=True))
        .order_by(Complaint.filed_at, Complaint.id)
    ).all()
    improvements = db.session.scalars(
        select(Improvement)
        .where(Improvement.cohort_id == cohort.id)
        .options(joinedload(Improvement.complaint))
        .order_by(Improvement.planned_at, Improvement.id)
    ).all()
    return WholeRegister(complaints, improvements)


def filed_by(principal: Principal, cohort: Cohort) -> Sequence[Complaint]:
    """Return what this person filed about a cohort. One SELECT."""
    return db.session.scalars(
        select(Complaint)
        .where(Complaint.cohort_id == cohort.id, Complaint.filed_by == principal.person_id)
        .order_by(Complaint.filed_at.desc(), Complaint.id)
        .limit(PER_PAGE)
    ).all()


def find_complaint(principal: Principal, complaint_id: uuid.UUID, *, to_change: bool = False) -> Complaint:
    """Return something filed that this person reads; ``to_change`` takes it FOR UPDATE. Five SELECTs."""
    query = (
        select(Complaint)
        .where(Complaint.id == complaint_id)
        .options(
            joinedload(Complaint.cohort, innerjoin=True).options(*_COHORT),
            joinedload(Complaint.author, innerjoin=True),
            joinedload(Complaint.answerer),
        )
    )
    if to_change:
        query = query.with_for_update(of=Complaint)
    complaint = db.session.scalar(query)
    if complaint is None or not policy.allows(principal, Permission.QUALITY_COMPLAINT_READ, complaint):
        raise NotFound
    return complaint


def find_improvement(principal: Principal, improvement_id: uuid.UUID, *, to_change: bool = False) -> Improvement:
    """Return an improvement this person reads; ``to_change`` takes it FOR UPDATE. Four SELECTs."""
    query = (
        select(Improvement)
        .where(Improvement.id == improvement_id)
        .options(
            joinedload(Improvement.cohort, innerjoin=True).options(*_COHORT),
            joinedload(Improvement.complaint),
        )
    )
    if to_change:
        query = query.with_for_update(of=Improvement)
    improvement = db.session.scalar(query)
    if improvement is None or not policy.allows(principal, Permission.QUALITY_REGISTER_READ, improvement):
        raise NotFound
    return improvement
