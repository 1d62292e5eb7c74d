"""What higher rooms tell of the learners a trainer follows: they add a teller here, since the portfolio does not know them."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from training.cohorts.models import Enrolment


class Urgency(IntEnum):
    """How soon a trainer is to look at something: the first ones come first."""

    RISK = 0
    ABSENCE = 1
    LATE = 2
    QUIET = 3
    TO_ANSWER = 4


@dataclass(frozen=True, slots=True)
class Alert:
    """Something about a learner that asks for a look, in a few words, and where to act on it."""

    urgency: Urgency
    words: str
    href: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """Where a learner stands in one respect: “Présence”, “8 demi-journées sur 9”."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one room says of one learner."""

    facts: Sequence[Fact] = ()
    alerts: Sequence[Alert] = field(default=())


Load = Callable[[Sequence[Enrolment]], Mapping[uuid.UUID, Told]]
"""From learners, with their person, cohort and edition loaded, to what is told of each, in a fixed number of SELECTs."""


@dataclass(frozen=True, slots=True)
class Teller:
    """A room’s share; ``position`` orders the facts."""

    name: str
    position: int
    load: Load


_tellers: Final[dict[str, Teller]] = {}


def add(teller: Teller) -> None:
    """Let a room tell of learners; adding it again replaces it."""
    _tellers[teller.name] = teller


def told_of(enrolments: Sequence[Enrolment]) -> dict[uuid.UUID, list[Told]]:
    """Return what the rooms above say of each of these learners, in their order."""
    found: dict[uuid.UUID, list[Told]] = {enrolment.id: [] for enrolment in enrolments}
    if not enrolments:
        return found
    for teller in sorted(_tellers.values(), key=lambda each: (each.position, each.name)):
        for enrolment_id, told in teller.load(enrolments).items():
            found[enrolment_id].append(told)
    return found
