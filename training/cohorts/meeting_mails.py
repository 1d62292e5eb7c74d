"""The mails of individual meetings, with their calendar events (R119, R120)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from training.accounts.enums import Part
from training.accounts.models import Person
from training.cohorts.meetings import MeetingSlot
from training.cohorts.meetings_told import event_of
from training.cohorts.models import Enrolment
from training.common import ical
from training.common.ical import Mailbox
from training.common.mail import MailUrgency, Recipient, post
from training.common.policy import Principal

PATH: Final = "/rendez-vous"


def offered(slots: Sequence[MeetingSlot], enrolments: Iterable[Enrolment]) -> None:
    """Tell learners that meetings are offered, with the other messages of their day."""
    for enrolment in enrolments:
        _send(slots[0], "meetings_offered", enrolment.person, MailUrgency.DAILY, first=slots[0].starts_at)


def booked(slot: MeetingSlot) -> None:
    """Confirm a meeting to whoever has just taken it, and invite its trainer."""
    if slot.enrolment is not None:
        learner = slot.enrolment.person
        _send(slot, "meeting_booked", learner, MailUrgency.ASKED, other=slot.trainer)
        _send(slot, "meeting_taken", slot.trainer, MailUrgency.PROMPT, other=learner)


def moved(slot: MeetingSlot, before: str) -> None:
    """Tell whoever holds a meeting its new time or place; the trainer's own calendar follows."""
    if slot.enrolment is not None:
        _send(slot, "meeting_moved", slot.enrolment.person, MailUrgency.PROMPT, other=slot.trainer, before=before)
        _send(slot, "meeting_kept", slot.trainer, MailUrgency.ASKED, other=slot.enrolment.person)


def cancelled(slot: MeetingSlot, words: str, *, by: Principal) -> None:
    """Tell the other side that a meeting is given up; it leaves both calendars."""
    if slot.enrolment is None:
        return
    pair = (slot.trainer, slot.enrolment.person)
    for to, other in (pair, pair[::-1]):
        own = to.id == by.person_id
        message = "meeting_given_up" if own else "meeting_cancelled"
        _send(slot, message, to, MailUrgency.ASKED if own else MailUrgency.PROMPT, other=other, words=words)


def report_shared(slot: MeetingSlot) -> None:
    """Tell a learner that the report of her meeting is shared with her."""
    if slot.enrolment is not None:
        path = f"/parcours/{slot.enrolment_id}#notes"
        _send(slot, "meeting_report", slot.enrolment.person, MailUrgency.DAILY, path=path, other=slot.trainer)


def _send(
    slot: MeetingSlot,
    message: str,
    to: Person,
    urgency: MailUrgency,
    *,
    path: str = PATH,
    other: Person | None = None,
    **context: Any,
) -> None:
    tells_calendar = urgency is not MailUrgency.DAILY
    post(
        f"cohorts/{message}",
        to=Recipient(person_id=to.id, email=to.email, name=to.name),
        context={
            "first_name": to.first_name,
            "cohort": slot.cohort.label,
            "trainer": slot.trainer.name,
            "other": other.name if other is not None else "",
            "starts_at": slot.starts_at,
            "ends_at": slot.ends_at,
            "place": slot.place,
            "link": slot.link,
            "topic": slot.topic,
            "path": path,
            **context,
        },
        about=slot,
        path=path,
        urgency=urgency,
        calendar=_event(slot, to, other) if tells_calendar and other is not None else None,
    )


def _event(slot: MeetingSlot, to: Person, other: Person) -> bytes | None:
    """Return the event for one of the two, or null where the carrier has no address to invite from."""
    carrier = next((part.organisation for part in slot.cohort.parts if part.part is Part.CARRIER), None)
    if carrier is None or not carrier.email:
        return None
    return ical.invitation(
        event_of(slot, other, organizer=Mailbox(carrier.email, carrier.short_name), attendee=Mailbox(to.email, to.name))
    )
