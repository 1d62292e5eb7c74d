"""Nothing typed is lost when the session ends under a form."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.conftest import FrozenClock
from tests.factories import accounts as make
from tests.factories import admissions
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


def interrupted(client: FlaskClient, someone: Person, **fields: str) -> None:
    """Her session ends while she types, and what she sends then is kept."""
    row = make.sign_in(client, someone)
    row.ended_at = row.started_at
    assert client.post(NEW, data={**FIELDS, **fields}).status_code == 303


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
    interrupted(client, keeper)
    other = make.person()
    assert make.sign_in_by_password(client, other.email).location == "/"
    assert client.get("/compte/reprise").location == "/"


def test_another_browser_of_the_same_person_does_not_see_it(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session], keeper: Person
) -> None:
    interrupted(client, keeper)
    other = new_client()
    assert make.sign_in_by_password(other, keeper.email).location == "/"
    assert other.get("/compte/reprise").location == "/"


def test_a_form_sent_from_another_site_is_not_kept(
    client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    row = make.sign_in(client, keeper)
    row.ended_at = row.started_at
    client.post(NEW, data=FIELDS, headers={"Sec-Fetch-Site": "cross-site"})
    assert session.scalar(select(func.count(HeldForm.key))) == 0


def test_it_is_kept_an_hour(
    client: FlaskClient, session: scoped_session[Session], keeper: Person, frozen_clock: FrozenClock
) -> None:
    interrupted(client, keeper)
    frozen_clock.advance(timedelta(minutes=61))
    assert make.sign_in_by_password(client, keeper.email).location == "/"
    assert purge() == 1


def test_one_may_give_it_up(client: FlaskClient, session: scoped_session[Session], keeper: Person) -> None:
    interrupted(client, keeper)
    make.sign_in_by_password(client, keeper.email)
    assert client.post("/compte/reprise/abandon").location == "/"
    assert session.scalar(select(func.count(HeldForm.key))) == 0
    assert client.get("/compte/reprise").location == "/"


def test_a_refused_form_stays_kept_until_it_is_accepted(
    client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    interrupted(client, keeper, name="")
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


def test_nothing_is_planted_in_a_browser_for_the_next_person(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    planted = client.post(f"/comptes/{keeper.id}/fonctions", data={"function": "administrator"})
    sent = client.post(NEW, data=FIELDS)
    assert (planted.status_code, planted.location.partition("?")[0]) == (303, "/connexion")
    assert sent.location == "/connexion?suite=%2Fstructures%2Fnouvelle"
    assert session.scalar(select(func.count(HeldForm.key))) == 0
    assert "Votre saisie est conservée" not in page("/connexion").text
    assert make.sign_in_by_password(client, keeper.email).location == "/"
    assert client.get("/compte/reprise").location == "/"


def test_applying_is_resumed_by_whoever_signs_in(
    client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    call = admissions.call()
    assert client.post(f"/appels/{call.code}/candidater", data={"once": "a"}).location == "/connexion"
    assert session.scalars(select(HeldForm)).one().person_id is None
    assert make.sign_in_by_password(client, keeper.email).location == "/compte/reprise"


def test_the_resume_page_tells_what_will_be_sent_and_where(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], keeper: Person
) -> None:
    interrupted(client, keeper, note="x" * 300, new_password="never shown", once="a-key")
    make.sign_in_by_password(client, keeper.email)
    shown = page("/compte/reprise")
    assert f"Ce qui sera envoyé à la page {NEW}" in shown.text
    assert "departement_code 21" in " ".join(shown.text.split())
    assert "x" * 119 + "…" in shown.text
    assert "x" * 120 not in shown.text
    assert "never shown" not in shown.text
    assert "a-key" not in shown.text
