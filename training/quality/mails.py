"""The messages of the evidence: what is to be read, what was filed and answered (R120, R123)."""

from training.accounts.models import Person
from training.accounts.queries import managers_of
from training.cohorts.models import Cohort, Enrolment
from training.common.mail import MailUrgency, Recipient, post
from training.quality.models import Complaint, Handbook, Survey
from training.seminars.rules.attendance import carrier_of


def _to(person: Person) -> Recipient:
    return Recipient(person_id=person.id, email=person.email, name=person.name)


def _reply_to(cohort: Cohort) -> str | None:
    carrier = carrier_of(cohort)
    return carrier.email if carrier is not None else None


def _handbook(message: str, handbook: Handbook, enrolment: Enrolment) -> None:
    path = f"/promotions/{handbook.cohort.code}/livret"
    post(
        message,
        to=_to(enrolment.person),
        context={
            "first_name": enrolment.person.first_name,
            "cohort": handbook.cohort.label,
            "what": handbook.kind.label,
            "changes": handbook.changes,
            "path": path,
        },
        path=path,
        about=handbook,
        reply_to=_reply_to(handbook.cohort),
        urgency=MailUrgency.DAILY,
    )


def handbook_to_read(handbook: Handbook, enrolment: Enrolment) -> None:
    """Something to read before the launch, or a new version of it."""
    _handbook("quality/handbook_to_read", handbook, enrolment)


def handbook_reminder(handbook: Handbook, enrolment: Enrolment) -> None:
    """It is still to be read."""
    _handbook("quality/handbook_reminder", handbook, enrolment)


def _carrier_managers(cohort: Cohort) -> list[Person]:
    carrier = carrier_of(cohort)
    return managers_of([carrier.id]) if carrier is not None else []


def complaint_filed(complaint: Complaint) -> None:
    """Tell those who manage the carrier that something awaits their answer."""
    path = f"/reclamations/{complaint.id}"
    for manager in _carrier_managers(complaint.cohort):
        if manager.id == complaint.filed_by:
            continue
        post(
            "quality/complaint_filed",
            to=_to(manager),
            context={
                "first_name": manager.first_name,
                "cohort": complaint.cohort.label,
                "kind": complaint.kind.label,
                "topic": complaint.topic.label,
                "due_on": complaint.due_on,
                "path": path,
            },
            path=path,
            about=complaint,
            urgency=MailUrgency.DAILY,
        )


def complaint_answered(complaint: Complaint) -> None:
    """Give whoever filed it the answer."""
    path = f"/reclamations/{complaint.id}"
    post(
        "quality/complaint_answered",
        to=_to(complaint.author),
        context={
            "first_name": complaint.author.first_name,
            "cohort": complaint.cohort.label,
            "kind": complaint.kind.label,
            "filed_at": complaint.filed_at,
            "answer": complaint.answer,
            "path": path,
        },
        path=path,
        about=complaint,
        reply_to=_reply_to(complaint.cohort),
        urgency=MailUrgency.PROMPT,
    )


def _survey(message: str, survey: Survey, person: Person, secret: str) -> None:
    path = f"/acces/{secret}"
    post(
        message,
        to=_to(person),
        context={
            "first_name": person.first_name,
            "cohort": survey.cohort.label,
            "title": survey.title,
            "anonymous": survey.anonymous,
            "closes_on": survey.closes_on,
            "path": path,
        },
        path=path,
        about=survey,
        reply_to=_reply_to(survey.cohort),
        urgency=MailUrgency.DAILY,
    )


def survey_opened(survey: Survey, person: Person, secret: str) -> None:
    """Ask someone to answer, by her own link."""
    _survey("quality/survey_opened", survey, person, secret)


def survey_reminder(survey: Survey, person: Person, secret: str) -> None:
    """Ask her again, twice at most."""
    _survey("quality/survey_reminder", survey, person, secret)
