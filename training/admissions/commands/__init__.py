"""What a form asks of a service: frozen facts, already typed and trimmed."""

from training.admissions.commands.applicant import (
    AnswerQuestions,
    ChooseStructure,
    Declare,
    DepositPiece,
    DescribeSituation,
    OtherPlace,
    TellPractices,
    TellProfile,
)
from training.admissions.commands.calls import (
    NewCall,
)
from training.admissions.commands.interviews import (
    ChooseSlot,
    ProposeSlots,
)
from training.admissions.commands.letters import SignLetter
from training.admissions.commands.reviewing import (
    AssignReviewers,
    CriterionLine,
    SetCriteria,
    ShareOut,
)
from training.admissions.commands.staff import (
    AskCorrection,
    DecideDerogation,
    DecideForSchool,
    EnterForSomeone,
    GiveOpinion,
    GrantExtension,
    NoteAttendance,
    OpenMeeting,
    PlanInterview,
    Propose,
    ReportInterview,
    ReviewPiece,
    TableLine,
    TakeBatch,
)

__all__ = [
    "AnswerQuestions",
    "AskCorrection",
    "AssignReviewers",
    "ChooseSlot",
    "ChooseStructure",
    "CriterionLine",
    "DecideDerogation",
    "DecideForSchool",
    "Declare",
    "DepositPiece",
    "DescribeSituation",
    "EnterForSomeone",
    "GiveOpinion",
    "GrantExtension",
    "NewCall",
    "NoteAttendance",
    "OpenMeeting",
    "OtherPlace",
    "PlanInterview",
    "Propose",
    "ProposeSlots",
    "ReportInterview",
    "ReviewPiece",
    "SetCriteria",
    "ShareOut",
    "SignLetter",
    "TableLine",
    "TakeBatch",
    "TellPractices",
    "TellProfile",
]
