"""Who reads eligibility and the board, asks for a waiver, decides (R69, R70, R95, R96). Pure."""

from collections.abc import Mapping
from typing import Any, Final

from training.accounts.enums import READING_FUNCTIONS, Part
from training.accounts.rules import acts_as, carrier_readers, carrier_staff, plays, school
from training.cohorts.rules import edition_school, file_open, learner_trainer, the_learner
from training.common.policy import Permission, Predicate, Principal, holds
from training.diplomas.enums import Settler


def _of_learner(predicate: Predicate) -> Predicate:
    """Return a predicate on an enrolment, asked of whatever belongs to one."""
    return Predicate(
        predicate.words, lambda principal, subject: predicate(principal, getattr(subject, "enrolment", subject))
    )


def _not_hers(subject_of: Predicate) -> Predicate:
    """Return the predicate: it is not her own diploma (R97); a whole cohort is nobody’s."""

    def test(principal: Any, subject: Any) -> bool:
        enrolment = getattr(subject, "enrolment", subject)
        return not (hasattr(enrolment, "person_id") and subject_of(principal, enrolment))

    return Predicate("not the learner herself", test)


not_hers: Final = _not_hers(the_learner)
readers: Final = carrier_readers | school | edition_school

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.DIPLOMAS_BOARD_DECIDE: acts_as(Part.SCHOOL) & not_hers,
    Permission.DIPLOMAS_BOARD_EXPORT: school | edition_school,
    Permission.DIPLOMAS_BOARD_PREPARE: carrier_staff | plays(Part.SCHOOL),
    Permission.DIPLOMAS_BOARD_READ: readers,
    Permission.DIPLOMAS_CERTIFICATE_BUNDLE: carrier_staff | school | edition_school,
    Permission.DIPLOMAS_CERTIFICATE_READ: _of_learner(the_learner | readers),
    Permission.DIPLOMAS_DECISION_CORRECT: acts_as(Part.SCHOOL) & not_hers,
    Permission.DIPLOMAS_ELIGIBILITY_READ: _of_learner(the_learner | learner_trainer | readers),
    Permission.DIPLOMAS_LIST_READ: holds(*READING_FUNCTIONS),
    Permission.DIPLOMAS_NAME_PROOFREAD: _of_learner(the_learner) & file_open,
    Permission.DIPLOMAS_WAIVER_ASK: _of_learner(carrier_staff | learner_trainer) & not_hers & file_open,
    Permission.DIPLOMAS_WAIVER_DECIDE: _of_learner(acts_as(Part.SCHOOL)) & not_hers,
}

_AS: Final[Mapping[Settler, Predicate]] = {
    Settler.CARRIER: carrier_staff & ~the_learner,
    Settler.LEARNER: the_learner,
    Settler.SCHOOL: plays(Part.SCHOOL) & ~the_learner,
    Settler.TRAINER: learner_trainer & ~the_learner,
}


def settles_as(principal: Principal, enrolment: Any) -> frozenset[Settler]:
    """Return as whom this person may settle what a learner lacks (R97)."""
    return frozenset(settler for settler, predicate in _AS.items() if predicate(principal, enrolment))
