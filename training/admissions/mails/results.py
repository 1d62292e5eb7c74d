"""Results, offers, seats (R29, R30, R105)."""

from training.admissions.enums import ApplicationStatus
from training.admissions.mails.sending import send
from training.admissions.models import Application, Offer
from training.admissions.queries.applicant import decision_reason
from training.common.mail import MailUrgency as Urgency


def result(application: Application) -> None:
    """The published result: selected, on the reserve with her rank, or not, with a short reason (R30)."""
    kept = {ApplicationStatus.SHORTLISTED, ApplicationStatus.VALIDATED}
    message = "result_refused"
    if application.status is ApplicationStatus.WAITING or (application.status in kept and application.rank):
        message = "result_reserve"
    elif application.status in kept:
        message = "result_selected"
    send(
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
    send(application, "seat_offered", Urgency.PROMPT, expires_at=offer.expires_at)


def seat_confirmed(application: Application) -> None:
    """The seat is hers; what comes next."""
    send(application, "seat_confirmed", Urgency.ASKED, launch_on=application.call.cohort.launch_on)


def seat_declined(application: Application) -> None:
    """She declined; noted."""
    send(application, "seat_declined", Urgency.ASKED)


def offer_lapsed(application: Application) -> None:
    """Nobody answered in time."""
    send(application, "offer_lapsed", Urgency.PROMPT)


def reinstated(application: Application, reason: str) -> None:
    """She is back, at the end of the reserve."""
    send(application, "reinstated", Urgency.PROMPT, rank=application.rank, reason=reason)


def enrolled(application: Application) -> None:
    """Welcome: her place in the cohort, her path and her calendar."""
    send(
        application,
        "enrolled",
        Urgency.PROMPT,
        cohort=application.call.cohort.label,
        launch_on=application.call.cohort.launch_on,
        first_seminar_on=application.call.cohort.first_seminar_on,
    )
