"""Seats: opened, held, given back, never oversold (R28).

Every verb that touches capacity first takes the cohort FOR UPDATE, so that two of them never
count at the same time; on SQLite the writing transaction is alone from its first instant.
What is counted under the lock is read from the database again, never from what the session
remembers. Behind that stand the unique number of a seat and its unique holder.
"""

import uuid

from sqlalchemy import ColumnElement, Select, func, or_, select

from training.catalogue.models import Variant
from training.cohorts import rules
from training.cohorts.models import Cohort, Enrolment, Quota, Seat
from training.common import clock, journal
from training.common.errors import NotFound, Refused
from training.common.formatting import NBSP, plural
from training.common.policy import Principal
from training.database import db


class NoSeatLeft(Refused):
    """The cohort, or the quota of the variant, is full (R28)."""


class SeatTaken(Refused):
    """Someone else holds this seat, or sits there."""


class TooFewPlaces(Refused):
    """The number of places would fall below what is held or taken (R28)."""


def lock_cohort(cohort_id: uuid.UUID) -> Cohort:
    """Take the cohort for the rest of the transaction; the first lock of every act on capacity.

    Raises ``NotFound``. Its row is read again, whatever the session knew of it.
    """
    cohort = db.session.scalar(
        select(Cohort)
        .where(Cohort.id == cohort_id)
        .with_for_update(of=Cohort)
        .execution_options(populate_existing=True)
    )
    if cohort is None:
        raise NotFound
    return cohort


def lock_cohorts(*ids: uuid.UUID) -> None:
    """Take several cohorts, always in the same order, so that two acts never wait for each other."""
    for cohort_id in sorted(ids):
        lock_cohort(cohort_id)


def bump_calendar(cohort: Cohort) -> None:
    """Make every calendar that shows this cohort be built again on its next reading (R37)."""
    db.session.flush()
    cohort.calendar_version = Cohort.calendar_version + 1
    cohort.calendar_changed_at = clock.now()
    db.session.flush()


def open_seats(cohort: Cohort, count: int) -> list[Seat]:
    """Give a cohort its places: ``count`` numbered seats, at once. Raises ``TooFewPlaces``."""
    lock_cohort(cohort.id)
    _resize(cohort, count)
    return list(_seats(cohort, Seat.is_open.is_(True)))


def set_places(cohort: Cohort, places: int | None, by: Principal) -> None:
    """Change the number of places and journal it; null = to be confirmed, seats are then made one by one.

    Raises ``TooFewPlaces`` when fewer than the seats held or taken.
    """
    lock_cohort(cohort.id)
    before = cohort.places
    _resize(cohort, places)
    journal.record(cohort, "cohort.places_set", by=by, codes={"from": before, "to": places})


def _resize(cohort: Cohort, places: int | None) -> None:
    seats = _seats(cohort)
    used = _used_ids(cohort)
    if places is not None and rules.places_shortfall(places, len(used)):
        raise TooFewPlaces(
            f"{plural(len(used), 'place est déjà réservée ou occupée', 'places sont déjà réservées ou occupées')}"
            f"{NBSP}: indiquez au moins {len(used)}, ou libérez d’abord des places.",
            field="places",
        )
    wanted = len(used) if places is None else places
    open_now = [seat for seat in seats if seat.is_open]
    for seat in reversed(open_now):
        if len(open_now) > wanted and seat.id not in used:
            seat.is_open = False
            open_now.remove(seat)
    for seat in seats:
        if len(open_now) < wanted and not seat.is_open:
            seat.is_open = True
            open_now.append(seat)
    highest = max((seat.number for seat in seats), default=0)
    missing = wanted - len(open_now)
    db.session.add_all(Seat(cohort_id=cohort.id, number=highest + rank) for rank in range(1, missing + 1))
    cohort.places = places
    db.session.flush()
    db.session.expire(cohort, ["seats"])


def set_quota(cohort: Cohort, *, variant: Variant, places: int | None, by: Principal) -> None:
    """Set, change or remove (null) the most seats a variant may take (R28). Raises ``TooFewPlaces``."""
    lock_cohort(cohort.id)
    in_use = _in_use(cohort, variant)
    if places is not None and rules.places_shortfall(places, in_use):
        raise TooFewPlaces(f"Le parcours {variant.code} occupe déjà {plural(in_use, 'place')}.", field="places")
    quota = db.session.scalar(select(Quota).where(Quota.cohort_id == cohort.id, Quota.variant_id == variant.id))
    if places is None and quota is not None:
        db.session.delete(quota)
    elif places is not None and quota is not None:
        quota.places = places
    elif places is not None:
        db.session.add(Quota(cohort_id=cohort.id, variant_id=variant.id, places=places))
    db.session.flush()
    db.session.expire(cohort, ["quotas"])
    journal.record(cohort, "cohort.quota_set", by=by, codes={"variant": variant.code, "places": places})


