"""What the carrier's staff do with a submitted file: pieces, corrections, admissibility (R14, R20)."""

from training.admissions import mails, queries, rules
from training.admissions.commands import AskCorrection, GrantExtension, ReviewPiece
from training.admissions.enums import ApplicationAct, ApplicationStatus, PieceAct, PieceStatus
from training.admissions.events import ApplicationEvent
from training.admissions.models import Application, Extension, Piece
from training.admissions.procedure import APPLICATION, PIECE
from training.admissions.services import reserve
from training.common import clock, journal
from training.common.errors import Conflict, Refused
from training.common.policy import Principal
from training.database import db


def review_piece(application: Application, command: ReviewPiece, *, by: Principal) -> Piece:
    """Say that the standing version of a piece is conform or to be replaced, with why (R20).

    Raises ``Conflict`` while the file is a draft, or once a newer version stands.
    """
    if application.status is ApplicationStatus.DRAFT:
        raise Conflict(f"Ce dossier est « {application.status.label} » : la personne peut encore changer ses pièces.")
    piece = next((p for p in application.pieces if p.id == command.piece_id and p.removed_at is None), None)
    if piece is None or rules.current_piece(application, piece.requirement) is not piece:
        raise Conflict("Une version plus récente de cette pièce a été déposée : relisez-la avant de conclure.")
    if command.status is PieceStatus.TO_REPLACE and not command.reason:
        raise Refused("Dites ce qu’il faut corriger : la personne lira ce motif.", field="reason")
    if command.replace_by is not None and command.replace_by < clock.today():
        raise Refused("Choisissez une date à venir.", field="replace_by")
    piece.replace_by = command.replace_by if command.status is PieceStatus.TO_REPLACE else None
    act = PieceAct.RETURN if command.status is PieceStatus.TO_REPLACE else PieceAct.ACCEPT
    piece.reason = command.reason or None
    PIECE.advance(piece, act, by=by, reason=command.reason or None)
    journal.record(
        application,
        ApplicationEvent.PIECE_REVIEWED,
        by=by,
        codes={"piece": piece.requirement.code, "to": command.status.value},
        text={"reason": command.reason},
    )
    return piece


def ask_correction(application: Application, command: AskCorrection, *, by: Principal) -> None:
    """Send the file back with what to correct and until when; the applicant is told by mail."""
    if command.due_on < clock.today():
        raise Refused("Choisissez une date à venir.", field="due_on")
    APPLICATION.advance(application, ApplicationAct.ASK_CORRECTION, by=by, reason=command.message)
    application.correction_message = command.message
    application.correction_due_on = command.due_on
    mails.correction_asked(application)


def admit(application: Application, *, by: Principal) -> None:
    """Declare the file admissible."""
    application.correction_message = application.correction_due_on = None
    APPLICATION.advance(application, ApplicationAct.ADMIT, by=by)
    mails.admissible(application)


def dismiss(application: Application, *, by: Principal, reason: str) -> None:
    """Declare the file inadmissible; told at once, since a formal fault may still be mended elsewhere."""
    APPLICATION.advance(application, ApplicationAct.DISMISS, by=by, reason=reason)
    mails.inadmissible(application, reason)


def start_review(application: Application, *, by: Principal) -> None:
    """Put an admissible file before the committee."""
    APPLICATION.advance(application, ApplicationAct.START_REVIEW, by=by)


def reopen(application: Application, act: ApplicationAct, *, by: Principal, reason: str) -> None:
    """Take the file one stage back, with a reason; the applicant is told when she had been told otherwise.

    A file whose school decision is reopened keeps its rank; one that the refusal took out of the reserve comes
    back at its end (R29).
    """
    before, refused = rules.public_status(application), application.status is ApplicationStatus.REFUSED_BY_SCHOOL
    APPLICATION.advance(application, act, by=by, reason=reason)
    if act is not ApplicationAct.REOPEN_SCHOOL:
        reserve.leave_reserve(application)
    elif refused and queries.was_on_reserve(application.id):
        reserve.rank_last(application, by=by)
    told = before not in {ApplicationStatus.SUBMITTED, ApplicationStatus.UNDER_REVIEW}
    application.published_status = None
    if told and rules.public_status(application) is not before:
        mails.reopened(application, reason)


def grant_extension(application: Application, command: GrantExtension, *, by: Principal) -> Extension:
    """Let this person submit after the closing day, until the end of a later one (R14)."""
    call = application.call
    until = clock.end_of_day(command.until)
    if call.closes_at is None or until <= call.closes_at:
        raise Refused("Choisissez une date postérieure à la clôture de l’appel.", field="until")
    if until < clock.now():
        raise Refused("Choisissez une date à venir.", field="until")
    if by.person_id is None:
        raise Refused("Un délai est accordé par une personne nommée.")
    extension = application.extension or Extension(call_id=application.call_id, person_id=application.person_id)
    extension.until, extension.reason = until, command.reason
    extension.granted_by, extension.granted_at = by.person_id, clock.now()
    db.session.add(extension)
    db.session.flush()
    db.session.expire(application, ["extension"])
    journal.record(
        application,
        ApplicationEvent.EXTENSION_GRANTED,
        by=by,
        codes={"until": until.isoformat()},
        text={"reason": command.reason},
    )
    mails.extension_granted(application, until)
    return extension
