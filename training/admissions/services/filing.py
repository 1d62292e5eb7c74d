"""What an applicant does with her file, until she submits it and after."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update

from training.accounts.models import Structure
from training.admissions import mails, queries, rules
from training.admissions.commands import (
    ChooseStructure,
    Declare,
    DepositPiece,
    DescribeSituation,
    TellPractices,
    TellProfile,
)
from training.admissions.enums import ApplicationAct, ApplicationStatus, OfferOutcome
from training.admissions.events import ApplicationEvent
from training.admissions.file_uses import use_of
from training.admissions.models import (
    ApplicantProfile,
    Application,
    ApplicationVersion,
    Call,
    Extension,
    Piece,
    PieceRequirement,
    Practice,
)
from training.admissions.procedure import APPLICATION
from training.admissions.services import booking, drafts, reserve, structure_limit
from training.common import clock, files, journal
from training.common.errors import Conflict, Refused
from training.common.files import Erasure
from training.common.policy import Principal
from training.database import db

NOT_IN_HAND: Final = "Ce dossier ne peut plus être modifié : il est maintenant « {state} »."


def start(call: Call, *, by: Principal) -> Application:
    """Open a draft for ``by`` on this call, or return the live file she already has (R11)."""
    existing = db.session.scalar(
        select(Application).where(
            Application.call_id == call.id,
            Application.person_id == by.person_id,
            Application.status.not_in([ApplicationStatus.WITHDRAWN, ApplicationStatus.NOT_SUBMITTED]),
        )
    )
    if existing is not None:
        return existing
    extended_until = db.session.scalar(
        select(Extension.until).where(Extension.call_id == call.id, Extension.person_id == by.person_id)
    )
    refusal = rules.window_refusal(call, clock.now(), extended_until)
    if refusal:
        raise Refused(refusal)
    application = Application(id=uuid.uuid4(), call=call, person_id=by.person_id)
    db.session.add(application)
    db.session.flush()
    journal.record(application, ApplicationEvent.STARTED, by=by)
    return application


def choose_structure(application: Application, command: ChooseStructure, *, by: Principal) -> None:
    """Attach the file to a structure, whence its variant (R5, R10, R12)."""
    _in_hand(application)
    structure = db.session.get(Structure, command.structure_id)
    if structure is None:
        raise Refused("Choisissez une structure de la liste.", field="structure")
    refusal = rules.structure_refusal(application.call, structure)
    if refusal:
        raise Refused(refusal, field="structure")
    variant = rules.variant_for(application.call.edition.variants, structure.kind)
    if variant is None:
        raise Refused("La formation n’a pas de parcours pour ce type de structure.", field="structure")
    application.structure = structure
    application.variant = variant
    application.post_title = command.post_title
    structure_limit.refuse_beyond(application, locking=False)
    _changed(application, ApplicationEvent.STRUCTURE_CHOSEN, by=by, variant=variant.code)


def tell_practices(application: Application, command: TellPractices, *, by: Principal) -> None:
    """Write where else the applicant practises, the share of her time in each place, and who employs her (R98)."""
    _in_hand(application)
    others = [(place.name, place.share) for place in command.others]
    refusal = rules.practices_refusal(application, command.share, others)
    if refusal:
        field, message = refusal
        raise Refused(message, field=field)
    application.share, application.employer = command.share, command.employer
    write_practices(application, others)
    _changed(application, ApplicationEvent.PRACTICES_TOLD, by=by, places=len(others))


def write_practices(application: Application, places: Sequence[tuple[str, int | None]]) -> None:
    """Replace the other places of a file, each tied to the one structure of the register that bears its name, if any."""
    application.practices.clear()
    db.session.flush()
    known = queries.structures_by_name([name for name, _share in places])
    application.practices.extend(
        Practice(position=position, name=name, share=share, structure_id=known.get(name))
        for position, (name, share) in enumerate(places, start=1)
    )
    db.session.flush()


def describe_situation(application: Application, command: DescribeSituation, *, by: Principal) -> None:
    """Say whether the applicant is in post, taking post or being recruited (R6, R7)."""
    _in_hand(application)
    refusal = rules.situation_refusal(application.call, command.situation, command.post_on, command.derogation_reason)
    if refusal:
        field, message = refusal
        raise Refused(message, field=field)
    application.situation = command.situation
    application.post_on = command.post_on
    application.derogation_reason = command.derogation_reason
    _changed(application, ApplicationEvent.SITUATION_DESCRIBED, by=by, situation=command.situation.value)


def tell_profile(application: Application, command: TellProfile, *, by: Principal) -> None:
    """Write the facts of her profile that the call asks; the others stay empty (R111)."""
    _in_hand(application)
    profile = application.profile or ApplicantProfile(application=application)
    asked = rules.asks_profile(application)
    for name in asked:
        setattr(profile, name.value, getattr(command, name.value))
    db.session.add(profile)
    db.session.flush()
    _changed(application, ApplicationEvent.PROFILE_TOLD, by=by)


def declare(application: Application, command: Declare, *, by: Principal) -> None:
    """Tick the declarations the call asks for."""
    _in_hand(application)
    known = {line.code for line in application.call.declarations}
    application.declared = sorted(known & set(command.codes))
    _changed(application, ApplicationEvent.DECLARED, by=by)


def deposit_piece(application: Application, command: DepositPiece, *, by: Principal) -> Piece:
    """Keep a checked file as the next version of a piece; the earlier ones stay (R20).

    A piece due later than submission may come while the file is with its carrier (R107).
    """
    requirement = db.session.get(PieceRequirement, command.requirement_id)
    if requirement is None or requirement.call_id != application.call_id:
        raise Refused("Cette pièce n’est pas demandée par l’appel.", field="file")
    if not rules.may_come_late(application, requirement):
        _in_hand(application)
    use = use_of(requirement)
    files.check_count(use=use, subject=application)
    stored = files.keep(command.staged, use=use, subject=application, by=by)
    last = max((p.version for p in application.pieces if p.requirement_id == requirement.id), default=0)
    piece = Piece(application=application, requirement=requirement, version=last + 1, file=stored)
    db.session.add(piece)
    db.session.flush()
    _changed(application, ApplicationEvent.PIECE_DEPOSITED, by=by, piece=requirement.code, version=piece.version)
    return piece


def remove_piece(application: Application, piece: Piece, *, by: Principal) -> None:
    """Take a deposited piece out of the file; one that was never submitted is erased for good."""
    _in_hand(application)
    if piece.removed_at is not None:
        raise Conflict("Cette pièce a déjà été retirée.")
    for version in application.pieces:
        if version.requirement_id == piece.requirement_id and version.removed_at is None:
            version.removed_at = clock.now()
            if not application.versions:
                files.erase(version.file, Erasure.REQUEST)
    _changed(application, ApplicationEvent.PIECE_REMOVED, by=by, piece=piece.requirement.code)


def submit(application: Application, *, by: Principal) -> ApplicationVersion:
    """Submit the file: number it, freeze what it says, post the receipt (R13, R19, R22)."""
    APPLICATION.check(application, ApplicationAct.SUBMIT, by=by)
    structure_limit.refuse_beyond(application, locking=True)
    if application.number is None:
        application.number = _next_number(application.call_id)
    version = _freeze(application)
    application.correction_message = application.correction_due_on = None
    APPLICATION.advance(
        application,
        ApplicationAct.SUBMIT,
        by=by,
        codes={"version": version.number, "digest": version.digest} | for_her(application, by),
    )
    mails.submission_receipt(application, version)
    return version


def take_back(application: Application, *, by: Principal) -> None:
    """Take a submitted file back to change it; the last submission stands if it is not sent again (R108)."""
    APPLICATION.advance(application, ApplicationAct.TAKE_BACK, by=by)
    mails.taken_back(application)


def correct(application: Application, *, by: Principal) -> ApplicationVersion:
    """Send the corrections staff asked for: a new version and a new receipt (R20, R22)."""
    APPLICATION.check(application, ApplicationAct.CORRECT, by=by)
    version = _freeze(application)
    application.correction_message = application.correction_due_on = None
    APPLICATION.advance(
        application,
        ApplicationAct.CORRECT,
        by=by,
        codes={"version": version.number, "digest": version.digest} | for_her(application, by),
    )
    mails.submission_receipt(application, version)
    return version


def withdraw(application: Application, *, by: Principal, reason: str | None = None) -> None:
    """Withdraw for good; a held seat goes back and the reserve moves up (R29), an interview to come is dropped."""
    was_draft = application.status is ApplicationStatus.DRAFT and not application.versions
    APPLICATION.advance(application, ApplicationAct.WITHDRAW, by=by, reason=reason)
    reserve.give_back(application, OfferOutcome.WITHDRAWN)
    booking.drop(application)
    if not was_draft:
        mails.withdrawn(application)


def _in_hand(application: Application) -> None:
    if not rules.is_editable(application):
        raise Conflict(NOT_IN_HAND.format(state=rules.public_status(application).label))


def _changed(application: Application, kind: ApplicationEvent, *, by: Principal, **codes: Any) -> None:
    application.changed_at = clock.now()
    journal.record(application, kind, by=by, codes=codes | for_her(application, by))


def for_her(application: Application, by: Principal) -> dict[str, Any]:
    """Return what the journal notes of an act that staff take in the applicant's place."""
    return {} if by.person_id == application.person_id else {"for_her": True}


