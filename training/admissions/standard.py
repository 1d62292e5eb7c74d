"""The pieces calls usually ask for, from which staff pick; sizes are proposals, not official (facts: exemple)."""

from dataclasses import dataclass
from typing import Final

from training.admissions.enums import PieceProvider

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT: Final = "application/vnd.oasis.opendocument.text"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
HEIC: Final = "image/heic"

WRITTEN: Final = frozenset({PDF, DOCX, ODT})
SIGNED: Final = frozenset({PDF, JPEG, PNG, HEIC})
MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StandardPiece:
    """A document calls usually ask for (R18); ``max_bytes`` is for one file."""

    code: str
    label: str
    hint: str
    media_types: frozenset[str]
    max_bytes: int
    only_derogation: bool = False
    hidden_in_review: bool = False
    provided_by: PieceProvider = PieceProvider.APPLICANT


STANDARD_PIECES: Final = (
    StandardPiece("cv", "CV", "Deux pages suffisent. PDF, Word ou LibreOffice.", WRITTEN, 5 * MEBIBYTE),
    StandardPiece(
        "lettre-motivation",
        "Lettre de motivation",
        "Ce que vous attendez de la formation, et le projet de votre équipe.",
        WRITTEN,
        5 * MEBIBYTE,
    ),
    StandardPiece(
        "photo",
        "Photo",
        "Elle n’est pas montrée à celles et ceux qui évaluent votre dossier, et elle est effacée si vous n’êtes pas admis·e.",
        frozenset({JPEG, PNG, HEIC}),
        3 * MEBIBYTE,
        hidden_in_review=True,
    ),
    StandardPiece(
        "lettre-engagement",
        "Lettre d’engagement de l’équipe",
        "Signée par la personne qui représente la structure. Un scan ou une photo lisible convient.",
        SIGNED,
        5 * MEBIBYTE,
        provided_by=PieceProvider.STRUCTURE,
    ),
    StandardPiece(
        "justificatif-recrutement",
        "Justificatif de recrutement en cours",
        "Promesse d’embauche, ou courriel de la structure qui recrute.",
        WRITTEN | SIGNED,
        5 * MEBIBYTE,
        only_derogation=True,
    ),
)
