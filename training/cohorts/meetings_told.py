"""Individual meetings as calendars show them (R119). Pure."""

from training.accounts.models import Person
from training.cohorts.meetings import MeetingSlot, MeetingStatus
from training.common.ical import CalendarEvent, Mailbox


def event_of(
    slot: MeetingSlot, other: Person, *, organizer: Mailbox | None = None, attendee: Mailbox | None = None
) -> CalendarEvent:
    """Return a meeting as the calendar of one of the two shows it: with whom, where."""
    return CalendarEvent(
        uid=slot.uid,
        start=slot.starts_at,
        end=slot.ends_at,
        summary=f"Rendez-vous avec {other.name}",
        location=slot.where,
        description=slot.topic,
        sequence=slot.sequence,
        created=slot.created_at,
        last_modified=slot.changed_at,
        cancelled=slot.status is MeetingStatus.CANCELLED,
        organizer=organizer,
        attendees=(attendee,) if attendee is not None else (),
    )
