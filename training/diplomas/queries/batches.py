"""The papers asked for a whole cohort, and what making them reads (R71)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.cohorts.models import Cohort, Enrolment
from training.common.errors import NotFound
from training.database import db
from training.diplomas.models import DiplomaBatch, RegisterEntry
from training.diplomas.queries.register import in_force

SHOWN = 10


def batches_of(cohort: Cohort) -> Sequence[DiplomaBatch]:
    """Return the papers asked for, the last first. One SELECT."""
    return db.session.scalars(
        select(DiplomaBatch)
        .where(DiplomaBatch.cohort_id == cohort.id)
        .order_by(DiplomaBatch.requested_at.desc(), DiplomaBatch.id)
        .limit(SHOWN)
    ).all()


def find_batch(cohort: Cohort, batch_id: uuid.UUID) -> DiplomaBatch:
    """Return papers asked for a cohort."""
    batch = db.session.get(DiplomaBatch, batch_id)
    if batch is None or batch.cohort_id != cohort.id:
        raise NotFound
    return batch


def enrolments_of(cohort: Cohort) -> Sequence[Enrolment]:
    """Return every learner of a cohort, as papers name her. One SELECT."""
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id)
        .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.variant, innerjoin=True))
    ).all()


def entries_of(cohort_id: uuid.UUID) -> dict[uuid.UUID, RegisterEntry]:
    """Return the lines in force of the register of a cohort, by learner. One SELECT."""
    rows = db.session.scalars(
        select(RegisterEntry)
        .join(RegisterEntry.enrolment)
        .where(Enrolment.cohort_id == cohort_id, in_force())
        .options(joinedload(RegisterEntry.school), joinedload(RegisterEntry.supersedes))
    )
    return {entry.enrolment_id: entry for entry in rows}
