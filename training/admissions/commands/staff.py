"""What the forms of the selection ask of its services."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from training.accounts.enums import Part
from training.admissions.enums import ApplicationAct, OpinionValue, PieceStatus, Proposal
from training.common.files import StagedFile


@dataclass(frozen=True, slots=True)
class ReviewPiece:
    """What staff say of the standing version of a piece, and by when a faulty one is to be replaced (R20)."""

    piece_id: uuid.UUID
    status: PieceStatus
    reason: str
    replace_by: date | None = None


@dataclass(frozen=True, slots=True)
class EnterForSomeone:
    """Whoever sent her application by mail: her address, and her name for a new account."""

    email: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class AskCorrection:
    """What the applicant must correct, and until when."""

    message: str
    due_on: date


@dataclass(frozen=True, slots=True)
class DecideDerogation:
    """The decision on a derogation: granted with the day from which the proof is needed to attend, or refused and why (R7)."""

    granted: bool
    due_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class GrantExtension:
    """A late right (R14)."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """An opinion, or a recusal (no value); ``evidence`` when it is transcribed for ``organisation_id`` (R96).

    ``marks`` are the points by criterion of a written one; empty leaves the grid aside (R25).
    """

    value: OpinionValue | None
    comment: str
    organisation_id: uuid.UUID
    part: Part
    given_on: date
    evidence: StagedFile | None = None
    marks: Mapping[uuid.UUID, int] = field(default_factory=dict)


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
    """When, how and by whom the interview is held (R26); ``interviewer_id`` null = someone without an account here."""

    starts_at: datetime
    minutes: int
    link: str | None
    interviewer: str
    interviewer_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class ReportInterview:
    """What the interviewer concludes."""

    recommendation: OpinionValue
    report: str
    marks: Mapping[uuid.UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecideForSchool:
    """The school's decision; ``evidence`` when the carrier transcribes it (R27, R96)."""

    decided_on: date
    reason: str
    evidence: StagedFile | None = None


@dataclass(frozen=True, slots=True)
class TakeBatch:
    """One act on several files; the day and the proof are those of a school's list (R27, R96).

    ``referent_id``: who follows those enrolled, null = to be named later (R32).
    """

    act: ApplicationAct
    ids: frozenset[uuid.UUID]
    reason: str
    decided_on: date
    evidence: StagedFile | None = None
    referent_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class TableLine:
    """What the room says of one file, all bodies at once (R106).

    ``opinions`` maps a body present to its opinion. ``rank`` orders the reserve; null = after those that have one.
    ``seen`` is the mark of what the page showed: another mark now means that someone else wrote meanwhile.
    """

    application_id: uuid.UUID
    opinions: Mapping[uuid.UUID, OpinionValue]
    proposal: Proposal | None
    rank: int | None
    reason: str
    asks_interview: bool
    seen: str
