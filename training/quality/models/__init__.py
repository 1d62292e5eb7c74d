"""Rows of the evidence."""

from training.quality.models.audit import CohortInFigures, EvidenceArchive, EvidenceBatch, Speciality, Trainee
from training.quality.models.handbook import Handbook, HandbookReminder, HandbookRhythm, ReadReceipt
from training.quality.models.positioning import Positioning, Rating
from training.quality.models.registers import Complaint, Improvement
from training.quality.models.surveys import (
    Survey,
    SurveyAnswer,
    SurveyInvitee,
    SurveyQuestion,
    SurveyResponse,
    SurveyTemplate,
    schools_of,
)
from training.quality.models.teaching import TeachingTie

__all__ = [
    "CohortInFigures",
    "Complaint",
    "EvidenceArchive",
    "EvidenceBatch",
    "Handbook",
    "HandbookReminder",
    "HandbookRhythm",
    "Improvement",
    "Positioning",
    "Rating",
    "ReadReceipt",
    "Speciality",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitee",
    "SurveyQuestion",
    "SurveyResponse",
    "SurveyTemplate",
    "TeachingTie",
    "Trainee",
    "schools_of",
]
