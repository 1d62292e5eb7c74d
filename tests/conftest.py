"""The harness: databases, application, clock, client and the checks each page owes its reader.

``app`` is the application on SQLite; a test marked ``both_engines`` runs on SQLite and on a real
PostgreSQL. Every test has a real database of its own (tests/support/databases.py says how), empty but
for its migrations; one marked ``seeded`` finds the reference data in it, one marked ``demo`` the demo.
"""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask, has_request_context
from flask import request as http
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, scoped_session

from tests.support import network
from tests.support.client import Client
from tests.support.databases import Contents, Databases, EngineName, Run, Sandbox, fresh_app
from tests.support.pages import Page, read_page
from tests.support.queries import Queries, count_selects
from training.catalogue import published
from training.common import clock
from training.config import Settings
from training.database import db

RUN = pytest.StashKey[Run]()
ENGINES: tuple[EngineName, ...] = ("sqlite", "postgresql")
DEFAULT_INSTANT = datetime.fromisoformat("2026-03-02T10:00:00+01:00")


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run in the process that leads it; join it in a worker."""
    network.forbid()
    given = getattr(config, "workerinput", None)
    config.stash[RUN] = Run.begin() if given is None else Run(Path(given["run_folder"]))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker where the run lives."""
    node.workerinput["run_folder"] = str(node.config.stash[RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run in the process that led it."""
    if not hasattr(config, "workerinput") and RUN in config.stash:
        config.stash[RUN].end()
    network.allow()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on the engines it is marked for; SQLite when it says nothing."""
    if "engine_name" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_engines")
        metafunc.parametrize("engine_name", ENGINES if both else ENGINES[:1], indirect=False)


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """The databases of this worker."""
    worker = getattr(pytestconfig, "workerinput", {}).get("workerid", "main")
    made = Databases(pytestconfig.stash[RUN], worker)
    yield made
    made.close()


@pytest.fixture(scope="session")
def sandboxes(databases: Databases) -> Iterator[Callable[[EngineName], Sandbox]]:
    """One application per engine and worker, made when first asked for."""
    made: dict[EngineName, Sandbox] = {}

    def sandbox(engine: EngineName) -> Sandbox:
        if engine not in made:
            made[engine] = Sandbox(databases, engine)
        return made[engine]

    yield sandbox
    for each in made.values():
        each.close()


@pytest.fixture
def contents(request: pytest.FixtureRequest) -> Contents:
    """What the database holds when the test begins, by the test's mark."""
    names: tuple[Contents, ...] = ("demo", "seeded")
    for name in names:
        if request.node.get_closest_marker(name):
            return name
    return "empty"


@pytest.fixture
def app(sandboxes: Callable[[EngineName], Sandbox], engine_name: EngineName, contents: Contents) -> Flask:
    """The application, on a clean database."""
    published.forget()
    return sandboxes(engine_name).prepare(contents)


@pytest.fixture
def engine(app: Flask) -> Engine:
    """The database engine of ``app``."""
    with app.app_context():
        return db.engine


@pytest.fixture
def configure(app: Flask) -> Callable[..., Settings]:
    """``configure(port=80)`` changes settings of ``app`` for this test."""

    def change(**values: Any) -> Settings:
        settings: Settings = dataclasses.replace(app.extensions["settings"], **values)
        app.extensions["settings"] = settings
        return settings

    return change


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The test's own session, ``db.session`` itself, in an application context the test holds.

    A request of ``client`` first commits it, then works with a session of its own.
    """
    with app.app_context():
        yield cast("scoped_session[Session]", db.session)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser; it sends the CSRF token of its session by itself."""
    return Client(app)


@pytest.fixture
def new_client(app: Flask) -> Callable[[], FlaskClient]:
    """Make one more browser."""
    return lambda: Client(app)


@pytest.fixture
def page(client: FlaskClient) -> Callable[..., Page]:
    """``page(url, status=200, by=client)``: open a page as a browser does, and check all it owes its reader.

    A page that commits anything is refused: a GET changes no business row. Access notes and the like go
    through ``training.common.access.apart``, which is not this session.
    """

    def get(url: str, *, status: int = 200, by: FlaskClient | None = None, straight_quotes: bool = False) -> Page:
        with committed() as commits:
            response = (by or client).get(url)
        assert response.status_code == status, f"{url} answered {response.status_code}: {response.text[:500]}"
        assert not commits, f"GET {url} committed"
        return read_page(response, straight_quotes=straight_quotes)

    return get


@contextmanager
def committed() -> Iterator[list[str]]:
    """Record the commits of request sessions."""
    found: list[str] = []

    def note(_session: Session) -> None:
        if has_request_context():
            found.append(http.path)

    event.listen(db.session.session_factory, "after_commit", note)
    try:
        yield found
    finally:
        event.remove(db.session.session_factory, "after_commit", note)


@pytest.fixture
def selects() -> Callable[[], AbstractContextManager[Queries]]:
    """``with selects() as asked: …`` then ``asked.count``."""
    return count_selects


class FrozenClock:
    """The clock of the house, held still."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self.at(DEFAULT_INSTANT)

    def at(self, moment: datetime) -> datetime:
        """Hold the clock at this aware instant."""
        self.release()
        self._held.enter_context(clock.freeze(moment))
        return clock.now()

    def advance(self, by: timedelta) -> datetime:
        """Let the clock jump forward."""
        return self.at(clock.now() + by)

    def release(self) -> None:
        """Let the clock run."""
        self._held.close()


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """The clock, held at 2 March 2026, 10:00 in Paris; ``.at()`` and ``.advance()`` move it."""
    frozen = FrozenClock()
    yield frozen
    frozen.release()


@pytest.fixture
def fresh_database(databases: Databases) -> Iterator[Callable[..., Flask]]:
    """``fresh_database(engine="postgresql", contents="empty")``: a new application on a new database."""
    with ExitStack() as stack:

        def make(engine: EngineName = "postgresql", contents: Contents = "empty") -> Flask:
            return stack.enter_context(fresh_app(databases, engine, contents))

        yield make
