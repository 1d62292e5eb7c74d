"""Whether someone who teaches for a body is of its own staff (R123)."""

import uuid

from training.cohorts.models import Cohort
from training.common import journal
from training.common.errors import Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality.models import TeachingTie
from training.seminars.rules.attendance import carrier_of


def settle_tie(cohort: Cohort, person_id: uuid.UUID, *, internal: bool, by: Principal) -> None:
    """Say how someone teaches for the carrier of a cohort; it holds for all its cohorts."""
    if not policy.allows(by, Permission.QUALITY_TEACHING_SETTLE, cohort):
        raise Forbidden
    carrier = carrier_of(cohort)
    if carrier is None:
        raise Refused("Cette promotion n’a pas de porteur.")
    tie = db.session.get(TeachingTie, (carrier.id, person_id))
    if tie is None:
        db.session.add(TeachingTie(organisation_id=carrier.id, person_id=person_id, internal=internal))
    else:
        tie.internal = internal
    db.session.flush()
    journal.record(cohort, "cohort.teaching_tie_settled", by=by, codes={"person": str(person_id), "internal": internal})
