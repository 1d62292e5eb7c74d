"""Tables of admissions: the call, its versions, the file, the selection."""

from training.admissions.models.application import (
    Application,
    ApplicationVersion,
    DraftReminder,
    Extension,
    Piece,
)
from training.admissions.models.call import (
    Call,
    CallDate,
    CallPart,
    CostLine,
    DeclarationRequirement,
    PieceRequirement,
    Question,
)
from training.admissions.models.derogation import Derogation
from training.admissions.models.interviews import (
    BookedTime,
    InterviewSlot,
)
from training.admissions.models.letter import LetterRequest
from training.admissions.models.practice import MOST_PRACTICES, Practice
from training.admissions.models.profile import ApplicantProfile, SectionDraft
from training.admissions.models.review import (
    Criterion,
    Mark,
    ReviewAssignment,
)
from training.admissions.models.revision import CallVersion, ExportChoice, FunderValidation
from training.admissions.models.selection import (
    CommitteeMeeting,
    CommitteeProposal,
    Interview,
    MeetingBody,
    Offer,
    Opinion,
    SchoolDecision,
)
from training.admissions.models.sitting import (
    SittingStep,
)

__all__ = [
    "MOST_PRACTICES",
    "ApplicantProfile",
    "Application",
    "ApplicationVersion",
    "BookedTime",
    "Call",
    "CallDate",
    "CallPart",
    "CallVersion",
    "CommitteeMeeting",
    "CommitteeProposal",
    "CostLine",
    "Criterion",
    "DeclarationRequirement",
    "Derogation",
    "DraftReminder",
    "ExportChoice",
    "Extension",
    "FunderValidation",
    "Interview",
    "InterviewSlot",
    "LetterRequest",
    "Mark",
    "MeetingBody",
    "Offer",
    "Opinion",
    "Piece",
    "PieceRequirement",
    "Practice",
    "Question",
    "ReviewAssignment",
    "SchoolDecision",
    "SectionDraft",
    "SittingStep",
]
