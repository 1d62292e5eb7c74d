"""The printed name, proofread by the learner before the board (R110)."""

from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db
from training.diplomas import queries
from training.diplomas.models import PrintedName


def proofread(enrolment: Enrolment, name: str, *, by: Principal) -> PrintedName:
    """Keep the name a learner wants on her diploma, as she proofread it; journaled, whether she corrected it or not.

    Raises ``Refused`` for an empty one. Given again before the decision, the last one holds.
    """
    words = " ".join(name.split())
    if not words:
        raise Refused("Écrivez le nom à imprimer.", field="name")
    shown = queries.printed_name_of(enrolment)
    row = db.session.get(PrintedName, enrolment.id) or PrintedName(enrolment_id=enrolment.id)
    row.name, row.proofread_at = words, clock.now()
    db.session.add(row)
    db.session.flush()
    journal.record(
        enrolment,
        "enrolment.name_proofread",
        by=by,
        codes={"corrected": words != shown.name},
        text={"name": words},
    )
    return row
