"""Assessments as tracer documents: what a learner may hand in and for what, what was handed in, what partners ask (R86, R132)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.catalogue.enums import DepositPlace, TracerWork
from training.catalogue.models import Module, TracerType, TracerVariant
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common.errors import NotFound
from training.common.policy import Principal
from training.cooperation.enums import AssessmentStatus
from training.cooperation.models import Assessment, AssessmentProposal, DateOnlyWish, Partnership
from training.cooperation.queries.partnerships import load_people, takes_part
from training.database import db
from training.portfolio import queries as portfolio
from training.portfolio.enums import TracerStatus
from training.portfolio.models import Tracer, TracerVersion


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document of a learner's training for which an assessment may stand."""

    enrolment_id: uuid.UUID
    type_id: uuid.UUID
    label: str
    module: str
    cohort: str


def _owed(*columns: Any) -> Select[Any]:
    """Return the query of the documents that learners still owe and for which an assessment may stand."""
    return (
        select(*columns)
        .select_from(Enrolment)
        .join(TracerVariant, TracerVariant.variant_id == Enrolment.variant_id)
        .join(TracerType, TracerType.id == TracerVariant.tracer_id)
        .join(Module, Module.id == TracerType.module_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(Tracer, (Tracer.enrolment_id == Enrolment.id) & (Tracer.type_id == TracerType.id))
        .where(
            Enrolment.status.in_(LIVE),
            TracerType.work != TracerWork.DOCUMENT,
            TracerType.deposit == DepositPlace.HERE,
            or_(Tracer.id.is_(None), Tracer.status != TracerStatus.ACCEPTED),
        )
    )


def open_documents(principal: Principal) -> list[OpenDocument]:
    """Return the documents this person still owes for which an assessment may stand. One SELECT."""
    if principal.person_id is None:
        return []
    query = _owed(Enrolment.id, TracerType.id, TracerType.label, Module, Cohort.label)
    rows = db.session.execute(
        query.where(Enrolment.person_id == principal.person_id).order_by(
            Cohort.label, Module.position, TracerType.position, TracerType.id
        )
    )
    return [
        OpenDocument(enrolment, kind, label, module.name, cohort) for enrolment, kind, label, module, cohort in rows
    ]


def who_may_propose(assessment: Assessment) -> frozenset[uuid.UUID]:
    """Return those of its partners whose training has a document for which an assessment may stand. One SELECT."""
    partners = [member.person_id for member in assessment.partnership.present_members]
    query = _owed(Enrolment.person_id).where(Enrolment.person_id.in_(partners)).distinct()
    return frozenset(db.session.scalars(query))


@dataclass(frozen=True, slots=True)
class OwnAssessment:
    """An assessment of one's partnerships, as one chooses among them."""

    id: uuid.UUID
    partnership: str
    held_on: date
    is_final: bool


def own_assessments(principal: Principal) -> list[OwnAssessment]:
    """Return the assessments of the partnerships this person is in, the latest first. One SELECT."""
    query = (
        select(Assessment.id, Partnership.name, Assessment.held_on, Assessment.status)
        .join(Partnership, Partnership.id == Assessment.partnership_id)
        .where(takes_part(principal))
        .order_by(Assessment.held_on.desc(), Partnership.name, Assessment.id)
        .limit(40)
    )
    rows = db.session.execute(query)
    return [OwnAssessment(key, name, held, status is AssessmentStatus.FINALISED) for key, name, held, status in rows]


@dataclass(frozen=True, slots=True)
class ProposedBy:
    """Who handed an assessment in, and when."""

    person_id: uuid.UUID
    name: str
    at: datetime


def proposals_of(assessment: Assessment) -> list[ProposedBy]:
    """Return who handed this assessment in as a tracer document. One SELECT."""
    query = (
        select(Person, AssessmentProposal.proposed_at)
        .join(TracerVersion, TracerVersion.id == AssessmentProposal.version_id)
        .join(Tracer, Tracer.id == TracerVersion.tracer_id)
        .join(Enrolment, Enrolment.id == Tracer.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(AssessmentProposal.assessment_id == assessment.id)
        .order_by(AssessmentProposal.proposed_at, AssessmentProposal.id)
    )
    return [ProposedBy(person.id, person.name, at) for person, at in db.session.execute(query)]


def wishes_of(assessment: Assessment) -> Sequence[DateOnlyWish]:
    """Return the partners who ask that its date alone be shown. One SELECT."""
    query = (
        select(DateOnlyWish)
        .options(joinedload(DateOnlyWish.person, innerjoin=True))
        .where(DateOnlyWish.assessment_id == assessment.id)
        .order_by(DateOnlyWish.asked_at, DateOnlyWish.person_id)
    )
    return db.session.scalars(query).all()


def waits_for_answer(assessment: Assessment, enrolment: Enrolment, type_id: uuid.UUID) -> bool:
    """Whether this very assessment is the latest version of this document, and nobody has answered it. One SELECT."""
    latest = (
        select(AssessmentProposal.assessment_id)
        .join(TracerVersion, TracerVersion.id == AssessmentProposal.version_id)
        .join(Tracer, Tracer.id == TracerVersion.tracer_id)
        .where(
            Tracer.enrolment_id == enrolment.id,
            Tracer.type_id == type_id,
            Tracer.status.in_((TracerStatus.DEPOSITED, TracerStatus.IN_REVIEW)),
            TracerVersion.deposited_at == Tracer.deposited_at,
        )
    )
    return db.session.scalar(latest) == assessment.id


@dataclass(frozen=True, slots=True)
class Proposed:
    """An assessment as whoever reads a learner's documents reads it: its date, and the rest unless a partner objects."""

    id: uuid.UUID
    assessment: Assessment
    tracer: Tracer
    date_only: bool

    @property
    def enrolment(self) -> Enrolment:
        """Whence one's rights on it."""
        return self.tracer.enrolment


def find_proposed(principal: Principal, proposal_id: uuid.UUID) -> Proposed:
    """Return an assessment handed in, for who reads the version it stands for; ``NotFound`` for anyone else."""
    proposal = db.session.scalar(
        select(AssessmentProposal)
        .options(
            joinedload(AssessmentProposal.assessment, innerjoin=True).options(
                joinedload(Assessment.partnership, innerjoin=True).joinedload(Partnership.region, innerjoin=True),
                joinedload(Assessment.grid, innerjoin=True),
            )
        )
        .where(AssessmentProposal.id == proposal_id)
    )
    if proposal is None:
        raise NotFound
    version = portfolio.find_version(principal, proposal.version_id)
    asked = select(DateOnlyWish.person_id).where(DateOnlyWish.assessment_id == proposal.assessment_id).limit(1)
    load_people(proposal.assessment.partnership)
    return Proposed(proposal.id, proposal.assessment, version.tracer, db.session.scalar(asked) is not None)
