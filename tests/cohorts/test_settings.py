"""A cohort settled while it is prepared: its dates, its places, who is outside the tool (R28, R96)."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.support.pages import read_page
from training.accounts.enums import Part
from training.cohorts import services
from training.cohorts.commands import CohortSettings
from training.cohorts.enums import CohortAct
from training.cohorts.models import Cohort
from training.cohorts.rules import dates_fault
from training.common import journal
from training.common.declarations import registry
from training.common.errors import Conflict, Refused
from training.common.policy import WORKER
from training.database import db


def opened(code: str) -> Cohort:
    db.session.expire_all()
    return db.session.scalars(select(Cohort).where(Cohort.code == code)).one()


def told(cohort: Cohort) -> list[str]:
    return [entry.kind for entry in journal.timeline(cohort, sentences=registry.sentences)]


def settings_of(cohort: Cohort) -> str:
    return f"/promotions/{cohort.code}/reglages"


def test_who_opens_the_settings(cohort: Cohort, new_client: Any) -> None:
    found = {}
    for kind, person in make.people_around(cohort).items():
        browser = new_client()
        accounts.sign_in(browser, person)
        found[kind] = browser.get(settings_of(cohort)).status_code

    strangers = {"another carrier", "nobody in particular", "administrator"}
    assert found == {kind: 200 if kind == "carrier" else 404 if kind in strangers else 403 for kind in found}


@pytest.mark.both_engines
def test_r28_r96_settings_are_written_and_journaled(cohort: Cohort, client: Any, page: Any) -> None:
    accounts.sign_in(client, make.carrier_of(cohort))
    school = next(each for each in cohort.parts if each.part is Part.SCHOOL)
    address, school_key = settings_of(cohort), str(school.id)
    sent = page(address).form(address)
    assert (sent["first_seminar_on"], sent["places"], "outside_tool" in sent) == ("29/01/2026", "20", False)

    answer = client.post(
        address, data={**sent, "launch_on": "11/12/2025", "places": "18", "outside_tool": [school_key]}
    )

    assert (answer.status_code, answer.location) == (303, f"/promotions/{cohort.code}")
    cohort = opened(cohort.code)
    assert (cohort.launch_on, cohort.first_seminar_on) == (date(2025, 12, 11), date(2026, 1, 29))
    assert (cohort.places, sum(seat.is_open for seat in cohort.seats)) == (18, 18)
    assert {each.part: each.outside_tool for each in cohort.parts}[Part.SCHOOL] is True
    assert told(cohort)[:3] == ["cohort.body_outside_tool", "cohort.places_set", "cohort.dates_set"]
    assert journal.timeline(cohort, sentences=registry.sentences)[2].codes == {
        "launch_on_from": None,
        "launch_on_to": "2025-12-11",
    }
    again = page(address).form(address)
    assert again["outside_tool"] == school_key
    client.post(address, data={name: value for name, value in again.items() if name != "outside_tool"})
    assert told(opened(cohort.code))[0] == "cohort.body_in_tool"
    shown = page(f"/promotions/{cohort.code}")
    assert "hors outil" in shown.text
    assert shown.links()["Régler la promotion"] == address


def test_settings_sent_unchanged_write_nothing(cohort: Cohort, client: Any, page: Any) -> None:
    accounts.sign_in(client, make.carrier_of(cohort))
    address = settings_of(cohort)

    assert client.post(address, data=page(address).form(address)).status_code == 303

    assert told(opened(cohort.code)) == ["cohort.opened"]


@pytest.mark.both_engines
def test_r28_settings_never_go_below_the_seats_in_use(cohort: Cohort, client: Any) -> None:
    make.learner(cohort)
    make.learner(cohort)
    accounts.sign_in(client, make.carrier_of(cohort))

    answer = client.post(settings_of(cohort), data={"places": "1", "launch_on": "11/12/2025"})

    assert answer.status_code == 422
    assert "au moins 2" in read_page(answer).errors()["places"]
    cohort = opened(cohort.code)
    assert (cohort.launch_on, cohort.places) == (None, 20)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"launch_on": "hier"}, "launch_on"),
        ({"places": "-3"}, "places"),
        ({"launch_on": "1/1/2030", "ends_on": "1/1/2029"}, "ends_on"),
    ],
)
def test_bad_settings_are_told_under_their_field(cohort: Cohort, client: Any, sent: dict[str, str], field: str) -> None:
    accounts.sign_in(client, make.carrier_of(cohort))

    answer = client.post(settings_of(cohort), data=sent)

    assert answer.status_code == 422
    assert list(read_page(answer).errors()) == [field]


def test_settings_no_longer_change_once_the_cohort_has_started(cohort: Cohort, client: Any, page: Any) -> None:
    services.move_cohort(cohort, CohortAct.START, by=WORKER)
    accounts.sign_in(client, make.carrier_of(cohort))

    assert "Le nombre de places se change toujours" in page(settings_of(cohort), status=409).text
    assert client.post(settings_of(cohort), data={"launch_on": "11/12/2025"}).status_code == 409
    assert "Régler la promotion" not in page(f"/promotions/{cohort.code}").links()


@pytest.mark.both_engines
def test_the_service_itself_refuses_what_the_page_hides(cohort: Cohort) -> None:
    early, late = date(2026, 1, 1), date(2026, 2, 1)
    carrier = next(each for each in cohort.parts if each.part is Part.CARRIER)

    with pytest.raises(Refused):
        services.settle_cohort(cohort, CohortSettings(None, late, early, None, frozenset()), by=WORKER)
    services.settle_cohort(
        cohort, CohortSettings(None, early, late, 20, frozenset({carrier.id, uuid.uuid4()})), by=WORKER
    )
    assert not any(each.outside_tool for each in cohort.parts)
    services.move_cohort(cohort, CohortAct.START, by=WORKER)
    with pytest.raises(Conflict):
        services.settle_cohort(cohort, CohortSettings(None, None, None, 20, frozenset()), by=WORKER)


def test_unknown_dates_never_contradict() -> None:
    first, second = date(2027, 1, 1), date(2027, 1, 2)

    assert dates_fault(launch_on=None, first_seminar_on=None, ends_on=None) is None
    assert dates_fault(launch_on=first, first_seminar_on=first, ends_on=first) is None
    assert dates_fault(launch_on=second, first_seminar_on=None, ends_on=first) is not None
    assert dates_fault(launch_on=None, first_seminar_on=second, ends_on=first) is not None
    assert dates_fault(launch_on=second, first_seminar_on=first, ends_on=None) is not None


@pytest.mark.both_engines
def test_the_page_asks_few_queries_that_do_not_grow_with_the_rows(session: Any, new_client: Any, selects: Any) -> None:
    counts, statements = [], []
    for size in (1, 4):
        cohort = make.cohort()
        for _ in range(size):
            make.learner(cohort)
            make.cohort(carrier=make.part_of(cohort, Part.CARRIER))
        browser = new_client()
        accounts.sign_in(browser, make.carrier_of(cohort))
        with selects() as asked:
            assert browser.get(settings_of(cohort)).status_code == 200
        counts.append(asked.count)
        statements = asked.statements

    assert counts[0] == counts[1] <= 12, statements
