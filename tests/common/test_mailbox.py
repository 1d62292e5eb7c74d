"""The development page of mails: faithful, harmless, and not there in production."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.support.databases import Databases, settings_for
from training import create_app
from training.common import clock, outbox
from training.common.mail import MailUrgency, OutgoingMail
from training.common.mailbox_routes import linked
from training.common.transport import folder_of, open_sender
from training.config import Settings
from training.database import db

HOSTILE = "Bonjour <script>alert(1)</script>\nhttps://tesselle.example.org/acces/abc-_123?x=1&y=2.\nÀ bientôt"
CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def sent(settings: Settings, **values: Any) -> str:
    """Send a message into the folder; return the name of its file."""
    made = OutgoingMail(
        **{
            "message": "trial/offer",
            "urgency": MailUrgency.ASKED,
            "to_email": "camille@example.org",
            "to_name": "Camille Roy",
            "subject": "Votre place",
            "text": HOSTILE,
            "html": "<html><head><title>x</title></head><body><p>Bonjour</p></body></html>",
            "created_at": clock.now(),
            "send_after": clock.now(),
            **values,
        }
    )
    db.session.add(made)
    db.session.commit()
    taken = outbox.claim(settings)
    assert taken is not None
    outbox.deliver(taken, open_sender(settings))
    folder = folder_of(settings)
    assert folder is not None
    return next(path.name for path in folder.iterdir() if taken.parcel.key in path.name)


@pytest.fixture
def app(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application of development: elsewhere these addresses are not even known."""
    url = databases.clone("sqlite", "empty", "mailbox")
    made = create_app(replace(settings_for(url, tmp_path), development=True))
    yield made
    with made.app_context():
        db.engine.dispose()
    databases.drop("sqlite", "mailbox")


@pytest.fixture
def settings(app: Flask, session: object) -> Settings:
    """Its settings."""
    found: Settings = app.extensions["settings"]
    return found


def test_the_newest_comes_first_and_pages_do_not_grow(page: Any, settings: Settings, frozen_clock: Any) -> None:
    assert "Aucun courriel n’a encore été écrit" in page("/developpement/courriels").text
    for number in range(52):
        frozen_clock.advance(timedelta(seconds=1))
        sent(settings, subject=f"Message {number}")
    shown = page("/developpement/courriels")
    assert next(iter(shown.links())) == "Message 51"
    assert "Message 1" not in shown.links()
    assert "Message 1" in page("/developpement/courriels?page=2").links()


def test_a_mail_is_shown_escaped_with_links_that_work(page: Any, client: Any, settings: Settings) -> None:
    name = sent(settings, reply_to="federation@example.org", calendar=CALENDAR)
    shown = page(f"/developpement/courriels/{name}")
    assert shown.heading == "Votre place"
    assert "Bonjour <script>alert(1)</script>" in shown.text
    assert "https://tesselle.example.org/acces/abc-_123?x=1&y=2" in shown.links().values()
    assert "federation@example.org" in shown.text
    invitation = client.get(f"/developpement/courriels/{name}/invitation.ics")
    assert invitation.data.splitlines() == CALENDAR.splitlines()


def test_the_html_part_stands_alone_and_runs_nothing(client: Any, settings: Settings) -> None:
    answer = client.get(f"/developpement/courriels/{sent(settings)}/html")
    directives = answer.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in directives
    assert "sandbox" in directives
    assert not any(directive.startswith("script-src") for directive in directives)
    assert "frame-ancestors 'none'" in directives
    assert "<p>Bonjour</p>" in answer.text


@pytest.mark.parametrize("name", ["..%2Fsecret_key", "x.eml", "20260302T100000-" + "0" * 36 + ".eml"])
def test_only_the_folder_s_own_mails_are_read(client: Any, settings: Settings, name: str) -> None:
    assert client.get(f"/developpement/courriels/{name}").status_code == 404


@pytest.mark.parametrize("path", ["", "/{name}", "/{name}/html", "/{name}/invitation.ics"])
def test_it_does_not_exist_in_production(
    client: Any, settings: Settings, configure: Callable[..., Settings], path: str
) -> None:
    name = sent(settings, calendar=CALENDAR)
    address = "/developpement/courriels" + path.format(name=name)
    assert client.get(address).status_code == 200
    configure(development=False)
    assert client.get(address).status_code == 404


def test_production_does_not_know_these_addresses(databases: Databases, tmp_path: Path) -> None:
    made = create_app(settings_for(databases.clone("sqlite", "empty", "mailbox"), tmp_path))
    assert not [rule for rule in made.url_map.iter_rules() if rule.rule.startswith("/developpement")]


def test_it_does_not_exist_where_mails_leave_by_smtp(client: Any, settings: Settings, configure: Any) -> None:
    configure(mail_url="smtp://relay.example.org")
    assert client.get("/developpement/courriels").status_code == 404


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Voir http://a.fr/b.", 'Voir <a href="http://a.fr/b">http://a.fr/b</a>.'),
        ("(https://a.fr/b?c=d&e)", '(<a href="https://a.fr/b?c=d&amp;e">https://a.fr/b?c=d&amp;e</a>)'),
        ('javascript:alert(1) "http://a.fr"', 'javascript:alert(1) &#34;<a href="http://a.fr">http://a.fr</a>&#34;'),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_addresses_become_links_and_nothing_else_does(text: str, markup: str) -> None:
    assert linked(text) == markup


def test_a_folder_that_is_not_there_yet_is_an_empty_mailbox(
    page: Any, tmp_path: Path, settings: Settings, configure: Any
) -> None:
    configure(mail_url=(tmp_path / "none").as_uri())
    assert "Aucun courriel" in page("/developpement/courriels").text
