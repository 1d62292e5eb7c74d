"""Signing in: password, devices, rotation, limits, enumeration (R100, R120)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.conftest import FrozenClock
from tests.factories import accounts as make
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts import security
from training.accounts.enums import Function, SecondFactorKind, SignInMethod
from training.accounts.models import SignIn
from training.common import clock
from training.database import db


def test_the_sign_in_page_is_sound(page: Callable[..., Page], session: scoped_session[Session]) -> None:
    shown = page("/connexion")
    assert shown.heading == "Connexion"
    assert {"/connexion", "/connexion/lien"} <= set(shown.actions())


def test_a_right_password_signs_in_and_writes_the_device(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person("Camille@Example.org")
    answer = client.post(
        "/connexion",
        data={"email": " camille@example.ORG ", "password": make.PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"},
    )
    assert (answer.status_code, answer.location) == (303, "/")
    row = session.scalars(select(SignIn)).one()
    assert row.person_id == someone.id
    assert (row.method, row.device, row.second_factor) == (SignInMethod.PASSWORD, "Firefox sur Windows", None)
    assert client.get("/compte").status_code == 200


@pytest.mark.parametrize("email", ["known@example.org", "unknown@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: FlaskClient, session: scoped_session[Session], email: str
) -> None:
    make.person("known@example.org")
    answer = make.sign_in_by_password(client, email, "not the password")
    assert answer.status_code == 422
    assert "ne vont pas ensemble" in answer.text


@pytest.mark.parametrize("path", ["/connexion/lien", "/connexion/mot-de-passe-oublie", "/connexion/creer-un-compte"])
def test_asking_for_a_link_answers_the_same_for_any_address(
    client: FlaskClient, session: scoped_session[Session], path: str
) -> None:
    make.person("known@example.org")
    answers = [client.post(path, data={"email": f"{who}@example.org"}) for who in ("known", "unknown")]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/connexion/lien-envoye")] * 2


def test_a_closed_account_does_not_open(client: FlaskClient, session: scoped_session[Session]) -> None:
    make.person("closed@example.org", active=False)
    assert make.sign_in_by_password(client, "closed@example.org").status_code == 422


def test_signing_in_renews_the_session(client: FlaskClient, session: scoped_session[Session]) -> None:
    make.person("camille@example.org")
    client.get("/connexion")
    with client.session_transaction() as before:
        before["planted"] = "by someone else"
        token = before.get("csrf_token")
    make.sign_in_by_password(client, "camille@example.org")
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token


def test_a_post_without_token_signs_nobody_in(client: FlaskClient, session: scoped_session[Session]) -> None:
    make.person("camille@example.org")
    answer = client.post("/connexion", data={"email": "camille@example.org", "password": make.PASSWORD}, csrf=False)
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert session.scalars(select(SignIn)).all() == []


def test_ending_a_device_signs_it_out_at_once(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session]
) -> None:
    someone = make.person()
    make.sign_in(client, someone)
    other = new_client()
    row = make.sign_in(other, someone)
    assert other.get("/compte").status_code == 200
    answer = client.post(f"/compte/appareils/{row.id}/fin")
    assert answer.status_code == 303
    assert other.get("/compte").status_code == 303
    assert client.get("/compte").status_code == 200


def test_nobody_ends_the_device_of_another(client: FlaskClient, session: scoped_session[Session]) -> None:
    row = make.sign_in_row(make.person())
    make.sign_in(client, make.person())
    assert client.post(f"/compte/appareils/{row.id}/fin").status_code == 404
    session.refresh(row)
    assert row.ended_at is None


def test_changing_the_password_ends_the_other_devices_only(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session]
) -> None:
    someone = make.person()
    make.sign_in(client, someone)
    other = new_client()
    make.sign_in(other, someone)
    answer = client.post("/compte/mot-de-passe", data={"password": "trois chevaux blancs"})
    assert (answer.status_code, answer.location) == (303, "/compte/securite")
    assert client.get("/compte").status_code == 200
    assert other.get("/compte").status_code == 303
    assert make.sign_in_by_password(other, someone.email, "trois chevaux blancs").location == "/"


def test_signing_out_ends_the_row_and_the_session(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person()
    row = make.sign_in(client, someone)
    assert client.get("/deconnexion").status_code == 200
    assert client.post("/deconnexion").location == "/"
    session.refresh(row)
    assert row.ended_at is not None
    assert client.get("/compte").status_code == 303


def test_an_own_device_lasts_sixty_days_and_a_shared_one_twelve_hours(
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
    frozen_clock: FrozenClock,
) -> None:
    someone = make.person()
    make.sign_in_by_password(client, someone.email, own_device="y")
    shared = new_client()
    make.sign_in_by_password(shared, someone.email)
    frozen_clock.advance(timedelta(hours=12, minutes=1))
    assert client.get("/compte").status_code == 200
    assert shared.get("/compte").status_code == 303
    frozen_clock.advance(timedelta(days=60))
    assert client.get("/compte").status_code == 303


def test_a_guarded_function_lasts_twelve_hours_even_on_an_own_device(
    client: FlaskClient, session: scoped_session[Session], frozen_clock: FrozenClock
) -> None:
    someone = make.manager()
    make.sign_in_by_password(client, someone.email, own_device="y")
    frozen_clock.advance(timedelta(hours=12, minutes=1))
    assert client.get("/compte").status_code == 303


def test_the_last_use_is_written_at_most_every_ten_minutes(
    client: FlaskClient, session: scoped_session[Session], frozen_clock: FrozenClock
) -> None:
    row = make.sign_in(client, make.person())
    began = row.last_seen_at
    frozen_clock.advance(timedelta(minutes=9))
    client.get("/compte")
    session.refresh(row)
    assert row.last_seen_at == began
    frozen_clock.advance(timedelta(minutes=2))
    client.get("/compte")
    session.refresh(row)
    assert row.last_seen_at == clock.now()


def test_too_many_wrong_passwords_are_stopped_for_that_browser_only(
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
    frozen_clock: FrozenClock,
) -> None:
    someone = make.person()
    for _ in range(security.WRONG_HERE.most):
        assert make.sign_in_by_password(client, someone.email, "wrong").status_code == 422
    stopped = make.sign_in_by_password(client, someone.email)
    assert stopped.status_code == 429
    assert "Patientez 15 minutes" in stopped.text.replace("\u00a0", " ")
    elsewhere = new_client().post(
        "/connexion",
        data={"email": someone.email, "password": make.PASSWORD},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert elsewhere.status_code == 303
    frozen_clock.advance(timedelta(minutes=15))
    assert make.sign_in_by_password(client, someone.email).status_code == 303


def test_right_passwords_are_not_counted(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person()
    for _ in range(security.WRONG_HERE.most + 3):
        assert make.sign_in_by_password(client, someone.email).status_code == 303


def test_links_by_mail_are_limited(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person()
    for _ in range(security.MAIL_HERE.most):
        assert client.post("/connexion/lien", data={"email": someone.email}).status_code == 303
    assert client.post("/connexion/lien", data={"email": someone.email}).status_code == 429


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/structures?page=2", "/structures?page=2"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/deconnexion", "/"),
    ],
)
def test_signing_in_leads_back_inside_the_house_only(
    client: FlaskClient, session: scoped_session[Session], wanted: str, reached: str
) -> None:
    someone = make.person()
    assert make.sign_in_by_password(client, someone.email, suite=wanted).location == reached


def test_reading_who_is_there_takes_one_select(
    client: FlaskClient, session: scoped_session[Session], selects: Callable[[], AbstractContextManager[Queries]]
) -> None:
    someone = make.manager()
    make.membership(someone, Function.READER, make.organisation())
    make.sign_in(client, someone, second_factor=SecondFactorKind.TOTP)
    with selects() as asked:
        client.get("/deconnexion")
    assert asked.count == 1
    make.membership(someone, Function.COMMITTEE_MEMBER, make.organisation())
    with selects() as again:
        client.get("/deconnexion")
    assert again.count == asked.count


def test_the_devices_page_lists_them_and_marks_this_one(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session]
) -> None:
    someone = make.person()
    make.sign_in(client, someone)
    make.sign_in_row(someone)
    db.session.commit()
    shown = page("/compte/appareils")
    assert shown.text.count("Firefox sur Linux") >= 2
    assert "celui-ci" in shown.text
