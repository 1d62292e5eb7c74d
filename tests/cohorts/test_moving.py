"""A running cohort brought in from its spreadsheets: learners and trainers, the steps, taking back (R114)."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories.selection import signed_in
from tests.support.imports import Open, bring, brought_in, workbook
from training.accounts.commands import Identity
from training.accounts.enums import Part
from training.accounts.models import Person, Structure
from training.accounts.services import people
from training.cohorts.enums import AssignmentKind, EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.registration import CivilStatus
from training.common.import_runs import ImportRun
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
HEAD = ["NOM", "Prénom", "Mail", "Structure", "Type", "Dept", "Entrée", "Référent", "Statut", "Sortie le", "Motif"]
ALIX = ["Roy", "Alix", "alix.roy@example.org", "MSP du Lac", "MSP", "21", "11/12/2025", None, None, None, None]
NOUR = ["Petit", "Nour", "nour.petit@example.org", "MSP du Lac", "MSP", "21", None, None, "en cours", None, None]
GONE = [
    "Vidal",
    "Sam",
    "sam.vidal@example.org",
    "MSP du Lac",
    "MSP",
    "21",
    None,
    None,
    "abandon",
    "02/02/2026",
    "Mutation",
]


@pytest.fixture
def cohort() -> Cohort:
    accounts.departement("21")
    return make.cohort(places=2)


@pytest.fixture
def staff(cohort: Cohort, client: FlaskClient) -> FlaskClient:
    return signed_in(client, make.carrier_of(cohort))


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def enrolled() -> dict[str, Enrolment]:
    found = db.session.scalars(select(Enrolment).execution_options(populate_existing=True))
    return {each.person.last_name: each for each in found}


def test_learners_come_in_seated_as_they_were_and_nobody_is_told(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    trainer = make.trainer(cohort, first_name="Dominique", last_name="Lambert")
    alix = [*ALIX[:7], "Lambert Dominique", *ALIX[8:]]
    bringing = bring(staff, page, "apprenants", cohort, workbook(HEAD, alix, NOUR, GONE))
    assert "Alix Roy" in bringing.text
    assert "nouveau compte, aucun courriel ne part" in bringing.text
    assert "suivie par Dominique Lambert" in bringing.text
    assert "abandon depuis le 2 février 2026" in bringing.text
    assert count(Enrolment) == 0
    assert bringing.write().status_code == 303
    rows = enrolled()
    assert {name: each.status for name, each in rows.items()} == {
        "Roy": EnrolmentStatus.ACTIVE,
        "Petit": EnrolmentStatus.ACTIVE,
        "Vidal": EnrolmentStatus.WITHDRAWN,
    }
    assert all(each.taken_over for each in rows.values())
    assert rows["Roy"].entered_on == date(2025, 12, 11)
    assert rows["Petit"].entered_on == cohort.first_seminar_on  # nothing said: that of the cohort
    assert rows["Vidal"].left_on == date(2026, 2, 2)
    assert count(Structure) == 1
    assert count(OutgoingMail) == 0
    follows = db.session.scalars(select(TrainerAssignment)).one()
    assert (follows.kind, follows.person_id, follows.enrolment_id) == (
        AssignmentKind.REFERENT,
        trainer.id,
        rows["Roy"].id,
    )
    done = page(bringing.url, by=staff)
    assert "3 apprenant·es repris·es" in done.text
    assert f"/promotions/{cohort.code}/apprenants/{rows['Roy'].id}" in done.response.text
    listed = openpyxl.load_workbook(io.BytesIO(staff.get(f"{bringing.url}/ecrit.xlsx").data)).active
    assert listed is not None
    assert [row[0].value for row in listed.iter_rows(min_row=2)] == ["Nour Petit", "Alix Roy", "Sam Vidal"]


def test_the_same_sheet_twice_writes_nothing_the_second_time(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    brought_in(staff, page, "apprenants", cohort, HEAD, ALIX, NOUR)
    again = bring(staff, page, "apprenants", cohort, workbook(HEAD, ALIX, NOUR))
    assert "est déjà dans la promotion" in again.text
    assert again.write().status_code == 303
    assert (count(Enrolment), count(Structure)) == (2, 1)
    assert "0 apprenant·e repris·e, 2 déjà là" in page(again.url, by=staff).text


def test_a_referent_agreed_to_later_is_named_by_the_same_sheet(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    alix = [*ALIX[:7], "dominique.lambert@example.org", *ALIX[8:]]
    first = bring(staff, page, "apprenants", cohort, workbook(HEAD, alix))
    assert "n’a pas d’agrément de l’école" in first.text
    first.write()
    assert count(TrainerAssignment) == 0
    trainer = accounts.person(email="dominique.lambert@example.org")
    make.approve(trainer, cohort, agreed_on=date(2026, 2, 3))
    brought_in(staff, page, "apprenants", cohort, HEAD, alix)
    assert db.session.scalars(select(TrainerAssignment)).one().since == date(2026, 2, 3)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({2: None}, "Il faut une adresse personnelle"),
        ({3: "MSP inconnue", 4: None}, "n’est pas au registre"),
        ({3: None}, "Indiquez la structure"),
        ({8: "diplômée"}, "n’est pas un état connu"),
        ({8: "abandon"}, "depuis quel jour"),
        ({9: "01/02/2026"}, "ne va pas avec l’état"),
        ({8: "abandon", 9: "01/12/2025"}, "La sortie précède l’entrée"),
        ({8: "abandon", 9: "01/12/2030"}, "Cette date est à venir"),
        ({4: "CDS"}, "Indiquez le parcours"),
        ({6: "hier"}, "n’est pas une date"),
        ({2: "pas une adresse"}, "n’est pas une adresse"),
    ],
)
def test_a_bad_row_is_told_and_nothing_is_written(
    cohort: Cohort, staff: FlaskClient, page: Open, change: dict[int, Any], told: str
) -> None:
    bad = [change.get(rank, cell) for rank, cell in enumerate(ALIX)]
    bringing = bring(staff, page, "apprenants", cohort, workbook(HEAD, NOUR, bad))
    assert told in bringing.text
    assert not bringing.is_ready
    columns = f"{bringing.url}/colonnes"
    assert staff.post(bringing.url, data=page(columns, by=staff).form(columns)).status_code == 422
    assert count(Enrolment) == 0


def test_more_learners_than_places_are_told_with_where_to_change_it(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    more = [["Blanc", "Lou", "lou.blanc@example.org", *ALIX[3:]]]
    bringing = bring(staff, page, "apprenants", cohort, workbook(HEAD, ALIX, NOUR, *more))
    assert "inscrit 3 personnes, et il ne reste que 2 places" in bringing.text
    assert f"/promotions/{cohort.code}/places" in bringing.page.response.text


def test_known_people_are_recognised_and_namesakes_of_ones_own_told(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    earlier = make.cohort(carrier=make.part_of(cohort, Part.CARRIER))
    make.learner(earlier, person=people.create("alix.autre@example.org", identity=Identity("Alix", "Roy", None)))
    known = people.create("nour.petit@example.org", identity=Identity("Nour Inès", "Petit", None))
    bringing = bring(staff, page, "apprenants", cohort, workbook(HEAD, ALIX, NOUR))
    assert "Alix Roy a déjà un compte, à une autre adresse" in bringing.text
    assert "Cette adresse est déjà celle de Nour Inès Petit" in bringing.text
    bringing.write()
    assert enrolled()["Petit"].person_id == known.id


@pytest.mark.parametrize("kind", ["apprenants", "formateurs"])
def test_a_dry_run_tells_nobody_whose_an_address_is_r114(
    cohort: Cohort, staff: FlaskClient, page: Open, kind: str
) -> None:
    people.create("alix.roy@example.org", identity=Identity("Secrète", "Inconnue", None))
    people.create("ailleurs@example.org", identity=Identity("Nour", "Petit", None))
    rows = (ALIX, NOUR) if kind == "apprenants" else (ALIX[:3], NOUR[:3])
    head = HEAD if kind == "apprenants" else HEAD[:3]
    bringing = bring(staff, page, kind, cohort, workbook(head, *rows))
    assert "Inconnue" not in bringing.page.response.text
    assert "sous un autre nom" in bringing.text
    assert "a déjà un compte" not in bringing.text
    assert not bringing.is_ready


def test_a_name_and_a_birth_date_find_only_ones_own_learners_r114(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    away = make.learner(make.cohort(), person=people.create("loin@example.org", identity=Identity("Alix", "Roy", None)))
    db.session.add(CivilStatus(cohort_id=away.cohort_id, person_id=away.person_id, born_on=date(1990, 1, 2)))
    db.session.flush()
    row = [*ALIX, "02/01/1990"]
    row[2] = None
    bringing = bring(staff, page, "apprenants", cohort, workbook([*HEAD, "Date de naissance"], row))
    assert "Il faut une adresse personnelle" in bringing.text
    assert not bringing.is_ready


def test_someone_who_follows_the_programme_elsewhere_is_not_taken_twice_r31(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    other = make.cohort(edition=cohort.edition)
    make.learner(other, person=people.create("alix.roy@example.org", identity=Identity("Alix", "Roy", None)))
    bringing = bring(staff, page, "apprenants", cohort, workbook(HEAD, ALIX))
    assert "suit déjà ce programme dans une autre promotion" in bringing.text
    assert other.label not in bringing.page.response.text


def test_an_import_is_taken_back_while_nothing_was_built_on_it(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    trainer = make.trainer(cohort, first_name="Dominique", last_name="Lambert")
    alix = [*ALIX[:7], trainer.email, *ALIX[8:]]
    bringing = bring(staff, page, "apprenants", cohort, workbook(HEAD, alix, NOUR))
    bringing.write()
    asked = f"{bringing.url}/annuler"
    assert asked in page(bringing.url, by=staff).response.text
    taken = staff.post(asked, data=page(asked, by=staff).form(asked))
    assert taken.status_code == 303, taken.text
    assert (count(Enrolment), count(TrainerAssignment)) == (0, 0)
    assert "Import annulé" in page(bringing.url, by=staff).text
    assert staff.get(asked).status_code == 409
    brought_in(staff, page, "apprenants", cohort, HEAD, alix, NOUR)  # the seats are free again
    assert count(Enrolment) == 2


def test_an_import_on_which_something_was_built_stays(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    bringing = bring(staff, page, "apprenants", cohort, workbook(HEAD, ALIX, NOUR))
    bringing.write()
    alix = enrolled()["Roy"]
    noted = f"/promotions/{cohort.code}/apprenants/{alix.id}"
    form = page(noted, by=staff)
    assert staff.post(f"{noted}/notes", data=form.form(f"{noted}/notes") | {"words": "Vu"}).status_code == 303
    asked = f"{bringing.url}/annuler"
    refused = staff.post(asked, data=page(asked, by=staff).form(asked))
    assert refused.status_code == 422
    assert "Quelque chose a été fait depuis pour Alix Roy" in refused.text
    assert count(Enrolment) == 2


def test_trainers_come_in_and_animate_once_agreed_to(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    head = ["Nom", "Prénom", "Email", "Anime"]
    rows: list[list[Any]] = [
        ["Lambert", "Dominique", "dl@example.org", "oui"],
        ["Moreau", "Camille", "cm@example.org", None],
    ]
    first = bring(staff, page, "formateurs", cohort, workbook(head, *rows))
    assert "n’a pas encore l’agrément" in first.text
    first.write()
    known = db.session.scalars(select(Person).where(Person.email == "dl@example.org")).one()
    assert count(TrainerAssignment) == 0
    make.approve(known, cohort)
    brought_in(staff, page, "formateurs", cohort, head, *rows)
    assert db.session.scalars(select(TrainerAssignment)).one().kind is AssignmentKind.ANIMATOR
    brought_in(staff, page, "formateurs", cohort, head, *rows)
    assert count(TrainerAssignment) == 1
    assert count(OutgoingMail) == 0


def test_the_steps_say_what_is_there_and_people_are_told_once_when_asked(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    steps = f"/promotions/{cohort.code}/reprise"
    assert steps in page(f"/promotions/{cohort.code}", by=staff).response.text
    before = page(steps, by=staff)
    assert "Personne n’est encore inscrit" in before.text
    assert "Rien encore" in before.text
    brought_in(staff, page, "apprenants", cohort, HEAD, ALIX, GONE)
    after = page(steps, by=staff)
    assert "2 personnes, dont 1 en formation" in after.text
    assert "1 personne n’est pas encore prévenue" in after.text
    tell = f"{steps}/prevenir"
    assert staff.post(tell, data=page(tell, by=staff).form(tell)).status_code == 303
    told = db.session.scalars(select(OutgoingMail)).one()
    assert (told.to_email, told.message) == ("alix.roy@example.org", "cohorts/moved_in")
    assert staff.post(tell, data=page(tell, by=staff).form(tell)).status_code == 303
    assert count(OutgoingMail) == 1


def test_another_body_and_readers_bring_nothing_in(cohort: Cohort, client: FlaskClient) -> None:
    others = make.people_around(cohort)
    for who in ("carrier's reader", "school", "animator", "learner", "another carrier"):
        someone = signed_in(client, others[who])
        assert someone.get(f"/imports/apprenants/{cohort.id}").status_code == 404, who
        assert someone.get(f"/promotions/{cohort.code}/reprise").status_code in {403, 404}, who


@pytest.mark.parametrize("kind", ["apprenants", "formateurs"])
def test_the_example_is_read_without_a_blocking_problem(
    cohort: Cohort, staff: FlaskClient, page: Open, kind: str
) -> None:
    given = staff.get(f"/imports/{kind}/{cohort.id}/exemple.xlsx").data
    bringing = bring(staff, page, kind, cohort, given)
    assert "2 lignes prêtes à importer" in bringing.text, bringing.text


@pytest.mark.both_engines
def test_two_sheets_at_the_last_seat_do_not_oversell_it(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    first = bring(staff, page, "apprenants", cohort, workbook(HEAD, ALIX, NOUR))
    blanc = ["Blanc", "Lou", "lou.blanc@example.org", *ALIX[3:]]
    second = bring(staff, page, "apprenants", cohort, workbook(HEAD, blanc))
    assert second.is_ready
    assert first.write().status_code == 303
    refused = second.write()
    assert refused.status_code == 422
    assert "problème à corriger" in refused.text
    assert count(Enrolment) == 2
    assert db.session.scalars(select(ImportRun).where(ImportRun.done_at.is_not(None))).one().outcome
