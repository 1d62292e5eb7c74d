"""What a stranger may learn by trying: the work an address costs, the tries one line has (R99, R100)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session, scoped_session

from tests.accounts.support import mails
from tests.factories import accounts as make
from training.accounts import security
from training.accounts.rules import network_of
from training.common.links import AccessLink
from training.common.mail import OutgoingMail
from training.database import db

END_OF_STEP = re.compile(r"^(ROLLBACK TO|RELEASE) SAVEPOINT")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Record every statement sent to the database; a step undone counts as a step kept."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(END_OF_STEP.sub("END OF", statement))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.both_engines
@pytest.mark.parametrize("path", ["/connexion/lien", "/connexion/mot-de-passe-oublie", "/connexion/code"])
def test_an_unknown_address_costs_the_same_work(
    client: FlaskClient, session: scoped_session[Session], path: str
) -> None:
    make.person("known@example.org")
    make.person("closed@example.org", active=False)
    client.get(path.replace("lien", "lien-envoye"))
    asked = []
    for who in ("known", "unknown", "closed"):
        with statements() as sent:
            answer = client.post(path, data={"email": f"{who}@example.org", "code": "AAAA-BBBB"})
        asked.append((answer.status_code, sent))
    assert asked[1] == asked[0]
    assert asked[2] == asked[0]
    assert len(asked[0][1]) > 5


def test_what_was_done_for_an_unknown_address_leaves_nothing(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    for path in ("/connexion/lien", "/connexion/mot-de-passe-oublie"):
        client.post(path, data={"email": "nobody@example.org"})
    assert mails() == []
    assert db.session.scalar(select(func.count(AccessLink.id))) == 0
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "unknown"),
    ],
)
def test_tries_are_counted_by_line(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_changing_address_on_ones_line_gives_no_more_tries(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    someone = make.person()

    def try_from(address: str) -> int:
        data = {"email": someone.email, "password": "wrong"}
        return client.post("/connexion", data=data, environ_overrides={"REMOTE_ADDR": address}).status_code

    tries = [try_from(f"2001:db8:1:2::{number}") for number in range(security.WRONG_HERE.most + 1)]
    assert tries == [422] * security.WRONG_HERE.most + [429]
    assert try_from("2001:db8:1:3::1") == 422


def test_proving_again_who_one_is_has_a_limit_for_the_account(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    make.sign_in(client, make.person())
    most = security.CODE_ACCOUNT.most
    answers = [
        client.post("/compte/confirmation", data={"proof": "no"}, environ_overrides={"REMOTE_ADDR": f"192.0.2.{n}"})
        for n in range(most + 1)
    ]
    assert [answer.status_code for answer in answers] == [422] * most + [429]
