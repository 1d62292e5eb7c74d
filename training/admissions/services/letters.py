"""The team's letter: asked by a link, signed or declined by whoever answers for the structure (R99, R100, R107)."""

import dataclasses
import io
import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.admissions import engagement, rules
from training.admissions.commands import SignLetter
from training.admissions.enums import LetterAct, LetterStatus
from training.admissions.events import ApplicationEvent
from training.admissions.file_uses import use_of
from training.admissions.letter_purpose import PURPOSE
from training.admissions.mails import letters as mails
from training.admissions.models import Application, LetterRequest, Piece, PieceRequirement
from training.admissions.procedure import LETTER
from training.common import clock, files, journal, links
from training.common.errors import Refused
from training.common.files import StagedFile
from training.common.links import AccessLink
from training.common.policy import Principal
from training.database import db

MOST_A_DAY: Final = 20
"""Requests one applicant sends in a day, to whatever addresses."""
SAME_PERSON: Final = (
    "La personne qui s’engage au nom de la structure ne peut pas être la personne candidate : "
    "faites suivre le lien à qui représente la structure."
)


def ask(application: Application, requirement: PieceRequirement, email: str, *, by: Principal) -> LetterRequest:
    """Send a link to sign to this address; asked again of the same one, a new link goes, and of another one, the former ends.

    Raises ``Refused`` when no signature is awaited any more, or when ``by`` is nobody in particular.
    """
    refusal = rules.letter_refusal(application, requirement)
    if refusal:
        raise Refused(refusal, field="email")
    if by.person_id is None:
        raise Refused("Connectez-vous pour envoyer la demande.")
    links.refuse_many(PURPOSE, by=by.person_id, most=MOST_A_DAY, field="email")
    standing = rules.waiting_letter(application, requirement)
    if standing is not None and standing.email.casefold() != email.casefold():
        withdraw(standing, by=by)
        standing = None
    if standing is None:
        standing = LetterRequest(
            id=uuid.uuid4(), application=application, requirement=requirement, email=email, asked_by=by.person_id
        )
        db.session.add(standing)
        db.session.flush()
        journal.record(application, ApplicationEvent.LETTER_ASKED, by=by, codes={"piece": requirement.code})
    send(standing)
    db.session.expire(application, ["letters"])
    return standing


def send(letter: LetterRequest) -> None:
    """Send the link, the former one ending; it lives as long as its purpose says."""
    letter.sent_at = clock.now()
    secret = links.issue(PURPOSE, letter, bearer_email=letter.email, created_by=letter.asked_by)
    mails.letter_asked(letter, secret)


def withdraw(letter: LetterRequest, *, by: Principal) -> None:
    """Take the request back: its link ends at once."""
    with db.session.no_autoflush:  # the status and the instant of its answer change together
        letter.answered_at = clock.now()
        LETTER.advance(letter, LetterAct.WITHDRAW, by=by)
    links.revoke(PURPOSE, letter)
    journal.record(
        letter.application, ApplicationEvent.LETTER_WITHDRAWN, by=by, codes={"piece": letter.requirement.code}
    )
    db.session.expire(letter.application, ["letters"])


def sign(letter: LetterRequest, command: SignLetter, *, by: Principal) -> Piece:
    """Sign in the structure's name: the attached letter, or the document that tells what was signed, becomes the piece.

    The signer, the applicant and the structure's known address are told. Raises ``Refused`` when the signer is the
    applicant, or does not declare the capacity to commit.
    """
    application = letter.application
    if rules.is_same_person(application, command.name) or by.person_id == application.person_id:
        raise Refused(SAME_PERSON, field="name")
    if not command.has_capacity:
        raise Refused(
            "Cochez cette case si vous pouvez engager la structure ; sinon, faites suivre le lien.",
            field="has_capacity",
        )
    signer = dataclasses.replace(by, name=command.name)
    LETTER.check(letter, LetterAct.SIGN, by=signer)
    piece = _piece(letter, command.staged or _document(letter, command), by=signer)
    with db.session.no_autoflush:  # what the signature is made of changes in one statement
        letter.signer_name, letter.signer_function, letter.has_capacity = command.name, command.function, True
        letter.piece, letter.answered_at = piece, clock.now()
        LETTER.advance(letter, LetterAct.SIGN, by=signer)
    journal.record(
        application,
        ApplicationEvent.LETTER_SIGNED,
        by=signer,
        codes={"piece": letter.requirement.code, "version": piece.version, "attached": command.staged is not None},
    )
    application.changed_at = clock.now()
    mails.letter_signed(letter)
    for address in _copies(letter):
        mails.letter_copy(letter, address)
    return piece


