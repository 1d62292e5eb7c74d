"""Who does what in a partnership: its facilitators, its partners, those it shares with (R84, R88). Pure."""

import uuid
from typing import Any, Final

from training.accounts.enums import READING_FUNCTIONS, Function
from training.accounts.rules import administrator, carrier_readers, funder, school
from training.cohorts.rules import cohort_trainer, edition_school
from training.common.policy import Permission, Predicate, Principal, anyone, signed_in
from training.cooperation.enums import Role


def role_of(principal: Principal, subject: Any) -> Role | None:
    """Return what this person is in the partnership of the subject, or null."""
    if principal.person_id is None or subject is None:
        return None
    members = subject.partnership.members
    return next((m.role for m in members if m.person_id == principal.person_id and m.until is None), None)


def reading_bodies(principal: Principal) -> frozenset[uuid.UUID]:
    """Return the organisations in whose name this person reads what is shared with them."""
    return frozenset(
        c.organisation_id for c in principal.capacities if c.organisation_id and c.function in READING_FUNCTIONS
    )


def _facilitates(principal: Principal, subject: Any) -> bool:
    return role_of(principal, subject) is Role.FACILITATOR


def _takes_part(principal: Principal, subject: Any) -> bool:
    return role_of(principal, subject) is not None


def _shared_with(principal: Principal, subject: Any) -> bool:
    bodies = reading_bodies(principal)
    return bool(bodies and subject is not None) and any(
        share.organisation_id in bodies for share in subject.partnership.shares if share.revoked_at is None
    )


facilitator: Final = Predicate("a facilitator of the partnership", _facilitates)
partner: Final = Predicate("a partner or facilitator of the partnership", _takes_part)
shared: Final = Predicate("a manager or reader of a body the partnership shares with", _shared_with)
figures_reader: Final = Predicate(
    "a manager, reader or facilitator somewhere",
    lambda p, _s: p.holds(*READING_FUNCTIONS, Function.FACILITATOR),
)

PERMISSIONS: Final = {
    Permission.COOPERATION_ASSESSMENT_READ: partner | shared,
    Permission.COOPERATION_ASSESSMENT_RUN: facilitator,
    Permission.COOPERATION_COHORT_READ: carrier_readers | school | edition_school | funder | cohort_trainer,
    Permission.COOPERATION_FEED_READ: anyone,
    Permission.COOPERATION_FIGURES_READ: figures_reader,
    Permission.COOPERATION_GRID_LOAD: administrator,
    Permission.COOPERATION_LIBRARY_READ: signed_in,
    Permission.COOPERATION_PARTNERSHIP_EDIT: partner,
    Permission.COOPERATION_PARTNERSHIP_LIST: signed_in,
    Permission.COOPERATION_PARTNERSHIP_MANAGE: facilitator,
    Permission.COOPERATION_PARTNERSHIP_READ: partner | shared,
    Permission.COOPERATION_ROOM_ANSWER: anyone,
    Permission.COOPERATION_ROOM_JOIN: anyone,
}
"""A seat in a room is not judged here: its loader finds it by what the browser holds, or answers 404."""
