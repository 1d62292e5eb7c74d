"""Second factors: code application, recovery codes, codes by mail, who must have which (R100)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from tests.accounts.support import code_of, mails
from tests.conftest import FrozenClock
from tests.factories import accounts as make
from tests.support.pages import Page
from training.accounts import secrecy
from training.accounts.enums import Function, SecondFactorKind
from training.accounts.models import Person, SignIn, SignInCode
from training.accounts.services import factors
from training.common import clock
from training.common.policy import Permission, policy
from training.config import SecondFactor, Settings
from training.database import db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=secrecy.PERIOD)


@pytest.fixture
def with_totp(app: Flask, session: scoped_session[Session]) -> Callable[..., Person]:
    def make_one(**values: Any) -> Person:
        return make.person(totp_secret=app.extensions["cipher"].seal(SECRET), **values)

    return make_one


def code_now() -> str:
    return secrecy.totp_at(SECRET, int(clock.now().timestamp()) // secrecy.PERIOD)


def test_totp_follows_the_standard() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
    assert [secrecy.totp_at(secret, seconds // 30) for seconds in (59, 1111111109, 20000000000)] == [
        "287082",
        "081804",
        "353130",
    ]


def test_a_code_signs_in_and_never_twice(
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
    with_totp: Callable[..., Person],
    frozen_clock: FrozenClock,
) -> None:
    someone = with_totp()
    assert make.sign_in_by_password(client, someone.email).location == "/connexion/second-facteur"
    assert session.scalar(select(func.count(SignIn.id))) == 0
    assert client.get("/compte").status_code == 303
    code = code_now()
    assert client.post("/connexion/second-facteur", data={"code": code}).location == "/"
    assert session.scalars(select(SignIn)).one().second_factor is SecondFactorKind.TOTP
    other = new_client()
    make.sign_in_by_password(other, someone.email)
    replayed = other.post("/connexion/second-facteur", data={"code": code})
    assert replayed.status_code == 422
    assert "déjà servi" in replayed.text
    frozen_clock.advance(STEP)
    assert other.post("/connexion/second-facteur", data={"code": code_now()}).location == "/"


def test_the_second_step_is_a_sound_page(
    page: Callable[..., Page], client: FlaskClient, with_totp: Callable[..., Person]
) -> None:
    make.sign_in_by_password(client, with_totp(recovery_codes=["x"]).email)
    assert "ou un code de secours" in page("/connexion/second-facteur").text


def test_an_earlier_step_is_refused_once_a_later_one_served(
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
    with_totp: Callable[..., Person],
    frozen_clock: FrozenClock,
) -> None:
    someone = with_totp()
    earlier = code_now()
    frozen_clock.advance(STEP)
    make.sign_in_by_password(client, someone.email)
    assert client.post("/connexion/second-facteur", data={"code": code_now()}).status_code == 303
    other = new_client()
    make.sign_in_by_password(other, someone.email)
    assert other.post("/connexion/second-facteur", data={"code": earlier}).status_code == 422


def test_a_pending_sign_in_waits_a_quarter_of_an_hour(
    client: FlaskClient, session: scoped_session[Session], with_totp: Callable[..., Person], frozen_clock: FrozenClock
) -> None:
    someone = with_totp()
    make.sign_in_by_password(client, someone.email)
    frozen_clock.advance(timedelta(minutes=16))
    assert client.post("/connexion/second-facteur", data={"code": code_now()}).location == "/connexion"
    assert session.scalar(select(func.count(SignIn.id))) == 0


def test_guessing_codes_is_stopped(
    client: FlaskClient, session: scoped_session[Session], with_totp: Callable[..., Person]
) -> None:
    make.sign_in_by_password(client, with_totp().email)
    statuses = [client.post("/connexion/second-facteur", data={"code": "000000"}).status_code for _ in range(13)]
    assert statuses == [422] * 12 + [429]


def test_a_recovery_code_opens_once(
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
    with_totp: Callable[..., Person],
) -> None:
    someone = with_totp()
    codes = factors.make_recovery_codes(someone, by=make.principal(someone))
    make.sign_in_by_password(client, someone.email)
    assert client.post("/connexion/second-facteur", data={"code": codes[3].lower()}).location == "/"
    other = new_client()
    make.sign_in_by_password(other, someone.email)
    assert other.post("/connexion/second-facteur", data={"code": codes[3]}).status_code == 422
    session.refresh(someone)
    assert len(someone.recovery_codes) == secrecy.RECOVERY_CODES - 1
    assert "Il vous en reste 9" in mails("security_notice")[-1].text


def test_a_manager_without_second_factor_is_led_to_it_where_required(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], configure: Callable[..., Settings]
) -> None:
    configure(second_factor=SecondFactor.REQUIRED)
    someone = make.manager(make.organisation("femasco"))
    make.sign_in_by_password(client, someone.email)
    assert client.get("/structures").location == "/compte/securite"
    assert "Un second facteur est nécessaire" in page("/compte/securite").text
    assert client.post("/organisations/femasco/equipe", data={"email": "x@example.org"}).status_code == 403


def test_an_application_of_codes_opens_the_functions(
    page: Callable[..., Page],
    client: FlaskClient,
    session: scoped_session[Session],
    configure: Callable[..., Settings],
    app: Flask,
) -> None:
    configure(second_factor=SecondFactor.REQUIRED)
    make.sign_in_by_password(client, make.manager().email)
    page("/compte/application-de-codes")
    with client.session_transaction() as kept:
        secret = app.extensions["cipher"].open(kept["new_totp"])
    code = secrecy.totp_at(secret, int(clock.now().timestamp()) // 30)
    assert client.post("/compte/application-de-codes", data={"code": "000000"}).status_code == 422
    assert client.post("/compte/application-de-codes", data={"code": code}).location == "/compte/codes-de-secours"
    shown = client.post("/compte/codes-de-secours")
    assert shown.text.count("<li><code>") == secrecy.RECOVERY_CODES
    assert client.get("/structures").status_code == 200


def test_where_offered_a_manager_works_without_one(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session]
) -> None:
    make.sign_in_by_password(client, make.manager().email)
    assert client.get("/structures").status_code == 200
    assert "conseillé" in page("/compte/securite").text


def test_the_secret_is_not_stored_as_it_is(
    client: FlaskClient, session: scoped_session[Session], with_totp: Callable[..., Person]
) -> None:
    assert SECRET not in (with_totp().totp_secret or "")


def test_an_occasional_person_has_a_code_by_mail(
    client: FlaskClient, session: scoped_session[Session], configure: Callable[..., Settings]
) -> None:
    configure(second_factor=SecondFactor.REQUIRED)
    someone = make.person()
    make.membership(someone, Function.COMMITTEE_MEMBER, make.organisation())
    assert make.sign_in_by_password(client, someone.email).location == "/connexion/second-facteur"
    wrong = "000000" if code_of() != "000000" else "111111"
    assert client.post("/connexion/second-facteur", data={"code": wrong}).status_code == 422
    assert client.post("/connexion/second-facteur", data={"code": code_of()}).location == "/"
    assert session.scalars(select(SignIn)).one().second_factor is SecondFactorKind.MAIL_CODE


def test_a_code_by_mail_dies_after_five_wrong_tries(
    client: FlaskClient, session: scoped_session[Session], configure: Callable[..., Settings]
) -> None:
    configure(second_factor=SecondFactor.REQUIRED)
    someone = make.person()
    make.membership(someone, Function.COMMITTEE_MEMBER, make.organisation())
    make.sign_in_by_password(client, someone.email)
    right = code_of()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(factors.TRIES):
        client.post("/connexion/second-facteur", data={"code": wrong})
    assert session.scalars(select(SignInCode)).one().tries_left == 0
    assert client.post("/connexion/second-facteur", data={"code": right}).status_code == 422
    client.post("/connexion/second-facteur/courriel")
    assert client.post("/connexion/second-facteur", data={"code": code_of()}).location == "/"


def test_a_mail_code_does_not_open_a_guarded_function(
    client: FlaskClient, session: scoped_session[Session], configure: Callable[..., Settings]
) -> None:
    configure(second_factor=SecondFactor.REQUIRED)
    someone = make.manager()
    make.membership(someone, Function.COMMITTEE_MEMBER, make.organisation())
    make.sign_in(client, someone, second_factor=SecondFactorKind.MAIL_CODE)
    assert client.get("/structures").location == "/compte/securite"


def test_old_proof_is_asked_again_before_changing_the_means(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], frozen_clock: FrozenClock
) -> None:
    someone = make.person()
    make.sign_in(client, someone)
    frozen_clock.advance(timedelta(minutes=31))
    asked = client.get("/compte/mot-de-passe")
    assert asked.location == "/compte/confirmation?suite=%2Fcompte%2Fmot-de-passe"
    assert client.post("/compte/mot-de-passe", data={"password": "trois chevaux blancs"}).status_code == 303
    assert make.sign_in_by_password(client, someone.email, "trois chevaux blancs").status_code == 422
    page(asked.location)
    wrong = client.post("/compte/confirmation", data={"proof": "no", "suite": "/compte/mot-de-passe"})
    assert wrong.status_code == 422
    right = client.post("/compte/confirmation", data={"proof": make.PASSWORD, "suite": "/compte/mot-de-passe"})
    assert right.location == "/compte/mot-de-passe"
    assert client.get("/compte/mot-de-passe").status_code == 200


def test_whoever_has_no_password_proves_it_by_mail(
    page: Callable[..., Page], client: FlaskClient, session: scoped_session[Session], frozen_clock: FrozenClock
) -> None:
    someone = make.person(password=False)
    make.sign_in(client, someone)
    frozen_clock.advance(timedelta(minutes=31))
    page("/compte/confirmation")
    client.post("/compte/confirmation/code", data={"suite": "/compte/adresse"})
    answer = client.post("/compte/confirmation", data={"proof": code_of(), "suite": "/compte/adresse"})
    assert answer.location == "/compte/adresse"


def test_a_code_handed_over_signs_in_once_and_is_told(
    page: Callable[..., Page],
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    session: scoped_session[Session],
) -> None:
    body = make.organisation()
    someone = make.person(password=False)
    make.membership(someone, Function.READER, body)
    staff = make.manager(body)
    make.sign_in(client, staff)
    shown = client.post("/comptes/code", data={"email": someone.email})
    code = shown.text.partition("<p><code>")[2].partition("</code>")[0]
    assert staff.name in mails("security_notice")[-1].text
    other = new_client()
    page("/connexion/code", by=other)
    assert other.post("/connexion/code", data={"email": someone.email, "code": code.lower()}).location == "/"
    spent = new_client().post("/connexion/code", data={"email": someone.email, "code": code})
    unknown = new_client().post("/connexion/code", data={"email": "nobody@example.org", "code": code})
    assert (spent.status_code, unknown.status_code) == (422, 422)
    assert "ou il a expiré" in spent.text
    assert "ou il a expiré" in unknown.text


def test_only_the_administrator_hands_a_code_to_a_manager(
    client: FlaskClient, new_client: Callable[[], FlaskClient], session: scoped_session[Session]
) -> None:
    someone = make.manager()
    make.sign_in(client, make.manager())
    assert client.post("/comptes/code", data={"email": someone.email}).status_code == 422
    boss = new_client()
    make.sign_in(boss, make.administrator())
    assert boss.post("/comptes/code", data={"email": someone.email}).status_code == 200


def test_a_person_without_function_hands_no_code(client: FlaskClient, session: scoped_session[Session]) -> None:
    make.sign_in(client, make.person())
    assert client.get("/comptes/code").status_code == 403


def test_functions_in_several_bodies_add_up(session: scoped_session[Session]) -> None:
    federation, structure = make.organisation("one"), make.structure()
    someone = make.manager(federation)
    make.membership(someone, Function.REPRESENTATIVE, structure)
    make.membership(someone, Function.READER, make.organisation("two"))
    ended = make.membership(someone, Function.ADMINISTRATOR)
    ended.until = clock.now()
    db.session.flush()
    acting = make.principal(someone)
    assert [c.function for c in acting.capacities] == ["manager", "representative", "reader"]
    assert policy.allows(acting, Permission.ACCOUNTS_INVITATION_SEND, federation)
    assert policy.allows(acting, Permission.ACCOUNTS_STRUCTURE_READ, structure)
    assert not policy.allows(acting, Permission.ACCOUNTS_PEOPLE_READ)
