"""What forms and higher rooms ask of the services."""

from dataclasses import dataclass
from datetime import date

from training.common.files import StagedFile
from training.defences.enums import MemoireStatus, VersionKind


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject proposed: its words, how one will find it again, the team’s work it analyses (R56)."""

    subject: str
    keywords: str
    approach: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version on its way: its bytes, what was read in them, what its author states (R54, R58)."""

    kind: VersionKind
    file: StagedFile
    text: str = ""
    message: str = ""
    annex_pages: int = 0
    no_patient_data: bool = False
    own_work: bool = False
    confidential_until: date | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of a version, perhaps with the file annotated."""

    words: str
    annotated: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the learner’s plan of work."""

    label: str
    due_on: date


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A mémoire’s state, brought in from before the tool (R114)."""

    subject: str
    status: MemoireStatus
