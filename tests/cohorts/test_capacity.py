"""Seats: opened, held, released, never oversold (R28)."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.factories import cohorts as make
from training.cohorts import services
from training.cohorts.models import Cohort, Seat
from training.common.policy import WORKER
from training.database import db, writing

pytestmark = pytest.mark.both_engines


def hold(cohort: Cohort, code: str = "MSP") -> Seat:
    return services.hold_seat(cohort, holder_id=uuid.uuid4(), variant=make.variant(cohort, code))


def test_places_known_make_as_many_numbered_seats_at_once(session: Any) -> None:
    cohort = make.cohort(places=3)

    assert [seat.number for seat in cohort.seats] == [1, 2, 3]
    assert services.seats_left(cohort) == 3


def test_the_last_seat_is_held_once_and_the_next_is_refused(session: Any) -> None:
    cohort = make.cohort(places=2)

    assert [hold(cohort).number, hold(cohort, "CPTS").number] == [1, 2]
    with pytest.raises(services.NoSeatLeft):
        hold(cohort)
    assert services.seats_left(cohort) == 0


def test_holding_again_for_the_same_holder_gives_the_same_seat(session: Any) -> None:
    cohort, holder = make.cohort(places=2), uuid.uuid4()

    first = services.hold_seat(cohort, holder_id=holder, variant=make.variant(cohort))
    again = services.hold_seat(cohort, holder_id=holder, variant=make.variant(cohort))

    assert first is again
    assert services.seats_left(cohort) == 1


def test_a_released_seat_is_held_again(session: Any) -> None:
    cohort = make.cohort(places=1)
    seat = hold(cohort)

    services.release_seat(seat)

    assert hold(cohort).id == seat.id


def test_unknown_places_make_the_next_row_when_none_is_free(session: Any) -> None:
    cohort = make.cohort(places=None)

    first, second = hold(cohort), hold(cohort)
    services.release_seat(first)

    assert [second.number, hold(cohort).number, hold(cohort).number] == [2, 1, 3]
    assert services.seats_left(cohort) is None


def test_an_enrolment_keeps_its_seat_taken(session: Any) -> None:
    cohort = make.cohort(places=1)

    enrolment = make.learner(cohort)

    assert enrolment.seat is not None
    assert (enrolment.seat.number, enrolment.seat.holder_id) == (1, None)
    with pytest.raises(services.NoSeatLeft):
        hold(cohort)


def test_a_quota_counts_held_and_taken_seats_of_its_variant_only(session: Any) -> None:
    cohort = make.cohort(places=10)
    services.set_quota(cohort, variant=make.variant(cohort, "CPTS"), places=2, by=WORKER)
    make.learner(cohort, code="CPTS")
    hold(cohort, "CPTS")
    hold(cohort, "MSP")

    with pytest.raises(services.NoSeatLeft, match="CPTS"):
        hold(cohort, "CPTS")
    assert hold(cohort, "MSP").number == 4


def test_lowering_below_what_is_held_or_taken_is_refused(session: Any) -> None:
    cohort = make.cohort(places=5)
    make.learner(cohort)
    hold(cohort)

    with pytest.raises(services.TooFewPlaces) as refusal:
        services.set_places(cohort, 1, WORKER)

    assert refusal.value.field == "places"
    assert cohort.places == 5


def test_lowering_closes_free_seats_and_raising_opens_them_again_before_new_ones(session: Any) -> None:
    cohort = make.cohort(places=4)
    hold(cohort)

    services.set_places(cohort, 2, WORKER)
    assert [seat.number for seat in cohort.seats if seat.is_open] == [1, 2]
    services.set_places(cohort, 5, WORKER)

    assert [(seat.number, seat.is_open) for seat in cohort.seats] == [(n, True) for n in range(1, 6)]


def test_places_may_become_unknown_without_touching_the_seats_in_use(session: Any) -> None:
    cohort = make.cohort(places=4)
    seat = hold(cohort)

    services.set_places(cohort, None, WORKER)

    assert [each.id for each in cohort.seats if each.is_open] == [seat.id]
    assert hold(cohort).number == 5


@pytest.mark.parametrize(
    "broken",
    [
        {"holder_id": uuid.uuid4()},  # held in no variant
        {"number": 0},
        {"number": 1},  # the number of another seat
    ],
)
def test_the_database_refuses_impossible_seats(session: Any, broken: dict[str, Any]) -> None:
    cohort = make.cohort(places=1)

    session.add(Seat(**{"cohort_id": cohort.id, "number": 2, **broken}))

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(("places", "seekers"), [(1, 40), (20, 40)])
def test_many_at_once_never_oversell(
    fresh_database: Callable[..., Flask], engine_name: str, places: int, seekers: int
) -> None:
    """Forty threads, each in its own transaction, want the last seat: one gets it (R28)."""
    app = fresh_database(engine_name)
    with app.app_context():
        cohort = make.cohort(places=places)
        cohort_id, variant_id = cohort.id, make.variant(cohort).id
        db.session.commit()
    start, outcomes = threading.Barrier(seekers), []

    def seek() -> None:
        from training.catalogue.models import Variant

        with app.app_context(), writing():
            start.wait()
            try:
                seen = services.lock_cohort(cohort_id)
                seat = services.hold_seat(seen, holder_id=uuid.uuid4(), variant=db.session.get_one(Variant, variant_id))
                number = seat.number
                db.session.commit()
                outcomes.append(number)
            except services.NoSeatLeft:
                db.session.rollback()
                outcomes.append(0)

    threads = [threading.Thread(target=seek) for _ in range(seekers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    won = sorted(number for number in outcomes if number)
    assert won == list(range(1, places + 1))
    assert len(outcomes) == seekers
    with app.app_context():
        held = db.session.scalar(select(func.count()).where(Seat.cohort_id == cohort_id, Seat.holder_id.is_not(None)))
        assert held == places
