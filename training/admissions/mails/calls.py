"""What people are told when the call they answer changes, or when their file is brought into the tool."""

from training.admissions.mails.sending import send
from training.admissions.models import Application
from training.common.mail import MailUrgency as Urgency


def call_changed(application: Application, sentences: list[str], *, prompt: bool) -> None:
    """The call changed after she began: what changes for her file; at once when it is the closing that moves."""
    send(application, "call_changed", Urgency.PROMPT if prompt else Urgency.DAILY, changes=sentences)


def brought_in(application: Application) -> None:
    """Her application, received before the tool or by mail, is now followed here: what is kept of her, and where (R87)."""
    send(application, "brought_in", Urgency.DAILY, submitted_at=application.submitted_at)
