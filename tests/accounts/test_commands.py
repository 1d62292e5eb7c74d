"""``flask administrator``: the first administrator, made on the machine itself (R100)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import accounts
from training.accounts import queries
from training.accounts.enums import Function
from training.accounts.models import Membership, Person
from training.common import journal
from training.common.declarations import registry
from training.common.mail import OutgoingMail
from training.database import db

ADDRESS = "claire.petit@example.org"


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["administrator", *words])


def found(email: str = ADDRESS) -> Person | None:
    db.session.rollback()
    db.session.expire_all()
    return queries.person_by_email(email)


def told(person: Person) -> list[str]:
    return [entry.kind for entry in journal.timeline(person, sentences=registry.sentences)]


@pytest.mark.both_engines
def test_a_new_address_becomes_the_administrator(app: Flask, session: Any) -> None:
    outcome = run(app, ADDRESS, "Claire", "Petit")

    assert outcome.exit_code == 0, outcome.output
    assert f"Claire Petit <{ADDRESS}> is an administrator" in outcome.output
    assert f"magic link, asked for at {app.extensions['settings'].public_url}/connexion" in outcome.output
    person = found()
    assert person is not None
    assert (person.name, person.password, person.confirmed_at is not None) == ("Claire Petit", None, True)
    assert queries.functions_of(person.id) == [Function.ADMINISTRATOR]
    assert told(person) == ["accounts.function_given", "accounts.identity_changed", "accounts.account_created"]


def test_she_signs_in_by_a_link(app: Flask, client: Any, session: Any) -> None:
    run(app, ADDRESS, "Claire", "Petit")

    answer = client.post("/connexion/lien", data={"email": ADDRESS})

    assert answer.location == "/connexion/lien-envoye"
    assert [mail.to_email for mail in db.session.scalars(select(OutgoingMail))] == [ADDRESS]


@pytest.mark.both_engines
def test_again_changes_nothing(app: Flask, session: Any) -> None:
    run(app, ADDRESS, "Claire", "Petit")
    outcome = run(app, ADDRESS.upper(), "Clara", "Autre")

    assert outcome.exit_code == 0, outcome.output
    person = found()
    assert person is not None
    assert person.name == "Claire Petit"
    assert len(told(person)) == 3
    assert len(db.session.scalars(select(Membership)).all()) == 1


def test_an_account_that_exists_keeps_its_name_and_its_functions(app: Flask, session: Any) -> None:
    manager = accounts.manager(email=ADDRESS, first_name="Camille", last_name="Roy")
    session.commit()

    outcome = run(app, ADDRESS, "Claire", "Petit")

    assert f"Camille Roy <{ADDRESS}>" in outcome.output
    assert set(queries.functions_of(manager.id)) == {Function.MANAGER, Function.ADMINISTRATOR}
    assert told(manager) == ["accounts.function_given"]


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("claire", "Claire", "Petit"), "Cette adresse n’est pas complète."),
        ((f"{'c' * 60}@{'e' * 60}.{'f' * 60}.{'g' * 60}.{'h' * 30}.fr", "Claire", "Petit"), "adresse"),
        ((ADDRESS, " ", "Petit"), "Donnez un prénom et un nom"),
        ((ADDRESS, "Claire", "P" * 81), "80 caractères au plus"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(app: Flask, session: Any, words: tuple[str, ...], sentence: str) -> None:
    outcome = run(app, *words)

    assert outcome.exit_code == 1
    assert sentence in outcome.output
    assert "Traceback" not in outcome.output
    assert found() is None


def test_a_closed_account_stays_closed(app: Flask, session: Any) -> None:
    accounts.person(ADDRESS, active=False)
    session.commit()

    outcome = run(app, ADDRESS, "Claire", "Petit")

    assert outcome.exit_code == 1
    assert "Ce compte a été fermé" in outcome.output
    assert db.session.scalars(select(Membership)).all() == []


def test_three_words_are_asked(app: Flask) -> None:
    assert run(app, ADDRESS).exit_code == 2
