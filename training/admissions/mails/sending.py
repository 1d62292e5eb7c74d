"""How every message of admissions leaves: to whom, in whose name, with which link."""

from collections.abc import Mapping
from typing import Any

from training.admissions.models import Application
from training.common.mail import MailUrgency as Urgency
from training.common.mail import Recipient, post, templates


def send(
    application: Application, message: str, urgency: Urgency, *, calendar: bytes | None = None, **more: Any
) -> None:
    """Post one message to the applicant, about her file, answering to the carrier; ``more`` is its own context."""
    person, call = application.person, application.call
    post(
        f"admissions/{message}",
        to=Recipient(person_id=person.id, email=person.email, name=person.name),
        context=context_of(application, more),
        path=f"/candidatures/{application.id}",
        about=application,
        reply_to=call.contact_email or call.carrier.email,
        urgency=urgency,
        calendar=calendar,
    )


def context_of(application: Application, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message about this file reads, beside its recipient."""
    call = application.call
    return {
        "first_name": application.person.first_name,
        "call_title": call.title,
        "carrier": call.carrier.short_name,
        "reference": application.reference,
        "path": f"/candidatures/{application.id}",
        **more,
    }


def preview(application: Application, message: str, more: Mapping[str, Any]) -> tuple[str, str]:
    """Return the subject and the text this message would have, without posting it."""
    person = application.person
    recipient = Recipient(person_id=person.id, email=person.email, name=person.name)
    subject, text, _html = templates().render(
        f"admissions/{message}", {"recipient": recipient, **context_of(application, more)}
    )
    return subject, text
