"""What partners are told by mail."""

from datetime import date, datetime

from training.accounts.models import Person
from training.common.mail import MailUrgency, Recipient, post
from training.cooperation.models import Action, Assessment, PartnerInvitation, Partnership


def invitation(offered: PartnerInvitation, secret: str, *, by_name: str, expires_at: datetime) -> None:
    """A place in a partnership, with the link that takes it up (R100)."""
    post(
        "cooperation/invitation",
        to=offered.email,
        context={
            "inviter": by_name,
            "partnership": offered.partnership.name,
            "body": offered.body.name if offered.body else "",
            "path": f"/acces/{secret}",
            "expires_at": expires_at,
        },
        about=offered.partnership,
        urgency=MailUrgency.ASKED,
    )


def _to(person: Person) -> Recipient:
    return Recipient(person_id=person.id, email=person.email, name=person.name)


def review_due(person: Person, partnership: Partnership, *, actions: int) -> None:
    """The quarterly review of the actions is due (R81)."""
    path = f"/cooperation/{partnership.id}/revue"
    post(
        "cooperation/review_due",
        to=_to(person),
        context={"first_name": person.first_name, "partnership": partnership.name, "actions": actions, "path": path},
        path=path,
        about=partnership,
        urgency=MailUrgency.DAILY,
    )


def assessment_due(person: Person, partnership: Partnership, *, since: date) -> None:
    """The time of a new assessment has come (R81)."""
    path = f"/cooperation/{partnership.id}/auto-evaluation"
    post(
        "cooperation/assessment_due",
        to=_to(person),
        context={"first_name": person.first_name, "partnership": partnership.name, "since": since, "path": path},
        path=path,
        about=partnership,
        urgency=MailUrgency.DAILY,
    )


def assessment_proposed(person: Person, assessment: Assessment, *, learner: str) -> None:
    """A learner among the partners has handed an assessment in as a document of her training (R132)."""
    path = f"/cooperation/auto-evaluations/{assessment.id}"
    post(
        "cooperation/assessment_proposed",
        to=_to(person),
        context={
            "first_name": person.first_name,
            "learner": learner,
            "partnership": assessment.partnership.name,
            "held_on": assessment.held_on,
            "path": path,
        },
        path=path,
        about=assessment.partnership,
        urgency=MailUrgency.DAILY,
    )


def action_due(person: Person, action: Action) -> None:
    """An action comes to its date (R81)."""
    path = f"/cooperation/{action.partnership_id}/actions/{action.id}"
    post(
        "cooperation/action_due",
        to=_to(person),
        context={
            "first_name": person.first_name,
            "partnership": action.partnership.name,
            "title": action.title,
            "due_on": action.due_on,
            "path": path,
        },
        path=path,
        about=action.partnership,
        urgency=MailUrgency.DAILY,
    )
