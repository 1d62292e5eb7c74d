"""Opinions, interviews, and the school's decision (R24–R27, R96, R106)."""

import uuid
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete

from training.accounts import rules as accounts
from training.accounts.enums import Part
from training.admissions import mails, queries, rules
from training.admissions.commands import DecideForSchool, GiveOpinion, PlanInterview, ReportInterview
from training.admissions.enums import (
    ApplicationAct,
    ApplicationStatus,
    InterviewAct,
    InterviewStatus,
    MeetingStatus,
    ReadingMoment,
)
from training.admissions.events import ApplicationEvent
from training.admissions.file_uses import EVIDENCE
from training.admissions.models import (
    Application,
    CallPart,
    CommitteeMeeting,
    Interview,
    Opinion,
    ReviewAssignment,
    SchoolDecision,
)
from training.admissions.procedure import APPLICATION, INTERVIEW
from training.admissions.services import booking, marking, reserve
from training.common import clock, files, journal
from training.common.articles import of
from training.common.declarations import file_use
from training.common.errors import Conflict, Refused
from training.common.files import StagedFile, StoredFile
from training.common.policy import Principal
from training.database import db

OPEN_TO_OPINIONS: Final = frozenset(
    {ApplicationStatus.ADMISSIBLE, ApplicationStatus.UNDER_REVIEW, ApplicationStatus.PRESELECTED}
)
OPEN_TO_INTERVIEWS: Final = OPEN_TO_OPINIONS | {ApplicationStatus.SHORTLISTED, ApplicationStatus.WAITING}
LONGEST_INTERVIEW: Final = timedelta(hours=4)


def bodies_outside(application: Application) -> list[CallPart]:
    """Return the bodies outside the tool, whose opinions the carrier transcribes (R96)."""
    return [played for played in application.parts if played.outside_tool]


def give_opinion(application: Application, command: GiveOpinion, *, by: Principal) -> Opinion:
    """Give one's own opinion with its marks, or declare a conflict of interest (no value): once per reviewer (R25).

    Whoever steps aside no longer has the file to read.
    """
    must_take_opinions(application)
    opinion = next((o for o in application.opinions if o.reviewer_id == by.person_id), None)
    if opinion is None:
        opinion = Opinion(id=uuid.uuid4(), application=application, reviewer_id=by.person_id)
        db.session.add(opinion)
    _write(opinion, command)
    if command.value is None:
        db.session.execute(
            delete(ReviewAssignment).where(
                ReviewAssignment.application_id == application.id, ReviewAssignment.reviewer_id == by.person_id
            )
        )
    grid = queries.criteria(application.call_id, ReadingMoment.FILE)
    marking.write(opinion, grid, {} if command.value is None else command.marks)
    kind = ApplicationEvent.RECUSED if command.value is None else ApplicationEvent.OPINION_GIVEN
    journal.record(application, kind, by=by, codes={"part": command.part.value})
    return opinion


def record_opinion(
    application: Application, command: GiveOpinion, *, by: Principal, meeting: CommitteeMeeting | None = None
) -> Opinion:
    """Record a body's opinion in session (R106), or transcribe it with its proof while it is outside the tool (R96)."""
    must_take_opinions(application)
    _not_to_come(command.given_on, "given_on")
    if meeting is not None:
        _may_record(command, meeting)
    else:
        _may_transcribe(application, command)
    evidence = _evidence(application, command.evidence if meeting is None else None, by=by)
    opinion = next(
        (o for o in application.opinions if o.reviewer_id is None and o.organisation_id == command.organisation_id),
        None,
    )
    if opinion is None:
        opinion = Opinion(id=uuid.uuid4(), application=application)
    opinion.meeting_id = meeting.id if meeting else None
    opinion.evidence = evidence
    _write(opinion, command)
    journal.record(
        application,
        ApplicationEvent.OPINION_GIVEN,
        by=by,
        codes={"part": command.part.value, "recorded": True},
        on_behalf_of=command.organisation_id,
    )
    return opinion


