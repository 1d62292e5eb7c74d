"""The board of a cohort: its day, what was decided, whose printed name is still to be proofread (R70, R110)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.cohorts.enums import LIVE
from training.cohorts.models import Enrolment
from training.cohorts.registration import CivilStatus
from training.common import clock
from training.database import db
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaBoard, DiplomaDecision, PrintedName
from training.diplomas.rules import proposed_name


@dataclass(frozen=True, slots=True)
class NameToPrint:
    """The name a diploma will bear, and when its learner proofread it; null = not yet."""

    name: str
    proofread_at: datetime | None = None


def printed_name_of(enrolment: Enrolment) -> NameToPrint:
    """Return the name a learner’s diploma will bear: hers once proofread, or else what the house proposes. One SELECT."""
    row = db.session.execute(
        select(
            PrintedName.name,
            PrintedName.proofread_at,
            CivilStatus.first_names,
            CivilStatus.birth_name,
            Person.first_name,
            Person.last_name,
        )
        .select_from(Person)
        .outerjoin(PrintedName, PrintedName.enrolment_id == enrolment.id)
        .outerjoin(CivilStatus, and_(CivilStatus.person_id == Person.id, CivilStatus.cohort_id == enrolment.cohort_id))
        .where(Person.id == enrolment.person_id)
    ).one()
    if row.proofread_at is not None:
        return NameToPrint(row.name, row.proofread_at)
    return NameToPrint(
        proposed_name(row.first_name, row.last_name, first_names=row.first_names or "", birth_name=row.birth_name or "")
    )


def unproofread(cohort_id: uuid.UUID) -> Sequence[Enrolment]:
    """Return the learners in the course who have not proofread their printed name, by name. One SELECT."""
    read = exists().where(PrintedName.enrolment_id == Enrolment.id)
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.status.in_(LIVE), ~read)
        .order_by(Person.sort_key, Enrolment.id)
        .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.cohort, innerjoin=True))
    ).all()


def next_board(cohort_id: uuid.UUID) -> DiplomaBoard | None:
    """Return the board announced for a day to come, today included. One SELECT."""
    return db.session.scalars(
        select(DiplomaBoard)
        .where(DiplomaBoard.cohort_id == cohort_id, DiplomaBoard.held_on >= clock.today())
        .order_by(DiplomaBoard.held_on)
        .limit(1)
    ).first()


def current_decision(enrolment_id: uuid.UUID) -> DiplomaDecision | None:
    """Return the decision in force about a learner, or null. One SELECT."""
    return db.session.scalars(
        select(DiplomaDecision).where(DiplomaDecision.enrolment_id == enrolment_id, DiplomaDecision.is_current)
    ).first()


def days_decided(cohort_id: uuid.UUID) -> Sequence[tuple[date, int]]:
    """Return the days on which the school decided for good in a cohort, the latest first, and of how many. One SELECT."""
    final = [verdict for verdict in Verdict if verdict.is_final]
    rows = db.session.execute(
        select(DiplomaDecision.decided_on, func.count())
        .join(Enrolment, Enrolment.id == DiplomaDecision.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, DiplomaDecision.is_current, DiplomaDecision.verdict.in_(final))
        .group_by(DiplomaDecision.decided_on)
        .order_by(DiplomaDecision.decided_on.desc())
    )
    return [(on, count) for on, count in rows]


def decisions_about(enrolment_id: uuid.UUID) -> Sequence[DiplomaDecision]:
    """Return every decision about a learner, the latest first. One SELECT."""
    return db.session.scalars(
        select(DiplomaDecision)
        .where(DiplomaDecision.enrolment_id == enrolment_id)
        .order_by(DiplomaDecision.is_current.desc(), DiplomaDecision.recorded_at.desc(), DiplomaDecision.id)
        .options(joinedload(DiplomaDecision.recorder), joinedload(DiplomaDecision.evidence))
    ).all()
