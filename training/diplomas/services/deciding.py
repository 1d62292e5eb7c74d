"""What the school decides: for one learner or many, at once or not at all (R70)."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts import services as cohorts
from training.cohorts.enums import LIVE, EnrolmentAct
from training.cohorts.models import Cohort, Enrolment
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import NotFound, Refused
from training.common.files import StoredFile
from training.common.formatting import enumeration
from training.common.policy import Principal
from training.database import db
from training.diplomas import mails, queries
from training.diplomas.commands import Decisions
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaDecision
from training.diplomas.queries import Progress
from training.diplomas.services.register import enter
from training.diplomas.services.waivers import check_transcription, school_of

DECISION_USE: Final = "diploma_decision_evidence"
_ACTS: Final = {Verdict.GRADUATED: EnrolmentAct.GRADUATE, Verdict.NOT_GRADUATED: EnrolmentAct.ATTEST}


def decide(cohort: Cohort, command: Decisions, *, by: Principal) -> list[DiplomaDecision]:
    """Record one decision for these learners of a cohort, all or none; journaled on each.

    With the diploma a learner enters the register, without it she has her attestation, and her file is locked; deferred,
    she goes on. Raises ``Refused`` for someone already decided of, for a diploma given without a reason to someone who
    lacks something, for a deferral or a refusal without reason, for a transcription without proof (R96).
    """
    cohorts.lock_cohort(cohort.id)
    enrolments = _enrolments(cohort, command)
    transcribed = transcribes(by, cohort, Part.SCHOOL)
    check_transcription(command.evidence, transcribed=transcribed)
    progress = {each.enrolment_id: each for each in queries.progress_of(Enrolment.id.in_(command.enrolments))}
    _check(command, progress.values())
    evidence = None
    if command.evidence is not None:
        evidence = files.keep(command.evidence, use=file_use(DECISION_USE), subject=cohort, by=by)
    return [
        _decide(
            enrolment,
            command,
            evidence,
            was_eligible=progress[enrolment.id].eligibility.is_met,
            transcribed=transcribed,
            by=by,
        )
        for enrolment in enrolments
    ]


def _enrolments(cohort: Cohort, command: Decisions) -> list[Enrolment]:
    """Return the learners, each held for the transaction; refuse those already decided of."""
    if not command.enrolments:
        raise Refused("Choisissez au moins une personne.", field="enrolments")
    found = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(command.enrolments), Enrolment.cohort_id == cohort.id)
        .order_by(Enrolment.id)
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(set(command.enrolments)):
        raise NotFound
    settled = [each.person.name for each in found if each.status not in LIVE]
    if settled:
        raise Refused(f"La décision est déjà prise, ou la formation terminée, pour {enumeration(settled)}.")
    return sorted(found, key=lambda each: (each.person.sort_key, str(each.id)))


def _check(command: Decisions, progress: Collection[Progress]) -> None:
    if command.decided_on > clock.today():
        raise Refused("Cette date est à venir.", field="decided_on")
    if command.reason.strip():
        return
    if command.verdict is not Verdict.GRADUATED:
        raise Refused("Indiquez le motif\u00a0: la personne le lira.", field="reason")
    lacking = [each.name for each in progress if not each.eligibility.is_met]
    if lacking:
        raise Refused(
            f"Il manque quelque chose à {enumeration(lacking)}\u00a0: indiquez ce qui fonde la décision, ou accordez une "
            "dispense.",
            field="reason",
        )


def _decide(
    enrolment: Enrolment,
    command: Decisions,
    evidence: StoredFile | None,
    *,
    was_eligible: bool,
    transcribed: bool,
    by: Principal,
) -> DiplomaDecision:
    before = queries.current_decision(enrolment.id)
    if before is not None:
        before.is_current = False
        db.session.flush()
    decision = DiplomaDecision(
        enrolment=enrolment,
        verdict=command.verdict,
        decided_on=command.decided_on,
        reason=command.reason,
        was_eligible=was_eligible,
        recorded_by=by.person_id,
        transcribed=transcribed,
        evidence_id=evidence.id if evidence is not None else None,
    )
    db.session.add(decision)
    db.session.flush()
    school = school_of(enrolment) if transcribed else None
    act = _ACTS.get(command.verdict)
    if act is not None:
        cohorts.conclude(enrolment, act, on=command.decided_on, by=by, reason=command.reason, on_behalf_of=school)
    else:
        journal.record(
            enrolment,
            "enrolment.diploma_deferred",
            by=by,
            codes={"on": command.decided_on.isoformat()},
            text={"reason": command.reason},
            on_behalf_of=school,
        )
    if command.verdict is Verdict.GRADUATED:
        enter(decision, by=by)
    mails.decided(decision)
    return decision
