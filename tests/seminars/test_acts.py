"""What is done on the pages of the seminars and calendars, as browsers send it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.cohorts.models import Cohort
from training.common import clock
from training.seminars import services
from training.seminars.enums import Alarm, Mode, SeminarStatus
from training.seminars.models import CalendarFeed, HalfDay, Seminar

# --- planning --------------------------------------------------------------------------------------------------------

PLAN = {
    "kind": "seminar",
    "title": "Séminaire 2",
    "first_day": "23/04/2026",
    "last_day": "24/04/26",
    "morning_from": "9 h 30",
    "morning_to": "12h30",
    "afternoon_from": "14:00",
    "afternoon_to": "17h",
    "mode": "in_person",
    "place": "Beaune",
}


def test_a_seminar_is_planned_in_mornings_and_afternoons(cohort: Cohort, client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/seminaires/nouveau"
    page(address)

    answer = client.post(address, data=PLAN)

    assert answer.status_code == 303
    seminar = session.scalars(select(Seminar)).one()
    times = [clock.in_paris(each.starts_at).strftime("%d %H:%M") for each in seminar.half_days]
    assert times == ["23 09:30", "23 14:00", "24 09:30", "24 14:00"]
    assert page(answer.headers["Location"]).heading == "Séminaire 2"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"first_day": "hier"}, "first_day"),
        ({"last_day": "22/04/2026"}, "last_day"),
        ({"last_day": "30/04/2026"}, "last_day"),
        ({"morning_to": "8h"}, "morning_to"),
        ({"morning_to": ""}, "morning_to"),
        ({"morning_from": "25h"}, "morning_from"),
        ({"morning_from": "", "morning_to": "", "afternoon_from": "", "afternoon_to": ""}, "afternoon_to"),
        ({"link": "javascript:alert(1)"}, "link"),
    ],
)
def test_a_plan_that_cannot_be_is_told_at_its_field(
    cohort: Cohort, client: Any, wrong: dict[str, str], field: str
) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))

    answer = client.post(f"/promotions/{cohort.code}/seminaires/nouveau", data={**PLAN, **wrong})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_r35_an_overlap_is_refused_and_what_was_typed_is_kept(seminar: Seminar, client: Any, session: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(seminar.cohort))

    answer = client.post(f"/promotions/{seminar.cohort.code}/seminaires/nouveau", data=PLAN)

    assert (answer.status_code, "a déjà" in answer.text) == (422, True)
    assert 'value="Séminaire 2"' in answer.text
    assert len(session.scalars(select(Seminar)).all()) == 1


def test_a_half_day_is_moved_with_its_modules_variants_and_trainers(
    seminar: Seminar, client: Any, page: Any, session: Any
) -> None:
    cohort, half_day = seminar.cohort, seminar.half_days[0]
    trainer = cohort_rows.animator(cohort)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/seminaires/{seminar.id}/demi-journees/{half_day.id}"
    kept = page(address).form(address)
    assert (kept["day"], kept["place"]) == ("23/04/2026", "Beaune")

    fields = {
        "day": "30/04/2026",
        "starts": "10h",
        "ends": "12 h 30",
        "mode": "blended",
        "place": "Dijon",
        "link": "https://visio.example.org/salle",
        "modules": [str(cohort.edition.modules[0].id)],
        "variants": [str(cohort_rows.variant(cohort, "CPTS").id)],
        "trainers": [str(trainer.id)],
        "guests_allowed": "y",
        "credited_hours": "4.5",
    }
    answer = client.post(address, data=fields)

    assert answer.status_code == 303, answer.text
    session.expire_all()
    assert (half_day.mode, half_day.place, half_day.guests_allowed) == (Mode.BLENDED, "Dijon", True)
    assert half_day.starts_on == date(2026, 4, 30)
    assert [variant.code for variant in half_day.variants] == ["CPTS"]
    shown = page(answer.headers["Location"]).text
    assert trainer.name in shown
    assert "Rejoindre la visio" in shown
    page(address)


def test_a_half_day_is_added_cancelled_and_restored(seminar: Seminar, client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(seminar.cohort))
    base = f"/seminaires/{seminar.id}"
    page(f"{base}/demi-journees/ajouter")
    added = {"day": "25/04/2026", "starts": "9h", "ends": "12h", "mode": "remote"}

    assert client.post(f"{base}/demi-journees/ajouter", data={**added, "ends": "8h"}).status_code == 422
    assert client.post(f"{base}/demi-journees/ajouter", data=added).status_code == 303
    half_day = session.scalars(select(HalfDay).order_by(HalfDay.starts_at.desc())).first()
    act = f"{base}/demi-journees/{half_day.id}"
    page(f"{act}/annuler")
    assert client.post(f"{act}/annuler").status_code == 422
    assert client.post(f"{act}/annuler", data={"reason": "Salle fermée"}).status_code == 303
    shown = page(base)
    assert "annulé" in shown.text
    assert "Salle fermée" in shown.text
    page(f"{act}/retablir")
    assert client.post(f"{act}/retablir").status_code == 303
    assert client.post(f"{act}/retablir").status_code == 409


def test_a_seminar_goes_through_its_steps(seminar: Seminar, client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(seminar.cohort))
    base = f"/seminaires/{seminar.id}"
    assert f"{base}/etat/confirmer" in page(base).links().values()
    for act in ("confirmer", "reporter", "retablir", "annuler", "retablir", "confirmer", "tenu", "clore"):
        page(f"{base}/etat/{act}")
        assert client.post(f"{base}/etat/{act}", data={"reason": "Grève"}).status_code == 303, act
        page(base)

    session.refresh(seminar)
    assert seminar.status is SeminarStatus.CLOSED
    assert client.post(f"{base}/etat/confirmer").status_code == 409
    assert client.get(f"{base}/etat/inventer").status_code == 404


def test_a_seminar_is_renamed(seminar: Seminar, client: Any, page: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(seminar.cohort))
    address = f"/seminaires/{seminar.id}/modifier"
    page(address)

    assert client.post(address, data={"kind": "launch", "title": ""}).status_code == 422
    assert client.post(address, data={"kind": "launch", "title": "Lancement"}).status_code == 303

    assert page(f"/seminaires/{seminar.id}").heading == "Lancement"


@pytest.mark.usefixtures("frozen_clock")
def test_the_carrier_is_told_who_is_expected_elsewhere(seminar: Seminar, client: Any, page: Any) -> None:
    learner = cohort_rows.learner(seminar.cohort)
    other = cohort_rows.cohort(label="1re promotion")
    cohort_rows.learner(other, person=learner.person)
    make.half_day(other)
    accounts.sign_in(client, cohort_rows.carrier_of(seminar.cohort))

    shown = page(f"/seminaires/{seminar.id}")

    assert "1 chevauchement à regarder" in shown.text
    assert f"{learner.person.name}, déjà pris·e." in shown.text


def test_what_will_be_refused_is_not_first_a_warning(seminar: Seminar, client: Any) -> None:
    cohort_rows.animator(seminar.cohort)
    other = make.half_day(seminar.cohort, make.DAY + timedelta(7))
    accounts.sign_in(client, cohort_rows.carrier_of(seminar.cohort))

    answer = client.post(
        f"/seminaires/{other.seminar_id}/demi-journees/{other.id}",
        data={"day": "23/04/2026", "starts": "9 h 30", "ends": "12 h 30", "mode": "in_person", "place": "Beaune"},
    )

    assert answer.status_code == 422
    assert "La promotion a déjà" in answer.text
    assert "chevauchement à regarder" not in answer.text


# --- subscribing -----------------------------------------------------------------------------------------------------


def test_a_learner_subscribes_chooses_renews_and_ends(cohort: Cohort, client: Any, page: Any, session: Any) -> None:
    make.half_day(cohort)
    person = cohort_rows.learner(cohort).person
    accounts.sign_in(client, person)
    address = "/calendrier/abonnement"
    assert "/calendrier/abonnement" in page("/calendrier").links().values()
    page(address)
    for act in ("rappels", "renouveler", "arreter"):
        assert client.post(f"{address}/{act}").status_code == 404

    assert client.post(address, data={"alarms": ["day_before"]}).status_code == 303
    feed = session.scalars(select(CalendarFeed)).one()
    secret = services.secret_of(feed)
    shown = page(address)
    assert f"webcal://localhost/calendrier/{secret}.ics" in shown.html
    assert "Aucune application ne l’a encore lue" in shown.text
    assert client.get(f"/calendrier/{secret}.ics").status_code == 200
    assert "Lue pour la dernière fois aujourd’hui" in page(address).text

    assert client.post(f"{address}/rappels", data={"alarms": ["week_before", "hour_before"]}).status_code == 303
    session.refresh(feed)
    assert feed.reminders == (Alarm.WEEK_BEFORE, Alarm.HOUR_BEFORE)
    assert client.post(f"{address}/rappels", data={"alarms": ["at_midnight"]}).status_code == 422

    page(f"{address}/renouveler")
    assert client.post(f"{address}/renouveler").status_code == 303
    assert client.get(f"/calendrier/{secret}.ics").status_code == 410
    page(f"{address}/arreter")
    assert client.post(f"{address}/arreter").status_code == 303
    assert "Créer mon adresse" in page(address).html


def test_a_lost_key_says_what_to_do(cohort: Cohort, client: Any, page: Any) -> None:
    person = cohort_rows.learner(cohort).person
    feed = services.create_feed(person_id=person.id)
    feed.sealed_secret = "unreadable"
    accounts.sign_in(client, person)

    assert "renouvelez-la" in page("/calendrier/abonnement").text


def test_the_carrier_shares_renews_and_ends_the_cohorts_calendar(
    cohort: Cohort, client: Any, page: Any, session: Any
) -> None:
    half_day = make.half_day(cohort)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/calendrier"
    page(address)

    assert client.post(address).status_code == 303
    first = services.secret_of(session.scalars(select(CalendarFeed)).one())
    assert f"{address}/{first}.ics" in page(address).html
    assert half_day.uid in client.get(f"{address}/{first}.ics").text
    assert client.post(address).status_code == 303
    assert client.get(f"{address}/{first}.ics").status_code == 410
    assert client.post(f"{address}/arreter").status_code == 303
    assert "Créer l’adresse" in page(address).html
