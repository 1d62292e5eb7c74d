"""Files of evidence: asked for on a page, made by the worker."""

from sqlalchemy import select

from training.cohorts.models import Cohort
from training.common import journal
from training.common.errors import Forbidden, NotFound, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.enums import EvidenceStatus
from training.quality.models import EvidenceArchive, EvidenceBatch


def request_evidence(cohort: Cohort, *, by: Principal) -> EvidenceBatch:
    """Ask for the evidence of a cohort as one zip; journaled. Raises ``Refused`` while it is being made."""
    if not policy.allows(by, Permission.QUALITY_AUDIT_BUNDLE, cohort):
        raise Forbidden
    waiting = db.session.scalar(
        select(EvidenceBatch.id).where(
            EvidenceBatch.cohort_id == cohort.id, EvidenceBatch.status == EvidenceStatus.WAITING
        )
    )
    if waiting is not None:
        raise Refused("Ce dossier est déjà en préparation : suivez son avancement sur cette page.")
    batch = EvidenceBatch(cohort_id=cohort.id, requested_by=by.person_id)
    db.session.add(batch)
    db.session.flush()
    journal.record(cohort, "cohort.evidence_requested", by=by)
    return batch


def archive_of(batch: EvidenceBatch) -> bytes:
    """Return the zip; ``NotFound`` while it is not ready, or once it is gone."""
    archive = db.session.get(EvidenceArchive, batch.id)
    if archive is None:
        raise NotFound("Ce dossier n’est plus disponible. Demandez-le de nouveau : il se refait en quelques secondes.")
    return archive.content
