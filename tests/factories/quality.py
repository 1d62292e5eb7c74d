"""Evidence for tests, made by the real verbs; in ``db.session``, flushed."""

import io
from datetime import date
from typing import Any

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.support import samples
from training.accounts.models import Person
from training.cohorts.models import Cohort, Enrolment
from training.common import files
from training.common.declarations import file_use
from training.common.files import StagedFile
from training.common.policy import Principal
from training.quality.commands import ComplaintToFile, HandbookToPublish, ImprovementToPlan, SelfRating
from training.quality.enums import ComplaintKind, ComplaintTopic, HandbookKind, Moment
from training.quality.models import Complaint, Handbook, Improvement, Positioning
from training.quality.queries.positioning import positioning_of
from training.quality.services import handbooks, positioning, registers


def staged() -> StagedFile:
    """A checked and staged PDF."""
    use = file_use(handbooks.USE)
    return files.stage(files.check(io.BytesIO(samples.pdf()), "livret.pdf", use), use)


def carrier(cohort: Cohort) -> Principal:
    """A manager of the cohort’s carrier, as an author of acts."""
    return accounts.principal(cohort_rows.carrier_of(cohort))


def handbook(cohort: Cohort, kind: HandbookKind = HandbookKind.WELCOME, changes: str = "") -> Handbook:
    """A document published to the learners."""
    return handbooks.publish(cohort, HandbookToPublish(kind, staged(), changes), by=carrier(cohort))


def rated(enrolment: Enrolment, level: int, moment: Moment = Moment.ENTRY) -> Positioning:
    """A learner who gives herself the same level everywhere."""
    asked = positioning_of(enrolment).objectives
    levels = dict.fromkeys(asked, level)
    return positioning.give(enrolment, SelfRating(moment, levels), asked, by=accounts.principal(enrolment.person))


def complaint(cohort: Cohort, author: Person, **values: Any) -> Complaint:
    """A complaint about the place."""
    command = ComplaintToFile(
        **{
            "kind": ComplaintKind.COMPLAINT,
            "topic": ComplaintTopic.PLACE,
            "words": "La salle n’est pas accessible.",
            **values,
        }
    )
    return registers.file_complaint(cohort, command, by=accounts.principal(author))


def improvement(cohort: Cohort, **values: Any) -> Improvement:
    """An improvement planned for the summer."""
    command = ImprovementToPlan(
        **{"title": "Vérifier les salles", "owner": "La coordination", "due_on": date(2026, 6, 30), **values}
    )
    return registers.plan(cohort, command, by=carrier(cohort))
