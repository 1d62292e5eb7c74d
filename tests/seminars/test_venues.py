"""Places and rooms: described once, proposed, completed, too small (R34)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.accounts.enums import Part
from training.cohorts.models import Cohort
from training.common import clock
from training.common.policy import WORKER
from training.seminars import services
from training.seminars.commands import VenueWords
from training.seminars.enums import ClashKind, Mode
from training.seminars.models import Venue
from training.seminars.queries.venues import known_venues


def test_what_is_described_wins_over_what_was_typed_and_another_bodys_is_not_shown(session: Any) -> None:
    cohort, other = cohort_rows.cohort(), cohort_rows.cohort()
    make.half_day(cohort, room="Salle Battant", address="3, rue de Dole")
    make.half_day(other, place="Lyon")
    services.describe_venue(cohort, VenueWords("beaune", "salle battant", "5, rue de Dole", "Tram 2", 20), by=WORKER)

    (venue,) = known_venues(cohort)

    assert (venue.address, venue.access, venue.capacity) == ("5, rue de Dole", "Tram 2", 20)
    assert [each.place for each in known_venues(other)] == ["Lyon"]


def test_an_address_left_empty_is_that_of_the_room_and_one_typed_stays(session: Any) -> None:
    cohort = cohort_rows.cohort()
    services.describe_venue(cohort, VenueWords("Beaune", "", "1, place Carnot"), by=WORKER)

    seminar = make.seminar(
        cohort,
        make.half_day_plan(room="Salle Battant"),
        make.half_day_plan(hours=make.AFTERNOON, address="Ailleurs"),
    )

    assert [half_day.address for half_day in seminar.half_days] == ["1, place Carnot", "Ailleurs"]


def test_a_room_too_small_is_told_before_saving(session: Any) -> None:
    cohort = cohort_rows.cohort()
    manager = accounts.principal(cohort_rows.carrier_of(cohort))
    services.describe_venue(cohort, VenueWords("Beaune", "Salle Battant", capacity=2), by=WORKER)
    for _ in range(2):
        cohort_rows.learner(cohort)
    plan = make.half_day_plan(room="Salle Battant")
    assert services.clashes_with(cohort, [plan], by=manager) == []

    cohort_rows.learner(cohort)

    (clash,) = services.clashes_with(cohort, [plan], by=manager)
    assert (clash.kind, clash.holds, clash.expected) == (ClashKind.CAPACITY, 2, 3)
    remote = make.half_day_plan(room="Salle Battant", mode=Mode.REMOTE)
    assert services.clashes_with(cohort, [remote], by=manager) == []


def test_a_half_day_is_saved_in_a_small_room_once_one_has_been_told(cohort: Cohort, client: Any, session: Any) -> None:
    services.describe_venue(cohort, VenueWords("Beaune", "Salle Battant", capacity=1), by=WORKER)
    for _ in range(2):
        cohort_rows.learner(cohort)
    half_day = make.half_day(cohort)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/seminaires/{half_day.seminar_id}/demi-journees/{half_day.id}"
    typed = {"day": "23/04/2026", "starts": "9 h 30", "ends": "12 h 30", "mode": "in_person", "place": "Beaune"}
    typed["room"] = "Salle Battant"

    warned = client.post(address, data=typed)

    assert warned.status_code == 422
    assert "1 place pour 2 personnes" in warned.text
    seal = warned.text.split('name="despite" value="')[1].split('"')[0]
    assert client.post(address, data={**typed, "despite": seal}).status_code == 303
    session.refresh(half_day)
    assert half_day.room == "Salle Battant"


def test_whoever_comes_reads_how_to_get_there(cohort: Cohort, client: Any, page: Any) -> None:
    services.describe_venue(cohort, VenueWords("Beaune", "Salle Battant", access="Code de la porte : 1234"), by=WORKER)
    half_day = make.half_day(cohort, room="Salle Battant")
    accounts.sign_in(client, cohort_rows.learner(cohort).person)

    with clock.freeze(half_day.starts_at - timedelta(days=1)):
        assert "Code de la porte" in page(f"/seminaires/{half_day.seminar_id}").text
    with clock.freeze(half_day.starts_at + timedelta(days=2)):  # over: what is due replaces it
        assert "Code de la porte" not in page(f"/seminaires/{half_day.seminar_id}").text


def test_one_describes_a_room_on_its_page_and_it_is_proposed(
    cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    make.half_day(cohort, room="Salle Battant")
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    path = f"/promotions/{cohort.code}/lieux"
    assert "Salle Battant" in page(f"{path}?lieu=Beaune&salle=Salle+Battant").text

    refused = client.post(path, data={"place": "", "capacity": "beaucoup", "access": "Code 1234"})
    answer = client.post(path, data={"place": "Beaune", "room": "Salle Battant", "access": "Tram 2", "capacity": "30"})

    assert (refused.status_code, "Code 1234" in refused.text) == (422, True)
    assert answer.status_code == 303
    assert session.scalars(select(Venue.capacity)).all() == [30]
    assert "Tram 2" in page(path).text
    assert 'value="Salle Battant"' in client.get(f"/promotions/{cohort.code}/seminaires/nouveau").text
    accounts.sign_in(client, accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)))
    assert client.get(path).status_code == 403


@pytest.mark.both_engines
@pytest.mark.parametrize("path", ["/promotions/{code}/lieux", "/seminaires/{seminar}/demi-journees/{half_day}"])
def test_pages_of_planning_cost_the_same_whatever_the_rows(
    new_client: Any, selects: Any, session: Any, path: str
) -> None:
    counts = []
    for size in (1, 3):
        cohort = cohort_rows.cohort()
        plans = [make.half_day_plan(hours=make.MORNING, room=f"Salle {number}") for number in range(1)]
        seminar = make.seminar(cohort, *plans)
        for number in range(size):
            services.describe_venue(cohort, VenueWords("Beaune", f"Salle {number}"), by=WORKER)
            cohort_rows.animator(cohort)
        address = path.format(code=cohort.code, seminar=seminar.id, half_day=seminar.half_days[0].id)
        browser = new_client()
        accounts.sign_in(browser, cohort_rows.carrier_of(cohort))
        with selects() as asked:
            assert browser.get(address).status_code == 200
        counts.append(asked.count)

    assert counts[0] == counts[1] <= 12
