"""What one may see of the diplomas: a learner’s eligibility, a cohort’s board, a waiver; ``NotFound`` for the rest (R88)."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.cohorts import queries as cohorts
from training.cohorts.models import Cohort, Enrolment
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.diplomas.models import DiplomaWaiver
from training.portfolio import queries as portfolio


def find_enrolment(principal: Principal, enrolment_id: uuid.UUID, *, to_change: bool = False) -> Enrolment:
    """Return an enrolment whose eligibility this person reads; ``to_change`` takes it FOR UPDATE. Four SELECTs."""
    enrolment = portfolio.find_enrolment(principal, enrolment_id, to_change=to_change)
    if not policy.allows(principal, Permission.DIPLOMAS_ELIGIBILITY_READ, enrolment):
        raise NotFound
    return enrolment


def find_cohort(principal: Principal, code: str, *, to_change: bool = False) -> Cohort:
    """Return a cohort whose board this person reads; ``to_change`` takes it FOR UPDATE. Three SELECTs."""
    cohort = cohorts.find_cohort(principal, code, to_change=to_change)
    if not policy.allows(principal, Permission.DIPLOMAS_BOARD_READ, cohort):
        raise NotFound
    return cohort


def find_cohort_by_id(principal: Principal, cohort_id: uuid.UUID) -> Cohort:
    """Return a cohort whose board this person reads, by its uuid: the owner of a proof."""
    code = db.session.scalar(select(Cohort.code).where(Cohort.id == cohort_id))
    if code is None:
        raise NotFound
    return find_cohort(principal, code)


def find_waiver(principal: Principal, waiver_id: uuid.UUID, *, to_change: bool = False) -> DiplomaWaiver:
    """Return a waiver of a learner whose eligibility this person reads; ``to_change`` takes both FOR UPDATE."""
    query = (
        select(DiplomaWaiver)
        .where(DiplomaWaiver.id == waiver_id)
        .options(joinedload(DiplomaWaiver.asker), joinedload(DiplomaWaiver.settler), joinedload(DiplomaWaiver.evidence))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    find_enrolment(principal, found.enrolment_id, to_change=to_change)
    if to_change:
        db.session.refresh(found, with_for_update={"of": DiplomaWaiver})
    return found
