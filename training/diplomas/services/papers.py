"""Papers for a whole cohort, or for what the school decided one day: asked for on a page, made by the worker (R71)."""

from training.cohorts.models import Cohort
from training.common import journal
from training.common.batches import refuse_while_making
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db
from training.diplomas import queries
from training.diplomas.commands import Papers
from training.diplomas.models import DiplomaBatch


def request_papers(cohort: Cohort, command: Papers, *, by: Principal) -> DiplomaBatch:
    """Ask for papers of one kind; journaled.

    Raises ``Refused`` while the same are being made, and for a day on which nothing was decided for good.
    """
    if command.decided_on is not None and command.decided_on not in dict(queries.days_decided(cohort.id)):
        raise Refused("Aucune décision n’a été prise ce jour-là dans cette promotion.")
    refuse_while_making(
        DiplomaBatch,
        DiplomaBatch.cohort_id == cohort.id,
        DiplomaBatch.kind == command.kind,
        DiplomaBatch.decided_on.is_not_distinct_from(command.decided_on),
    )
    batch = DiplomaBatch(
        cohort_id=cohort.id, kind=command.kind, decided_on=command.decided_on, requested_by=by.person_id
    )
    db.session.add(batch)
    db.session.flush()
    journal.record(cohort, "cohort.diploma_papers_requested", by=by, codes={"kind": command.kind.value})
    return batch
