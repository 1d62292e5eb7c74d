"""The pages of the evidence, as each person reads and uses them (R88, R123)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import quality as make
from tests.factories import seminars as seminar_rows
from training.accounts.enums import Function
from training.cohorts.models import Cohort
from training.database import db
from training.quality.enums import LEVELS, ComplaintStatus
from training.quality.models import Complaint
from training.quality.queries.positioning import positioning_of
from training.seminars.enums import StaffRole
from training.seminars.models import HalfDayStaff


@pytest.fixture
def learner(cohort: Cohort, frozen_clock: Any) -> Any:
    return cohort_rows.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))


def test_a_learner_reads_says_so_by_one_button_and_only_she(
    cohort: Cohort, learner: Any, client: Any, page: Any
) -> None:
    handbook = make.handbook(cohort)
    other = cohort_rows.learner(cohort)
    accounts.sign_in(client, learner.person)
    shown = page(f"/promotions/{cohort.code}/livret")
    assert other.person.name not in shown.text
    assert client.get(f"/fichiers/{handbook.file_id}").status_code == 200
    answer = client.post(f"/promotions/{cohort.code}/livret/{handbook.id}/lu")
    assert answer.status_code == 303
    assert "Vous l’avez lu le" in page(f"/promotions/{cohort.code}/livret").text


def test_the_carrier_sees_who_has_not_read_and_reminds(cohort: Cohort, learner: Any, client: Any, page: Any) -> None:
    make.handbook(cohort)
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    assert "Alix Morel" in page(f"/promotions/{cohort.code}/livret").text
    assert client.post(f"/promotions/{cohort.code}/livret/relance").status_code == 303
    page(f"/promotions/{cohort.code}/livret/publier")
    answer = client.post(f"/promotions/{cohort.code}/livret/publier", data={"kind": "rules"})
    assert answer.status_code == 422
    assert "Choisissez le fichier" in answer.text


def test_a_self_rating_keeps_what_was_chosen_when_one_is_left_out(learner: Any, client: Any, page: Any) -> None:
    asked = positioning_of(learner).objectives
    accounts.sign_in(client, learner.person)
    address = f"/parcours/{learner.id}/positionnement"
    page(f"{address}/entree")
    answer = client.post(f"{address}/entree", data={f"o-{asked[0]}": "2"})
    assert answer.status_code == 422
    assert f'id="o-{asked[0]}-2" checked' in answer.text
    assert answer.text.count("Choisissez une réponse.") == len(asked) - 1
    assert client.post(f"{address}/entree", data={f"o-{each}": "2" for each in asked}).status_code == 303
    assert LEVELS[2] in page(address).text
    assert client.get(f"{address}/entree").status_code == 409


def test_r88_who_reads_a_self_rating(cohort: Cohort, learner: Any, new_client: Any) -> None:
    employer = accounts.person()
    accounts.membership(employer, Function.REPRESENTATIVE, learner.structure)
    readers = {
        "learner": (learner.person, 200, 403),
        "referent": (cohort_rows.referent(learner).person, 200, 200),
        "carrier": (cohort_rows.carrier_of(cohort), 200, 200),
        "employer": (employer, 404, 404),
        "co-learner": (cohort_rows.learner(cohort).person, 404, 403),
        "another carrier": (accounts.manager(), 404, 404),
    }
    for who, (person, own, averages) in readers.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        assert browser.get(f"/parcours/{learner.id}/positionnement").status_code == own, who
        assert browser.get(f"/promotions/{cohort.code}/positionnement").status_code == averages, who


def test_an_employer_may_complain_and_is_answered(
    cohort: Cohort, learner: Any, new_client: Any, page: Any, session: Any
) -> None:
    employer = accounts.person()
    accounts.membership(employer, Function.REPRESENTATIVE, learner.structure)
    there, carrier = new_client(), new_client()
    accounts.sign_in(there, employer)
    accounts.sign_in(carrier, cohort_rows.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/reclamations"
    page(address, by=there)
    data = {"kind": "complaint", "topic": "place", "words": "Trop loin.", "happened_on": "01/03/2026"}
    assert there.post(address, data={**data, "topic": ""}).status_code == 422
    assert there.post(address, data=data).status_code == 303
    filed = session.scalars(db.select(Complaint)).one()
    assert there.get(f"/promotions/{cohort.code}/qualite").status_code == 404
    assert "Trop loin." in page(f"/promotions/{cohort.code}/qualite", by=carrier).text
    page(f"/reclamations/{filed.id}", by=there)
    assert "Votre réponse" in page(f"/reclamations/{filed.id}", by=carrier).text
    assert carrier.post(f"/reclamations/{filed.id}/reponse", data={"answer": ""}).status_code == 422
    assert carrier.post(f"/reclamations/{filed.id}/reponse", data={"answer": "Un car est prévu."}).status_code == 303
    assert "Un car est prévu." in page(f"/reclamations/{filed.id}", by=there).text
    assert carrier.post(f"/reclamations/{filed.id}/cloture").status_code == 303
    session.expire_all()
    assert filed.status is ComplaintStatus.CLOSED
    page(f"/reclamations/{filed.id}/amelioration", by=carrier)
    plan = {"title": "Choisir la salle près de la gare", "owner": "Coordination", "due_on": "30/06/2026"}
    assert carrier.post(f"/reclamations/{filed.id}/amelioration", data=plan).status_code == 303
    (improvement,) = filed.improvements
    there_is = f"/ameliorations/{improvement.id}"
    shown = page(there_is, by=carrier).text
    assert "C’est fait" in shown
    assert "Abandonner cette action" in shown
    assert carrier.post(f"{there_is}/faite", data={"done_on": "02/03/2026"}).status_code == 303
    assert "Noter l’effet" in page(there_is, by=carrier).text
    assert carrier.post(f"{there_is}/effet", data={"effect": ""}).status_code == 422
    assert carrier.post(f"{there_is}/effet", data={"effect": "Plus de retard."}).status_code == 303
    assert "Plus de retard." in page(there_is, by=carrier).text


def test_someone_else_s_complaint_does_not_exist(cohort: Cohort, learner: Any, client: Any) -> None:
    filed = make.complaint(cohort, learner.person)
    accounts.sign_in(client, cohort_rows.learner(cohort).person)
    assert client.get(f"/reclamations/{filed.id}").status_code == 404


def test_hours_are_kept_as_a_spreadsheet_and_ties_settled(cohort: Cohort, learner: Any, client: Any, page: Any) -> None:
    speaker = accounts.person(first_name="Ada", last_name="Roux")
    half_day = seminar_rows.half_day(cohort, seminar_rows.DAY - timedelta(days=80))
    db.session.add(HalfDayStaff(half_day_id=half_day.id, person_id=speaker.id, role=StaffRole.SPEAKER))
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/heures-intervenants"
    assert "à confirmer" in page(address).text
    assert client.post(f"{address}/{speaker.id}", data={"tie": "interne"}).status_code == 303
    assert client.post(f"{address}/{learner.person_id}", data={"tie": "interne"}).status_code == 404
    assert client.get(f"{address}?format=xlsx").status_code == 200


@pytest.mark.parametrize("which", ["livret", "positionnement", "qualite", "heures-intervenants", "reclamations"])
def test_each_page_asks_as_much_of_three_as_of_one(
    learner: Any, client: Any, page: Any, selects: Any, which: str
) -> None:
    cohort = learner.cohort
    make.handbook(cohort)
    by = cohort_rows.carrier_of(cohort)
    accounts.sign_in(client, by)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            another = cohort_rows.learner(cohort)
            make.rated(another, 1)
            make.complaint(cohort, another.person)
            make.complaint(cohort, by)
            make.improvement(cohort)
        db.session.commit()
        db.session.expire_all()
        with selects() as asked:
            page(f"/promotions/{cohort.code}/{which}")
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 12
