"""What the applicant’s forms ask of the services."""

import uuid
from dataclasses import dataclass
from datetime import date

from training.admissions.enums import Contract, Situation
from training.common.files import StagedFile


@dataclass(frozen=True, slots=True)
class ChooseStructure:
    """The structure of attachment and the applicant's post there."""

    structure_id: uuid.UUID
    post_title: str


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """Another place where she practises, as she names it, and the share of her time there in per cent; null = not said."""

    name: str
    share: int | None


@dataclass(frozen=True, slots=True)
class TellPractices:
    """Where she practises, and who employs her when it is not her structure (R98). ``share``: in that structure."""

    share: int | None
    employer: str
    others: tuple[OtherPlace, ...]


@dataclass(frozen=True, slots=True)
class DescribeSituation:
    """The applicant's post at the reference date (R6, R7)."""

    situation: Situation
    post_on: date | None
    derogation_reason: str


@dataclass(frozen=True, slots=True)
class TellProfile:
    """The standard facts of her profile; null where the call does not ask it (R111)."""

    profession: str | None
    coordination_share: int | None
    contract: Contract | None
    seniority: int | None
    team_size: int | None


@dataclass(frozen=True, slots=True)
class Declare:
    """The declarations ticked."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerQuestions:
    """Answers to the call's own questions, by code; ``shown`` = those the page asked, so that an empty one is emptied."""

    answers: dict[str, str]
    shown: frozenset[str]


@dataclass(frozen=True, slots=True)
class DepositPiece:
    """A checked file for one required piece."""

    requirement_id: uuid.UUID
    staged: StagedFile
