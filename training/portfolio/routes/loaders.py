"""What the guard loads before a page of the portfolio, already within one’s scope."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from training.catalogue.models import TracerType
from training.cohorts.models import CohortPart, Enrolment
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio import queries
from training.portfolio.models import CommentTemplate, HoursEntry, Tracer, TracerFile, TracerVersion


@dataclass(frozen=True, slots=True)
class Owed:
    """A tracer document of a learner, whether or not she has begun it."""

    enrolment: Enrolment
    type: TracerType

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.enrolment.parts


@dataclass(frozen=True, slots=True)
class OfVersion:
    """A tracer document and the version its address names."""

    tracer: Tracer
    version: TracerVersion

    @property
    def enrolment(self) -> Enrolment:
        """Whence one’s rights."""
        return self.tracer.enrolment

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.tracer.parts


def _to_change() -> bool:
    return request.method == "POST"


def enrolment_of(principal: Principal, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment whose path this person reads; a POST holds it for its transaction."""
    return queries.find_enrolment(principal, enrolment_id, to_change=_to_change())


def owed_of(principal: Principal, enrolment_id: uuid.UUID, type_id: uuid.UUID) -> Owed:
    """Return what a learner owes, to whoever reads her documents."""
    enrolment = queries.find_enrolment(principal, enrolment_id, to_change=_to_change())
    if not policy.allows(principal, Permission.PORTFOLIO_TRACER_READ, enrolment):
        raise NotFound
    return Owed(enrolment, queries.find_type(enrolment, type_id))


def tracer_of(principal: Principal, tracer_id: uuid.UUID) -> Tracer:
    """Return a tracer document this person reads; a POST holds it for its transaction."""
    return queries.find_tracer(principal, tracer_id, to_change=_to_change())


def version_of(principal: Principal, tracer_id: uuid.UUID, version_id: uuid.UUID) -> OfVersion:
    """Return a version handed in of a tracer document this person reads."""
    tracer = tracer_of(principal, tracer_id)
    version = next((each for each in tracer.deposited if each.id == version_id), None)
    if version is None:
        raise NotFound
    return OfVersion(tracer, version)


def file_of(principal: Principal, tracer_id: uuid.UUID, draft_file_id: uuid.UUID) -> TracerFile:
    """Return a file of one’s own draft."""
    tracer = tracer_of(principal, tracer_id)
    if not policy.allows(principal, Permission.PORTFOLIO_TRACER_DEPOSIT, tracer) or tracer.draft is None:
        raise NotFound
    found = next((each for each in tracer.draft.files if each.id == draft_file_id), None)
    if found is None:
        raise NotFound
    return found


def entry_of(principal: Principal, enrolment_id: uuid.UUID, entry_id: uuid.UUID) -> HoursEntry:
    """Return hours of a learner whose path this person reads."""
    entry = queries.find_entry(principal, entry_id, to_change=_to_change())
    if entry.enrolment_id != enrolment_id:
        raise NotFound
    return entry


def template_of(principal: Principal, template_id: uuid.UUID) -> CommentTemplate:
    """Return a sentence one keeps."""
    found = db.session.get(CommentTemplate, template_id)
    if found is None or found.person_id != principal.person_id:
        raise NotFound
    return found
