"""Tables of admissions: the call, the file, the selection."""

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
)
from training.admissions.models.selection import (
    CommitteeMeeting,
    CommitteeProposal,
    Interview,
    MeetingBody,
    Offer,
    Opinion,
    SchoolDecision,
)

__all__ = [
    "Application",
    "ApplicationVersion",
    "Call",
    "CallDate",
    "CallPart",
    "CommitteeMeeting",
    "CommitteeProposal",
    "CostLine",
    "DeclarationRequirement",
    "DraftReminder",
    "Extension",
    "Interview",
    "MeetingBody",
    "Offer",
    "Opinion",
    "Piece",
    "PieceRequirement",
    "SchoolDecision",
]
