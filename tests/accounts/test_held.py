"""Nothing typed is lost when the session ends under a form."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.conftest import FrozenClock
from tests.factories import accounts as make
from tests.support.pages import Page
from training.accounts.models import Person, Structure
from training.common.held import HeldForm, purge
from training.database import db

NEW = "/structures/nouvelle"
FIELDS = {"name": "MSP d’Étang", "kind": "msp", "departement_code": "21", "city": "Dijon", "note": "a\nb"}


@pytest.fixture
def keeper(session: scoped_session[Session]) -> Person:
    someone = make.manager(make.organisation())
    make.departement()
    return someone


def fields_of(shown: Page, path: str) -> dict[str, str]:
    return {k: v for k, v in shown.form(path).items() if k != "csrf_token"}


def test_what_was_typed_comes_back_after_signing_in(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    row = make.sign_in(client, keeper)
    row.ended_at = row.started_at
    stopped = client.post(NEW, data={**FIELDS, "password": "never kept"})
    assert (stopped.status_code, stopped.location) == (303, "/connexion")
    assert "Votre saisie est conservée" in page("/connexion").text
    assert make.sign_in_by_password(client, keeper.email).location == "/compte/reprise"
    shown = page("/compte/reprise")
    assert shown.heading == "Votre saisie a été conservée"
    assert fields_of(shown, NEW) == FIELDS
    assert client.post(NEW, data=FIELDS).status_code == 303
    assert session.scalars(select(Structure)).one().name == "MSP d’Étang"
    assert client.get("/compte/reprise").location == "/"


def test_a_stale_token_keeps_it_too(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    make.sign_in(client, keeper)
    stale = client.post(NEW, data=FIELDS, csrf=False)
    assert (stale.status_code, stale.location) == (303, "/compte/reprise")
    assert fields_of(page("/compte/reprise"), NEW) == FIELDS
    assert session.scalar(select(func.count(Structure.id))) == 0


def test_another_person_on_the_same_browser_never_sees_it(
    client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    row = make.sign_in(client, keeper)
    row.ended_at = row.started_at
    client.post(NEW, data=FIELDS)
    other = make.person()
    assert make.sign_in_by_password(client, other.email).location == "/"
    assert client.get("/compte/reprise").location == "/"


def test_another_browser_of_the_same_person_does_not_see_it(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session], keeper: Person
) -> None:
    client.post(NEW, data=FIELDS)
    other = new_client()
    assert make.sign_in_by_password(other, keeper.email).location == "/"
    assert other.get("/compte/reprise").location == "/"


def test_a_form_sent_from_another_site_is_not_kept(
    client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    client.post(NEW, data=FIELDS, headers={"Sec-Fetch-Site": "cross-site"})
    assert session.scalar(select(func.count(HeldForm.key))) == 0


def test_it_is_kept_an_hour(
    client: FlaskClient, session: scoped_session[Session], keeper: Person, frozen_clock: FrozenClock
) -> None:
    client.post(NEW, data=FIELDS)
    frozen_clock.advance(timedelta(minutes=61))
    assert make.sign_in_by_password(client, keeper.email).location == "/"
    assert purge() == 1


def test_one_may_give_it_up(client: FlaskClient, session: scoped_session[Session], keeper: Person) -> None:
    client.post(NEW, data=FIELDS)
    make.sign_in_by_password(client, keeper.email)
    assert client.post("/compte/reprise/abandon").location == "/"
    assert session.scalar(select(func.count(HeldForm.key))) == 0
    assert client.get("/compte/reprise").location == "/"


def test_a_refused_form_stays_kept_until_it_is_accepted(
    client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    client.post(NEW, data={**FIELDS, "name": ""})
    make.sign_in_by_password(client, keeper.email)
    assert client.post(NEW, data={**FIELDS, "name": ""}).status_code == 422
    assert client.get("/compte/reprise").status_code == 200


def test_a_page_asked_before_signing_in_is_reached_after(
    client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    asked = client.get("/structures?type=msp")
    assert asked.location == "/connexion?suite=%2Fstructures%3Ftype%3Dmsp"
    assert (
        make.sign_in_by_password(client, keeper.email, suite="/structures?type=msp").location == "/structures?type=msp"
    )


def test_a_script_is_told_by_a_401(client: FlaskClient, session: scoped_session[Session]) -> None:
    answer = client.post(NEW, data=FIELDS, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert "Reconnectez-vous" in answer.text
    assert db.session.scalar(select(func.count(HeldForm.key))) == 0
