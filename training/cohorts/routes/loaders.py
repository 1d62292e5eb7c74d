"""What the guard loads before a page of the cohorts, already within one’s scope."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from training.cohorts import queries
from training.cohorts.enums import CohortAct, EnrolmentAct
from training.cohorts.models import Cohort, CohortPart, Enrolment, FollowUpNote, TrainerAssignment
from training.cohorts.queries import Follower
from training.cohorts.routes.blueprint import COHORT_ACTS, ENROLMENT_ACTS, TRANSFER_ACTS
from training.cohorts.rules import follows_learner
from training.cohorts.transfer_rules import TRANSFER_PROCEDURE
from training.cohorts.transfers import Transfer, TransferAct
from training.common.errors import NotFound
from training.common.policy import Principal, policy


@dataclass(frozen=True, slots=True)
class CohortStep:
    """A cohort and the act its address names."""

    cohort: Cohort
    act: CohortAct

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


@dataclass(frozen=True, slots=True)
class EnrolmentStep:
    """An enrolment and the act its address names."""

    enrolment: Enrolment
    act: EnrolmentAct

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.enrolment.parts


@dataclass(frozen=True, slots=True)
class TransferStep:
    """A transfer and the act its address names."""

    transfer: Transfer
    act: TransferAct

    def __getattr__(self, name: str) -> Any:
        """Rights on it are those on its transfer."""
        return getattr(self.transfer, name)


@dataclass(frozen=True, slots=True)
class NoteFound:
    """A note and the learner it is about."""

    enrolment: Enrolment
    note: FollowUpNote

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.enrolment.parts

    @property
    def cohort(self) -> Cohort:
        """The learner’s cohort."""
        return self.enrolment.cohort

    @property
    def id(self) -> uuid.UUID:
        """The learner, as rights on her are judged."""
        return self.enrolment.id

    @property
    def person_id(self) -> uuid.UUID:
        """The learner herself."""
        return self.enrolment.person_id


@dataclass(frozen=True, slots=True)
class FollowerFound:
    """A cohort and a trainer who follows learners there."""

    cohort: Cohort
    follower: Follower

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def _to_change() -> bool:
    return request.method == "POST"


def cohort_of(principal: Principal, code: str) -> Cohort:
    """Return a cohort this person may see; a POST holds it for its transaction."""
    return queries.find_cohort(principal, code, to_change=_to_change())


def cohort_step_of(principal: Principal, code: str, act: str) -> CohortStep:
    """Return a cohort and an act."""
    if act not in COHORT_ACTS:
        raise NotFound
    return CohortStep(cohort_of(principal, code), COHORT_ACTS[act])


def enrolment_of(principal: Principal, code: str, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment this person may read; a POST holds it for its transaction."""
    return queries.find_enrolment(principal, code, enrolment_id, to_change=_to_change())


def followed_of(principal: Principal, code: str, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment this person follows; ``NotFound`` for whoever only reads it."""
    enrolment = enrolment_of(principal, code, enrolment_id)
    if not follows_learner(principal, enrolment):
        raise NotFound
    return enrolment


def enrolment_step_of(principal: Principal, code: str, enrolment_id: uuid.UUID, act: str) -> EnrolmentStep:
    """Return an enrolment and an act."""
    if act not in ENROLMENT_ACTS:
        raise NotFound
    return EnrolmentStep(enrolment_of(principal, code, enrolment_id), ENROLMENT_ACTS[act])


def assignment_of(principal: Principal, code: str, assignment_id: uuid.UUID) -> TrainerAssignment:
    """Return an assignment of a cohort this person may see."""
    return queries.find_assignment(principal, code, assignment_id, to_change=_to_change())


def note_of(principal: Principal, code: str, enrolment_id: uuid.UUID, note_id: uuid.UUID) -> NoteFound:
    """Return a note this person wrote on someone she follows."""
    enrolment = followed_of(principal, code, enrolment_id)
    return NoteFound(enrolment, queries.note_to_change(principal, enrolment, note_id))


def follower_of(principal: Principal, code: str, trainer_id: uuid.UUID) -> FollowerFound:
    """Return a trainer who follows learners of a cohort this person may see."""
    cohort = cohort_of(principal, code)
    return FollowerFound(cohort, queries.follower_of(cohort, trainer_id))


def transfer_of(principal: Principal, transfer_id: uuid.UUID) -> Transfer:
    """Return a transfer this person reads; a POST holds both its cohorts, then itself."""
    return queries.find_transfer(principal, transfer_id, to_change=_to_change())


def transfer_step_of(principal: Principal, transfer_id: uuid.UUID, act: str) -> TransferStep:
    """Return a transfer and an act that is this person’s to take; ``NotFound`` for whoever only reads it."""
    if act not in TRANSFER_ACTS:
        raise NotFound
    found = TransferStep(transfer_of(principal, transfer_id), TRANSFER_ACTS[act])
    if not policy.allows(principal, TRANSFER_PROCEDURE.steps[found.act].permission, found.transfer):
        raise NotFound
    return found