def decline(letter: LetterRequest, name: str, *, by: Principal, reason: str) -> None:
    """Answer that the structure does not sign, with why; the applicant is told."""
    signer = dataclasses.replace(by, name=name)
    with db.session.no_autoflush:
        letter.signer_name, letter.reason, letter.answered_at = name, reason, clock.now()
        LETTER.advance(letter, LetterAct.DECLINE, by=signer, reason=reason)
    journal.record(
        letter.application,
        ApplicationEvent.LETTER_DECLINED,
        by=signer,
        codes={"piece": letter.requirement.code},
        text={"reason": reason},
    )
    mails.letter_declined(letter)


def _copies(letter: LetterRequest) -> list[str]:
    """Return who keeps a copy: the signer, and the address the register knows of the structure."""
    structure = letter.application.structure
    known = structure.email if structure and structure.email else None
    return [letter.email, *([known] if known and known.casefold() != letter.email.casefold() else [])]


def _document(letter: LetterRequest, command: SignLetter) -> StagedFile:
    content = engagement.build(letter, name=command.name, function=command.function, at=clock.now())
    use = use_of(letter.requirement)
    return files.stage(files.check(io.BytesIO(content), engagement.filename(letter), use), use)


def _piece(letter: LetterRequest, staged: StagedFile, *, by: Principal) -> Piece:
    application, requirement = letter.application, letter.requirement
    stored = files.keep(staged, use=use_of(requirement), subject=application, by=by)
    last = max((p.version for p in application.pieces if p.requirement_id == requirement.id), default=0)
    piece = Piece(application=application, requirement=requirement, version=last + 1, file=stored)
    db.session.add(piece)
    db.session.flush()
    return piece


# What its link does ---------------------------------------------------------------------------------------------------


def _of(link: AccessLink) -> LetterRequest | None:
    return db.session.scalars(
        select(LetterRequest)
        .where(LetterRequest.id == link.subject_id)
        .options(joinedload(LetterRequest.application).joinedload(Application.person))
    ).one_or_none()


def press(link: AccessLink) -> str:
    """Lead the bearer to the letter."""
    return f"/lettres/{link.subject_id}"


def told(link: AccessLink) -> str | None:
    """Say what a live link opens on, or why a dead one no longer works."""
    letter = _of(link)
    if letter is None:
        return None
    name = letter.application.person.name
    if letter.status is LetterStatus.SIGNED:
        return f"L’engagement pour {name} est déjà signé : il n’y a plus rien à faire."
    if letter.status is LetterStatus.DECLINED:
        return f"Vous avez répondu ne pas signer pour {name}. Si cela change, demandez-lui de vous envoyer un nouveau lien."
    if letter.status is LetterStatus.WITHDRAWN:
        return f"{name} a retiré cette demande. Si vous devez signer, demandez-lui de vous envoyer un nouveau lien."
    if link.is_live:
        return (
            f"{name} vous demande d’engager votre structure pour sa candidature. Vous lirez d’abord ce que cela engage."
        )
    return "Il a expiré, ou un lien plus récent l’a remplacé."


def renew(link: AccessLink) -> None:
    """Send a fresh link to the same address while its answer is awaited."""
    letter = _of(link)
    if letter is None or letter.status is not LetterStatus.WAITING:
        raise Refused("Cette demande n’attend plus de réponse.")
    send(letter)
