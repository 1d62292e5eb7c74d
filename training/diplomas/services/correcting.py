"""A final decision corrected by the school: another decision, another line of the register, nothing rewritten (R70, R71)."""

from typing import Final

from sqlalchemy import exists, select

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts import services as cohorts
from training.cohorts.enums import DECIDED, LIVE, CohortStatus, EnrolmentAct, EnrolmentStatus
from training.cohorts.models import Enrolment
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.diplomas import mails, queries
from training.diplomas.commands import Correction
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaDecision, RegisterEntry
from training.diplomas.services.deciding import DECISION_USE
from training.diplomas.services.register import enter
from training.diplomas.services.waivers import check_transcription, school_of

_ACTS: Final = {
    (EnrolmentStatus.GRADUATED, Verdict.NOT_GRADUATED): EnrolmentAct.TAKE_BACK,
    (EnrolmentStatus.ATTESTATION, Verdict.GRADUATED): EnrolmentAct.GRADUATE_AFTER_ALL,
    (EnrolmentStatus.GRADUATED, Verdict.DEFERRED): EnrolmentAct.REOPEN,
    (EnrolmentStatus.ATTESTATION, Verdict.DEFERRED): EnrolmentAct.REOPEN,
}


def correct(enrolment: Enrolment, command: Correction, *, by: Principal) -> DiplomaDecision:
    """Correct what was decided for good of a learner: its outcome, its day, the name the diploma bears; she is told.

    The former decision and the former line of the register stay, superseded; papers drawn from them are replaced. Raises
    ``Forbidden``, or ``Refused`` when nothing final was decided or nothing changes, without a reason, for a day to come, for a
    transcription without proof (R96), for a course that cannot go on.
    """
    cohorts.lock_cohort(enrolment.cohort_id)
    db.session.refresh(enrolment, with_for_update={"of": Enrolment})
    if not policy.allows(by, Permission.DIPLOMAS_DECISION_CORRECT, enrolment):
        raise Forbidden
    before, entry = queries.current_decision(enrolment.id), queries.entry_of(enrolment.id)
    _check(enrolment, command, before, entry)
    transcribed = transcribes(by, enrolment, Part.SCHOOL)
    check_transcription(command.evidence, transcribed=transcribed)
    decision = _decide(enrolment, command, before, transcribed=transcribed, by=by)
    _move(enrolment, decision, by=by)
    made = None
    if command.verdict is Verdict.GRADUATED:
        made = enter(decision, " ".join(command.printed_name.split()), by=by)
    elif entry is not None:
        enter(decision, entry.printed_name, by=by, cancels=True)
    mails.corrected(decision, before, entry, made)
    return decision


def _check(
    enrolment: Enrolment, command: Correction, before: DiplomaDecision | None, entry: RegisterEntry | None
) -> None:
    if enrolment.status not in DECIDED:
        raise Refused("Rien de définitif n’a été décidé pour cette personne\u00a0: il n’y a rien à corriger.")
    if not command.reason.strip():
        raise Refused("Indiquez pourquoi la décision est corrigée\u00a0: la personne le lira.", field="reason")
    if command.decided_on > clock.today():
        raise Refused("Cette date est à venir.", field="decided_on")
    if command.verdict is Verdict.GRADUATED and not command.printed_name.strip():
        raise Refused("Écrivez le nom à imprimer.", field="printed_name")
    if command.verdict is Verdict.DEFERRED:
        _refuse_to_reopen(enrolment)
    now = (command.verdict, command.decided_on, " ".join(command.printed_name.split()))
    same_name = entry is None or command.verdict is not Verdict.GRADUATED or now[2] == entry.printed_name
    if before is not None and same_name and now[:2] == (before.verdict, before.decided_on):
        raise Refused("Rien ne change\u00a0: dites ce qui est à corriger.", field="verdict")


def _refuse_to_reopen(enrolment: Enrolment) -> None:
    """Refuse to have a course go on in a closed cohort, or beside another one of the same programme (R31)."""
    if enrolment.cohort.status is CohortStatus.CLOSED:
        raise Refused("La promotion est close\u00a0: rouvrez-la avant de reporter cette décision.", field="verdict")
    elsewhere = exists().where(
        Enrolment.person_id == enrolment.person_id,
        Enrolment.programme_id == enrolment.programme_id,
        Enrolment.status.in_(LIVE),
    )
    if db.session.scalar(select(elsewhere)):
        raise Refused("Cette personne suit déjà ce programme dans une autre promotion.", field="verdict")


def _decide(
    enrolment: Enrolment, command: Correction, before: DiplomaDecision | None, *, transcribed: bool, by: Principal
) -> DiplomaDecision:
    evidence = None
    if command.evidence is not None:
        evidence = files.keep(command.evidence, use=file_use(DECISION_USE), subject=enrolment.cohort, by=by)
    was_eligible = queries.progress_of_learner(enrolment.id).eligibility.is_met
    if before is not None:
        before.is_current = False
        db.session.flush()
    decision = DiplomaDecision(
        enrolment=enrolment,
        verdict=command.verdict,
        decided_on=command.decided_on,
        reason=command.reason.strip(),
        was_eligible=was_eligible,
        is_correction=True,
        recorded_by=by.person_id,
        transcribed=transcribed,
        evidence_id=evidence.id if evidence is not None else None,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _move(enrolment: Enrolment, decision: DiplomaDecision, *, by: Principal) -> None:
    """Have the course end as it should have; journaled whether its end changes or not."""
    school = school_of(enrolment) if decision.transcribed else None
    act = _ACTS.get((enrolment.status, decision.verdict))
    if act is not None:
        cohorts.conclude(enrolment, act, on=decision.decided_on, by=by, reason=decision.reason, on_behalf_of=school)
        return
    enrolment.left_on = max(decision.decided_on, enrolment.entered_on)
    db.session.flush()
    journal.record(
        enrolment,
        "enrolment.decision_corrected",
        by=by,
        codes={"on": decision.decided_on.isoformat()},
        text={"reason": decision.reason},
        on_behalf_of=school,
    )
