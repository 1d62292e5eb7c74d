"""What a person is told when staff fill in her file."""

from training.admissions.mails.sending import send
from training.admissions.models import Application
from training.common.mail import MailUrgency as Urgency


def entered_for_you(application: Application) -> None:
    """Her file is being filled in from what she sent; she may take it over."""
    send(application, "entered_for_you", Urgency.PROMPT, email=application.person.email)
