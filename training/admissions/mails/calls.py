"""What people are told when the call they answer changes."""

from training.admissions.mails.sending import send
from training.admissions.models import Application
from training.common.mail import MailUrgency as Urgency


def call_changed(application: Application, sentences: list[str], *, prompt: bool) -> None:
    """The call changed after she began: what changes for her file; at once when it is the closing that moves."""
    send(application, "call_changed", Urgency.PROMPT if prompt else Urgency.DAILY, changes=sentences)
