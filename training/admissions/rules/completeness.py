"""What a file is asked for and what it still lacks (R18–R20, R107). Pure."""

from dataclasses import dataclass
from datetime import date

from training.admissions.enums import (
    IN_THE_APPLICANTS_HANDS,
    PieceStatus,
    Situation,
)
from training.admissions.models import Application, Piece, PieceRequirement


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing the file lacks: the section where it is given, and what to do there."""

    section: str
    label: str
    piece_code: str | None = None


def expected_pieces(application: Application) -> list[PieceRequirement]:
    """Return the pieces asked of this file, in order; the proof of recruitment only with a derogation (R7, R18)."""
    derogation = application.situation is Situation.BEING_RECRUITED
    return [piece for piece in application.call.pieces if derogation or not piece.only_derogation]


def current_piece(application: Application, requirement: PieceRequirement) -> Piece | None:
    """Return the standing version of a piece, or null."""
    versions = [
        piece for piece in application.pieces if piece.requirement_id == requirement.id and piece.removed_at is None
    ]
    return max(versions, key=lambda piece: piece.version, default=None)


def missing(application: Application, today: date) -> list[Missing]:
    """Return what the file lacks to be submitted, in the order of its pages (R19).

    Pieces due later than submission do not count (R107); one to be replaced does.
    """
    call = application.call
    lacks: list[Missing] = []
    if application.structure is None:
        lacks.append(Missing("structure", "Votre structure de rattachement"))
    if application.situation is None:
        lacks.append(Missing("situation", "Votre situation"))
    if any(getattr(application.profile, name, None) is None for name in call.profile_fields):
        lacks.append(Missing("profile", "Votre profil"))
    undeclared = [line for line in call.declarations if line.code not in application.declared]
    if undeclared:
        lacks.append(Missing("declarations", "Vos engagements"))
    if any(question.mandatory and not application.answers.get(question.code) for question in call.questions):
        lacks.append(Missing("questions", "Vos réponses"))
    for requirement in expected_pieces(application):
        if not requirement.mandatory or (requirement.due_on and requirement.due_on >= today):
            continue
        piece = current_piece(application, requirement)
        if piece is None:
            lacks.append(Missing("pieces", requirement.label, requirement.code))
        elif piece.status is PieceStatus.TO_REPLACE:
            lacks.append(Missing("pieces", f"{requirement.label} (à remplacer)", requirement.code))
    return lacks


def awaits_late_piece(application: Application) -> list[PieceRequirement]:
    """Return the mandatory pieces still to come or not accepted: they block transmission (R107)."""
    return [
        requirement
        for requirement in expected_pieces(application)
        if requirement.mandatory
        and ((piece := current_piece(application, requirement)) is None or piece.status is PieceStatus.TO_REPLACE)
    ]


def is_editable(application: Application) -> bool:
    """Whether the applicant may change the file now."""
    return application.status in IN_THE_APPLICANTS_HANDS