def _may_record(command: GiveOpinion, meeting: CommitteeMeeting) -> None:
    if not meeting.call.opinions_in_session:
        raise Refused("Cet appel recueille les avis par écrit, avant la séance.", field="organisation")
    if meeting.status is MeetingStatus.CLOSED:
        raise Conflict("La séance est close : ses avis ne changent plus.")
    if command.organisation_id not in {body.organisation_id for body in meeting.bodies}:
        raise Refused("Notez d’abord la présence de cet organisme à la séance.", field="organisation")


def _may_transcribe(application: Application, command: GiveOpinion) -> None:
    if (command.organisation_id, command.part) not in {
        (played.organisation_id, played.part) for played in bodies_outside(application)
    }:
        raise Refused("Cet organisme utilise l’outil : c’est à lui de donner son avis.", field="organisation")
    if command.evidence is None:
        raise Refused("Joignez le courriel ou le compte rendu qui porte cet avis.", field="evidence")


def _not_to_come(day: date, field: str) -> None:
    if day > clock.today():
        raise Refused("Cette date est à venir : indiquez le jour où l’acte a été pris.", field=field)


def _write(opinion: Opinion, command: GiveOpinion) -> None:
    opinion.organisation_id = command.organisation_id
    opinion.part = command.part
    opinion.value = command.value
    opinion.recused = command.value is None
    opinion.comment = command.comment
    opinion.given_on = command.given_on
    opinion.given_at = clock.now()
    db.session.add(opinion)
    db.session.flush()


def must_take_opinions(application: Application) -> None:
    """Raise ``Conflict``, saying why, unless opinions are still given on this file."""
    if application.status in OPEN_TO_OPINIONS:
        return
    if application.published_status == application.status.value:
        raise Conflict(
            f"Le résultat de ce dossier est publié (« {application.status.label} ») : un avis n’y changerait plus rien."
        )
    raise Conflict(f"Ce dossier n’est plus ouvert aux avis : il est maintenant « {application.status.label} ».")


def preselect(application: Application, *, by: Principal) -> None:
    """Preselect on file; the applicant is told at once, under reserve of the committee (R105)."""
    APPLICATION.advance(application, ApplicationAct.PRESELECT, by=by)
    application.published_status = ApplicationStatus.PRESELECTED.value
    mails.preselected(application)


def not_preselect(application: Application, *, by: Principal, reason: str) -> None:
    """Do not preselect; the applicant goes on seeing “en examen” until publication (R105)."""
    APPLICATION.advance(application, ApplicationAct.NOT_PRESELECT, by=by, reason=reason)


def ask_interview(application: Application, *, by: Principal) -> Interview:
    """Ask for an interview: the file is not transmitted while it is pending (R26).

    The applicant is asked to choose when there are free slots.
    """
    if not application.call.has_interviews:
        raise Conflict("Cet appel ne prévoit pas d’entretien.")
    if application.status not in OPEN_TO_INTERVIEWS:
        raise Conflict(f"Ce dossier est maintenant « {application.status.label} » : l’entretien n’a plus d’objet.")
    if rules.pending_interview(application):
        raise Conflict("Un entretien est déjà demandé pour ce dossier.")
    interview = Interview(id=uuid.uuid4(), application=application)
    db.session.add(interview)
    db.session.flush()
    journal.record(application, ApplicationEvent.INTERVIEW_ASKED, by=by)
    booking.tell_of_slots(interview, by=by)
    return interview


def plan_interview(interview: Interview, command: PlanInterview, *, by: Principal) -> None:
    """Fix or move the interview, and invite the applicant and the interviewer with a calendar event.

    Raises ``Refused`` for a time gone by, or when the applicant or the interviewer already has one then (R26).
    """
    if command.starts_at < clock.now():
        raise Refused("Choisissez un horaire à venir.", field="day")
    _nobody_elsewhere(interview, command)
    INTERVIEW.check(interview, InterviewAct.PLAN, by=by)
    former = interview.interviewer_id if interview.status is InterviewStatus.PLANNED else None
    booking.give_back(interview)
    for person_id, who in ((interview.application.person_id, "applicant"), (command.interviewer_id, "interviewer")):
        if person_id is not None:
            booking.take(person_id, command.starts_at, command.minutes, busy=booking.BUSY[who], interview=interview)
    with db.session.no_autoflush:
        interview.starts_at = command.starts_at
        interview.minutes = command.minutes
        interview.link = command.link
        interview.interviewer = command.interviewer
        interview.interviewer_id = command.interviewer_id
        interview.sequence += 1
        INTERVIEW.advance(interview, InterviewAct.PLAN, by=by)
    booking.tell(interview, former=former)


