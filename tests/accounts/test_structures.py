"""The register of structures: scope, dues, representative (R8, R95, R99)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from tests.accounts.support import link_of, mails
from tests.conftest import FrozenClock
from tests.factories import accounts as make
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Function, OrganisationKind
from training.accounts.models import Dues, Membership, Organisation, Person, Structure
from training.common import clock
from training.database import db


@pytest.fixture
def federation(session: scoped_session[Session]) -> Organisation:
    return make.organisation("femasco")


@pytest.fixture
def keeper(client: FlaskClient, federation: Organisation) -> Person:
    someone = make.manager(federation)
    make.sign_in(client, someone)
    return someone


def away(name: str = "MSP d’ailleurs") -> Structure:
    make.region("ARA", "Auvergne-Rhône-Alpes")
    make.departement("69", "Rhône", region_code="ARA")
    return make.structure(name, departement_code="69")


def test_staff_see_the_structures_of_their_region_only(
    page: Callable[..., Page], client: FlaskClient, keeper: Person
) -> None:
    own, other = make.structure("MSP d’ici"), away()
    shown = page("/structures")
    assert "MSP d’ici" in shown.text
    assert "MSP d’ailleurs" not in shown.text
    assert client.get(f"/structures/{own.id}").status_code == 200
    assert client.get(f"/structures/{other.id}").status_code == 404
    assert client.post(f"/structures/{other.id}/cotisations", data={"year": "2026"}).status_code == 404


def test_the_list_is_searched_without_accents_and_by_finess(page: Callable[..., Page], keeper: Person) -> None:
    make.structure("Maison de santé des Étangs", finess="210000001")
    make.structure("Pôle du Val")
    assert "Étangs" in page("/structures?recherche=etangs").text
    assert "Val" not in page("/structures?recherche=etangs").text
    assert "Étangs" in page("/structures?recherche=210000001").text
    assert "Aucune structure" in page("/structures?recherche=%25").text


def test_the_list_costs_the_same_whatever_its_length(
    client: FlaskClient, keeper: Person, selects: Callable[[], AbstractContextManager[Queries]]
) -> None:
    make.structure()
    with selects() as one:
        client.get("/structures")
    for _ in range(5):
        make.structure()
    with selects() as six:
        client.get("/structures")
    assert six.count == one.count <= 12


def test_a_structure_is_added_then_edited(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    make.departement()
    page("/structures/nouvelle")
    fields = {"name": "MSP neuve", "kind": "msp", "departement_code": "21", "finess": "210000009"}
    added = client.post("/structures/nouvelle", data=fields)
    row = session.scalars(select(Structure)).one()
    assert added.location == f"/structures/{row.id}"
    page(f"/structures/{row.id}/modifier")
    client.post(f"/structures/{row.id}/modifier", data={**fields, "kind": "cpts"})
    assert "CPTS" in page(f"/structures/{row.id}").text


def test_a_structure_cannot_be_added_in_another_region(
    client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    away()
    answer = client.post("/structures/nouvelle", data={"name": "X", "kind": "msp", "departement_code": "69"})
    assert answer.status_code == 422


def test_a_finess_number_is_unique(client: FlaskClient, session: scoped_session[Session], keeper: Person) -> None:
    make.structure(finess="210000009")
    fields = {"name": "Autre", "kind": "msp", "departement_code": "21", "finess": "210000009"}
    answer = client.post("/structures/nouvelle", data=fields)
    assert answer.status_code == 422
    assert "déjà ce numéro FINESS" in answer.text


@pytest.mark.usefixtures("frozen_clock")
def test_dues_say_who_and_when(
    page: Callable[..., Page],
    client: FlaskClient,
    session: scoped_session[Session],
    keeper: Person,
    federation: Organisation,
) -> None:
    row = make.structure()
    page(f"/structures/{row.id}/cotisations")
    fields = {"organisation": str(federation.id), "year": "2026", "paid_on": "29/01/2026"}
    assert client.post(f"/structures/{row.id}/cotisations", data=fields).status_code == 303
    line = session.scalars(select(Dues)).one()
    assert (line.paid_on, line.entered_by, line.entered_at) == (date(2026, 1, 29), keeper.id, clock.now())
    client.post(f"/structures/{row.id}/cotisations", data={**fields, "paid_on": ""})
    session.refresh(line)
    assert line.paid_on is None
    shown = page(f"/structures/{row.id}")
    assert keeper.name in shown.text
    assert shown.text.count("a enregistré une cotisation") == 2


def test_dues_to_come_and_dues_of_another_body_are_refused(
    client: FlaskClient,
    session: scoped_session[Session],
    keeper: Person,
    federation: Organisation,
    frozen_clock: FrozenClock,
) -> None:
    row, other = make.structure(), make.organisation("other")
    future = client.post(
        f"/structures/{row.id}/cotisations",
        data={"organisation": str(federation.id), "year": "2026", "paid_on": "01/12/2026"},
    )
    foreign = client.post(f"/structures/{row.id}/cotisations", data={"organisation": str(other.id), "year": "2026"})
    assert (future.status_code, foreign.status_code) == (422, 422)
    assert session.scalars(select(Dues)).all() == []


def test_a_new_representative_ends_the_former_access(
    page: Callable[..., Page],
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
    keeper: Person,
) -> None:
    row, former = make.structure(), make.person()
    make.membership(former, Function.REPRESENTATIVE, row)
    theirs = new_client()
    make.sign_in(theirs, former)
    assert theirs.get(f"/structures/{row.id}").status_code == 200
    page(f"/structures/{row.id}/representation")
    fields = {"email": "presidente@example.org", "reason": "Nouvelle présidence."}
    assert client.post(f"/structures/{row.id}/representation", data=fields).status_code == 303
    assert theirs.get(f"/structures/{row.id}").status_code == 404
    new_client().post(link_of("invitation"))
    held = session.scalars(select(Membership).where(Membership.until.is_(None), Membership.structure_id == row.id))
    assert [m.person.email for m in held] == ["presidente@example.org"]


def test_an_ars_keeps_no_register(client: FlaskClient, session: scoped_session[Session]) -> None:
    ars = make.organisation("ars", kind=OrganisationKind.ARS)
    make.sign_in(client, make.manager(ars))
    assert client.get("/structures").status_code == 403
    assert client.get("/structures/nouvelle").status_code == 403


@pytest.mark.usefixtures("keeper")
def test_a_team_is_its_managers_affair(
    page: Callable[..., Page],
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
    federation: Organisation,
) -> None:
    other = new_client()
    make.sign_in(other, make.manager(make.organisation("other")))
    assert other.get("/organisations/femasco/equipe").status_code == 403
    reader = make.person()
    row = make.membership(reader, Function.READER, federation)
    shown = page("/organisations/femasco/equipe")
    assert reader.name in shown.text
    page(f"/organisations/femasco/equipe/{row.id}/fin")
    assert client.post(f"/organisations/femasco/equipe/{row.id}/fin", data={"reason": ""}).status_code == 422
    assert client.post(f"/organisations/femasco/equipe/{row.id}/fin", data={"reason": "Départ."}).status_code == 303
    session.refresh(row)
    assert row.until is not None
    foreign = session.scalars(select(Membership).where(Membership.organisation_id != federation.id)).one()
    assert client.get(f"/organisations/femasco/equipe/{foreign.id}/fin").status_code == 404


def test_an_invitation_is_refused_to_who_has_the_function_and_to_a_shared_mailbox(
    client: FlaskClient, session: scoped_session[Session], federation: Organisation, keeper: Person
) -> None:
    again = client.post("/organisations/femasco/equipe", data={"email": keeper.email, "function": "manager"})
    shared = client.post("/organisations/femasco/equipe", data={"email": "contact@msp.fr", "function": "reader"})
    admin = client.post("/organisations/femasco/equipe", data={"email": "x@example.org", "function": "administrator"})
    assert (again.status_code, shared.status_code, admin.status_code) == (422, 422, 422)
    assert mails() == []


@pytest.mark.both_engines
def test_one_current_function_per_person_and_body(session: scoped_session[Session]) -> None:
    body, someone = make.organisation(), make.person()
    former = make.membership(someone, Function.READER, body)
    former.until = clock.now()
    make.membership(someone, Function.READER, body)
    with pytest.raises(IntegrityError):
        make.membership(someone, Function.READER, body)
    db.session.rollback()
    boss = make.administrator()
    with pytest.raises(IntegrityError):
        make.membership(boss, Function.ADMINISTRATOR)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        make.membership(make.person(), Function.READER)
    db.session.rollback()
