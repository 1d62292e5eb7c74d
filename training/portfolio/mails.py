"""The messages of the portfolio: to a learner’s readers when she hands in, to her when they answer (R120)."""

from training.accounts.models import Person
from training.common.mail import MailUrgency, Recipient, post
from training.portfolio.enums import Decision
from training.portfolio.models import Review, Tracer, TracerVersion
from training.portfolio.queries.readers import readers_of


def _recipient(person: Person) -> Recipient:
    return Recipient(person_id=person.id, email=person.email, name=person.name)


def _post(tracer: Tracer, message: str, to: Person, urgency: MailUrgency, **more: object) -> None:
    path = f"/documents-traceurs/{tracer.id}"
    post(
        f"portfolio/{message}",
        to=_recipient(to),
        context={
            "first_name": to.first_name,
            "label": tracer.type.label,
            "cohort": tracer.enrolment.cohort.label,
            "path": path,
            **more,
        },
        path=path,
        about=tracer,
        urgency=urgency,
    )


def version_deposited(tracer: Tracer, version: TracerVersion) -> None:
    """A version waits for its readers: with the other messages of their day."""
    for reader in readers_of(tracer.enrolment):
        _post(
            tracer,
            "version_deposited",
            reader,
            MailUrgency.DAILY,
            learner=tracer.enrolment.person.name,
            number=version.number,
        )


def version_decided(tracer: Tracer, version: TracerVersion, review: Review) -> None:
    """Her version is accepted, or to be revised: the second asks for something, so it leaves at once."""
    accepted = review.decision is Decision.ACCEPTED
    _post(
        tracer,
        "version_accepted" if accepted else "version_returned",
        tracer.enrolment.person,
        MailUrgency.DAILY if accepted else MailUrgency.PROMPT,
        reviewer=review.reviewer.name,
        number=version.number,
    )


def version_set_aside(tracer: Tracer, version: TracerVersion, reason: str) -> None:
    """Her version is hidden: why, and what is asked of her (R54)."""
    _post(
        tracer, "version_set_aside", tracer.enrolment.person, MailUrgency.PROMPT, number=version.number, reason=reason
    )
