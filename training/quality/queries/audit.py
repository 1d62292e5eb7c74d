"""What a cohort holds of evidence, counted in one SELECT; and the zips asked for."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from training.admissions.models import Application
from training.catalogue.models import Module, Objective, Resource
from training.cohorts.enums import LIVE, EnrolmentStatus
from training.cohorts.models import Cohort, CohortPart, Enrolment, FollowUpNote, TrainerApproval, TrainerAssignment
from training.common import clock
from training.common.errors import NotFound
from training.database import db
from training.defences.models import Memoire
from training.diplomas.models import DiplomaDecision
from training.portfolio.models import Review, Tracer, TracerVersion
from training.quality.enums import ComplaintStatus, ImprovementStatus, Moment
from training.quality.models import (
    Complaint,
    EvidenceBatch,
    Handbook,
    HandbookReminder,
    Improvement,
    Positioning,
    ReadReceipt,
    Survey,
    SurveyInvitee,
)
from training.quality.queries import evidence_lists as lists
from training.quality.queries.handbooks import in_force
from training.quality.rules.audit import Indicator, indicators_of
from training.seminars.models import ConvocationTerms, HalfDay, HalfDayStaff


def audit_of(cohort: Cohort) -> Sequence[Indicator]:
    """Return what a cohort holds for each indicator. One SELECT."""
    return indicators_of(cohort.code, cohort.edition.programme.code, cohort.edition.code, facts_of(cohort))


def facts_of(cohort: Cohort) -> dict[str, int]:
    """Return everything the indicators count. One SELECT."""
    counts = {**_people(cohort), **_teaching(cohort), **_quality(cohort), **_catalogue(cohort)}
    row = db.session.execute(select(*(count.label(name) for name, count in counts.items()))).one()
    return {name: int(value or 0) for name, value in zip(counts, row, strict=True)}


def _count(model: Any, *conditions: ColumnElement[bool], what: Any = None) -> Any:
    counted = func.count() if what is None else func.count(what)
    return select(counted).select_from(model).where(*conditions).scalar_subquery()


def _catalogue(cohort: Cohort) -> dict[str, Any]:
    own = select(Module.id).where(Module.edition_id == cohort.edition_id)
    bare = ~exists().where(Objective.module_id == Module.id)
    return {
        "modules": _count(Module, Module.edition_id == cohort.edition_id),
        "modules_bare": _count(Module, Module.edition_id == cohort.edition_id, bare),
        "objectives": _count(Objective, Objective.module_id.in_(own)),
        "resources": _count(Resource, Resource.module_id.in_(own)),
    }


def _people(cohort: Cohort) -> dict[str, Any]:
    own, here = lists.of_cohort(cohort), Enrolment.cohort_id == cohort.id
    versions = (
        select(TracerVersion.id).join(Tracer, Tracer.id == TracerVersion.tracer_id).where(Tracer.enrolment_id.in_(own))
    )
    follows = TrainerAssignment.enrolment_id.is_not(None)
    return {
        "applications": _count(Application, *lists.submitted(cohort)),
        "learners": _count(Enrolment, here, Enrolment.status.in_(LIVE)),
        "departures": _count(Enrolment, *lists.gone(cohort)),
        "graduates": _count(Enrolment, here, Enrolment.status == EnrolmentStatus.GRADUATED),
        "referents": _count(
            TrainerAssignment,
            TrainerAssignment.cohort_id == cohort.id,
            follows,
            what=TrainerAssignment.enrolment_id.distinct(),
        ),
        "notes": _count(FollowUpNote, FollowUpNote.enrolment_id.in_(own)),
        "tracers": _count(Tracer, Tracer.enrolment_id.in_(own), Tracer.deposited_at.is_not(None)),
        "reviews": _count(Review, Review.version_id.in_(versions), Review.decision.is_not(None)),
        "memoires": _count(Memoire, Memoire.enrolment_id.in_(own)),
        "decisions": _count(DiplomaDecision, *lists.decided(cohort)),
        "entry_ratings": _count(Positioning, Positioning.enrolment_id.in_(own), Positioning.moment == Moment.ENTRY),
        "end_ratings": _count(Positioning, Positioning.enrolment_id.in_(own), Positioning.moment == Moment.END),
    }


def _teaching(cohort: Cohort) -> dict[str, Any]:
    every = select(HalfDay.id).where(*lists.planned(cohort))
    people = select(HalfDayStaff.person_id).where(HalfDayStaff.half_day_id.in_(every))
    today = clock.today()
    return {
        "half_days": _count(HalfDay, *lists.planned(cohort)),
        "half_days_unlocked": _count(HalfDay, *lists.unlocked(cohort)),
        "half_days_unplaced": _count(HalfDay, *lists.unplaced(cohort)),
        "half_days_unstaffed": _count(HalfDay, *lists.unstaffed(cohort)),
        "sheets": _count(HalfDay, *lists.locked(cohort)),
        "trainers": _count(HalfDayStaff, HalfDayStaff.half_day_id.in_(every), what=HalfDayStaff.person_id.distinct()),
        "approvals": _count(
            TrainerApproval,
            TrainerApproval.person_id.in_(people)
            | TrainerApproval.person_id.in_(
                select(TrainerAssignment.person_id).where(TrainerAssignment.cohort_id == cohort.id)
            ),
            TrainerApproval.valid_until.is_(None) | (TrainerApproval.valid_until >= today),
        ),
        "disability_referents": _count(
            ConvocationTerms, ConvocationTerms.cohort_id == cohort.id, ConvocationTerms.referent_name != ""
        ),
        "bodies": _count(CohortPart, CohortPart.cohort_id == cohort.id),
    }


def _quality(cohort: Cohort) -> dict[str, Any]:
    here = Handbook.cohort_id == cohort.id
    current = select(Handbook.id).where(here, in_force())
    learners = (Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
    surveys = select(Survey.id).where(Survey.cohort_id == cohort.id)
    read = exists().where(ReadReceipt.handbook_id == Handbook.id, ReadReceipt.enrolment_id == Enrolment.id)
    due = (
        select(func.count())
        .select_from(Handbook)
        .join(Enrolment, Enrolment.cohort_id == Handbook.cohort_id)
        .where(here, in_force(), *learners, ~read)
        .scalar_subquery()
    )
    late = (Complaint.cohort_id == cohort.id, Complaint.status == ComplaintStatus.RECEIVED)
    kept = (Improvement.cohort_id == cohort.id, Improvement.status != ImprovementStatus.DROPPED)
    return {
        "handbooks": _count(Handbook, here, in_force()),
        "receipts": _count(ReadReceipt, ReadReceipt.handbook_id.in_(current)),
        "receipts_due": due,
        "handbook_reminders": select(func.coalesce(func.sum(HandbookReminder.count), 0))
        .where(HandbookReminder.handbook_id.in_(select(Handbook.id).where(here)))
        .scalar_subquery(),
        "survey_reminders": select(func.coalesce(func.sum(SurveyInvitee.reminders), 0))
        .where(SurveyInvitee.survey_id.in_(surveys))
        .scalar_subquery(),
        "surveys": _count(Survey, Survey.cohort_id == cohort.id),
        "answers": _count(SurveyInvitee, SurveyInvitee.survey_id.in_(surveys), SurveyInvitee.answered.is_(True)),
        "complaints": _count(Complaint, Complaint.cohort_id == cohort.id),
        "answered_late": _count(Complaint, *late, Complaint.due_on < clock.today()),
        "improvements": _count(Improvement, *kept),
        "improvements_measured": _count(Improvement, *kept, Improvement.status == ImprovementStatus.MEASURED),
    }


def batches_of(cohort: Cohort) -> Sequence[EvidenceBatch]:
    """Return the zips asked for, the last first. One SELECT."""
    return db.session.scalars(
        select(EvidenceBatch)
        .where(EvidenceBatch.cohort_id == cohort.id)
        .order_by(EvidenceBatch.requested_at.desc(), EvidenceBatch.id)
        .limit(5)
    ).all()


def find_batch(cohort: Cohort, batch_id: uuid.UUID) -> EvidenceBatch:
    """Return a zip asked for a cohort."""
    batch = db.session.get(EvidenceBatch, batch_id)
    if batch is None or batch.cohort_id != cohort.id:
        raise NotFound
    return batch
