"""Feeds: the one asked for, the version of what it shows, its stored body, one’s own."""

import functools
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Date, Select, Uuid, bindparam, func, select

from training.accounts.models import Person
from training.cohorts.models import Cohort
from training.common import clock
from training.common.access import AccessNote
from training.common.journal import Event
from training.database import db
from training.seminars.enums import Alarm
from training.seminars.models import CalendarFeed, FeedBody
from training.seminars.queries.scope import concerned_cohorts

FORMAT: Final = 2
"""Grows when the same facts come to be written otherwise in a calendar file."""

READ: Final = "feed.read"
"""The kind of access note that says when a feed was read."""


@dataclass(frozen=True)
class FeedFacts:
    """What a reading needs of a feed: whose it is and its alarms."""

    __tablename__ = CalendarFeed.__tablename__
    id: uuid.UUID
    person_id: uuid.UUID | None
    cohort_id: uuid.UUID | None
    alarms: Sequence[str]

    @property
    def reminders(self) -> tuple[Alarm, ...]:
        """Its alarms."""
        return tuple(Alarm(slug) for slug in self.alarms)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """The feed a secret opens, its last reading, and the version of the body stored for it."""

    feed: FeedFacts
    is_live: bool
    read_at: datetime | None
    version: str | None
    changed_at: datetime | None


_READ_AT: Final = (
    select(func.max(AccessNote.at))
    .where(AccessNote.subject_id == CalendarFeed.id, AccessNote.kind == READ)
    .correlate(CalendarFeed)
    .scalar_subquery()
)
_BY_SECRET: Final = (
    select(
        CalendarFeed.id,
        CalendarFeed.person_id,
        CalendarFeed.cohort_id,
        CalendarFeed.alarms,
        CalendarFeed.revoked_at,
        Cohort.code,
        Person.active,
        _READ_AT.label("read_at"),
        FeedBody.version,
        FeedBody.changed_at,
    )
    .outerjoin(Person, Person.id == CalendarFeed.person_id)
    .outerjoin(Cohort, Cohort.id == CalendarFeed.cohort_id)
    .outerjoin(FeedBody, FeedBody.feed_id == CalendarFeed.id)
    .where(CalendarFeed.secret_digest == bindparam("digest"))
)


def find_feed(digest: str, *, code: str | None) -> FoundFeed | None:
    """Return the feed of this secret, of the cohort of this code or else of a person; null if none. One SELECT."""
    row = db.session.execute(_BY_SECRET, {"digest": digest}).one_or_none()
    if row is None or row.code != code:
        return None
    return FoundFeed(
        feed=FeedFacts(row.id, row.person_id, row.cohort_id, row.alarms),
        is_live=row.revoked_at is None and row.active is not False,
        read_at=row.read_at,
        version=row.version,
        changed_at=row.changed_at,
    )


def current_version(feed: FeedFacts) -> str:
    """Return the version of what the feed shows now: it changes with every act that touches its scope. One SELECT.

    Besides each cohort’s calendar version, it follows the history of their editions, where a
    module’s unknown title may be set (R103).
    """
    query = _versions(of_cohort=feed.cohort_id is not None)
    asked = {"cohort_id": feed.cohort_id} if feed.cohort_id else {"person_id": feed.person_id, "today": clock.today()}
    rows = [f"{cohort_id}:{version}:{position}" for cohort_id, version, position in db.session.execute(query, asked)]
    return hashlib.sha256("|".join([str(FORMAT), str(feed.id), *feed.alarms, *rows]).encode()).hexdigest()


@functools.cache
def _versions(*, of_cohort: bool) -> Select[Any]:
    """Return the query of the versions a feed depends on, built once: each reading of each calendar asks it."""
    edition_position = (
        select(func.max(Event.position))
        .where(Event.subject_kind == "edition", Event.subject_id == Cohort.edition_id)
        .correlate(Cohort)
        .scalar_subquery()
    )
    query = select(Cohort.id, Cohort.calendar_version, edition_position).order_by(Cohort.id)
    if of_cohort:
        return query.where(Cohort.id == bindparam("cohort_id"))
    person_id: Any = bindparam("person_id", type_=Uuid())
    return query.where(Cohort.id.in_(concerned_cohorts(person_id, on=bindparam("today", type_=Date()))))


def stored_body(feed_id: uuid.UUID) -> bytes | None:
    """Return the body last built for a feed. One SELECT."""
    return db.session.scalar(_BODY, {"feed_id": feed_id})


_BODY: Final = select(FeedBody.body).where(FeedBody.feed_id == bindparam("feed_id"))


def live_feed_of(person_id: uuid.UUID) -> CalendarFeed | None:
    """Return the person’s own live feed, or null. One SELECT."""
    return db.session.scalar(
        select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    )


def live_feed_of_cohort(cohort_id: uuid.UUID) -> CalendarFeed | None:
    """Return the cohort’s live feed, or null. One SELECT."""
    return db.session.scalar(
        select(CalendarFeed).where(CalendarFeed.cohort_id == cohort_id, CalendarFeed.revoked_at.is_(None))
    )
