"""Codes of the files admissions keeps, and which one a required piece has."""

from typing import Final

from training.admissions.models import PieceRequirement
from training.common.declarations import FileUse, file_use

CALL_TEMPLATE: Final = "call_template"
PIECE: Final = "application_piece"
PHOTO: Final = "application_photo"
EVIDENCE: Final = "transcription_evidence"
LIST_EVIDENCE: Final = "list_evidence"
FUNDER_EVIDENCE: Final = "funder_evidence"


def use_of(requirement: PieceRequirement) -> FileUse:
    """Return the use of a piece's file: what evaluation screens hide is read by fewer people (R21)."""
    return file_use(PHOTO if requirement.hidden_in_review else PIECE)
