"""How every message of admissions leaves: to whom, in whose name, with which link."""

from typing import Any

from training.admissions.models import Application
from training.common.mail import MailUrgency as Urgency
from training.common.mail import Recipient, post


def send(
    application: Application, message: str, urgency: Urgency, *, calendar: bytes | None = None, **more: Any
) -> None:
    """Post one message to the applicant, about her file, answering to the carrier; ``more`` is its own context."""
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
