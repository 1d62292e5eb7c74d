"""What each room says of records met twice: how its keys follow a merger, what it knows of them, what bars it (R101).

A person or a structure entered twice becomes one: every key that names the record set aside is moved to the one that is
kept, unless its room says why not. A house test finds the keys that no room declared.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from training.common.policy import Principal


class TwinKind(StrEnum):
    """What is met twice; its value is the table."""

    PERSON = "person"
    STRUCTURE = "structure"


class Follow(StrEnum):
    """What becomes of a key that names the record set aside."""

    MOVES = "moves"
    """It names the record kept; where that cannot be, the merger is refused."""

    YIELDS = "yields"
    """It names the record kept, unless that one has the same already: then it stays."""

    STAYS = "stays"
    """It tells what happened then, or is sealed, or is a means of signing in: nothing changes it."""


@dataclass(frozen=True, slots=True)
class TwinKey:
    """How one column follows. ``clash`` says in French why the merger is refused when it cannot; ``only``
    narrows the rows that follow, given the ids of the record kept and of the one set aside.
    """

    follow: Follow
    clash: str = ""
    only: Callable[[uuid.UUID, uuid.UUID], Any] | None = None


@dataclass(frozen=True, slots=True)
class TwinFact:
    """What a room knows of a record, to compare it: French words, or null when they are nobody's to read here, and a
    mark that two records of the same person or structure share.
    """

    label: str
    words: str | None = None
    mark: str | None = None
    tells_apart: bool = False
    """Whether two different marks of this label show that they are not the same."""


Facts = Callable[[TwinKind, Sequence[uuid.UUID], Principal], Mapping[uuid.UUID, Sequence[TwinFact]]]
Bars = Callable[[TwinKind, uuid.UUID, uuid.UUID], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Twins:
    """A room's part: ``keys`` by ``table.column``; ``people`` selects the ids of those whom a principal may vouch for
    through this room, ``strangers`` those she never may; ``facts`` of records, in words where that principal may read them; ``bars`` says why these two cannot become one.
    """

    keys: Mapping[str, TwinKey] = field(default_factory=dict)
    people: Callable[[Principal], Any] | None = None
    strangers: Callable[[Principal], Any] | None = None
    facts: Facts | None = None
    bars: Bars | None = None


MOVES = TwinKey(Follow.MOVES)
YIELDS = TwinKey(Follow.YIELDS)
STAYS = TwinKey(Follow.STAYS)
