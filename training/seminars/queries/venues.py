"""The rooms a carrier knows: those it described, and those its half-days took place in."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, literal, null, select, union_all

from training.accounts.enums import CARRYING
from training.cohorts.models import Cohort, CohortPart
from training.database import db
from training.seminars.models import HalfDay, Seminar, Venue
from training.seminars.rules.attendance import carrier_of


@dataclass(frozen=True, slots=True)
class KnownVenue:
    """A place and perhaps a room; capacity null = to be confirmed."""

    place: str
    room: str
    address: str
    access: str
    capacity: int | None

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by."""
        return venue_key(self.place, self.room)


def venue_key(place: str, room: str) -> tuple[str, str]:
    """Return what a place and a room are known by, however their capitals are typed."""
    return place.casefold(), room.casefold()


def known_venues(cohort: Cohort) -> list[KnownVenue]:
    """Return the places and rooms of the cohort’s carrier, by name; what it described of them wins. One SELECT."""
    carrier = carrier_of(cohort)
    if carrier is None:
        return []
    described = select(
        Venue.place, Venue.room, Venue.address, Venue.access, Venue.capacity, literal(0).label("rank")
    ).where(Venue.organisation_id == carrier.id)
    used = (
        select(HalfDay.place, HalfDay.room, func.max(HalfDay.address), literal(""), null(), literal(1))
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .join(CohortPart, CohortPart.cohort_id == Seminar.cohort_id)
        .where(CohortPart.organisation_id == carrier.id, CohortPart.part.in_(CARRYING), HalfDay.place != "")
        .group_by(HalfDay.place, HalfDay.room)
    )
    both = union_all(described, used).subquery()
    found: dict[tuple[str, str], KnownVenue] = {}
    for *values, _rank in db.session.execute(select(both).order_by(both.c.rank, both.c.place, both.c.room)):
        venue = KnownVenue(*values)
        found.setdefault(venue.key, venue)
    return sorted(found.values(), key=lambda venue: venue.key)


def described_venues(organisation_id: uuid.UUID, places: Collection[str]) -> dict[tuple[str, str], Venue]:
    """Return the rooms a carrier described in these places. One SELECT, none without a place."""
    if not any(places):
        return {}
    rows: Iterable[Venue] = db.session.scalars(
        select(Venue).where(Venue.organisation_id == organisation_id, Venue.place.in_([p for p in places if p]))
    )
    return {venue_key(venue.place, venue.room): venue for venue in rows}


def access_to(seminar: Seminar) -> dict[uuid.UUID, str]:
    """Return how one gets to the half-days of a seminar, by half-day, where its carrier said so. One SELECT."""
    carrier = carrier_of(seminar.cohort)
    if carrier is None:
        return {}
    known = described_venues(carrier.id, {half_day.place for half_day in seminar.half_days})
    return {
        half_day.id: venue.access
        for half_day in seminar.half_days
        if (venue := known.get(venue_key(half_day.place, half_day.room))) is not None and venue.access
    }
