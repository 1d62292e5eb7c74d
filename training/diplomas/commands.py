"""What the forms of the diplomas ask of the services."""

import uuid
from dataclasses import dataclass
from datetime import date

from training.common.files import StagedFile
from training.diplomas.enums import PaperKind, Verdict, WaiverAct
from training.diplomas.rules import WaiverKey


@dataclass(frozen=True, slots=True)
class WaiverToAsk:
    """A dispensation asked of the school, and why."""

    key: WaiverKey
    reason: str


@dataclass(frozen=True, slots=True)
class WaiverAnswer:
    """What the school answers, and when; ``evidence`` when it is transcribed (R96)."""

    act: WaiverAct
    decided_on: date
    words: str = ""
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class WaiverToGrant:
    """A dispensation the school gives by itself, or whose decision the carrier transcribes (R96)."""

    key: WaiverKey
    reason: str
    decided_on: date
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """One decision for one or several learners of a cohort (R70)."""

    enrolments: tuple[uuid.UUID, ...]
    verdict: Verdict
    decided_on: date
    reason: str = ""
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers wanted for a cohort; ``decided_on`` when they are those of what was decided one day."""

    kind: PaperKind
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A final decision as it should have been, and why; the name is the one the diploma bears (R70)."""

    verdict: Verdict
    decided_on: date
    reason: str
    printed_name: str = ""
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class PastDiploma:
    """A diploma of an earlier register: when it was decided, how it is quoted, the name it bears."""

    decided_on: date
    reference: str
    printed_name: str
