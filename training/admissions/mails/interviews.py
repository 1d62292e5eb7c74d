"""Interviews, with their calendar events (R26)."""

from datetime import timedelta

from training.admissions.mails.sending import send
from training.admissions.models import Interview
from training.common import clock, ical
from training.common.ical import CalendarEvent, Mailbox
from training.common.mail import MailUrgency as Urgency


def interview_planned(interview: Interview) -> None:
    """The interview is fixed or moved, with its calendar event."""
    _interview(interview, "interview_planned", cancelled=False)


def interview_cancelled(interview: Interview) -> None:
    """The interview is dropped, and leaves the calendar."""
    _interview(interview, "interview_cancelled", cancelled=True)


def _interview(interview: Interview, message: str, *, cancelled: bool) -> None:
    application = interview.application
    if interview.starts_at is None:
        return
    carrier = application.call.carrier
    address = application.call.contact_email or carrier.email
    event = CalendarEvent(
        uid=f"entretien-{interview.id}@tesselle",
        start=interview.starts_at,
        end=interview.starts_at + timedelta(minutes=interview.minutes),
        summary=f"Entretien – {application.call.title}",
        location=interview.link or "",
        sequence=interview.sequence,
        created=interview.asked_at,
        last_modified=clock.now(),
        cancelled=cancelled,
        organizer=Mailbox(address, carrier.short_name) if address else None,
        attendees=(Mailbox(application.person.email, application.person.name),),
    )
    send(
        application,
        message,
        Urgency.PROMPT,
        calendar=ical.invitation(event) if address else None,
        starts_at=interview.starts_at,
        minutes=interview.minutes,
        link=interview.link,
        interviewer=interview.interviewer,
    )
