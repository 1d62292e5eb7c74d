"""Approvals of relay trainers near their end, and the cohorts that rely on them (R32, R119)."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from training.catalogue.facts import DAYS
from training.catalogue.models import Edition
from training.cohorts import rules
from training.cohorts.enums import CohortStatus
from training.cohorts.models import Cohort, CohortPart, TrainerApproval, TrainerAssignment
from training.cohorts.queries.cohorts import in_force_on
from training.common import clock
from training.database import db

LONGEST: Final = DAYS.maximum or 0
"""The longest notice an edition may say, in days."""


def ending_approvals() -> Sequence[uuid.UUID]:
    """Return the last approvals of trainers at work that may be near their end and were not told so. One SELECT."""
    later = aliased(TrainerApproval)
    return db.session.scalars(
        select(TrainerApproval.id)
        .where(
            TrainerApproval.valid_until <= clock.today() + timedelta(days=LONGEST),
            TrainerApproval.reminded_at.is_(None),
            ~exists().where(
                later.person_id == TrainerApproval.person_id,
                later.organisation_id == TrainerApproval.organisation_id,
                or_(later.valid_until.is_(None), later.valid_until > TrainerApproval.valid_until),
            ),
            exists().where(
                TrainerAssignment.person_id == TrainerApproval.person_id,
                TrainerAssignment.cohort_id == Cohort.id,
                Cohort.status != CohortStatus.CLOSED,
                in_force_on(clock.today()),
            ),
        )
        .order_by(TrainerApproval.valid_until, TrainerApproval.id)
    ).all()


def approval_to_tell(approval_id: uuid.UUID) -> TrainerApproval | None:
    """Return an approval whose end was not told, locked, with its trainer and its school; null for any other."""
    return db.session.scalar(
        select(TrainerApproval)
        .where(TrainerApproval.id == approval_id, TrainerApproval.reminded_at.is_(None))
        .options(
            joinedload(TrainerApproval.person, innerjoin=True), joinedload(TrainerApproval.organisation, innerjoin=True)
        )
        .with_for_update(of=TrainerApproval)
    )


def relying_on(approval: TrainerApproval) -> list[Cohort]:
    """Return the cohorts where its trainer works today and for which this school approves, by label. Three SELECTs."""
    works = exists().where(
        TrainerAssignment.cohort_id == Cohort.id,
        TrainerAssignment.person_id == approval.person_id,
        in_force_on(clock.today()),
    )
    cohorts = db.session.scalars(
        select(Cohort)
        .where(Cohort.status != CohortStatus.CLOSED, works)
        .options(
            selectinload(Cohort.parts).joinedload(CohortPart.organisation, innerjoin=True),
            joinedload(Cohort.edition, innerjoin=True).options(joinedload(Edition.rules), selectinload(Edition.parts)),
        )
        .order_by(Cohort.label, Cohort.id)
    )
    return [cohort for cohort in cohorts if approval.organisation_id in rules.approving_schools(cohort)]
