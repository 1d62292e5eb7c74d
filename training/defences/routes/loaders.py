"""What the guard loads before a page of the room, already within one’s scope."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from training.cohorts.models import CohortPart, Enrolment
from training.common.errors import NotFound
from training.common.links import AccessLink
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.defences import queries
from training.defences.models import Memoire, MemoireVersion, Milestone
from training.defences.services import sharing
from training.portfolio import queries as portfolio


@dataclass(frozen=True, slots=True)
class OfVersion:
    """A mémoire and the version its address names."""

    memoire: Memoire
    version: MemoireVersion

    @property
    def enrolment(self) -> Enrolment:
        """Whence one’s rights."""
        return self.memoire.enrolment

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.memoire.parts


def _to_change() -> bool:
    return request.method == "POST"


def enrolment_of(principal: Principal, enrolment_id: uuid.UUID) -> Enrolment:
    """Return an enrolment whose path this person reads; a POST holds it for its transaction."""
    return portfolio.find_enrolment(principal, enrolment_id, to_change=_to_change())


def memoire_of(principal: Principal, memoire_id: uuid.UUID) -> Memoire:
    """Return a mémoire this person reads; a POST holds it for its transaction."""
    return queries.find_memoire(principal, memoire_id, to_change=_to_change())


def version_of(principal: Principal, memoire_id: uuid.UUID, memoire_version_id: uuid.UUID) -> OfVersion:
    """Return a version of a mémoire, to whoever may open it, set aside or not."""
    memoire = memoire_of(principal, memoire_id)
    version = next((each for each in memoire.versions if each.id == memoire_version_id), None)
    if version is None or not queries.memoires.reads_version(principal, version):
        raise NotFound
    return OfVersion(memoire, version)


def step_of(principal: Principal, memoire_id: uuid.UUID, milestone_id: uuid.UUID) -> Milestone:
    """Return a step of the plan of a mémoire this person reads."""
    memoire = memoire_of(principal, memoire_id)
    found = next((each for each in memoire.milestones if each.id == milestone_id), None)
    if found is None:
        raise NotFound
    return found


def asked_of(principal: Principal, memoire_id: uuid.UUID) -> Memoire:
    """Return a mémoire its structure is asked to share, to the bearer of the link while she represents it."""
    memoire = db.session.get(Memoire, memoire_id)
    right = principal.link
    if memoire is None or right is None or not policy.allows(principal, Permission.DEFENCES_SHARING_AGREE, memoire):
        raise NotFound
    link = db.session.get(AccessLink, right.link_id)
    if link is None or all(person.id != link.bearer_id for person in sharing.representatives_of(memoire)):
        raise NotFound("Ce lien n’est plus valable : il est pour qui représente la structure aujourd’hui.")
    return memoire
