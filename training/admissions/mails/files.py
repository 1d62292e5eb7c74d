"""What a person is told of her file, from its submission to its admissibility (R16, R22)."""

from datetime import datetime

from training.admissions import rules
from training.admissions.mails.sending import send
from training.admissions.models import Application, ApplicationVersion
from training.common import clock
from training.common.mail import MailUrgency as Urgency


def submission_receipt(application: Application, version: ApplicationVersion) -> None:
    """The file is submitted: number, instant, pieces, link to the receipt (R22)."""
    send(
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
    send(application, "taken_back", Urgency.ASKED, closes_at=application.call.closes_at)


def correction_asked(application: Application) -> None:
    """What to correct, piece by piece, and until when."""
    current = [rules.current_piece(application, requirement) for requirement in rules.expected_pieces(application)]
    send(
        application,
        "correction_asked",
        Urgency.PROMPT,
        words=application.correction_message,
        due_on=application.correction_due_on,
        pieces=[(p.requirement.label, p.reason, p.replace_by) for p in current if p is not None and p.reason],
    )


def admissible(application: Application) -> None:
    """The file is admissible and goes before the committee."""
    send(application, "admissible", Urgency.DAILY)


def inadmissible(application: Application, reason: str) -> None:
    """The file is inadmissible, and why."""
    send(application, "inadmissible", Urgency.PROMPT, reason=reason)


def reopened(application: Application, reason: str) -> None:
    """What the applicant had been told is being looked at again."""
    send(application, "reopened", Urgency.PROMPT, reason=reason)


def extension_granted(application: Application, until: datetime) -> None:
    """A late right is given."""
    send(application, "extension_granted", Urgency.PROMPT, until=until)


def closing_soon(application: Application, days: int) -> None:
    """A draft is not submitted and the call closes soon (R16)."""
    lacks = [item.label for item in rules.missing(application, clock.today())]
    send(application, "closing_soon", Urgency.PROMPT, days=days, missing=lacks, closes_at=application.call.closes_at)


def not_submitted(application: Application) -> None:
    """The call closed on a draft that was never submitted."""
    send(application, "not_submitted", Urgency.PROMPT)


def restored(application: Application) -> None:
    """The call closed on a file taken back: its last submission stands (R108)."""
    send(application, "restored", Urgency.PROMPT, submitted_at=application.submitted_at)


def preselected(application: Application) -> None:
    """Preselected on file: hold the launch date, under reserve of the committee (R105)."""
    send(application, "preselected", Urgency.PROMPT, launch_on=application.call.cohort.launch_on)


def withdrawn(application: Application) -> None:
    """Her withdrawal is noted."""
    send(application, "withdrawn", Urgency.ASKED)


def derogation_granted(application: Application) -> None:
    """The derogation is granted; the proof of the recruitment is awaited by a day (R7)."""
    decided = application.derogation
    send(application, "derogation_granted", Urgency.PROMPT, due_on=decided.due_on if decided else None)


def derogation_refused(application: Application) -> None:
    """The derogation is refused, and why."""
    decided = application.derogation
    send(application, "derogation_refused", Urgency.PROMPT, reason=decided.reason if decided else "")


def derogation_due(application: Application) -> None:
    """The training is launched and the proof of the recruitment has not come."""
    decided = application.derogation
    send(application, "derogation_due", Urgency.PROMPT, due_on=decided.due_on if decided else None)
