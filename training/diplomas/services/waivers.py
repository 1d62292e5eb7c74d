"""Waivers: asked of the school, granted or refused by it, ended; always with a reason, always journaled (R69, R96)."""

import uuid
from typing import Final

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts.models import Enrolment
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Forbidden, Refused
from training.common.files import StagedFile
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.diplomas import mails, queries
from training.diplomas.commands import WaiverAnswer, WaiverToAsk, WaiverToGrant
from training.diplomas.enums import WaiverAct
from training.diplomas.models import DiplomaWaiver
from training.diplomas.procedure import WAIVER
from training.diplomas.rules import WaiverKey, label_of

WAIVER_USE: Final = "diploma_waiver_evidence"


def ask(enrolment: Enrolment, command: WaiverToAsk, *, by: Principal) -> DiplomaWaiver:
    """Ask the school to dispense a learner from something she lacks.

    Raises ``Refused`` when nothing of the kind stands in her way, or when it is asked or in force already.
    """
    waiver = _new(enrolment, command.key, command.reason, by=by)
    journal.record(
        waiver,
        "diploma_waiver.asked",
        by=by,
        codes={"enrolment": str(enrolment.id), "scope": waiver.scope.value},
        text={"reason": command.reason},
    )
    mails.waiver_asked(waiver, by)
    return waiver


def grant(enrolment: Enrolment, command: WaiverToGrant, *, by: Principal) -> DiplomaWaiver:
    """Dispense a learner from something, without anyone having asked; journaled."""
    if not policy.allows(by, Permission.DIPLOMAS_WAIVER_DECIDE, enrolment):
        raise Forbidden
    waiver = _new(enrolment, command.key, command.reason, by=by)
    settle(waiver, WaiverAnswer(WaiverAct.GRANT, command.decided_on, evidence=command.evidence), by=by)
    return waiver


def _new(enrolment: Enrolment, key: WaiverKey, reason: str, *, by: Principal) -> DiplomaWaiver:
    progress = queries.progress_of_learner(enrolment.id)
    label = label_of(progress.facts, key)
    if label is None or key not in progress.eligibility.waivable:
        raise Refused("Rien de tel ne lui manque aujourd’hui\u00a0: relisez la page.")
    if queries.live_waiver(enrolment.id, key) is not None:
        raise Refused("Cette dispense est déjà demandée ou accordée\u00a0: relisez la page.")
    waiver = DiplomaWaiver(
        enrolment=enrolment,
        scope=key.scope,
        target=key.target,
        label=label,
        reason=reason,
        asked_by=by.person_id,
    )
    db.session.add(waiver)
    db.session.flush()
    return waiver


def settle(waiver: DiplomaWaiver, command: WaiverAnswer, *, by: Principal) -> None:
    """Grant or refuse a waiver asked for, or end one in force: by the school, or transcribed with its proof.

    Raises ``Refused`` for a day to come or a transcription without proof, and what the procedure raises.
    """
    WAIVER.check(waiver, command.act, by=by, reason=command.words)
    transcribed = transcribes(by, waiver.enrolment, Part.SCHOOL)
    check_transcription(command.evidence, transcribed=transcribed)
    if command.decided_on > clock.today():
        raise Refused("Cette date est à venir.", field="decided_on")
    with db.session.no_autoflush:  # CHECKs tie the status to its facts: they change in one statement
        if command.evidence is not None:
            kept = files.keep(command.evidence, use=file_use(WAIVER_USE), subject=waiver.enrolment, by=by)
            waiver.evidence_id, waiver.transcribed = kept.id, transcribed
        if command.act is WaiverAct.END:
            waiver.ended_at = clock.now()
        else:
            waiver.settled_at, waiver.settled_by = clock.now(), by.person_id
            waiver.decided_on = command.decided_on
        waiver.answer = command.words
        WAIVER.advance(
            waiver,
            command.act,
            by=by,
            reason=command.words or waiver.reason,
            codes={"enrolment": str(waiver.enrolment_id), "on": command.decided_on.isoformat()},
            on_behalf_of=school_of(waiver.enrolment) if transcribed else None,
        )
    mails.waiver_settled(waiver, by)


def check_transcription(evidence: StagedFile | None, *, transcribed: bool) -> None:
    """Refuse an act written in the school’s name without what proves it (R96)."""
    if transcribed and evidence is None:
        raise Refused("Joignez le courriel ou le compte rendu par lequel l’école a décidé.", field="evidence")


def school_of(enrolment: Enrolment) -> uuid.UUID | None:
    """Return the school of her cohort."""
    return next((part.organisation_id for part in enrolment.parts if part.part is Part.SCHOOL), None)
