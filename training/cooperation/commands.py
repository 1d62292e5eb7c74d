"""What the forms of cooperation ask of the services."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from training.cooperation.enums import Cadence, Channel, CharterPart, LegalBasis, Occasion, Role, Theme, Voice


@dataclass(frozen=True, slots=True)
class PartnershipWords:
    """What a partnership is called, where it works, how often it assesses itself."""

    name: str
    aim: str
    region_code: str
    territories: tuple[str, ...]
    cadence: Cadence


@dataclass(frozen=True, slots=True)
class BodyWords:
    """A body of a partnership and its line of « qui fait quoi »."""

    kind_code: str
    name: str
    area: str = ""
    audience: str = ""
    contribution: str = ""
    contact: str = ""
    pivot: Mapping[Theme, str] | None = None
    structure_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class PartnerInvite:
    """A place offered to an address."""

    email: str
    role: Role
    body_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class AssessmentPlan:
    """An assessment to prepare; ``expected``: how many phones the room will count."""

    grid_id: uuid.UUID
    occasion: Occasion
    held_on: date
    expected: int
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seating:
    """For whom a participant answers (R129)."""

    voice: Voice
    bodies: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the room settles on an item; no choice leaves it open (R130)."""

    item: str
    choice: str | None
    comment: str = ""
    intention: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """The three closing answers, and those to the territory's own questions (R83, R130)."""

    scope: str
    contributions: str
    first_steps: str
    local: Mapping[uuid.UUID, str]


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """An action (R79)."""

    title: str
    item: str | None = None
    assessment_id: uuid.UUID | None = None
    card_code: str | None = None
    lead_id: uuid.UUID | None = None
    partners: tuple[uuid.UUID, ...] = ()
    first_step: str = ""
    due_on: date | None = None
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review says of one action; ``status`` is the slug of the act taken, or null."""

    action_id: uuid.UUID
    news: str
    act: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """A quarterly review of the actions (R81)."""

    held_on: date
    actions: Sequence[Reviewed]


@dataclass(frozen=True, slots=True)
class FramingWords:
    """A framing card's title and its shared result (R85, R131)."""

    title: str
    result: str


@dataclass(frozen=True, slots=True)
class FramingAnswers:
    """What one body answers to the framing questions."""

    for_whom: str
    added_value: str
    with_whom: str


@dataclass(frozen=True, slots=True)
class CircuitWords:
    """Who shares what with whom, by which tool, on which basis (R131)."""

    situation: str
    sender: str
    recipient: str
    content: str
    tool: str
    channel: Channel
    basis: LegalBasis


CharterWords = Mapping[CharterPart, str]
"""The text of each part of a charter."""
