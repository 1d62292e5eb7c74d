"""How a page reads: without a transaction on PostgreSQL, on a living connection, each list by one statement."""

import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect, select, text, update
from sqlalchemy.orm import Session, scoped_session

from tests.factories import admissions as make
from tests.support.queries import Queries
from training.admissions.models import Call, CallPart
from training.common.among import among
from training.common.lazy import lazily
from training.common.loading import load_list
from training.config import ROOT
from training.database import db, writing

pytestmark = pytest.mark.both_engines
type_counter = Callable[[], AbstractContextManager[Queries]]


def holds_a_transaction() -> bool:
    """Ask whether two statements of this session are of one transaction; on SQLite, a snapshot, they always are."""
    db.session.scalar(text("SELECT 1"))
    if db.session.connection().dialect.name == "sqlite":
        return bool(db.session.connection().connection.driver_connection.in_transaction)  # type: ignore[union-attr]  # sqlite3's own
    return len({db.session.scalar(text("SELECT now()")) for _ in range(2)}) == 1


def test_a_get_reads_outside_a_transaction_and_an_act_inside(app: Flask, engine: Engine) -> None:
    with app.test_request_context("/appels"):
        assert holds_a_transaction() is (engine.dialect.name == "sqlite")
    with app.test_request_context("/appels", method="POST"):
        assert holds_a_transaction()
    with app.test_request_context("/appels"), writing():
        assert holds_a_transaction()


def test_what_is_streamed_keeps_its_transaction(app: Flask, engine: Engine) -> None:
    with app.test_request_context("/appels"):
        rows = db.session.execute(text("SELECT 1 UNION SELECT 2").execution_options(yield_per=1))
        assert sorted(row[0] for row in rows) == [1, 2]


def test_a_connection_the_server_has_closed_is_replaced(fresh_database: Callable[..., Flask]) -> None:
    app = fresh_database("postgresql")
    with app.test_request_context("/appels"):
        number = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.remove()
        elsewhere = create_engine(db.engine.url)
        with elsewhere.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": number})
        elsewhere.dispose()
        assert db.session.scalar(text("SELECT pg_backend_pid()")) != number


def test_a_list_comes_whole_in_order_and_knows_its_owner(
    session: scoped_session[Session], selects: type_counter
) -> None:
    made = make.call()
    expected = [piece.code for piece in sorted(made.pieces, key=lambda piece: piece.position)]
    bodies = {played.organisation.id for played in made.parts}
    made_id = made.id
    session.commit()
    session.remove()
    call = session.get_one(Call, made_id)
    with selects() as counted:
        load_list(call, Call.pieces)
        load_list(call, Call.parts)
        assert [piece.code for piece in call.pieces] == expected
        assert {played.organisation_id for played in call.parts} == bodies
        assert all(piece.call is call for piece in call.pieces)
    assert counted.count == 2
    assert not inspect(call).modified


def test_a_refreshed_list_shows_what_was_written_behind_the_session(session: scoped_session[Session]) -> None:
    call = make.call()
    session.commit()
    load_list(call, Call.parts)
    session.execute(update(CallPart).values(note="vu ailleurs").execution_options(synchronize_session=False))
    load_list(call, Call.parts)
    assert {played.note for played in call.parts} == {None}
    load_list(call, Call.parts, refresh=True)
    assert {played.note for played in call.parts} == {"vu ailleurs"}


def test_libraries_of_documents_wait_for_their_first_use() -> None:
    names = ("openpyxl", "typst", "pypdf", "PIL", "fontTools", "webauthn", "alembic", "icalendar")
    asked = f"import sys, training; print(*(n for n in {names} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
    assert lazily("json").loads("[1]") == [1]


@pytest.mark.parametrize("count", [0, 1, 3, 400])
def test_a_list_of_any_length_is_one_parameter(session: scoped_session[Session], count: int) -> None:
    known = [make.call().id for _ in range(min(count, 3))]
    session.flush()
    wanted = [*known, *(uuid.uuid4() for _ in range(count - len(known)))]
    statement = select(Call.id).where(among(Call.id, "wanted"))
    assert set(session.scalars(statement, {"wanted": wanted})) == set(known)
    compiled = statement.compile(db.engine, compile_kwargs={"render_postcompile": True})
    assert list(compiled.params) == ["wanted"]