def hold_seat(cohort: Cohort, *, holder_id: uuid.UUID, variant: Variant) -> Seat:
    """Reserve the free seat of lowest number for ``holder_id``; asking again gives the same seat.

    While places are unknown, a seat is made when none is free. Raises ``NoSeatLeft`` when the
    cohort is full, or the variant has used its quota.
    """
    lock_cohort(cohort.id)
    seats = _seats(cohort, Seat.is_open.is_(True))
    held = next((seat for seat in seats if seat.holder_id == holder_id), None)
    if held is not None:
        return held
    quota = db.session.scalar(select(Quota.places).where(Quota.cohort_id == cohort.id, Quota.variant_id == variant.id))
    if rules.quota_is_full(quota, _in_use(cohort, variant)):
        raise NoSeatLeft(
            f"Les {quota} places du parcours {variant.code} sont toutes réservées ou occupées. "
            "Attendez qu’une place se libère, ou relevez le nombre de places de ce parcours."
        )
    used = _used_ids(cohort)
    seat = next((each for each in seats if each.id not in used), None)
    if seat is None:
        if cohort.places is not None:
            raise NoSeatLeft(
                f"Les {cohort.places} places de la promotion sont toutes réservées ou occupées. "
                "Attendez qu’une place se libère, ou augmentez le nombre de places."
            )
        highest = db.session.scalar(select(func.max(Seat.number)).where(Seat.cohort_id == cohort.id)) or 0
        seat = Seat(cohort_id=cohort.id, number=highest + 1)
        db.session.add(seat)
    seat.holder_id = holder_id
    seat.holder_variant_id = variant.id
    db.session.flush()
    return seat


def release_seat(seat: Seat) -> None:
    """Give back a seat that was held; a free or taken seat is left as it is."""
    lock_cohort(seat.cohort_id)
    db.session.refresh(seat)
    seat.holder_id = None
    seat.holder_variant_id = None
    db.session.flush()


def seats_left(cohort: Cohort) -> int | None:
    """Return how many seats may still be held; null while the number of places is unknown. One SELECT."""
    if cohort.places is None:
        return None
    used = db.session.scalar(_count_used(cohort)) or 0
    return max(0, cohort.places - used)


def quotas(cohort_id: uuid.UUID) -> list[tuple[uuid.UUID, str, int, int]]:
    """Return, for each variant with a quota, its id, its code, its places, and how many it holds or occupies. One SELECT."""
    in_use = (
        select(func.count())
        .select_from(Seat)
        .outerjoin(Enrolment, Enrolment.seat_id == Seat.id)
        .where(
            Seat.cohort_id == Quota.cohort_id,
            or_(Seat.holder_variant_id == Quota.variant_id, Enrolment.variant_id == Quota.variant_id),
        )
        .correlate(Quota)
        .scalar_subquery()
    )
    query = (
        select(Quota.variant_id, Variant.code, Quota.places, in_use)
        .join(Variant, Variant.id == Quota.variant_id)
        .where(Quota.cohort_id == cohort_id)
        .order_by(Variant.code)
    )
    return list(db.session.execute(query).all())


def _seats(cohort: Cohort, *conditions: ColumnElement[bool]) -> list[Seat]:
    """Return the cohort’s seats by number, read again from the database."""
    return list(
        db.session.scalars(
            select(Seat)
            .where(Seat.cohort_id == cohort.id, *conditions)
            .order_by(Seat.number)
            .execution_options(populate_existing=True)
        )
    )


def _is_used() -> ColumnElement[bool]:
    taken = select(Enrolment.id).where(Enrolment.seat_id == Seat.id).exists()
    return or_(Seat.holder_id.is_not(None), taken)


def _count_used(cohort: Cohort) -> Select[int]:
    return select(func.count()).select_from(Seat).where(Seat.cohort_id == cohort.id, _is_used())


def _used_ids(cohort: Cohort) -> set[uuid.UUID]:
    """Return the seats held or taken."""
    return set(db.session.scalars(select(Seat.id).where(Seat.cohort_id == cohort.id, _is_used())))


def _in_use(cohort: Cohort, variant: Variant) -> int:
    """Return how many seats the variant holds or occupies (R28)."""
    query = (
        select(func.count())
        .select_from(Seat)
        .outerjoin(Enrolment, Enrolment.seat_id == Seat.id)
        .where(
            Seat.cohort_id == cohort.id,
            or_(Seat.holder_variant_id == variant.id, Enrolment.variant_id == variant.id),
        )
    )
    return db.session.scalar(query) or 0
