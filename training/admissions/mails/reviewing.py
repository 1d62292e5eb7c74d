"""What reviewers are told: files given to them, files that wait (R16, R120)."""

from training.accounts.models import Person
from training.admissions.models import Call
from training.common.mail import MailUrgency, Recipient, post


def files_to_read(call: Call, reviewer: Person, count: int) -> None:
    """So many files are hers to read."""
    _send("files_to_read", call, reviewer, count)


def files_still_to_read(call: Call, reviewer: Person, count: int) -> None:
    """So many files still wait for her opinion."""
    _send("files_still_to_read", call, reviewer, count)


def _send(message: str, call: Call, reviewer: Person, count: int) -> None:
    path = f"/appels/{call.code}/avis"
    post(
        f"admissions/{message}",
        to=Recipient(person_id=reviewer.id, email=reviewer.email, name=reviewer.name),
        context={
            "first_name": reviewer.first_name,
            "call_title": call.title,
            "carrier": call.carrier.short_name,
            "count": count,
            "path": path,
        },
        path=path,
        about=call,
        reply_to=call.contact_email or call.carrier.email,
        urgency=MailUrgency.DAILY,
    )
