"""Rules of the cohorts: procedures, seats, trainers, and who may see or do what. Pure.

Functions read what is already loaded; predicates read the cohort’s own relationships.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from training.accounts.enums import ACTING_FUNCTIONS, READING_FUNCTIONS, Function, Part
from training.accounts.rules import acts_as, carrier_readers, carrier_staff, funder, partner, reads_as, school
from training.catalogue.enums import ReferentRule
from training.cohorts.enums import (
    FOLLOWING,
    GONE,
    LIVE,
    AssignmentKind,
    CohortStatus,
    EnrolmentStatus,
)
from training.common import clock
from training.common.policy import Capacity, Permission, Predicate, Principal, has_link, holds, signed_in

LAUNCH_GUEST: Final = "launch_guest"
"""The purpose of the link by which a guest answers the invitation to the launch (R117)."""


class HasTerm(Protocol):
    """Something in force from a day to a day, the last one excluded."""

    @property
    def since(self) -> date:
        """The first day."""

    @property
    def until(self) -> date | None:
        """The first day it no longer covers."""


class HasValidity(Protocol):
    """An agreement, valid to the end of its last day."""

    @property
    def organisation_id(self) -> uuid.UUID:
        """The school."""

    @property
    def agreed_on(self) -> date:
        """The day of the agreement."""

    @property
    def valid_until(self) -> date | None:
        """The last day it is valid; null = no end."""


def in_force(term: HasTerm, on: date) -> bool:
    """Whether the assignment runs on this day."""
    return term.since <= on and (term.until is None or on < term.until)


def is_approved(approvals: Iterable[HasValidity], schools: Collection[uuid.UUID], on: date) -> bool:
    """Whether one of ``schools`` has agreed to this trainer and the agreement is valid on this day (R32)."""
    return any(
        approval.organisation_id in schools
        and approval.agreed_on <= on
        and (approval.valid_until is None or on <= approval.valid_until)
        for approval in approvals
    )


def approving_schools(cohort: Any) -> frozenset[uuid.UUID]:
    """Return the schools whose approval counts in this cohort: its own, or else its edition’s."""
    own = {played.organisation_id for played in cohort.parts if played.part is Part.SCHOOL}
    return frozenset(own or {p.organisation_id for p in cohort.edition.parts if p.part is Part.SCHOOL})


RENEWAL_NOTICE: Final = timedelta(days=60)
"""How long before its end an approval is to be renewed, where no edition says otherwise."""


def renewal_notice(cohorts: Iterable[Any]) -> timedelta:
    """Return how long before its end an approval is told to be renewed: the longest that these cohorts’ editions say."""
    said = [each.edition.rules.approval_notice_days for each in cohorts if each.edition.rules is not None]
    return max((timedelta(days=days) for days in said if days is not None), default=RENEWAL_NOTICE)


def is_to_renew(valid_until: date | None, today: date, notice: timedelta) -> bool:
    """Whether an approval ends within the notice, or has ended (R32)."""
    return valid_until is not None and valid_until <= today + notice


def is_outside(school_id: uuid.UUID, cohort: Any) -> bool:
    """Whether this school does not use the tool in this cohort, so that its carrier transcribes its acts (R96)."""
    played = [each for each in cohort.parts if each.part is Part.SCHOOL] or cohort.edition.parts
    return any(each.organisation_id == school_id and each.part is Part.SCHOOL and each.outside_tool for each in played)


def referent_is_missing(rule: ReferentRule | None, status: EnrolmentStatus, terms: Iterable[Any], on: date) -> bool:
    """Whether the edition asks for a referent and this learner has none now (R32, R119)."""
    return (
        rule is ReferentRule.REQUIRED
        and status in LIVE
        and not any(term.kind is AssignmentKind.REFERENT and in_force(term, on) for term in terms)
    )


def load_limit(cohort: Any) -> int | None:
    """Return how many learners one referent follows at most, as the cohort’s edition suggests; null = to be confirmed."""
    terms = cohort.edition.rules
    limit: int | None = terms.referent_load if terms is not None else None
    return limit


def is_loaded(learners: int, limit: int | None) -> bool:
    """Whether so many learners are more than one referent should follow; unknown, nothing is said (R32)."""
    return limit is not None and learners > limit


NOTE_OPEN: Final = timedelta(days=1)
"""How long the author of a follow-up note may change it."""


def note_is_open(written_at: datetime, now: datetime) -> bool:
    """Whether its author may still change a note: for a day, after which it is kept as it is."""
    return now < written_at + NOTE_OPEN


def places_shortfall(wanted: int, in_use: int) -> int:
    """Return by how many places ``wanted`` falls short of the seats held or taken; 0 when it suffices (R28)."""
    return max(0, in_use - wanted)


def dates_fault(
    *, launch_on: date | None, first_seminar_on: date | None, ends_on: date | None
) -> tuple[str, str] | None:
    """Return the field and the sentence of the first date that contradicts another, or null; unknown ones never do."""
    if launch_on and first_seminar_on and first_seminar_on < launch_on:
        return "first_seminar_on", "Le premier séminaire ne peut pas précéder le lancement."
    begins_on = first_seminar_on or launch_on
    if begins_on and ends_on and ends_on < begins_on:
        return "ends_on", "La formation ne peut pas finir avant d’avoir commencé."
    return None


def quota_is_full(places: int | None, in_use: int) -> bool:
    """Whether a variant has no seat left under its quota; no quota never fills (R28)."""
    return places is not None and in_use >= places


# --- who -------------------------------------------------------------------------------------------------------------


def cohort_of(subject: Any) -> Any:
    """Return the cohort a thing belongs to, or the cohort itself."""
    return getattr(subject, "cohort", subject)


def _animates(principal: Principal, subject: Any) -> bool:
    today = clock.today()
    return principal.is_signed_in and any(
        term.kind is AssignmentKind.ANIMATOR and term.person_id == principal.person_id and in_force(term, today)
        for term in cohort_of(subject).assignments
    )


def followed_enrolments(principal: Principal, cohort: Any, on: date) -> frozenset[uuid.UUID]:
    """Return the enrolments of the cohort that this person follows on a day, in any capacity of trainer."""
    return followed_by(principal.person_id, cohort, on)


def followed_by(person_id: uuid.UUID | None, cohort: Any, on: date) -> frozenset[uuid.UUID]:
    """Return the enrolments of the cohort that a trainer follows on a day."""
    return frozenset(
        term.enrolment_id
        for term in cohort.assignments
        if term.kind in FOLLOWING and term.person_id == person_id and in_force(term, on)
    )


def _trains(principal: Principal, subject: Any) -> bool:
    if not principal.is_signed_in:
        return False
    return _animates(principal, subject) or bool(followed_enrolments(principal, cohort_of(subject), clock.today()))


def _trains_learner(principal: Principal, subject: Any) -> bool:
    if not principal.is_signed_in:
        return False
    return _animates(principal, subject) or subject.id in followed_enrolments(
        principal, cohort_of(subject), clock.today()
    )


def _learns_in(principal: Principal, subject: Any) -> bool:
    return principal.is_signed_in and any(
        enrolment.person_id == principal.person_id and enrolment.status not in GONE
        for enrolment in cohort_of(subject).enrolments
    )


def _is_learner(principal: Principal, subject: Any) -> bool:
    return principal.is_signed_in and subject.person_id == principal.person_id


def _reads_for_edition_school(principal: Principal, subject: Any) -> bool:
    return bool(subject and principal.capacities) and school(principal, cohort_of(subject).edition)


def file_is_open(enrolment: Any) -> bool:
    """Whether a learner’s file may still change: her course goes on, and her cohort is not closed (R70)."""
    return enrolment.status in LIVE and enrolment.cohort.status is not CohortStatus.CLOSED


def _is_running(subject: Any) -> bool:
    cohort = cohort_of(getattr(subject, "seminar", subject))
    return cohort.status is not CohortStatus.CLOSED


file_open: Final = Predicate(
    "her course goes on in a cohort that is not closed",
    lambda _principal, subject: file_is_open(getattr(subject, "enrolment", subject)),
)
cohort_open: Final = Predicate("the cohort is not closed", lambda _principal, subject: _is_running(subject))
cohort_animator: Final = Predicate("relay trainer who animates it", _animates)
cohort_trainer: Final = Predicate("relay trainer of it or of one of its learners", _trains)
learner_trainer: Final = Predicate("relay trainer of the learner or of her cohort", _trains_learner)
cohort_learner: Final = Predicate("learner of it", _learns_in)
the_learner: Final = Predicate("the learner herself", _is_learner)
edition_school: Final = Predicate("reader of its edition’s school", _reads_for_edition_school)

follows_learner: Final = (carrier_staff | learner_trainer) & ~the_learner
"""Who writes and reads private notes on a learner: her trainers and the carrier’s staff, never herself (R97)."""

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.COHORTS_CALLS_READ: carrier_staff | cohort_trainer,
    Permission.COHORTS_CHOICE_AGREE: follows_learner,
    Permission.COHORTS_CHOICE_MAKE: the_learner | follows_learner,
    Permission.COHORTS_CHOICE_RUN: carrier_staff | cohort_trainer,
    Permission.COHORTS_CIVIL_READ: carrier_staff | school | edition_school,
    Permission.COHORTS_COHORT_LIST: signed_in,
    Permission.COHORTS_COHORT_MANAGE: carrier_staff,
    Permission.COHORTS_COHORT_MOVE_IN: carrier_staff & ~cohort_learner,
    Permission.COHORTS_COHORT_OPEN: holds(Function.MANAGER),
    Permission.COHORTS_COHORT_READ: carrier_readers
    | school
    | edition_school
    | funder
    | partner
    | cohort_trainer
    | cohort_learner,
    Permission.COHORTS_DIRECTORY_JOIN: cohort_trainer | cohort_learner,
    Permission.COHORTS_DIRECTORY_READ: carrier_staff | cohort_trainer | cohort_learner,
    Permission.COHORTS_ENROLMENT_MANAGE: carrier_staff,
    Permission.COHORTS_ENROLMENT_READ: carrier_readers
    | school
    | edition_school
    | funder
    | learner_trainer
    | the_learner,
    Permission.COHORTS_LAUNCH_ANSWER: has_link(LAUNCH_GUEST),
    Permission.COHORTS_LAUNCH_READ: carrier_readers | reads_as(Part.LOGISTICS) | cohort_trainer,
    Permission.COHORTS_LEARNERS_READ: carrier_readers
    | school
    | edition_school
    | funder
    | cohort_trainer
    | cohort_learner,
    Permission.COHORTS_MAILING_SEND: carrier_staff | cohort_trainer,
    Permission.COHORTS_THREAD_ANSWER: follows_learner,
    Permission.COHORTS_THREAD_READ: carrier_readers | learner_trainer | the_learner,
    Permission.COHORTS_THREAD_WRITE: the_learner | follows_learner,
    Permission.COHORTS_TRAINER_APPROVE: acts_as(Part.SCHOOL),
    Permission.COHORTS_TRAINER_ASSIGN: carrier_staff & cohort_open,
}


@dataclass(frozen=True, slots=True)
class LearnerScope:
    """Which learners of a cohort someone sees, and how.

    ``everyone``: all of them, in detail. Otherwise those of ``capacities`` (a funder’s members, narrowed to
    a region or départements) and those of ``enrolments`` (the ones she follows). ``names_only``: a co-learner,
    who sees names and nothing else.
    """

    everyone: bool = False
    capacities: tuple[Capacity, ...] = ()
    enrolments: frozenset[uuid.UUID] = frozenset()
    names_only: bool = False


def learner_scope(principal: Principal, cohort: Any) -> LearnerScope:
    """Return what this person sees of the cohort’s learners (R88, R95)."""
    if (carrier_readers | school | edition_school | cohort_animator)(principal, cohort):
        return LearnerScope(everyone=True)
    bodies = {played.organisation_id for played in cohort.parts if played.part is Part.FUNDER}
    capacities = tuple(
        capacity
        for capacity in principal.capacities
        if capacity.organisation_id in bodies and capacity.function in READING_FUNCTIONS
    )
    if any(capacity.region is None and not capacity.departements for capacity in capacities):
        return LearnerScope(everyone=True)
    enrolments = followed_enrolments(principal, cohort, clock.today())
    return LearnerScope(capacities=capacities, enrolments=enrolments, names_only=not capacities and not enrolments)


def bodies_read_for(principal: Principal) -> frozenset[uuid.UUID]:
    """Return the bodies in whose name this person reads."""
    return frozenset(
        capacity.organisation_id
        for capacity in principal.capacities
        if capacity.organisation_id is not None and capacity.function in READING_FUNCTIONS
    )


def bodies_acted_for(principal: Principal) -> frozenset[uuid.UUID]:
    """Return the bodies in whose name this person acts."""
    return frozenset(
        capacity.organisation_id
        for capacity in principal.capacities
        if capacity.organisation_id is not None and capacity.function in ACTING_FUNCTIONS
    )
