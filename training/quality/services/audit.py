"""Files of evidence: asked for on a page, made by the worker."""

from training.cohorts.models import Cohort
from training.common import journal
from training.common.batches import refuse_while_making
from training.common.errors import Forbidden
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.models import EvidenceBatch


def request_evidence(cohort: Cohort, *, by: Principal) -> EvidenceBatch:
    """Ask for the evidence of a cohort as one zip; journaled. Raises ``Refused`` while it is being made."""
    if not policy.allows(by, Permission.QUALITY_AUDIT_BUNDLE, cohort):
        raise Forbidden
    refuse_while_making(EvidenceBatch, EvidenceBatch.cohort_id == cohort.id)
    batch = EvidenceBatch(cohort_id=cohort.id, requested_by=by.person_id)
    db.session.add(batch)
    db.session.flush()
    journal.record(cohort, "cohort.evidence_requested", by=by)
    return batch
