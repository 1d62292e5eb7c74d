"""What the forms of reading ask of its services (R25, R106)."""

import uuid
from dataclasses import dataclass

from training.admissions.enums import ReadingMoment


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One line of a grid, as it is written."""

    moment: ReadingMoment
    label: str
    hint: str
    weight: int
    highest: int


@dataclass(frozen=True, slots=True)
class SetCriteria:
    """The grids of a call, in order."""

    lines: tuple[CriterionLine, ...]


@dataclass(frozen=True, slots=True)
class AssignReviewers:
    """Who reads a file."""

    reviewers: frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True)
class ShareOut:
    """How many people of each body the call waits for read each file."""

    readers: int
