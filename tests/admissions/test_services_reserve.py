"""Seats and the ranked reserve: offers in order, answers, lapses, who comes next (R28, R29, R105)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import admissions as make
from tests.factories import selection
from training.admissions import queries
from training.admissions.enums import ApplicationStatus, OfferOutcome
from training.admissions.models import Application, Call, Offer
from training.admissions.services import closing, filing, publishing, reserve
from training.cohorts import services as cohorts
from training.common import clock
from training.common.errors import ActUnavailable, Refused
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
S = ApplicationStatus


def campaign(
    *, places: int | None, main: int = 1, on_reserve: int = 0
) -> tuple[Call, list[Application], list[Application]]:
    """A call with its results told: the main list, and the reserve in the order of its ranks."""
    call = make.call(make.cohort(places=places))
    kept = [make.validated(call, told=False) for _ in range(main)]
    waiting = selection.waiting(call, on_reserve) if on_reserve else []
    for file in waiting:
        selection.decided_by_school(file)
    publishing.publish_results(call, by=make.manager(call))
    return call, kept, waiting


@both_engines
def test_seats_go_to_the_main_list_then_to_the_reserve_by_rank_r29() -> None:
    call, kept, waiting = campaign(places=3, main=2, on_reserve=2)
    offers = reserve.make_offers(call, by=make.manager(call))
    assert [o.application_id for o in offers] == [kept[0].id, kept[1].id, waiting[0].id]
    assert [o.seat.number for o in offers] == [1, 2, 3]
    assert (waiting[1].status, waiting[1].rank) == (S.VALIDATED, 1)


@both_engines
def test_a_declined_seat_is_offered_to_the_next_at_once_r29() -> None:
    call, (first,), (second, third) = campaign(places=1, on_reserve=2)
    reserve.make_offers(call, by=make.manager(call))
    reserve.decline(first, by=make.owner(first))
    assert [a.status for a in (first, second, third)] == [S.DECLINED, S.OFFERED, S.VALIDATED]
    assert third.rank == 1
    seats = db.session.execute(select(Offer.outcome, Offer.seat_id).order_by(Offer.made_at, Offer.outcome.desc())).all()
    assert {outcome for outcome, _ in seats} == {OfferOutcome.DECLINED, OfferOutcome.OPEN}
    assert len({seat for _, seat in seats}) == 1


@both_engines
def test_an_offer_nobody_answers_lapses_and_passes_on_r29(frozen_clock: object) -> None:
    call, (first,), (second,) = campaign(places=1, on_reserve=1)
    reserve.make_offers(call, by=make.manager(call))
    db.session.commit()
    frozen_clock.advance(timedelta(days=call.offer_days))  # type: ignore[attr-defined]  # the test's clock
    assert closing.lapse_offers() == 0, "the last day counts whole"
    frozen_clock.advance(timedelta(days=1))  # type: ignore[attr-defined]  # the test's clock
    assert closing.lapse_offers() == 1
    db.session.expire_all()
    assert (first.status, second.status) == (S.LAPSED, S.OFFERED)
    assert closing.lapse_offers() == 0


def test_an_answer_after_the_delay_is_refused(frozen_clock: object) -> None:
    call, (file,), _ = campaign(places=1)
    reserve.make_offers(call, by=make.manager(call))
    frozen_clock.advance(timedelta(days=call.offer_days + 1))  # type: ignore[attr-defined]  # the test's clock
    with pytest.raises(Refused, match="délai de réponse est passé"):
        reserve.confirm(file, by=make.owner(file))


@both_engines
def test_nobody_is_offered_a_seat_that_is_not_there_r28() -> None:
    call, (first, second), _ = campaign(places=1, main=2)
    assert len(reserve.make_offers(call, by=make.manager(call))) == 1
    with pytest.raises(cohorts.NoSeatLeft):
        reserve.offer(second, by=make.manager(call))
    assert first.status is S.OFFERED
    assert cohorts.seats_left(call.cohort) == 0


@both_engines
def test_confirming_then_enrolling_gives_a_place_in_the_cohort_r31() -> None:
    file = make.confirmed()
    enrolment = reserve.enrol(file, by=make.manager(file.call))
    assert (file.status, file.enrolment_id) == (S.ENROLLED, enrolment.id)
    assert enrolment.seat_id == file.offers[0].seat_id
    assert enrolment.variant_id == file.variant_id


def test_withdrawing_after_confirming_gives_the_seat_to_the_next() -> None:
    call, (first,), (second,) = campaign(places=1, on_reserve=1)
    reserve.make_offers(call, by=make.manager(call))
    reserve.confirm(first, by=make.owner(first))
    filing.withdraw(first, by=make.owner(first))
    assert (first.status, second.status) == (S.WITHDRAWN, S.OFFERED)
    assert first.offers[0].outcome is OfferOutcome.WITHDRAWN


@both_engines
def test_withdrawing_from_the_reserve_closes_the_gap_r29() -> None:
    call = make.call()
    first, second, third = selection.waiting(call, 3)
    filing.withdraw(second, by=make.owner(second))
    assert [a.rank for a in (first, second, third)] == [1, None, 2]


def test_who_declined_comes_back_last_with_a_reason() -> None:
    call, (first,), (second,) = campaign(places=1, on_reserve=1)
    reserve.make_offers(call, by=make.manager(call))
    reserve.decline(first, by=make.owner(first))
    with pytest.raises(Refused):
        reserve.reinstate(first, by=make.manager(call), reason="")
    reserve.reinstate(first, by=make.manager(call), reason="Son employeur a changé d’avis.")
    assert (first.status, first.rank) == (S.VALIDATED, 1)
    assert second.status is S.OFFERED


def test_dues_bar_the_offer_and_not_the_file_r8() -> None:
    call = make.call(membership_required=True)
    file = make.validated(call)
    with pytest.raises(Refused, match="cotisation"):
        reserve.offer(file, by=make.manager(call))


def test_seats_are_offered_until_the_first_seminar_r29() -> None:
    call, (file,), _ = campaign(places=1)
    call.cohort.first_seminar_on = clock.today()
    with pytest.raises(Refused, match="premier séminaire"):
        reserve.offer(file, by=make.manager(call))


def test_an_offer_made_before_the_launch_lapses_there_at_the_latest_r105() -> None:
    call, (file,), _ = campaign(places=1)
    call.cohort.launch_on = clock.today() + timedelta(days=3)
    made = reserve.offer(file, by=make.manager(call))
    assert made.expires_at == clock.end_of_day(clock.today() + timedelta(days=2))


def test_unknown_places_make_a_seat_for_each_offer_r28() -> None:
    call, _, _ = campaign(places=None, main=2)
    assert [o.seat.number for o in reserve.make_offers(call, by=make.manager(call))] == [1, 2]
    assert cohorts.seats_left(call.cohort) is None


def test_a_file_already_offered_is_not_offered_again() -> None:
    file = make.offered()
    with pytest.raises(ActUnavailable):
        reserve.offer(file, by=make.manager(file.call))
    assert reserve.make_offers(file.call, by=make.manager(file.call)) == []


def test_ranks_are_set_in_the_order_given() -> None:
    call = make.call()
    first, second = selection.waiting(call, 2)
    reserve.set_ranks([second, first], by=make.manager(call))
    assert [a.id for a in queries.ranked(call.id)] == [second.id, first.id]
