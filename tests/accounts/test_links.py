"""Links by mail: opened without effect, pressed once, renewed (R99, R100)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from tests.accounts.support import link_of, mails
from tests.conftest import FrozenClock
from tests.factories import accounts as make
from tests.support.client import Client
from tests.support.pages import Page
from training.accounts.enums import Function, SignInMethod
from training.accounts.models import Invitation, Membership, Person, SignIn
from training.common.links import AccessLink
from training.database import db


def ask_link(client: FlaskClient, email: str, **fields: Any) -> TestResponse:
    return client.post("/connexion/lien", data={"email": email, **fields})


def test_opening_a_magic_link_consumes_nothing(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session]
) -> None:
    someone = make.person(password=False)
    ask_link(client, someone.email)
    path = link_of("magic_link")
    for _ in range(2):
        assert page(path).heading == "Vous connecter"
    link = session.scalars(select(AccessLink)).one()
    assert (link.uses_left, link.used_at) == (1, None)
    assert session.scalar(select(func.count(SignIn.id))) == 0


def test_its_button_signs_in_once_and_leads_back(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session]
) -> None:
    someone = make.person(password=False)
    ask_link(client, someone.email, suite="/programmes")
    path = link_of("magic_link")
    answer = client.post(path)
    assert (answer.status_code, answer.location) == (303, "/programmes")
    assert session.scalars(select(SignIn)).one().method is SignInMethod.MAGIC_LINK
    again = new_client().post(path)
    assert again.status_code == 410
    assert "déjà servi" in again.text


def test_the_same_press_sent_twice_answers_the_same(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person()
    ask_link(client, someone.email)
    path = link_of("magic_link")
    answers = [client.post(path, data={"once": "a-key-of-this-form"}) for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/"), (303, "/")]
    assert session.scalar(select(func.count(SignIn.id))) == 1


def test_an_expired_link_offers_a_new_one(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], frozen_clock: FrozenClock
) -> None:
    someone = make.person()
    ask_link(client, someone.email, suite="/programmes")
    path = link_of("magic_link")
    frozen_clock.advance(timedelta(minutes=16))
    shown = page(path, status=410)
    assert "ne fonctionne plus" in shown.text
    assert client.post(path).status_code == 410
    assert client.post(f"{path}/nouveau").location == "/connexion/lien-envoye"
    fresh = link_of("magic_link")
    assert fresh != path
    assert client.post(fresh).location == "/programmes"


def test_a_stranger_asking_for_a_link_does_not_spoil_hers(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    someone = make.person()
    ask_link(client, someone.email)
    hers = link_of("magic_link")
    ask_link(client, someone.email)
    assert client.post(hers).location == "/"


def test_an_unknown_secret_is_not_found(client: FlaskClient, session: scoped_session[Session]) -> None:
    assert client.get("/acces/never-issued").status_code == 404
    assert client.post("/acces/never-issued").status_code == 404


def test_nothing_is_sent_to_an_address_nobody_signs_in_with(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    ask_link(client, "nobody@example.org")
    assert mails() == []


def test_the_link_page_sends_no_address_elsewhere(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person()
    ask_link(client, someone.email)
    assert client.get(link_of("magic_link")).headers["Referrer-Policy"] == "no-referrer"


def test_a_link_still_asks_for_the_second_factor(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person(totp_secret="sealed")
    ask_link(client, someone.email)
    assert client.post(link_of("magic_link")).location == "/connexion/second-facteur"
    assert session.scalar(select(func.count(SignIn.id))) == 0


def test_an_account_opens_by_its_link_then_leads_back(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session]
) -> None:
    client.post("/connexion/creer-un-compte", data={"email": "new@example.org", "suite": "/programmes"})
    assert session.scalar(select(func.count(Person.id))) == 0
    assert client.post(link_of("account_creation")).location == "/compte/bienvenue"
    assert page("/compte/bienvenue").heading == "Bienvenue"
    answer = client.post("/compte/bienvenue", data={"first_name": "Inès", "last_name": "Œil", "password": ""})
    assert (answer.status_code, answer.location) == (303, "/programmes")
    someone = session.scalars(select(Person)).one()
    assert (someone.name, someone.sort_key, someone.password) == ("Inès Œil", "oeil ines", None)
    assert someone.confirmed_at is not None


def test_a_taken_address_is_told_by_mail_only(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person("taken@example.org")
    client.post("/connexion/creer-un-compte", data={"email": "Taken@example.org"})
    assert [mail.message for mail in mails()] == ["accounts/account_exists"]
    assert client.post(link_of("account_exists")).location == "/"
    assert session.scalars(select(SignIn)).one().person_id == someone.id


def test_a_shared_mailbox_is_asked_to_confirm(client: FlaskClient, session: scoped_session[Session]) -> None:
    first = client.post("/connexion/creer-un-compte", data={"email": "coordination@msp-dole.fr"})
    assert first.status_code == 422
    assert "semble partagée" in first.text
    assert 'name="shared"' in first.text
    second = client.post("/connexion/creer-un-compte", data={"email": "coordination@msp-dole.fr", "shared": "y"})
    assert second.status_code == 303


def test_an_invitation_gives_its_function_once(
    page: Callable[..., Page],
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
) -> None:
    body = make.organisation("femasco")
    make.sign_in(client, make.manager(body))
    answer = client.post("/organisations/femasco/equipe", data={"email": "new@example.org", "function": "reader"})
    assert answer.status_code == 303, answer.text
    path = link_of("invitation")
    guest = new_client()
    shown = page(path, by=guest)
    assert body.name in shown.text
    assert guest.post(path).location == "/compte/bienvenue"
    held = session.scalars(select(Membership).where(Membership.function == Function.READER)).one()
    assert (held.organisation_id, held.person.email) == (body.id, "new@example.org")
    assert new_client().post(path).status_code == 410


def test_an_invitation_adds_to_the_functions_one_has(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session]
) -> None:
    body, other = make.organisation("one"), make.organisation("two")
    someone = make.person()
    make.membership(someone, Function.COMMITTEE_MEMBER, other)
    make.sign_in(client, make.manager(body))
    client.post("/organisations/one/equipe", data={"email": someone.email.upper(), "function": "manager"})
    new_client().post(link_of("invitation"))
    assert {c.function for c in make.principal(someone).capacities} == {"committee_member", "manager"}


def test_a_withdrawn_invitation_gives_nothing(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session]
) -> None:
    make.sign_in(client, make.manager(make.organisation("femasco")))
    client.post("/organisations/femasco/equipe", data={"email": "new@example.org", "function": "reader"})
    path = link_of("invitation")
    invited = session.scalars(select(Invitation)).one()
    assert client.post(f"/organisations/femasco/invitations/{invited.id}/retrait").status_code == 303
    assert new_client().post(path).status_code == 410
    assert session.scalar(select(func.count(Membership.id))) == 1


def test_a_forgotten_password_is_chosen_anew_and_signs_every_device_out(
    page: Callable[..., Page],
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
) -> None:
    someone = make.person()
    other = new_client()
    make.sign_in(other, someone)
    client.post("/connexion/mot-de-passe-oublie", data={"email": someone.email})
    assert client.post(link_of("password_reset")).location == "/connexion/nouveau-mot-de-passe"
    page("/connexion/nouveau-mot-de-passe")
    weak = client.post("/connexion/nouveau-mot-de-passe", data={"password": "court"})
    assert weak.status_code == 422
    assert client.post("/connexion/nouveau-mot-de-passe", data={"password": "trois chevaux blancs"}).status_code == 303
    assert other.get("/compte").status_code == 303
    assert client.get("/compte").status_code == 200
    assert make.sign_in_by_password(other, someone.email, "trois chevaux blancs").status_code == 303


def test_without_its_link_nobody_chooses_a_password(client: FlaskClient, session: scoped_session[Session]) -> None:
    answer = client.post("/connexion/nouveau-mot-de-passe", data={"password": "trois chevaux blancs"})
    assert answer.location == "/connexion/mot-de-passe-oublie"


def test_an_address_changes_when_the_new_one_answers(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person("former@example.org")
    make.sign_in(client, someone)
    client.post("/compte/adresse", data={"email": "new@example.org"})
    session.refresh(someone)
    assert someone.email == "former@example.org"
    assert client.post(link_of("address_change")).location == "/compte"
    session.refresh(someone)
    assert someone.email_key == "new@example.org"
    assert mails("security_notice")[-1].to_email == "former@example.org"


@pytest.mark.both_engines
def test_two_presses_at_the_same_instant_sign_in_once(
    app: Flask, engine_name: str, session: scoped_session[Session]
) -> None:
    someone = make.person()
    db.session.commit()
    asking = Client(app)
    ask_link(asking, someone.email)
    path = link_of("magic_link")
    db.session.remove()
    barrier, statuses = threading.Barrier(4), []

    def press() -> None:
        browser = Client(app)
        browser.csrf_token()
        barrier.wait()
        statuses.append(browser.post(path).status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 410, 410, 410]
    assert db.session.scalar(select(func.count(SignIn.id))) == 1
