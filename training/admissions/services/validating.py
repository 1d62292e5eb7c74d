"""The funder's validation of a call and of the places it pays (R112), its own act or transcribed (R96)."""

import uuid

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.admissions.commands.settings import ValidateCall
from training.admissions.events import CallEvent
from training.admissions.file_uses import FUNDER_EVIDENCE
from training.admissions.models import Call, CallPart, FunderValidation
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db


def validate(call: Call, command: ValidateCall, *, by: Principal) -> FunderValidation:
    """Record that the funder validates the call; a later one replaces it, both stay written.

    Raises ``Refused`` for a day to come, or a transcription without its proof.
    """
    if command.decided_on > clock.today():
        raise Refused("Cette date est à venir : indiquez le jour de la validation.", field="decided_on")
    transcribing = transcribes(by, call, Part.FUNDER)
    if transcribing and command.evidence is None:
        raise Refused("Joignez le courriel ou la décision du financeur.", field="evidence")
    evidence = None
    if transcribing and command.evidence is not None:
        evidence = files.keep(command.evidence, use=file_use(FUNDER_EVIDENCE), subject=call, by=by)
    validation = FunderValidation(
        id=uuid.uuid4(),
        call=call,
        organisation_id=_funder(call, by, transcribing=transcribing).organisation_id,
        decided_on=command.decided_on,
        places=command.places,
        comment=command.comment,
        recorded_by=by.person_id,
        evidence=evidence,
    )
    db.session.add(validation)
    db.session.flush()
    codes = {"places": command.places, "transcribed": transcribing}
    journal.record(
        call,
        CallEvent.VALIDATED_BY_FUNDER,
        by=by,
        codes=codes,
        on_behalf_of=validation.organisation_id if transcribing else None,
    )
    return validation


def _funder(call: Call, by: Principal, *, transcribing: bool) -> CallPart:
    """Return the funder in whose name this is: the transcriber's only one outside, or the member's own."""
    funders = [played for played in call.parts if played.part is Part.FUNDER]
    own = [played for played in funders if transcribing or played.organisation_id in by.organisation_ids]
    return own[0]
