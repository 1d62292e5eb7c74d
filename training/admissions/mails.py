"""The messages of admissions: one function per message, typed, into the outbox (R16, R30, R105)."""

from datetime import datetime, timedelta
from typing import Any

from training.admissions import rules
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, ApplicationVersion, Interview, Offer
from training.admissions.queries.applicant import decision_reason
from training.common import clock, ical
from training.common.ical import CalendarEvent, Mailbox
from training.common.mail import MailUrgency as Urgency
from training.common.mail import Recipient, post


def _send(
    application: Application, message: str, urgency: Urgency, *, calendar: bytes | None = None, **more: Any
) -> None:
    person, call = application.person, application.call
    post(
        f"admissions/{message}",
        to=Recipient(person_id=person.id, email=person.email, name=person.name),
        context={
            "first_name": person.first_name,
            "call_title": call.title,
            "carrier": call.carrier.short_name,
            "reference": application.reference,
            "path": f"/candidatures/{application.id}",
            **more,
        },
        path=f"/candidatures/{application.id}",
        about=application,
        reply_to=call.contact_email or call.carrier.email,
        urgency=urgency,
        calendar=calendar,
    )


def submission_receipt(application: Application, version: ApplicationVersion) -> None:
    """The file is submitted: number, instant, pieces, link to the receipt (R22)."""
    _send(
        application,
        "submission_receipt",
        Urgency.ASKED,
        submitted_at=version.submitted_at,
        pieces=[piece["label"] for piece in version.content["pieces"]],
        closes_at=application.call.closes_at,
        version=version.number,
    )


def taken_back(application: Application) -> None:
    """The file is in the applicant's hands again: to be sent before the closing (R108)."""
    _send(application, "taken_back", Urgency.ASKED, closes_at=application.call.closes_at)


def correction_asked(application: Application) -> None:
    """What to correct, piece by piece, and until when."""
    current = [rules.current_piece(application, requirement) for requirement in rules.expected_pieces(application)]
    _send(
        application,
        "correction_asked",
        Urgency.PROMPT,
        words=application.correction_message,
        due_on=application.correction_due_on,
        pieces=[(p.requirement.label, p.reason) for p in current if p is not None and p.reason],
    )


def admissible(application: Application) -> None:
    """The file is admissible and goes before the committee."""
    _send(application, "admissible", Urgency.DAILY)


def inadmissible(application: Application, reason: str) -> None:
    """The file is inadmissible, and why."""
    _send(application, "inadmissible", Urgency.PROMPT, reason=reason)


def reopened(application: Application, reason: str) -> None:
    """What the applicant had been told is being looked at again."""
    _send(application, "reopened", Urgency.PROMPT, reason=reason)


def extension_granted(application: Application, until: datetime) -> None:
    """A late right is given."""
    _send(application, "extension_granted", Urgency.PROMPT, until=until)


def closing_soon(application: Application, days: int) -> None:
    """A draft is not submitted and the call closes soon (R16)."""
    lacks = [item.label for item in rules.missing(application, clock.today())]
    _send(application, "closing_soon", Urgency.PROMPT, days=days, missing=lacks, closes_at=application.call.closes_at)


def not_submitted(application: Application) -> None:
    """The call closed on a draft that was never submitted."""
    _send(application, "not_submitted", Urgency.PROMPT)


def restored(application: Application) -> None:
    """The call closed on a file taken back: its last submission stands (R108)."""
    _send(application, "restored", Urgency.PROMPT, submitted_at=application.submitted_at)


def preselected(application: Application) -> None:
    """Preselected on file: hold the launch date, under reserve of the committee (R105)."""
    _send(application, "preselected", Urgency.PROMPT, launch_on=application.call.cohort.launch_on)


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
    _send(
        application,
        message,
        Urgency.PROMPT,
        calendar=ical.invitation(event) if address else None,
        starts_at=interview.starts_at,
        minutes=interview.minutes,
        link=interview.link,
        interviewer=interview.interviewer,
    )


def result(application: Application) -> None:
    """The published result: selected, on the reserve with her rank, or not, with a short reason (R30)."""
    kept = {ApplicationStatus.SHORTLISTED, ApplicationStatus.VALIDATED}
    message = "result_refused"
    if application.status is ApplicationStatus.WAITING or (application.status in kept and application.rank):
        message = "result_reserve"
    elif application.status in kept:
        message = "result_selected"
    _send(
        application,
        message,
        Urgency.PROMPT,
        rank=application.rank,
        reason=decision_reason(application),
        launch_on=application.call.cohort.launch_on,
        first_seminar_on=application.call.cohort.first_seminar_on,
    )


def seat_offered(application: Application, offer: Offer) -> None:
    """A seat is offered, to be confirmed before it lapses."""
    _send(application, "seat_offered", Urgency.PROMPT, expires_at=offer.expires_at)


def seat_confirmed(application: Application) -> None:
    """The seat is hers; what comes next."""
    _send(application, "seat_confirmed", Urgency.ASKED, launch_on=application.call.cohort.launch_on)


def seat_declined(application: Application) -> None:
    """She declined; noted."""
    _send(application, "seat_declined", Urgency.ASKED)


def offer_lapsed(application: Application) -> None:
    """Nobody answered in time."""
    _send(application, "offer_lapsed", Urgency.PROMPT)


def reinstated(application: Application, reason: str) -> None:
    """She is back, at the end of the reserve."""
    _send(application, "reinstated", Urgency.PROMPT, rank=application.rank, reason=reason)


def enrolled(application: Application) -> None:
    """Welcome: her place in the cohort, her path and her calendar."""
    _send(
        application,
        "enrolled",
        Urgency.PROMPT,
        cohort=application.call.cohort.label,
        launch_on=application.call.cohort.launch_on,
        first_seminar_on=application.call.cohort.first_seminar_on,
    )


def withdrawn(application: Application) -> None:
    """Her withdrawal is noted."""
    _send(application, "withdrawn", Urgency.ASKED)
