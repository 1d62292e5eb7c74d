"""What forms ask of the services of the evidence."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from training.common.files import StagedFile
from training.quality.enums import (
    CohortRole,
    ComplaintKind,
    ComplaintTopic,
    HandbookKind,
    Moment,
    QuestionKind,
    SurveyKind,
    TraineeType,
)


@dataclass(frozen=True, slots=True)
class HandbookToPublish:
    """A new version of what learners read before the launch."""

    kind: HandbookKind
    file: StagedFile
    changes: str = ""


@dataclass(frozen=True, slots=True)
class SelfRating:
    """The level a learner gives herself on each objective, at a moment."""

    moment: Moment
    levels: Mapping[uuid.UUID, int]


@dataclass(frozen=True, slots=True)
class ComplaintToFile:
    """What someone tells the carrier of."""

    kind: ComplaintKind
    topic: ComplaintTopic
    words: str
    happened_on: date | None = None


@dataclass(frozen=True, slots=True)
class ImprovementToPlan:
    """Something to do better, and what it answers."""

    title: str
    details: str = ""
    origin: str = ""
    owner: str = ""
    due_on: date | None = None
    complaint_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What someone answers, by question: a level of the scale, or words; nothing for a question left out."""

    levels: Mapping[uuid.UUID, int]
    words: Mapping[uuid.UUID, str]


@dataclass(frozen=True, slots=True)
class FiguresData:
    """What a carrier says of a cohort for the yearly figures; null or left out = to be confirmed."""

    role: CohortRole | None
    nsf: str
    trainees: Mapping[uuid.UUID, TraineeType]


@dataclass(frozen=True, slots=True)
class QuestionnaireToWrite:
    """What a questionnaire says before its questions: title, introduction, anonymous or not, days to answer."""

    title: str
    lead: str
    anonymous: bool
    open_days: int


@dataclass(frozen=True, slots=True)
class NewQuestionnaire:
    """A first version for an edition or a programme, at one moment; ``copied`` starts from what is asked there today."""

    kind: SurveyKind
    said: QuestionnaireToWrite
    edition_id: uuid.UUID | None = None
    programme_id: uuid.UUID | None = None
    copied: bool = True


@dataclass(frozen=True, slots=True)
class QuestionToAsk:
    """A question as it is to be asked; ``choices`` are told apart, for a choice only."""

    kind: QuestionKind
    text: str
    choices: tuple[str, ...] = ()
    mandatory: bool = True
