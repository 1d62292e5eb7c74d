"""Interviews, with their calendar events (R26)."""

from datetime import timedelta

from training.accounts.models import Person
from training.admissions.mails.sending import send
from training.admissions.models import Interview
from training.common import clock, ical
from training.common.ical import CalendarEvent, Mailbox
from training.common.mail import MailUrgency as Urgency
from training.common.mail import Recipient, post


def interview_to_choose(interview: Interview) -> None:
    """An interview is asked for: she chooses its time among the free slots."""
    application = interview.application
    path = f"/candidatures/{application.id}/entretien"
    send(application, "interview_to_choose", Urgency.PROMPT, choice=path)


def interview_planned(interview: Interview) -> None:
    """The interview is fixed or moved, with its calendar event."""
    _to_applicant(interview, "interview_planned", cancelled=False)


def interview_cancelled(interview: Interview) -> None:
    """The interview is dropped, and leaves the calendar."""
    _to_applicant(interview, "interview_cancelled", cancelled=True)


def interview_to_hold(interview: Interview, interviewer: Person) -> None:
    """The interview is hers to lead: fixed or moved, with its calendar event."""
    _to_interviewer(interview, interviewer, "interview_to_hold", cancelled=False)


def interview_not_to_hold(interview: Interview, interviewer: Person) -> None:
    """The interview is no longer hers to lead, and leaves her calendar."""
    _to_interviewer(interview, interviewer, "interview_not_to_hold", cancelled=True)


def _to_applicant(interview: Interview, message: str, *, cancelled: bool) -> None:
    if interview.starts_at is None:
        return
    person = interview.application.person
    send(
        interview.application,
        message,
        Urgency.PROMPT,
        calendar=_invitation(interview, person, cancelled=cancelled),
        starts_at=interview.starts_at,
        minutes=interview.minutes,
        link=interview.link,
        interviewer=interview.interviewer,
    )


def _to_interviewer(interview: Interview, interviewer: Person, message: str, *, cancelled: bool) -> None:
    if interview.starts_at is None:
        return
    call, path = interview.application.call, f"/entretiens/{interview.id}"
    post(
        f"admissions/{message}",
        to=Recipient(person_id=interviewer.id, email=interviewer.email, name=interviewer.name),
        context={
            "first_name": interviewer.first_name,
            "call_title": call.title,
            "carrier": call.carrier.short_name,
            "applicant": interview.application.person.name,
            "starts_at": interview.starts_at,
            "minutes": interview.minutes,
            "link": interview.link,
            "path": path,
        },
        path=path,
        about=interview,
        reply_to=call.contact_email or call.carrier.email,
        urgency=Urgency.PROMPT,
        calendar=_invitation(interview, interviewer, cancelled=cancelled),
    )


def _invitation(interview: Interview, guest: Person, *, cancelled: bool) -> bytes | None:
    """Return the event for one guest, or null for a carrier without an address: its UID never changes, its sequence grows."""
    call = interview.application.call
    address = call.contact_email or call.carrier.email
    if interview.starts_at is None or not address:
        return None
    event = CalendarEvent(
        uid=f"entretien-{interview.id}@tesselle",
        start=interview.starts_at,
        end=interview.starts_at + timedelta(minutes=interview.minutes),
        summary=f"Entretien – {call.title}",
        location=interview.link or "",
        sequence=interview.sequence,
        created=interview.asked_at,
        last_modified=clock.now(),
        cancelled=cancelled,
        organizer=Mailbox(address, call.carrier.short_name),
        attendees=(Mailbox(guest.email, guest.name),),
    )
    return ical.invitation(event)
