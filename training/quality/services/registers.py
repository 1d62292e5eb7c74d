"""Complaints filed and answered, improvements planned, done and measured (R123)."""

from datetime import date

from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.errors import Forbidden, NotFound, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.quality import mails
from training.quality.commands import ComplaintToFile, ImprovementToPlan
from training.quality.enums import ComplaintAct, ComplaintStatus, ImprovementAct
from training.quality.models import Complaint, Improvement
from training.quality.procedure import COMPLAINT, IMPROVEMENT
from training.quality.rules.evidence import ANSWERED_WITHIN


def file_complaint(cohort: Cohort, command: ComplaintToFile, *, by: Principal) -> Complaint:
    """Enter something in the register; the carrier is told, and answers within fifteen days."""
    if not policy.allows(by, Permission.QUALITY_COMPLAINT_FILE, cohort) or by.person_id is None:
        raise Forbidden
    if command.happened_on is not None and command.happened_on > clock.today():
        raise Refused("Cette date est à venir : indiquez un jour passé.", field="happened_on")
    complaint = Complaint(
        cohort=cohort,
        kind=command.kind,
        topic=command.topic,
        words=command.words,
        happened_on=command.happened_on,
        filed_by=by.person_id,
        due_on=clock.today() + ANSWERED_WITHIN,
    )
    db.session.add(complaint)
    db.session.flush()
    journal.record(complaint, "complaint.filed", by=by, codes={"kind": command.kind.value})
    mails.complaint_filed(complaint)
    return complaint


def answer(complaint: Complaint, words: str, *, by: Principal) -> None:
    """Answer whoever filed it; she receives the words."""
    with db.session.no_autoflush:
        if complaint.status is ComplaintStatus.RECEIVED:
            complaint.answer = words.strip()
            complaint.answered_at, complaint.answered_by = clock.now(), by.person_id
        COMPLAINT.advance(complaint, ComplaintAct.ANSWER, by=by)
    mails.complaint_answered(complaint)


def close(complaint: Complaint, *, by: Principal) -> None:
    """Close it: nothing more is expected of the carrier."""
    COMPLAINT.advance(complaint, ComplaintAct.CLOSE, by=by)


def reopen(complaint: Complaint, reason: str, *, by: Principal) -> None:
    """Open it again, with a new delay; the answer given stays in the history."""
    COMPLAINT.check(complaint, ComplaintAct.REOPEN, by=by, reason=reason)
    earlier = complaint.answer
    with db.session.no_autoflush:
        complaint.answer, complaint.answered_at, complaint.answered_by = "", None, None
        complaint.due_on = clock.today() + ANSWERED_WITHIN
        COMPLAINT.advance(complaint, ComplaintAct.REOPEN, by=by, reason=reason)
    journal.record(complaint, "complaint.earlier_answer", by=by, text={"reason": earlier})


def plan(cohort: Cohort, command: ImprovementToPlan, *, by: Principal) -> Improvement:
    """Plan something to do better."""
    if not policy.allows(by, Permission.QUALITY_IMPROVEMENT_MANAGE, cohort):
        raise Forbidden
    complaint = None
    if command.complaint_id is not None:
        complaint = db.session.get(Complaint, command.complaint_id)
        if complaint is None or complaint.cohort_id != cohort.id:
            raise NotFound
    improvement = Improvement(
        cohort=cohort,
        complaint=complaint,
        title=command.title,
        details=command.details,
        origin=command.origin,
        owner=command.owner,
        due_on=command.due_on,
        planned_by=by.person_id,
    )
    db.session.add(improvement)
    db.session.flush()
    journal.record(improvement, "improvement.planned", by=by)
    return improvement


def complete(improvement: Improvement, done_on: date, *, by: Principal) -> None:
    """Note the day it was done."""
    if done_on > clock.today():
        raise Refused("Cette date est à venir : indiquez le jour où c’est fait.", field="done_on")
    IMPROVEMENT.check(improvement, ImprovementAct.COMPLETE, by=by)
    improvement.done_on = done_on
    IMPROVEMENT.advance(improvement, ImprovementAct.COMPLETE, by=by)


def measure(improvement: Improvement, effect: str, *, by: Principal) -> None:
    """Note what it changed."""
    with db.session.no_autoflush:
        improvement.effect = effect.strip()
        IMPROVEMENT.advance(improvement, ImprovementAct.MEASURE, by=by)


def drop(improvement: Improvement, reason: str, *, by: Principal) -> None:
    """Give it up, and say why."""
    IMPROVEMENT.advance(improvement, ImprovementAct.DROP, by=by, reason=reason)


def resume(improvement: Improvement, *, by: Principal) -> None:
    """Take it up again."""
    IMPROVEMENT.advance(improvement, ImprovementAct.RESUME, by=by)
