"""The administrator's pages, and each person's rights over her data (R87, R91, R99)."""

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.accounts.support import link_of
from tests.conftest import FrozenClock
from tests.factories import accounts as make
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Function
from training.accounts.models import Invitation, Membership, Person, SignIn
from training.accounts.services import privacy
from training.common import clock
from training.common.declarations import registry
from training.database import PERSON, Base, db


@pytest.fixture
def boss(client: FlaskClient, session: scoped_session[Session]) -> Person:
    someone = make.administrator(last_name="Zola")
    make.sign_in(client, someone)
    return someone


@pytest.mark.parametrize("path", ["/comptes", "/comptes/{id}", "/comptes/{id}/anonymisation"])
def test_accounts_are_the_administrators_affair(
    client: FlaskClient, session: scoped_session[Session], path: str
) -> None:
    someone = make.manager()
    make.sign_in(client, someone)
    assert client.get(path.format(id=someone.id)).status_code == 403


def test_people_are_listed_searched_and_filtered(page: Callable[..., Page], client: FlaskClient, boss: Person) -> None:
    make.person("etienne@example.org", first_name="Étienne", last_name="Ïlo")
    make.manager(last_name="Martin")
    assert "Étienne Ïlo" in page("/comptes?recherche=ilo").text
    assert "Martin" not in page("/comptes?recherche=ilo").text
    assert "Martin" in page("/comptes?fonction=manager").text
    assert "Ïlo" not in page("/comptes?fonction=manager").text
    assert "Aucun compte" in page("/comptes?recherche=xyz").text


def test_the_list_costs_the_same_whatever_its_length(
    client: FlaskClient, boss: Person, selects: Callable[[], AbstractContextManager[Queries]]
) -> None:
    with selects() as one:
        client.get("/comptes")
    for _ in range(4):
        make.manager()
    with selects() as more:
        client.get("/comptes")
    assert more.count <= one.count + 2 <= 12


def test_each_page_about_a_person_is_sound(page: Callable[..., Page], client: FlaskClient, boss: Person) -> None:
    someone = make.manager(totp_secret="sealed")
    make.sign_in_row(someone)
    held = db.session.scalars(select(Membership).where(Membership.person_id == someone.id)).one()
    for end in ("", "/fonctions", f"/fonctions/{held.id}/fin", "/adresse", "/activation", "/seconds-facteurs"):
        page(f"/comptes/{someone.id}{end}")
    assert "définitive" in page(f"/comptes/{someone.id}/anonymisation").text


def test_a_function_is_given_and_ended(client: FlaskClient, session: scoped_session[Session], boss: Person) -> None:
    someone, body = make.person(), make.organisation()
    path = f"/comptes/{someone.id}/fonctions"
    fields = {"function": "manager", "organisation": str(body.id), "departements": "21, 25"}
    assert client.post(path, data=fields).status_code == 303
    assert client.post(path, data=fields).status_code == 422
    assert client.post(path, data={"function": "reader", "organisation": ""}).status_code == 422
    row = session.scalars(select(Membership).where(Membership.person_id == someone.id)).one()
    assert row.departements == ["21", "25"]
    assert client.post(f"{path}/{row.id}/fin", data={"reason": "Départ."}).status_code == 303
    assert make.principal(someone).capacities == ()


def test_an_account_loses_its_address_and_everything_it_opened(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session], boss: Person
) -> None:
    someone = make.person("coordination@example.org")
    theirs = new_client()
    make.sign_in(theirs, someone)
    new_client().post("/connexion/lien", data={"email": someone.email})
    path = link_of("magic_link")
    fields = {"email": "camille@example.org", "reason": "Adresse partagée."}
    assert client.post(f"/comptes/{someone.id}/adresse", data=fields).status_code == 303
    assert theirs.get("/compte").status_code == 303
    assert new_client().post(path).status_code == 410
    assert make.sign_in_by_password(new_client(), "coordination@example.org").status_code == 422
    assert make.sign_in_by_password(new_client(), "camille@example.org").status_code == 422
    new_client().post("/connexion/lien", data={"email": "camille@example.org"})
    assert theirs.post(link_of("magic_link")).location == "/"


def test_an_account_is_closed_and_opened_again(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session], boss: Person
) -> None:
    someone = make.person()
    theirs = new_client()
    make.sign_in(theirs, someone)
    path = f"/comptes/{someone.id}/activation"
    assert client.post(path, data={"reason": "Doublon."}).status_code == 303
    assert theirs.get("/compte").status_code == 303
    assert client.post(path, data={"reason": "Erreur."}).status_code == 303
    assert make.sign_in_by_password(theirs, someone.email).status_code == 303
    assert client.post(f"/comptes/{boss.id}/activation", data={"reason": "x"}).status_code == 422