def _nobody_elsewhere(interview: Interview, command: PlanInterview) -> None:
    """Refuse an interview that overlaps another led by someone of the same name, when one has no account here (R26)."""
    end = command.starts_at + timedelta(minutes=command.minutes)
    for other in queries.planned_interviews(command.starts_at - LONGEST_INTERVIEW, end):
        began = other.starts_at
        if other.id == interview.id or began is None or began + timedelta(minutes=other.minutes) <= command.starts_at:
            continue
        if command.interviewer_id is not None and other.interviewer_id is not None:
            continue  # two people with accounts: their time itself says so
        if accounts.sort_key(other.interviewer) == accounts.sort_key(command.interviewer):
            ours = other.application.call_id == interview.application.call_id
            whose = f"l’entretien {of(other.application.person.name)}" if ours else "un entretien"  # R88
            raise Refused(f"{command.interviewer} mène déjà {whose} à ce moment-là.", field="hour")


def report_interview(interview: Interview, command: ReportInterview, *, by: Principal) -> None:
    """Record what the interviewer concludes, with its marks; the interview is held."""
    marking.write(interview, queries.criteria(interview.application.call_id, ReadingMoment.INTERVIEW), command.marks)
    interview.recommendation = command.recommendation
    interview.report = command.report
    INTERVIEW.advance(interview, InterviewAct.REPORT, by=by)


def waive_interview(interview: Interview, *, by: Principal, reason: str) -> None:
    """Drop the interview with a reason; a planned one is cancelled in the applicant's calendar (R26)."""
    planned = interview.starts_at is not None
    interview.sequence += 1
    INTERVIEW.advance(interview, InterviewAct.WAIVE, by=by, reason=reason)
    booking.give_back(interview)
    if planned:
        mails.interview_cancelled(interview)
        if interview.interviewer_id is not None:
            mails.interview_not_to_hold(interview, queries.person(interview.interviewer_id))


def transmit(application: Application, *, by: Principal) -> None:
    """Send the file to the school for its decision (R26, R107)."""
    APPLICATION.advance(application, ApplicationAct.TRANSMIT, by=by)


def decide_for_school(
    application: Application,
    command: DecideForSchool,
    *,
    accepted: bool,
    by: Principal,
    kept: StoredFile | None = None,
) -> SchoolDecision:
    """Validate or refuse in the school's name; the carrier transcribes with its proof while it is outside (R27, R96).

    ``kept`` is the proof of a whole list, kept once for all its files. A refused file leaves the reserve, whose ranks close up (R29): the cohort must be locked.
    """
    act = ApplicationAct.VALIDATE if accepted else ApplicationAct.REFUSE
    transcribed = accounts.transcribes(by, application, Part.SCHOOL)
    APPLICATION.check(application, act, by=by, reason=command.reason)
    if transcribed and command.evidence is None and kept is None:
        raise Refused("Joignez le courriel ou le relevé de décision de l’école.", field="evidence")
    _not_to_come(command.decided_on, "decided_on")
    decision = SchoolDecision(
        id=uuid.uuid4(),
        application=application,
        accepted=accepted,
        decided_on=command.decided_on,
        reason=command.reason,
        transcribed=transcribed,
        evidence=kept or _evidence(application, command.evidence if transcribed else None, by=by),
        recorded_by=by.person_id,
    )
    db.session.add(decision)
    school = next(p.organisation_id for p in application.parts if p.part is Part.SCHOOL)
    APPLICATION.advance(
        application,
        act,
        by=by,
        reason=command.reason,
        codes={"decided_on": command.decided_on.isoformat(), "transcribed": transcribed},
        on_behalf_of=school if transcribed else None,
    )
    if not accepted:
        reserve.leave_reserve(application)
    return decision


def _evidence(application: Application, staged: StagedFile | None, *, by: Principal) -> StoredFile | None:
    if staged is None:
        return None
    return files.keep(staged, use=file_use(EVIDENCE), subject=application, by=by)
