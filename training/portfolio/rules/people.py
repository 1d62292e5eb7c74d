"""Who reads a path, hands in, reviews, confirms hours (R52, R88, R119)."""

from collections.abc import Mapping
from typing import Any, Final

from training.accounts.enums import CARRYING, Function, Part
from training.accounts.rules import carrier_readers, carrier_staff, plays, school
from training.catalogue.enums import Modality, ReferentRule
from training.cohorts.enums import FOLLOWING, AssignmentKind
from training.cohorts.rules import cohort_trainer, edition_school, file_open, in_force, learner_trainer
from training.common import clock
from training.common.policy import Permission, Predicate, Principal, holds, signed_in
from training.portfolio.enums import Audience


def _enrolment_of(subject: Any) -> Any:
    return getattr(subject, "enrolment", subject)


def on_learner(words: str, predicate: Predicate) -> Predicate:
    """Return a predicate on an enrolment, asked of whatever belongs to one."""
    return Predicate(words, lambda principal, subject: predicate(principal, _enrolment_of(subject)))


def _is_learner(principal: Principal, subject: Any) -> bool:
    return principal.is_signed_in and _enrolment_of(subject).person_id == principal.person_id


def _reviews(principal: Principal, subject: Any) -> bool:
    """Whether she follows the learner now; where nobody must, and nobody does, whether she animates the cohort."""
    enrolment = _enrolment_of(subject)
    if not principal.is_signed_in or enrolment.person_id == principal.person_id:
        return False
    today = clock.today()
    running = [term for term in enrolment.cohort.assignments if in_force(term, today)]
    following = [t for t in running if t.enrolment_id == enrolment.id and t.kind in FOLLOWING]
    if any(term.person_id == principal.person_id for term in following):
        return True
    rules = enrolment.cohort.edition.rules
    if following or (rules is not None and rules.referent is ReferentRule.REQUIRED):
        return False
    return any(t.kind is AssignmentKind.ANIMATOR and t.person_id == principal.person_id for t in running)


def _is_employer(principal: Principal, subject: Any) -> bool:
    return any(
        capacity.function == Function.REPRESENTATIVE and capacity.structure_id == _enrolment_of(subject).structure_id
        for capacity in principal.capacities
    )


the_learner: Final = Predicate("the learner herself", _is_learner)
reviewer: Final = Predicate(
    "the learner’s referent, co-referent or substitute, or the animator where no referent is asked", _reviews
)
employer: Final = Predicate("a representative of her structure", _is_employer)
trainer: Final = on_learner("relay trainer of the learner or of her cohort", learner_trainer)
reader: Final = on_learner(
    f"{carrier_readers.words} or {school.words} or {edition_school.words}", carrier_readers | school | edition_school
)
staff: Final = on_learner(carrier_staff.words, carrier_staff)


def _confirms_e_learning(principal: Principal, subject: Any) -> bool:
    return getattr(subject, "modality", Modality.E_LEARNING) is Modality.E_LEARNING and plays(Part.SCHOOL)(
        principal, _enrolment_of(subject)
    )


school_of_e_learning: Final = Predicate("manager of its school, for e-learning", _confirms_e_learning)

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.PORTFOLIO_HOURS_IMPORT: holds(Function.MANAGER),
    Permission.PORTFOLIO_HOURS_LOG: the_learner & file_open,
    Permission.PORTFOLIO_HOURS_SETTLE: (reviewer | school_of_e_learning) & ~the_learner & file_open,
    Permission.PORTFOLIO_LEARNERS_READ: signed_in,
    Permission.PORTFOLIO_PATH_OPEN: signed_in,
    Permission.PORTFOLIO_PATH_READ: the_learner | trainer | reader | employer,
    Permission.PORTFOLIO_QUEUE_READ: signed_in,
    Permission.PORTFOLIO_TRACER_COLLECT: plays(*CARRYING, Part.SCHOOL) | cohort_trainer,
    Permission.PORTFOLIO_TRACER_DEPOSIT: the_learner & file_open,
    Permission.PORTFOLIO_TRACER_READ: the_learner | trainer | reader,
    Permission.PORTFOLIO_TRACER_REVIEW: reviewer & file_open,
    Permission.PORTFOLIO_TRACER_SET_ASIDE: (reviewer | staff) & ~the_learner,
}


def audience_of(principal: Principal, enrolment: Any) -> Audience:
    """Return as whom this person reads the path: the widest of her capacities (R97)."""
    if the_learner(principal, enrolment):
        return Audience.LEARNER
    if reviewer(principal, enrolment):
        return Audience.REVIEWER
    if (trainer | reader)(principal, enrolment):
        return Audience.STAFF
    return Audience.EMPLOYER
