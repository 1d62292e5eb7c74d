"""The mails of attendance: personal links, that only the person they are sent to can use (R100, R115)."""

from training.accounts.models import Person
from training.cohorts.models import Cohort
from training.common.mail import MailUrgency, Recipient, post
from training.seminars.models import AttendanceSheet, HalfDay, Seminar
from training.seminars.rules.attendance import carrier_of


def _to(person: Person) -> Recipient:
    return Recipient(person_id=person.id, email=person.email, name=person.name)


def _reply_to(cohort: Cohort) -> str | None:
    carrier = carrier_of(cohort)
    return carrier.email if carrier is not None else None


def countersign_link(sheet: AttendanceSheet, half_day: HalfDay, person: Person, secret: str) -> None:
    """Ask someone who taught a half-day to countersign its sheet."""
    post(
        "seminars/countersign_link",
        to=_to(person),
        context={
            "first_name": person.first_name,
            "seminar": half_day.seminar.title,
            "cohort": half_day.cohort.label,
            "starts_at": half_day.starts_at,
            "ends_at": half_day.ends_at,
            "path": f"/acces/{secret}",
        },
        path=f"/acces/{secret}",
        about=sheet,
        reply_to=_reply_to(half_day.cohort),
        urgency=MailUrgency.ASKED,
    )


def sign_link(seminar: Seminar, person: Person, secret: str) -> None:
    """Give a learner the link that knows her at the door of a seminar, without a password."""
    first, last = seminar.half_days[0], seminar.half_days[-1]
    post(
        "seminars/sign_link",
        to=_to(person),
        context={
            "first_name": person.first_name,
            "seminar": seminar.title,
            "cohort": seminar.cohort.label,
            "starts_at": first.starts_at,
            "ends_at": last.ends_at,
            "path": f"/acces/{secret}",
        },
        path=f"/acces/{secret}",
        about=seminar,
        reply_to=_reply_to(seminar.cohort),
        urgency=MailUrgency.PROMPT,
    )
