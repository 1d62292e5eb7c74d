"""The team's letter: who may be asked, who may sign, what is flagged (R99, R107). Pure."""

from typing import Final

from training.accounts import rules as accounts
from training.admissions.enums import (
    DECIDED_AGAINST,
    IN_THE_APPLICANTS_HANDS,
    ApplicationStatus,
    LetterStatus,
    PieceStatus,
)
from training.admissions.models import Application, LetterRequest, PieceRequirement
from training.admissions.rules.completeness import current_piece, expected_pieces

SEATED: Final = frozenset({ApplicationStatus.CONFIRMED, ApplicationStatus.ENROLLED})

USUAL_STATEMENT: Final = (
    "L’équipe soutient cette candidature.",
    "Elle libère les journées de formation sur le temps de travail, et le temps nécessaire au travail personnel.",
    "Elle prend part à la journée de lancement et suit l’avancement du projet.",
)
"""What a structure undertakes when the call does not say it otherwise."""


def statement_of(requirement: PieceRequirement) -> tuple[str, ...]:
    """Return what the signer undertakes in her structure's name, sentence by sentence."""
    return tuple(line.strip() for line in requirement.statement.splitlines() if line.strip()) or USUAL_STATEMENT


def may_come_late(application: Application, requirement: PieceRequirement) -> bool:
    """Whether this piece may still come although the file is no longer in its applicant's hands (R107)."""
    if requirement.due_on is None or application.status in DECIDED_AGAINST | SEATED:
        return False
    piece = current_piece(application, requirement)
    return piece is None or piece.status is PieceStatus.TO_REPLACE


def late_pieces(application: Application) -> list[PieceRequirement]:
    """Return the pieces that may still come now that the file is out of its applicant's hands (R107)."""
    if application.status in IN_THE_APPLICANTS_HANDS:
        return []
    return [asked for asked in expected_pieces(application) if may_come_late(application, asked)]


def letter_refusal(application: Application, requirement: PieceRequirement) -> str | None:
    """Return why a letter can no longer be signed for this file, or null."""
    if application.status in DECIDED_AGAINST:
        return "Cette candidature n’est plus en cours : aucune signature n’est attendue."
    piece = current_piece(application, requirement)
    if piece is not None and piece.status is PieceStatus.CONFORM:
        return "La lettre est déjà au dossier, et elle a été vérifiée."
    return None


def waiting_letter(application: Application, requirement: PieceRequirement) -> LetterRequest | None:
    """Return the request for this piece that waits for its answer, or null."""
    return next(
        (a for a in application.letters if a.requirement_id == requirement.id and a.status is LetterStatus.WAITING),
        None,
    )


def last_letter(application: Application, requirement: PieceRequirement) -> LetterRequest | None:
    """Return the last request made for this piece, or null."""
    return next((asked for asked in application.letters if asked.requirement_id == requirement.id), None)


def is_same_person(application: Application, name: str) -> bool:
    """Whether a signer's name is the applicant's, in whatever order, case and accents it was typed."""
    person = application.person
    own = sorted(accounts.sort_key(person.first_name, person.last_name).replace("-", " ").split())
    return bool(own) and sorted(accounts.sort_key(name).replace("-", " ").split()) == own


def address_flags(application: Application, email: str) -> list[str]:
    """Return what staff should know of the address a letter was asked at (R99, R107)."""
    flags = []
    if accounts.email_key(email) == application.person.email_key:
        flags.append("C’est l’adresse de la personne candidate.")
    if accounts.is_generic_address(email):
        flags.append("C’est une boîte partagée : plusieurs personnes peuvent la lire.")
    return flags
