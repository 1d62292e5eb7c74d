"""The mails of the seminars: personal links (R100, R115), changes of the calendar and invitations (R37, R120)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from training.accounts.models import Person
from training.cohorts.models import Cohort
from training.common import clock, ical
from training.common.ical import CalendarEvent, Mailbox
from training.common.mail import MailUrgency, Recipient, post, templates, withdraw
from training.seminars.enums import ChangeKind
from training.seminars.ical import event_of, location_of
from training.seminars.models import AttendanceSheet, HalfDay, Seminar
from training.seminars.rules.attendance import carrier_of
from training.seminars.rules.changes import Known, counted, moved
from training.seminars.rules.convocations import Difference


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


# --- the calendar ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What one person learns of one half-day: what she knew, what is planned now."""

    kind: ChangeKind
    seminar: str
    before: Known | None
    after: Known
    near: bool

    @property
    def is_moved(self) -> bool:
        """Whether the half-day is at another time or place."""
        return self.before is not None and moved(self.before, self.after)

    @property
    def teaches_otherwise(self) -> bool:
        """Whether something else is taught."""
        return self.before is not None and self.before.modules != self.after.modules


def schedule_changed(cohort: Cohort, person: Person, lines: Sequence[ChangeLine], *, at_once: bool) -> None:
    """Tell a person what has changed in her half-days, before and after, in one message."""
    carrier = carrier_of(cohort)
    post(
        "seminars/schedule_changed",
        to=_to(person),
        context={
            "first_name": person.first_name,
            "cohort": cohort.label,
            "carrier": carrier.short_name if carrier is not None else "l’équipe",
            "lines": lines,
            "counted": counted([line.kind for line in lines]),
            "path": "/calendrier",
        },
        path="/calendrier",
        about=cohort,
        reply_to=_reply_to(cohort),
        urgency=MailUrgency.PROMPT if at_once else MailUrgency.DAILY,
    )


def half_day_invitation(
    half_day: HalfDay, person: Person, *, before: Known | None, summary: str, sequence: int
) -> None:
    """Invite a person to a confirmed half-day, or tell her what is planned now in place of what she knew.

    ``summary``: how her calendar called it.
    """
    message = "half_day_moved" if before is not None else "half_day_invitation"
    _invite(message, half_day, person, sequence, before, summary=summary)


def half_day_withdrawn(half_day: HalfDay, person: Person, *, said: Known, sequence: int) -> None:
    """Take a half-day out of a person’s calendar: it is cancelled, or she is no longer invited by mail."""
    _invite("half_day_cancelled", half_day, person, sequence, said, cancelled=True)


def _invite(
    message: str,
    half_day: HalfDay,
    person: Person,
    sequence: int,
    before: Known | None,
    *,
    summary: str = "",
    cancelled: bool = False,
) -> None:
    cohort = half_day.cohort
    carrier = carrier_of(cohort)
    if carrier is None or not carrier.email:
        return
    path = "/calendrier" if cancelled else f"/seminaires/{half_day.seminar_id}"
    event = replace(
        _event_for(half_day, person, Mailbox(carrier.email, carrier.short_name), sequence), cancelled=cancelled
    )
    if cancelled and before is not None:
        event = replace(event, start=before.starts_at, end=before.ends_at, location=before.place)
    place = location_of(half_day)
    post(
        f"seminars/{message}",
        to=_to(person),
        context={
            "first_name": person.first_name,
            "seminar": half_day.seminar.title,
            "cohort": cohort.label,
            "carrier": carrier.short_name,
            "before": before,
            "starts_at": half_day.starts_at,
            "ends_at": half_day.ends_at,
            "place": place,
            "off": half_day.is_off,
            "changed": before is not None and moved(before, Known(half_day.starts_at, half_day.ends_at, place)),
            "summary_before": summary,
            "summary": event.summary,
            "path": path,
        },
        path=path,
        about=half_day.seminar,
        reply_to=carrier.email,
        urgency=MailUrgency.PROMPT,
        calendar=ical.invitation(event),
    )


def _event_for(half_day: HalfDay, person: Person, organizer: Mailbox, sequence: int) -> CalendarEvent:
    """Return a half-day as one person’s calendar is told of it: nobody is asked to answer."""
    return replace(
        event_of(half_day, public_url=templates().public_url),
        sequence=sequence,
        last_modified=clock.now(),
        organizer=organizer,
        attendees=(Mailbox(person.email, person.name),),
        asks_reply=False,
    )


def convocation(
    seminar: Seminar,
    person: Person,
    facts: Mapping[str, Any],
    answer: str,
    sign: str | None,
    *,
    changed: bool,
    differences: Sequence[Difference],
    documents: bool,
) -> None:
    """Convene someone to a seminar, or tell her what her convocation says now; her links are hers alone (R118)."""
    path = f"/acces/{answer}"
    post(
        "seminars/convocation",
        to=_to(person),
        context={
            "first_name": person.first_name,
            "facts": facts,
            "starts_at": min(half_day.starts_at for half_day in seminar.half_days),
            "path": path,
            "sign_path": f"/acces/{sign}" if sign else None,
            "seminar_path": f"/seminaires/{seminar.id}",
            "changed": changed,
            "differences": differences,
            "documents": documents,
        },
        path=path,
        about=seminar,
        topic=_convocation_to(seminar),
        reply_to=_reply_to(seminar.cohort),
        urgency=MailUrgency.PROMPT,
    )


def withdraw_convocations(seminar: Seminar, person: Person | None = None) -> Sequence[uuid.UUID]:
    """Drop the convocations that have not left, one person’s or all; return whose they were (R120)."""
    waiting = withdraw(_convocation_to(seminar), to=_to(person) if person is not None else None)
    return [mail.to_person_id for mail in waiting if mail.to_person_id is not None]


def _convocation_to(seminar: Seminar) -> str:
    """Return what a convocation tells: of two that wait for one person, the last alone leaves."""
    return f"convocation:{seminar.id.hex}"
