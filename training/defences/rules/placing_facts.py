"""What there is to place: slots, members of juries, learners (R61, R63, R64). Pure."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A time in a room."""

    id: uuid.UUID
    room: uuid.UUID
    start: datetime
    end: datetime

    def overlaps(self, other: "Slot") -> bool:
        """Whether nobody can be in both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who may sit: for which body, and the slots she can come to."""

    id: uuid.UUID
    body: str
    slots: frozenset[uuid.UUID]
    presides: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A learner to place, and those who may not judge her (R63)."""

    id: uuid.UUID
    barred: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """A learner in a slot, before one member of each body, in the order of the bodies."""

    learner: uuid.UUID
    slot: Slot
    jury: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything to place: ``bodies`` are the seats of a jury, ``fixed`` what is placed already and stays."""

    slots: Sequence[Slot]
    members: Sequence[Member]
    learners: Sequence[Candidate]
    bodies: Sequence[str]
    fixed: Sequence[Placed] = ()
