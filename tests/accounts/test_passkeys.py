"""Passkeys: registered, used alone or as second factor, refused when copied, foreign or replayed (R100)."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from tests.accounts.authenticator import Authenticator
from tests.factories import accounts as make
from tests.support.pages import read_page
from training.accounts.enums import SecondFactorKind, SignInMethod
from training.accounts.models import Passkey, Person, SignIn


def options_of(client: FlaskClient, path: str) -> dict[str, Any]:
    form = next(f for f in read_page(client.get(path)).all("form") if f.get("data-passkey"))
    options: dict[str, Any] = json.loads(form.get("data-passkey-options") or "")
    return options


def register(client: FlaskClient, key: Authenticator, name: str = "Mon téléphone") -> TestResponse:
    answer = key.create(options_of(client, "/compte/cles-d-acces"))
    return client.post("/compte/cles-d-acces", data={"name": name, "credential": answer})


def use(client: FlaskClient, key: Authenticator, page: str = "/connexion/cle-d-acces") -> TestResponse:
    return client.post("/connexion/cle-d-acces", data={"credential": key.get(options_of(client, page))})


@pytest.fixture
def owner(client: FlaskClient, session: scoped_session[Session]) -> Person:
    someone = make.person()
    make.sign_in(client, someone)
    return someone


@pytest.fixture
def key(client: FlaskClient, owner: Person) -> Authenticator:
    made = Authenticator()
    assert register(client, made).location == "/compte/codes-de-secours"
    client.post("/deconnexion")
    return made


def test_a_key_is_registered(session: scoped_session[Session], key: Authenticator, owner: Person) -> None:
    row = session.scalars(select(Passkey)).one()
    assert (row.person_id, row.name, row.credential_id) == (owner.id, "Mon téléphone", key.credential_id)
    assert row.transports == ["usb"]


def test_it_signs_in_alone_and_counts_as_both_factors(
    client: FlaskClient, session: scoped_session[Session], key: Authenticator
) -> None:
    assert use(client, key).location == "/"
    last = session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).one()
    assert (last.method, last.second_factor) == (SignInMethod.PASSKEY, SecondFactorKind.PASSKEY)


def test_alone_it_must_have_verified_its_bearer(client: FlaskClient, key: Authenticator) -> None:
    key.verifies = False
    assert use(client, key).status_code == 422


def test_after_a_password_it_is_the_second_factor(
    client: FlaskClient, session: scoped_session[Session], key: Authenticator, owner: Person
) -> None:
    key.verifies = False
    assert make.sign_in_by_password(client, owner.email).location == "/connexion/second-facteur"
    assert use(client, key, "/connexion/second-facteur").location == "/"
    last = session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).one()
    assert (last.method, last.second_factor) == (SignInMethod.PASSWORD, SecondFactorKind.PASSKEY)


def test_the_key_of_another_is_no_second_factor(client: FlaskClient, key: Authenticator) -> None:
    victim = make.person(recovery_codes=["x"], totp_secret="sealed")
    make.sign_in_by_password(client, victim.email)
    client.get("/connexion/second-facteur")
    answer = key.get(options_of(client, "/connexion/cle-d-acces"))
    assert client.post("/connexion/cle-d-acces", data={"credential": answer}).location == "/connexion/second-facteur"
    assert client.get("/compte").status_code == 303


def test_an_answer_serves_once(client: FlaskClient, key: Authenticator) -> None:
    answer = key.get(options_of(client, "/connexion/cle-d-acces"))
    assert client.post("/connexion/cle-d-acces", data={"credential": answer}).status_code == 303
    client.post("/deconnexion")
    assert client.post("/connexion/cle-d-acces", data={"credential": answer}).status_code == 422


def test_a_copied_key_is_refused_by_its_counter(client: FlaskClient, key: Authenticator) -> None:
    key.count = 5
    assert use(client, key).status_code == 303
    client.post("/deconnexion")
    key.count = 3
    assert use(client, key).status_code == 422


def test_an_answer_made_for_another_site_is_refused(client: FlaskClient, key: Authenticator) -> None:
    key.origin = "https://tesselle.example"
    assert use(client, key).status_code == 422


@pytest.mark.parametrize("answer", ["", "{", "[]", '{"rawId": 3}', '{"rawId": "AAAA"}', "x" * 30_000])
def test_nonsense_is_refused(client: FlaskClient, key: Authenticator, answer: str) -> None:
    client.get("/connexion/cle-d-acces")
    assert client.post("/connexion/cle-d-acces", data={"credential": answer}).status_code == 422


def test_a_key_belongs_to_one_account(client: FlaskClient, key: Authenticator) -> None:
    make.sign_in(client, make.person())
    again = register(client, key)
    assert again.status_code == 422
    assert "déjà enregistrée" in again.text


def test_a_key_is_taken_away_by_its_owner_only(
    client: FlaskClient, session: scoped_session[Session], key: Authenticator, owner: Person
) -> None:
    row = session.scalars(select(Passkey)).one()
    make.sign_in(client, make.person())
    assert client.post(f"/compte/cles-d-acces/{row.id}/retrait").status_code == 404
    make.sign_in(client, owner)
    assert client.post(f"/compte/cles-d-acces/{row.id}/retrait").location == "/compte/securite"
    client.post("/deconnexion")
    assert use(client, key).status_code == 422
