"""An assessment handed in as a tracer document: proposed by a learner, held back to its date by a partner (R86, R132)."""

import uuid
from typing import Final

from training.accounts.models import Person
from training.cohorts.models import Enrolment
from training.common import journal
from training.common.errors import NotFound, Refused
from training.common.policy import Principal
from training.cooperation import mails
from training.cooperation.models import Assessment, AssessmentProposal, DateOnlyWish
from training.cooperation.queries import proposals as queries
from training.database import db
from training.portfolio.services import deposit_object

KIND: Final = "assessment"
"""The code under which the portfolio knows an assessment."""


def propose(assessment: Assessment, enrolment: Enrolment, type_id: uuid.UUID, *, by: Principal) -> AssessmentProposal:
    """Hand an assessment in as a learner's document; its partners are told (R132). Only its having been led counts (R86).

    Raises ``Refused`` while it is not finalised, or when it already waits for an answer there.
    """
    if not assessment.is_final:
        raise Refused("Cette auto-évaluation n’est pas finalisée : terminez-la avec vos partenaires, puis proposez-la.")
    if queries.waits_for_answer(assessment, enrolment, type_id):
        raise Refused("Cette auto-évaluation est déjà déposée pour ce document : elle attend sa relecture.")
    key = uuid.uuid4()
    version = deposit_object(enrolment, type_id, KIND, key, by=by)
    proposal = AssessmentProposal(id=key, assessment=assessment, version=version)
    db.session.add(proposal)
    db.session.flush()
    journal.record(assessment, "assessment.proposed", by=by)
    for member in assessment.partnership.present_members:
        if member.person_id != by.person_id:
            mails.assessment_proposed(member.person, assessment, learner=enrolment.person.name)
    return proposal


def ask_for_date_only(assessment: Assessment, *, by: Principal) -> None:
    """Ask that its readers in a training be shown nothing but the day it was held; asked again, it changes nothing."""
    if by.person_id is None:
        raise NotFound
    if db.session.get(DateOnlyWish, (assessment.id, by.person_id)) is not None:
        return
    person = db.session.get_one(Person, by.person_id)
    db.session.add(DateOnlyWish(assessment_id=assessment.id, person=person))
    db.session.flush()
    journal.record(assessment, "assessment.date_only_asked", by=by)


def withdraw_date_only(assessment: Assessment, *, by: Principal) -> None:
    """Take one's own wish back; the others' stand."""
    held = db.session.get(DateOnlyWish, (assessment.id, by.person_id)) if by.person_id else None
    if held is None:
        return
    db.session.delete(held)
    db.session.flush()
    journal.record(assessment, "assessment.date_only_withdrawn", by=by)