def _next_number(call_id: uuid.UUID) -> int:
    """Return the next number of the call; its row is the last lock taken."""
    query = update(Call).where(Call.id == call_id).values(last_number=Call.last_number + 1).returning(Call.last_number)
    return int(db.session.execute(query, execution_options={"synchronize_session": False}).scalar_one())


def _freeze(application: Application) -> ApplicationVersion:
    now = clock.now()
    number = max((version.number for version in application.versions), default=0) + 1
    content = snapshot(application) | {"number": application.reference, "version": number, "at": now.isoformat()}
    version = ApplicationVersion(
        application=application,
        number=number,
        submitted_at=now,
        call_version=application.call.version,
        content=content,
        digest=hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
    )
    application.submitted_at = now
    application.changed_at = now
    db.session.add(version)
    db.session.flush()
    drafts.forget_all(application)
    return version


def freeze_as_brought_in(application: Application, received_at: datetime) -> ApplicationVersion:
    """Freeze what a spreadsheet told of a file, received at ``received_at`` (R101)."""
    version = _freeze(application)
    application.submitted_at = received_at
    db.session.flush()
    return version


def number_brought_in(application: Application) -> None:
    """Give its number to a file brought in."""
    application.number = _next_number(application.call_id)


def snapshot(application: Application) -> dict[str, Any]:
    """Return what the file says now, as plain data: enough to print its receipt for ever (R22)."""
    structure, variant, situation = application.structure, application.variant, application.situation
    declared = [line.text for line in application.call.declarations if line.code in application.declared]
    pieces = []
    for requirement in rules.expected_pieces(application):
        piece = rules.current_piece(application, requirement)
        if piece is not None:
            pieces.append(
                {
                    "code": requirement.code,
                    "label": requirement.label,
                    "filename": piece.file.original_name,
                    "size": piece.file.size,
                    "sha256": piece.file.sha256,
                    "piece_id": str(piece.id),
                }
            )
    return {
        "applicant": application.person.name,
        "structure_id": str(structure.id) if structure else None,
        "structure": f"{structure.name} ({structure.kind.label}, {structure.city})" if structure else None,
        "variant_id": str(variant.id) if variant else None,
        "variant": variant.label if variant else None,
        "post_title": application.post_title,
        "share": application.share,
        "employer": application.employer,
        "practices": [[each.name, each.share] for each in application.practices],
        "situation": situation.value if situation else None,
        "post_on": application.post_on.isoformat() if application.post_on else None,
        "derogation_reason": application.derogation_reason,
        "profile": {
            name.value: getattr(application.profile, name.value, None) for name in rules.asks_profile(application)
        },
        "declared": application.declared,
        "declarations": declared,
        "answers": [
            {"code": question.code, "question": question.label, "answer": words}
            for question, words in rules.answered(application)
            if words
        ],
        "pieces": pieces,
    }
