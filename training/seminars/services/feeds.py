"""Calendars people subscribe to: made, shown again, renewed, ended, delivered (R37)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from training.cohorts.meetings_told import event_of
from training.cohorts.models import Cohort
from training.cohorts.queries.meetings import in_calendar_of
from training.common import clock, ical, sealing
from training.common.access import FEED_NOTE_EVERY, apart, note
from training.common.errors import NotFound
from training.common.ical import CalendarEvent
from training.common.policy import NOBODY, Principal
from training.database import db
from training.extensions import settings
from training.seminars import queries
from training.seminars.enums import ALARMS, USUAL_ALARMS, Alarm
from training.seminars.ical import calendar_of
from training.seminars.models import CalendarFeed, FeedBody
from training.seminars.queries import FeedFacts, FoundFeed
from training.seminars.rules import CalendarScope
from training.seminars.services.invitations import forget_choice, is_invited, look_again

PERSONAL_NAME: Final = "Mes séminaires (Tesselle)"


def _keys() -> list[str]:
    house = settings()
    return [house.secret_key, *house.secret_key_fallbacks]


def secret_of(feed: CalendarFeed) -> str | None:
    """Return the secret of a feed, to show its address again; null if the house’s key has been lost."""
    return sealing.unseal(feed.sealed_secret, _keys())


def create_feed(
    *, person_id: uuid.UUID | None = None, cohort: Cohort | None = None, alarms: Iterable[Alarm] = USUAL_ALARMS
) -> CalendarFeed:
    """Return the live feed of a person or of a cohort, made if there is none."""
    existing = queries.live_feed_of_cohort(cohort.id) if cohort is not None else queries.live_feed_of(_known(person_id))
    if existing is not None:
        return existing
    secret = sealing.new_secret()
    feed = CalendarFeed(
        person_id=None if cohort is not None else person_id,
        cohort_id=cohort.id if cohort is not None else None,
        sealed_secret=sealing.seal(secret, _keys()),
        secret_digest=sealing.digest(secret),
        alarms=_in_order(alarms),
    )
    db.session.add(feed)
    db.session.flush()
    if cohort is None:
        look_again(_known(person_id))
    return feed


def subscribe(person_id: uuid.UUID | None, *, alarms: Iterable[Alarm]) -> bool:
    """Give a person her own feed; return whether invitations by mail, which she had, stop: she would see each day twice."""
    person = _known(person_id)
    if queries.live_feed_of(person) is not None:
        return False
    invited = is_invited(person)
    forget_choice(person)
    create_feed(person_id=person, alarms=alarms)
    return invited


def _known(person_id: uuid.UUID | None) -> uuid.UUID:
    if person_id is None:
        raise NotFound
    return person_id


def _in_order(alarms: Iterable[Alarm]) -> list[str]:
    wanted = set(alarms)
    return [alarm.value for alarm in ALARMS if alarm in wanted]


def set_alarms(feed: CalendarFeed, alarms: Iterable[Alarm]) -> None:
    """Choose when the subscriber’s program reminds her."""
    feed.alarms = _in_order(alarms)
    feed.changed_at = clock.now()
    db.session.flush()


def revoke_feed(feed: CalendarFeed) -> None:
    """End a feed at once: its address answers 410, its stored body is deleted."""
    feed.revoked_at = clock.now()
    db.session.flush()
    db.session.execute(delete(FeedBody).where(FeedBody.feed_id == feed.id))
    if feed.person_id is not None:
        look_again(feed.person_id)


def renew_feed(feed: CalendarFeed, *, cohort: Cohort | None = None) -> CalendarFeed:
    """End a feed and make another of the same settings at a new address."""
    alarms = feed.reminders
    revoke_feed(feed)
    return create_feed(person_id=feed.person_id, cohort=cohort, alarms=alarms)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a subscriber is answered; ``body`` null = what she holds is still true."""

    etag: str
    changed_at: datetime
    body: bytes | None


def deliver(found: FoundFeed, *, holds: Any) -> Delivery:
    """Return the calendar file of a live feed, built again if what it shows has changed.

    ``holds(etag, changed_at)`` tells whether the subscriber already has this version. One SELECT
    for the version; one more for the stored body, none when she has it. The reading is noted at most once an hour.
    """
    feed = found.feed
    version = queries.current_version(feed)
    changed_at = found.changed_at
    body: bytes | None = None
    if version == found.version and changed_at is not None:
        if not holds(version, changed_at):
            body = queries.stored_body(feed.id)
    else:
        body = build(feed)
        changed_at = clock.now().replace(microsecond=0)
        _store(feed.id, version, changed_at, body)
    if found.read_at is None or clock.now() - found.read_at >= FEED_NOTE_EVERY:
        note(_reader(feed), queries.READ, feed)
    return Delivery(etag=version, changed_at=changed_at, body=body)


def _reader(feed: FeedFacts) -> Principal:
    return NOBODY if feed.person_id is None else Principal(person_id=feed.person_id)


def build(feed: FeedFacts) -> bytes:
    """Return the calendar file of a feed, from the database."""
    if feed.cohort_id is not None:
        cohort = db.session.get(Cohort, feed.cohort_id, options=[joinedload(Cohort.edition)])
        scope = CalendarScope(whole=frozenset({feed.cohort_id}))
        name = cohort.label if cohort is not None else PERSONAL_NAME
    else:
        scope, name = queries.scope_of(_known(feed.person_id)), PERSONAL_NAME
    calendar = calendar_of(
        queries.half_days_of(scope),
        name=name,
        uid=f"{feed.id}@tesselle",
        public_url=settings().public_url,
        alarms=feed.reminders,
        unread=scope.unread,
    )
    if feed.person_id is not None:
        calendar = replace(calendar, events=(*calendar.events, *meeting_events(feed.person_id, feed.reminders)))
    return ical.feed(calendar)


def meeting_events(person_id: uuid.UUID, alarms: Iterable[Alarm]) -> list[CalendarEvent]:
    """Return the individual meetings of a person, as her calendar shows them (R119). One SELECT."""
    delays, url = tuple(alarm.delay for alarm in alarms), f"{settings().public_url}/rendez-vous"
    events = []
    for slot in in_calendar_of(person_id):
        if slot.enrolment is not None:
            other = slot.enrolment.person if slot.trainer_id == person_id else slot.trainer
            events.append(replace(event_of(slot, other), alarms=delays, url=url))
    return events


def _store(feed_id: uuid.UUID, version: str, changed_at: datetime, body: bytes) -> None:
    """Keep a body, in a short transaction of its own: a reading changes no business row."""
    values: dict[str, Any] = {"version": version, "changed_at": changed_at, "body": body}
    with apart() as session:
        insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(
            insert(FeedBody)
            .values(feed_id=feed_id, **values)
            .on_conflict_do_update(index_elements=["feed_id"], set_=values)
        )
