"""From a confirmed seat to a place in the cohort: civil status, team, portrait, referent, welcome (R12, R31, R32, R110, R113, R117)."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import admissions as make
from tests.factories import cohorts as cohort_make
from tests.support import samples
from training.accounts.enums import Part
from training.admissions.commands import DepositPiece
from training.admissions.enums import ApplicationStatus
from training.admissions.file_uses import PHOTO
from training.admissions.models import Application
from training.admissions.services import filing, reserve
from training.cohorts.queries import registration as queries
from training.cohorts.registration import CivilField, CivilStatus, LaunchGuest, Portrait
from training.cohorts.services import registration
from training.common import clock, files
from training.common.declarations import file_use
from training.common.errors import Refused
from training.common.files import StoredFile
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
CIVIL = {"birth_name": "Martin", "first_names": "Inès, Marie", "born_on": ["4", "7", "1984"], "birth_place": "Dole"}


def signed_in(client: FlaskClient, file: Application) -> str:
    accounts.sign_in(client, file.person)
    return f"/candidatures/{file.id}"


def test_a_confirmed_person_gives_what_the_school_asks_and_it_is_exported_for_the_school(
    client: FlaskClient, new_client: Callable[[], FlaskClient], page: Callable[..., Any]
) -> None:
    file = make.confirmed()
    address = signed_in(client, file)
    assert page(address).links()["Votre état civil, pour le diplôme"] == f"{address}/etat-civil"
    page(f"{address}/etat-civil")
    assert client.post(f"{address}/etat-civil", data=CIVIL).status_code == 303
    db.session.expire_all()
    row = db.session.scalars(select(CivilStatus)).one()
    assert (row.birth_name, row.born_on) == ("Martin", date(1984, 7, 4))
    enrolment = reserve.enrol(file, by=make.manager(file.call))
    code, school = enrolment.cohort.code, new_client()
    accounts.sign_in(school, accounts.manager(make.body(file.call, Part.SCHOOL)))
    assert f"{file.person.name} donné" in page(f"/promotions/{code}/etat-civil", by=school).text
    book = load_workbook(io.BytesIO(school.get(f"/promotions/{code}/etat-civil?format=xlsx").data)).active
    assert book is not None
    cells = [[cell.value for cell in line] for line in book.iter_rows()]
    assert cells[0][3:7] == [field.label for field in list(CivilField)[:4]]
    assert "Martin" in cells[1]
    assert "Dole" in cells[1]


@pytest.mark.parametrize(
    ("who", "status"), [("funder", 403), ("carrier", 200), ("school", 200), ("other", 404), ("learner", 403)]
)
def test_civil_status_is_closed_to_others(client: FlaskClient, who: str, status: int) -> None:
    file = make.confirmed()
    reserve.enrol(file, by=make.manager(file.call))
    parts = {"funder": Part.FUNDER, "carrier": Part.CARRIER, "school": Part.SCHOOL}
    people = {"other": accounts.manager, "learner": lambda: file.person}
    someone = people[who]() if who in people else accounts.manager(make.body(file.call, parts[who]))
    accounts.sign_in(client, someone)
    assert client.get(f"/promotions/{file.call.cohort.code}/etat-civil").status_code == status


def test_an_edition_asks_its_own_facts(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.confirmed()
    accounts.sign_in(client, accounts.manager(make.body(file.call, Part.SCHOOL)))
    address = f"/promotions/{file.call.cohort.code}/etat-civil"
    assert client.post(address, data={}).status_code == 422
    assert client.post(address, data={"fields": ["birth_name", "nationality"]}).status_code == 303
    form = page(f"{signed_in(client, file)}/etat-civil").form(f"/candidatures/{file.id}/etat-civil")
    assert {"birth_name", "nationality"} <= form.keys()
    assert "born_on" not in form


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"birth_name": ""}, "birth_name"),
        ({"born_on": ["32", "1", "1984"]}, "born_on"),
        ({"born_on": ["1", "1", "2024"]}, "born_on"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_lost(
    client: FlaskClient, changed: dict[str, Any], field: str
) -> None:
    file = make.confirmed()
    answer = client.post(f"{signed_in(client, file)}/etat-civil", data={**CIVIL, **changed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Inès, Marie" in answer.text


@pytest.mark.parametrize("name", ["etat-civil", "equipe", "trombinoscope"])
def test_these_pages_open_in_their_time_only(client: FlaskClient, name: str) -> None:
    file = make.submitted()
    address = signed_in(client, file)
    assert client.get(f"{address}/{name}").status_code == 409
    assert client.post(f"{address}/{name}", data={}).status_code == 409
    make.force(file, ApplicationStatus.SHORTLISTED)
    assert client.get(f"{address}/{name}").status_code == 409, "a decision not told opens nothing (R105)"


def test_a_team_is_counted_at_preselection_and_named_later(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.under_review()
    make.force(file, ApplicationStatus.PRESELECTED, ApplicationStatus.PRESELECTED)
    address = signed_in(client, file)
    assert "Votre équipe au lancement" in page(address).text
    assert client.post(f"{address}/equipe", data={"headcount": "3"}).status_code == 303
    assert "3 personnes attendues" in page(address).text
    named = {"headcount": "3", "names": "Bernard Vuillemin, president@example.org\n\nLéa Petit"}
    assert client.post(f"{address}/equipe", data=named).status_code == 303
    guests = db.session.scalars(select(LaunchGuest).order_by(LaunchGuest.position)).all()
    assert [(guest.name, guest.email) for guest in guests] == [
        ("Bernard Vuillemin", "president@example.org"),
        ("Léa Petit", None),
    ]
    assert page(f"{address}/equipe").form(f"{address}/equipe")["names"].count("\n") == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"headcount": ""}, "headcount"),
        ({"headcount": "31"}, "headcount"),
        ({"headcount": "1", "names": "A\nB"}, "headcount"),
        ({"headcount": "1", "names": "Léa Petit, lea@"}, "names"),
    ],
)
def test_a_team_that_cannot_be_is_told_at_its_field(client: FlaskClient, fields: dict[str, str], field: str) -> None:
    file = make.confirmed()
    answer = client.post(f"{signed_in(client, file)}/equipe", data=fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def with_photo() -> Application:
    call = make.call(pieces=("cv",))
    asked = make.requirement("photo", 2, hidden_in_review=True, mandatory=False)
    call.pieces.append(asked)
    db.session.flush()
    file = make.confirmed(call)
    use = file_use(PHOTO)
    staged = files.stage(files.check(io.BytesIO(samples.png()), "photo.png", use), use)
    make.force(file, ApplicationStatus.DRAFT)
    filing.deposit_piece(file, DepositPiece(asked.id, staged), by=make.owner(file))
    make.force(file, ApplicationStatus.CONFIRMED)
    return file


def test_a_portrait_is_shown_by_consent_and_erased_when_it_ends(
    client: FlaskClient, new_client: Callable[[], FlaskClient], page: Callable[..., Any], frozen_clock: Any
) -> None:
    file = with_photo()
    address = signed_in(client, file)
    page(f"{address}/trombinoscope")
    assert client.post(f"{address}/trombinoscope", data={"agrees": "y"}).status_code == 303
    reserve.enrol(file, by=make.manager(file.call))
    fellow, other = cohort_make.learner(file.call.cohort), new_client()
    accounts.sign_in(other, fellow.person)
    shown = page(f"/promotions/{file.call.cohort.code}/trombinoscope", by=other)
    (source,) = [image.get("src", "") for image in shown.all("img") if "/fichiers/" in image.get("src", "")]
    assert other.get(source).status_code == 200
    client.post(f"{address}/trombinoscope", data={})
    assert other.get(source).status_code == 404
    client.post(f"{address}/trombinoscope", data={"agrees": "y", "once": "n"})
    file.call.cohort.ends_on = clock.today() + timedelta(days=200)
    db.session.commit()
    frozen_clock.advance(timedelta(days=201))
    assert registration.erase_portraits() == 1
    assert db.session.scalars(select(Portrait)).all() == []
    kept = db.session.scalars(select(StoredFile).where(StoredFile.use == "portrait")).all()
    assert all(each.erased_at is not None for each in kept)


def test_nobody_agrees_for_someone_else() -> None:
    file = with_photo()
    with pytest.raises(Refused, match="seule"):
        registration.show_portrait(file.call.cohort, file.person_id, file.pieces[-1].file, by=make.manager(file.call))


def test_enrolling_names_the_referent_and_welcomes_in_one_act(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.confirmed()
    trainer = cohort_make.trainer(file.call.cohort, first_name="Relais", last_name="Agréé")
    accounts.sign_in(client, accounts.manager(file.call.carrier))
    shown = page(f"/candidatures/{file.id}")
    href = shown.links()["Inscrire dans la promotion"]
    assert "Relais Agréé" in page(href).text
    assert client.post(href, data={"referent": str(trainer.id)}).status_code == 303
    db.session.expire_all()
    assert file.status is ApplicationStatus.ENROLLED
    assert file.enrolment is not None
    assert [each.person_id for each in file.enrolment.assignments] == [trainer.id]
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "admissions/enrolled")).one()
    assert "votre état civil, pour le diplôme" in mail.text
    assert client.get(href).status_code == 409


def test_a_referent_may_be_named_later(client: FlaskClient) -> None:
    file = make.confirmed()
    accounts.sign_in(client, accounts.manager(file.call.carrier))
    assert client.post(f"/candidatures/{file.id}/inscription", data={}).status_code == 303
    db.session.expire_all()
    assert file.enrolment is not None
    assert queries.given(file.call.cohort_id, file.person_id).civil is False


def test_several_are_enrolled_with_the_same_referent_in_one_act(client: FlaskClient, page: Callable[..., Any]) -> None:
    call = make.call()
    files = [make.confirmed(call), make.confirmed(call)]
    trainer = cohort_make.trainer(call.cohort, first_name="Relais", last_name="Agréé")
    accounts.sign_in(client, accounts.manager(call.carrier))
    address = f"/appels/{call.code}/lots/enrol"
    assert "Relais Agréé" in page(address).text
    sent = {"dossier": [str(file.id) for file in files], "referent": str(trainer.id)}
    assert client.post(address, data=sent).status_code == 303
    db.session.expire_all()
    for file in files:
        assert file.enrolment is not None
        assert [each.person_id for each in file.enrolment.assignments] == [trainer.id]
