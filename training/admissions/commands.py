"""What a form asks of a service: frozen facts, already typed and trimmed."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from training.accounts.enums import Part
from training.admissions.enums import OpinionValue, PieceStatus, Proposal, Situation
from training.common.files import StagedFile


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to prepare for a cohort that has none."""

    cohort_id: uuid.UUID
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class CallSettings:
    """What a call in preparation asks; the days are those of Paris, closing day included (R13)."""

    title: str
    opens_on: date | None
    closes_on: date | None
    reference_on: date | None
    structure_kinds: tuple[str, ...]
    piece_codes: tuple[str, ...]
    membership_required: bool
    derogation_allowed: bool
    has_preselection: bool
    has_school_step: bool
    publishes_before_school: bool
    opinion_parts: tuple[str, ...]
    offer_days: int
    places: int | None
    presentation: str
    contact_email: str | None


@dataclass(frozen=True, slots=True)
class ChooseStructure:
    """The structure of attachment and the applicant's post there."""

    structure_id: uuid.UUID
    post_title: str


@dataclass(frozen=True, slots=True)
class DescribeSituation:
    """The applicant's post at the reference date (R6, R7)."""

    situation: Situation
    post_on: date | None
    derogation_reason: str


@dataclass(frozen=True, slots=True)
class Declare:
    """The declarations ticked."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DepositPiece:
    """A checked file for one required piece."""

    requirement_id: uuid.UUID
    staged: StagedFile


@dataclass(frozen=True, slots=True)
class ReviewPiece:
    """What staff say of the standing version of a piece (R20)."""

    piece_id: uuid.UUID
    status: PieceStatus
    reason: str


@dataclass(frozen=True, slots=True)
class AskCorrection:
    """What the applicant must correct, and until when."""

    message: str
    due_on: date


@dataclass(frozen=True, slots=True)
class GrantExtension:
    """A late right (R14)."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """An opinion, or a recusal (no value); ``evidence`` when it is transcribed for ``organisation_id`` (R96)."""

    value: OpinionValue | None
    comment: str
    organisation_id: uuid.UUID
    part: Part
    given_on: date
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class OpenMeeting:
    """A sitting of the committee."""

    held_on: date
    place: str


@dataclass(frozen=True, slots=True)
class NoteAttendance:
    """The bodies present at a sitting, and who represented each."""

    bodies: tuple[tuple[uuid.UUID, str], ...]


@dataclass(frozen=True, slots=True)
class Propose:
    """What the sitting proposes for a file; null takes the proposal back."""

    application_id: uuid.UUID
    proposal: Proposal | None
    reason: str


@dataclass(frozen=True, slots=True)
class PlanInterview:
    """When, how and by whom the interview is held (R26)."""

    starts_at: datetime
    minutes: int
    link: str | None
    interviewer: str


@dataclass(frozen=True, slots=True)
class ReportInterview:
    """What the interviewer concludes."""

    recommendation: OpinionValue
    report: str


@dataclass(frozen=True, slots=True)
class DecideForSchool:
    """The school's decision; ``evidence`` when the carrier transcribes it (R27, R96)."""

    decided_on: date
    reason: str
    evidence: StagedFile | None = None
