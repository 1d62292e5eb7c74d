"""The words of a selection: states, acts, situations, opinions."""

from training.admissions.enums.application import (
    BEFORE_ENROLMENT,
    DECIDED_AGAINST,
    IN_THE_APPLICANTS_HANDS,
    SECRET_UNTIL_PUBLICATION,
    STATUS_WORDS,
    ApplicationAct,
    ApplicationStatus,
    LetterAct,
    LetterStatus,
    PieceAct,
    PieceStatus,
    Situation,
)
from training.admissions.enums.call import (
    CallAct,
    CallPhase,
    CallStatus,
    PieceProvider,
    QuestionKind,
)
from training.admissions.enums.profile import Contract, ProfileField
from training.admissions.enums.selection import (
    InterviewAct,
    InterviewStatus,
    MeetingAct,
    MeetingStatus,
    OfferOutcome,
    OpinionValue,
    Proposal,
    ReadingMoment,
)

__all__ = [
    "BEFORE_ENROLMENT",
    "DECIDED_AGAINST",
    "IN_THE_APPLICANTS_HANDS",
    "SECRET_UNTIL_PUBLICATION",
    "STATUS_WORDS",
    "ApplicationAct",
    "ApplicationStatus",
    "CallAct",
    "CallPhase",
    "CallStatus",
    "Contract",
    "InterviewAct",
    "InterviewStatus",
    "LetterAct",
    "LetterStatus",
    "MeetingAct",
    "MeetingStatus",
    "OfferOutcome",
    "OpinionValue",
    "PieceAct",
    "PieceProvider",
    "PieceStatus",
    "ProfileField",
    "Proposal",
    "QuestionKind",
    "ReadingMoment",
    "Situation",
]