def test_the_register_of_processing_is_public_and_drawn_from_the_declarations(page: Callable[..., Page]) -> None:
    shown = page("/donnees-personnelles")
    for declared in registry.personal_data:
        assert declared.label in shown.text


def test_every_table_of_accounts_that_names_a_person_is_declared() -> None:
    declared = {data.table for data in registry.rooms["accounts"].personal_data}
    naming = {
        str(table)
        for mapper in Base.registry.mappers
        if mapper.class_.__module__ == "training.accounts.models"
        for table in (mapper.local_table,)
        if any(column.info == PERSON for column in table.columns)
    }
    assert naming <= declared


def test_the_copy_holds_everything_and_no_secret(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session]
) -> None:
    someone = make.manager(totp_secret="sealed", first_name="=Inès")
    make.sign_in(client, someone)
    page("/compte/donnees")
    answer = client.post("/compte/donnees/copie")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    data = json.loads(archive.read("donnees.json"))
    assert data["Compte"][0]["Adresse électronique"] == someone.email
    assert data["Fonctions"][0]["Fonction"] == "gestion"
    text = archive.read("donnees.json").decode()
    assert make.HASHED not in text
    assert "sealed" not in text
    sheet = load_workbook(io.BytesIO(archive.read("donnees.xlsx"))).worksheets[0]
    assert ("Compte", 1, "Prénom", "=Inès") in list(sheet.iter_rows(values_only=True))
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_anonymisation_is_asked_then_done_by_someone_else(
    page: Callable[..., Page],
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
    boss: Person,
) -> None:
    someone = make.manager(phone="0600000000")
    make.membership(someone, Function.COMMITTEE_MEMBER, make.organisation())
    theirs = new_client()
    make.sign_in(theirs, someone)
    theirs.post("/compte/donnees/anonymisation")
    assert "en cours" in page("/compte/donnees", by=theirs).text
    assert "demande son anonymisation" in page(f"/comptes/{someone.id}").text
    former = someone.email
    assert client.post(f"/comptes/{someone.id}/anonymisation", data={"reason": ""}).status_code == 422
    assert client.post(f"/comptes/{someone.id}/anonymisation", data={"reason": "À sa demande."}).status_code == 303
    session.refresh(someone)
    assert (someone.name, someone.phone, someone.password, someone.active) == ("Personne anonymisée", None, None, False)
    assert theirs.get("/compte").status_code == 303
    assert session.scalars(select(SignIn).where(SignIn.person_id == someone.id)).all() == []
    assert make.sign_in_by_password(theirs, former).status_code == 422
    assert former not in page(f"/comptes/{someone.id}").text
    assert client.post(f"/comptes/{someone.id}/anonymisation", data={"reason": "x"}).status_code == 422
    assert client.post(f"/comptes/{boss.id}/anonymisation", data={"reason": "x"}).status_code == 422


@pytest.mark.both_engines
def test_purges_take_only_what_outlived_its_time(session: scoped_session[Session], frozen_clock: FrozenClock) -> None:
    body = make.organisation()
    make.sign_in_row(make.person())
    db.session.add(
        Invitation(
            email="a@example.org",
            email_key="a@example.org",
            organisation_id=body.id,
            function=Function.READER,
            expires_at=clock.now() + timedelta(days=14),
        )
    )
    db.session.flush()
    assert privacy.purge_accounts() == 0
    frozen_clock.advance(timedelta(days=400))
    assert privacy.purge_accounts() == 2
    assert session.scalar(select(func.count(Person.id))) == 1


def test_every_page_of_ones_account_is_sound(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session]
) -> None:
    someone = make.manager(recovery_codes=["x"])
    make.sign_in(client, someone)
    for path in (
        "/compte",
        "/compte/identite",
        "/compte/adresse",
        "/compte/mot-de-passe",
        "/compte/securite",
        "/compte/application-de-codes",
        "/compte/codes-de-secours",
        "/compte/cles-d-acces",
        "/comptes/code",
    ):
        page(path, straight_quotes=False)


@pytest.mark.parametrize(
    "path",
    ["creer-un-compte", "mot-de-passe-oublie", "code", "cle-d-acces", "lien-envoye"],
)
def test_every_page_before_signing_in_is_sound(
    page: Callable[..., Page], session: scoped_session[Session], path: str
) -> None:
    page(f"/connexion/{path}")


def test_ones_name_is_changed(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person()
    make.sign_in(client, someone)
    fields = {"first_name": " Anaïs ", "last_name": "d’Œuvre", "phone": ""}
    assert client.post("/compte/identite", data=fields).location == "/compte"
    session.refresh(someone)
    assert (someone.name, someone.sort_key) == ("Anaïs d’Œuvre", "d’oeuvre anais")
    assert client.post("/compte/identite", data={**fields, "last_name": ""}).status_code == 422
