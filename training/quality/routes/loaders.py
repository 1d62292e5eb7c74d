"""What the guard loads before a page of the room, already within one’s scope."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.cohorts.queries import find_cohort
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.portfolio import queries as portfolio
from training.quality.enums import Moment
from training.quality.models import Complaint, Handbook, Improvement
from training.quality.queries import handbooks, registers


def _to_change() -> bool:
    return request.method == "POST"


def cohort_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort this person may see; a POST holds it for its transaction."""
    return find_cohort(principal, code, to_change=_to_change())


def concerned_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort this person is concerned by: as above, or a structure of hers has a learner there."""
    return registers.cohort_concerning(principal, code)


@dataclass(frozen=True, slots=True)
class ToRead:
    """A document in a cohort."""

    cohort: Cohort
    handbook: Handbook

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def handbook_of(principal: Principal, code: str, handbook_id: uuid.UUID) -> ToRead:
    """Return a document of a cohort this person may read."""
    handbook = handbooks.find_handbook(principal, handbook_id)
    if handbook.cohort.code != code:
        raise NotFound
    return ToRead(handbook.cohort, handbook)


def complaint_of(principal: Principal, complaint_id: uuid.UUID) -> Complaint:
    """Return something filed that this person reads; a POST holds it for its transaction."""
    return registers.find_complaint(principal, complaint_id, to_change=_to_change())


def improvement_of(principal: Principal, improvement_id: uuid.UUID) -> Improvement:
    """Return an improvement this person reads; a POST holds it for its transaction."""
    return registers.find_improvement(principal, improvement_id, to_change=_to_change())


def enrolment_of(principal: Principal, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment whose self-ratings this person reads."""
    enrolment = portfolio.find_enrolment(principal, enrolment_id, to_change=_to_change())
    if not policy.allows(principal, Permission.QUALITY_POSITIONING_READ, enrolment):
        raise NotFound
    return enrolment


@dataclass(frozen=True, slots=True)
class ToRate:
    """An enrolment and the moment its address names."""

    enrolment: Enrolment
    moment: Moment

    @property
    def person_id(self) -> uuid.UUID:
        """Whose it is."""
        return self.enrolment.person_id

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.enrolment.parts


def to_rate_of(principal: Principal, enrolment_id: uuid.UUID, moment: str) -> ToRate:
    """Return an enrolment and a moment."""
    found = next((each for each in Moment if each.slug == moment), None)
    if found is None:
        raise NotFound
    return ToRate(enrolment_of(principal, enrolment_id), found)
