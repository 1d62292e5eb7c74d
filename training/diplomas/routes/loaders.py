"""What the guard loads before a page of the diplomas, already within one’s scope."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import request

from training.cohorts.models import Cohort, Enrolment
from training.common.declarations import file_use
from training.common.errors import NotFound
from training.common.policy import Principal
from training.common.transaction import UploadLimit
from training.diplomas import queries, services
from training.diplomas.models import DiplomaWaiver


def _to_change() -> bool:
    return request.method == "POST"


def enrolment_of(principal: Principal, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment whose eligibility this person reads; a POST holds it for its transaction."""
    return queries.find_enrolment(principal, enrolment_id, to_change=_to_change())


def decided_of(principal: Principal, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment whose eligibility this person reads, not held: the verb holds its cohort first, as decisions do."""
    return queries.find_enrolment(principal, enrolment_id)


def cohort_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort whose board this person reads; a POST holds it for its transaction."""
    return queries.find_cohort(principal, code, to_change=_to_change())


def waiver_of(principal: Principal, enrolment_id: uuid.UUID, waiver_id: uuid.UUID) -> DiplomaWaiver:
    """Return a waiver of a learner whose eligibility this person reads; a POST holds it for its transaction."""
    waiver = queries.find_waiver(principal, waiver_id, to_change=_to_change())
    if waiver.enrolment_id != enrolment_id:
        raise NotFound
    return waiver


def waiver_evidence(_subject: Any) -> Mapping[str, UploadLimit]:
    """Return what may be attached to a waiver."""
    return {"evidence": UploadLimit(file_use(services.WAIVER_USE))}


def decision_evidence(_subject: Any) -> Mapping[str, UploadLimit]:
    """Return what may be attached to a decision."""
    return {"evidence": UploadLimit(file_use(services.DECISION_USE))}
