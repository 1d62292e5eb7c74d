"""Results, offers, seats (R29, R30, R105)."""

from collections.abc import Sequence
from typing import Any

from training.admissions.enums import ApplicationStatus
from training.admissions.mails.sending import send
from training.admissions.models import Application, Offer
from training.admissions.queries.applicant import decision_reasons
from training.cohorts.queries.registration import given
from training.common.mail import MailUrgency as Urgency
from training.common.mail import together


def result(application: Application) -> None:
    """The published result: selected, on the reserve with her rank, or not, with a short reason (R30)."""
    results([application])


def results(applications: Sequence[Application]) -> None:
    """The published results of many, put in the outbox together."""
    reasons = decision_reasons(applications)
    with together():
        for application in applications:
            message, context = result_of(application, reasons.get(application.id))
            send(application, message, Urgency.PROMPT, **context)


def result_of(application: Application, reason: str | None) -> tuple[str, dict[str, Any]]:
    """Return which message tells this result, and what it says: also for its preview before publication."""
    kept = {ApplicationStatus.SHORTLISTED, ApplicationStatus.VALIDATED}
    message = "result_refused"
    if application.status is ApplicationStatus.WAITING or (application.status in kept and application.rank):
        message = "result_reserve"
    elif application.status in kept:
        message = "result_selected"
    cohort = application.call.cohort
    return message, {
        "rank": application.rank,
        "reason": reason,
        "launch_on": cohort.launch_on,
        "first_seminar_on": cohort.first_seminar_on,
    }


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
    """Welcome: her place in the cohort, her path and her calendar, and what she still has to give."""
    cohort = application.call.cohort
    done = given(cohort.id, application.person_id)
    asked = [("votre état civil, pour le diplôme", done.civil)]
    if cohort.launch_on is not None:
        asked.append(("qui vient avec vous au lancement", done.team is not None))
    send(
        application,
        "enrolled",
        Urgency.PROMPT,
        cohort=application.call.cohort.label,
        to_give=[words for words, done in asked if not done],
        launch_on=application.call.cohort.launch_on,
        first_seminar_on=application.call.cohort.first_seminar_on,
    )
