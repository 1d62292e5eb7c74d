"""Rooms described once, then proposed, completed and checked each time (R34)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select

from training.cohorts.models import Cohort
from training.common import journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db
from training.seminars.commands import HalfDayPlan, VenueWords
from training.seminars.enums import ClashKind, Mode
from training.seminars.models import Venue
from training.seminars.queries.clashes import Clash, Wanted, expected_counts
from training.seminars.queries.venues import described_venues, venue_key
from training.seminars.rules.attendance import carrier_of


def describe_venue(cohort: Cohort, command: VenueWords, *, by: Principal) -> Venue:
    """Say of a room of the cohort’s carrier how one gets there and how many it holds; said again, it is corrected."""
    carrier = carrier_of(cohort)
    if carrier is None:
        raise Refused("Cette promotion n’a pas d’organisme porteur : ses salles ne peuvent pas être décrites.")
    venue = db.session.scalar(
        select(Venue).where(
            Venue.organisation_id == carrier.id, Venue.place == command.place, Venue.room == command.room
        )
    ) or Venue(organisation_id=carrier.id, place=command.place, room=command.room)
    venue.address, venue.access, venue.capacity = command.address, command.access, command.capacity
    db.session.add(venue)
    db.session.flush()
    journal.record(cohort, "cohort.venue_described", by=by, codes={"venue": str(venue.id)})
    return venue


def with_known_addresses(cohort: Cohort, plans: Iterable[HalfDayPlan]) -> list[HalfDayPlan]:
    """Return the plans, the address left empty taken from what is known of the room. One SELECT at most."""
    asked = list(plans)
    carrier = carrier_of(cohort)
    lacking = [plan.place for plan in asked if plan.place and not plan.address]
    if carrier is None or not lacking:
        return asked
    known = described_venues(carrier.id, lacking)

    def address(plan: HalfDayPlan) -> str:
        venue = known.get(venue_key(plan.place, plan.room)) or known.get(venue_key(plan.place, ""))
        return plan.address or (venue.address if venue is not None and plan.place else "")

    return [replace(plan, address=address(plan)) for plan in asked]


def too_small(cohort: Cohort, wanted: Sequence[Wanted], modes: Sequence[Mode]) -> list[Clash]:
    """Return the half-days for which more people are expected in the room than it holds. Two SELECTs at most."""
    carrier = carrier_of(cohort)
    if carrier is None:
        return []
    known = described_venues(carrier.id, {one.place for one in wanted})
    tight = [
        (one, capacity)
        for one, mode in zip(wanted, modes, strict=True)
        if mode is not Mode.REMOTE
        and (venue := known.get(venue_key(one.place, one.room))) is not None
        and (capacity := venue.capacity) is not None
    ]
    counts = expected_counts(cohort, [one for one, _capacity in tight])
    return [
        Clash(
            ClashKind.CAPACITY,
            (", ".join(part for part in (one.room, one.place) if part),),
            one.starts_at,
            one.ends_at,
            holds=capacity,
            expected=count,
        )
        for (one, capacity), count in zip(tight, counts, strict=True)
        if count > capacity
    ]
