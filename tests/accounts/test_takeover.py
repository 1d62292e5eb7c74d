"""Nobody gets into another's account: codes handed over, links of a former mailbox (R99, R100)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.accounts.support import code_of, link_of, mails
from tests.conftest import FrozenClock
from tests.factories import accounts as make
from training.accounts.enums import Function, SecondFactorKind, SignInMethod
from training.accounts.models import Organisation, Person, SignIn
from training.accounts.services import factors, people
from training.common.errors import Refused
from training.common.links import AccessLink
from training.config import SecondFactor, Settings
from training.database import db


@pytest.fixture
def body(session: scoped_session[Session]) -> Organisation:
    return make.organisation("femasco")


def member(body: Organisation, function: Function = Function.READER, **values: str | bool) -> Person:
    someone = make.person(**values)  # type: ignore[arg-type]  # what a person is made of
    make.membership(someone, function, body)
    return someone


def enter_by_code(client: FlaskClient, someone: Person, by: Person) -> str | None:
    """Sign the browser in with a code handed over; return where it leads."""
    code = factors.hand_over_code(someone, by=make.principal(by))
    return client.post("/connexion/code", data={"email": someone.email, "code": code}).location


# --- to whom a code is handed ----------------------------------------------------------------------------------------


def test_a_manager_hands_a_code_to_the_members_of_her_body_only(body: Organisation) -> None:
    by = make.principal(make.manager(body))
    assert factors.hand_over_code(member(body), by=by)
    for stranger in (make.person(), member(make.organisation())):
        with pytest.raises(Refused, match="seule l’administration"):
            factors.hand_over_code(stranger, by=by)


@pytest.mark.parametrize("where", ["organisation", "structure"])
def test_a_function_elsewhere_puts_a_member_out_of_her_reach(body: Organisation, where: str) -> None:
    someone = member(body)
    elsewhere = make.organisation() if where == "organisation" else make.structure()
    held = make.membership(someone, Function.REPRESENTATIVE, elsewhere)
    by = make.principal(make.manager(body))
    assert not factors.knows(by, someone)
    held.until = held.since
    db.session.flush()
    assert factors.knows(by, someone)


def test_a_manager_of_some_departements_vouches_for_nobody(body: Organisation) -> None:
    by = make.person()
    make.membership(by, Function.MANAGER, body, departements=["21"])
    assert not factors.knows(make.principal(by), member(body))


def test_a_room_above_may_tell_whom_else_she_knows(body: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factors, "_acquaintances", [])
    applicant, by = make.person(), make.principal(make.manager(body))
    outsider = member(make.organisation())

    def has_a_file(_by: object, _person: Person) -> bool:
        return True

    for _ in range(2):
        factors.add_acquaintance(has_a_file)
    assert factors._acquaintances == [has_a_file]
    assert factors.hand_over_code(applicant, by=by)
    assert not factors.knows(by, outsider)


def test_the_administrator_hands_one_to_anyone(session: scoped_session[Session]) -> None:
    boss = make.principal(make.administrator())
    for someone in (make.person(), make.manager()):
        assert factors.hand_over_code(someone, by=boss)


def test_a_manager_learns_nothing_of_the_accounts_of_others(client: FlaskClient, body: Organisation) -> None:
    make.sign_in(client, make.manager(body))
    emails = (make.person().email, make.manager().email, "nobody@example.org")
    answers = [client.post("/comptes/code", data={"email": email}) for email in emails]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert all("Aucune personne de vos équipes" in answer.text for answer in answers)


# --- what such a code opens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["mot-de-passe", "adresse", "application-de-codes", "cles-d-acces", "codes-de-secours"]
)
def test_a_code_handed_over_does_not_open_the_means_of_signing_in(
    client: FlaskClient, body: Organisation, path: str
) -> None:
    assert enter_by_code(client, member(body), make.manager(body)) == "/"
    for answer in (client.get(f"/compte/{path}"), client.post(f"/compte/{path}", data={"password": "trois chevaux"})):
        assert (answer.status_code, (answer.location or "").partition("?")[0]) == (303, "/compte/confirmation")


def test_they_open_once_she_has_proved_who_she_is(client: FlaskClient, body: Organisation) -> None:
    someone = member(body)
    enter_by_code(client, someone, make.manager(body))
    client.post("/compte/confirmation", data={"proof": make.PASSWORD})
    assert client.get("/compte/mot-de-passe").status_code == 200


def test_the_welcome_page_gives_no_password_away(client: FlaskClient, body: Organisation) -> None:
    someone = member(body, password=False, first_name="", last_name="")
    assert enter_by_code(client, someone, make.manager(body)) == "/compte/bienvenue"
    fields = {"first_name": "Inès", "last_name": "Roy", "password": "trois chevaux blancs"}
    answer = client.post("/compte/bienvenue", data=fields)
    db.session.refresh(someone)
    assert (answer.location or "").startswith("/compte/confirmation")
    assert (someone.name, someone.password) == ("Inès Roy", None)


def test_an_occasional_person_still_gives_the_code_of_her_mailbox(
    client: FlaskClient, body: Organisation, configure: Callable[..., Settings]
) -> None:
    configure(second_factor=SecondFactor.REQUIRED)
    someone = member(body, Function.COMMITTEE_MEMBER)
    assert enter_by_code(client, someone, make.manager(body)) == "/connexion/second-facteur"
    assert db.session.scalars(select(SignIn)).all() == []
    client.post("/connexion/second-facteur", data={"code": code_of()})
    row = db.session.scalars(select(SignIn)).one()
    assert (row.method, row.second_factor) == (SignInMethod.ONE_TIME_CODE, SecondFactorKind.MAIL_CODE)


# --- the links of a former mailbox -----------------------------------------------------------------------------------


def test_a_revoked_link_is_not_renewed(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person("coordination@example.org")
    make.sign_in(client, someone)
    client.post("/compte/adresse", data={"email": "successor@example.org"})
    path = link_of("address_change")
    by = make.principal(make.administrator())
    people.end_address(someone, "camille@example.org", "Boîte partagée.", by=by)
    answer = client.post(f"{path}/nouveau")
    assert answer.status_code == 410
    assert "/nouveau" not in answer.text
    assert len(mails("address_change")) == 1
    assert session.scalars(select(AccessLink.revoked_at)).all() != [None]


def test_a_revoked_password_link_is_not_renewed(client: FlaskClient, session: scoped_session[Session]) -> None:
    someone = make.person()
    client.post("/connexion/mot-de-passe-oublie", data={"email": someone.email})
    people.revoke_links(someone)
    assert client.post(f"{link_of('password_reset')}/nouveau").status_code == 410
    assert len(mails("password_reset")) == 1


def test_a_link_that_only_expired_is_renewed(
    client: FlaskClient, session: scoped_session[Session], frozen_clock: FrozenClock
) -> None:
    someone = make.person()
    client.post("/connexion/mot-de-passe-oublie", data={"email": someone.email})
    frozen_clock.advance(timedelta(minutes=31))
    assert client.post(f"{link_of('password_reset')}/nouveau").location == "/connexion/lien-envoye"
    assert len(mails("password_reset")) == 2


def test_a_revoked_magic_link_is_sent_afresh_to_the_present_address_only(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    someone = make.person("former@example.org")
    client.post("/connexion/lien", data={"email": someone.email})
    path = link_of("magic_link")
    people.change_address(someone, "new@example.org", by=make.principal(someone))
    assert client.post(f"{path}/nouveau").location == "/connexion/lien-envoye"
    assert [mail.to_email for mail in mails("magic_link")] == ["former@example.org", "new@example.org"]
