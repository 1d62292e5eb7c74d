"""What the rooms above carry from one enrolment to the next, since a cohort does not know them (R33, R116).

Each room declares its share: what would be lost if she left that day, what she has acquired, and how it is carried.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from training.cohorts.models import Enrolment
from training.common.policy import Principal


@dataclass(frozen=True, slots=True)
class Bar:
    """Something to be settled before she leaves, in a sentence; ``for_good``: nothing can settle it any more."""

    words: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Acquired:
    """What a learner has of a room, in words: by module (null: half-days that name none), and the rest."""

    modules: Mapping[uuid.UUID | None, str] = field(default_factory=dict)
    rest: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A learner on her way: from the enrolment left to the next, each module kept for the one it counts for.

    ``loose``: the half-days that name no module count too.
    """

    former: Enrolment
    enrolment: Enrolment
    modules: Mapping[uuid.UUID, uuid.UUID]
    loose: bool
    by: Principal


@dataclass(frozen=True, slots=True)
class Share:
    """A room’s share. ``bars`` says what must be settled before she leaves on a day; ``tell`` what she has;
    ``carry`` writes it in her new enrolment, marked as carried, and ends what she leaves behind.
    """

    name: str
    position: int
    bars: Callable[[Enrolment, date], Sequence[Bar]]
    tell: Callable[[Enrolment], Acquired]
    carry: Callable[[Passage], None]


_shares: Final[dict[str, Share]] = {}


def add(share: Share) -> None:
    """Declare a room’s share; declaring it again replaces it."""
    _shares[share.name] = share


def _ordered() -> list[Share]:
    return sorted(_shares.values(), key=lambda share: (share.position, share.name))


def bars(enrolment: Enrolment, on: date) -> list[Bar]:
    """Return what must be settled before she leaves on this day."""
    return [bar for share in _ordered() for bar in share.bars(enrolment, on)]


def acquired(enrolment: Enrolment) -> tuple[dict[uuid.UUID | None, list[str]], list[str]]:
    """Return what she has: by module, then the rest."""
    modules: dict[uuid.UUID | None, list[str]] = {}
    rest: list[str] = []
    for share in _ordered():
        told = share.tell(enrolment)
        for module_id, words in told.modules.items():
            modules.setdefault(module_id, []).append(words)
        rest += told.rest
    return modules, rest


def carry(passage: Passage) -> None:
    """Carry all of it, room after room."""
    for share in _ordered():
        share.carry(passage)
