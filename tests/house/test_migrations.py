"""The one line of revisions gives the models, on both engines, up and down."""

import enum
import re
import uuid
from collections.abc import Iterator
from typing import Final

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Constraint, Enum, Index, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped

from tests.support.databases import MIGRATIONS, Databases, EngineName, settings_for
from tests.support.schema import checks_of, differences
from training import create_app
from training.common import journal
from training.common.policy import WORKER
from training.database import Base, db

DEFENDED: Final = "event"


@pytest.fixture(scope="module")
def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def blank(databases: Databases, engine_name: EngineName) -> Iterator[Flask]:
    """An application whose database has no table at all."""
    made = create_app(settings_for(databases.blank(engine_name, "blank"), databases.folder / "blank"))
    yield made
    with made.app_context():
        db.engine.dispose()
    databases.drop(engine_name, "blank")


def test_there_is_one_head_and_one_line(script: ScriptDirectory) -> None:
    assert len(script.get_heads()) == 1
    numbers = [revision.revision for revision in script.walk_revisions()]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] == "0001"


def test_every_revision_can_be_undone(script: ScriptDirectory) -> None:
    for revision in script.walk_revisions():
        assert callable(getattr(revision.module, "downgrade", None)), revision.path


@pytest.mark.both_engines
def test_the_migrated_schema_is_the_one_of_the_models(app: Flask) -> None:
    assert differences(app) == []


@pytest.mark.both_engines
def test_the_revisions_go_up_down_and_up_again(blank: Flask) -> None:
    with blank.app_context():
        upgrade(str(MIGRATIONS))
        downgrade(str(MIGRATIONS), revision="base")
        with db.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        upgrade(str(MIGRATIONS))
    assert differences(blank) == []


@pytest.mark.both_engines
def test_the_check_of_each_enumeration_allows_exactly_its_members(app: Flask) -> None:
    checks = checks_of(app)
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if not isinstance(column.type, Enum) or not isinstance(column.type.enum_class, enum.EnumMeta):
                continue
            slugs = {str(member.value) for member in column.type.enum_class}
            named = [sql for sql in checks[table.name].values() if re.search(rf"\b{column.name}\b", sql)]
            allowed = [set(re.findall(r"'([^']*)'", sql)) for sql in named]
            assert slugs in allowed, f"{table.name}.{column.name}: {named}"


@pytest.mark.both_engines
def test_every_check_of_the_models_exists_under_its_name(app: Flask) -> None:
    checks = checks_of(app)
    for table in Base.metadata.tables.values():
        expected = {
            str(constraint.name)
            for constraint in table.constraints
            if type(constraint).__visit_name__ in {"check_constraint", "table_or_column_check_constraint"}
        }
        assert expected <= checks[table.name].keys(), table.name


def test_every_constraint_has_a_name_short_enough_for_postgresql() -> None:
    for table in Base.metadata.tables.values():
        things: list[Constraint | Index] = [*table.constraints, *table.indexes]
        for thing in things:
            assert thing.name, f"{table.name}: {thing}"
            assert len(str(thing.name)) <= 63, thing.name


@pytest.mark.both_engines
@pytest.mark.parametrize("statement", ["UPDATE event SET kind = 'rewritten'", "DELETE FROM event"])
def test_the_journal_refuses_to_be_altered_at_head(app: Flask, record_of_one: str, statement: str) -> None:
    with app.app_context(), pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))
    with app.app_context(), db.engine.connect() as connection:
        assert _kinds(connection) == [record_of_one]


@pytest.mark.both_engines
def test_the_journal_refuses_to_be_emptied_on_postgresql_and_dropped_rows_on_both(
    app: Flask, engine_name: EngineName, record_of_one: str
) -> None:
    statement = "TRUNCATE event CASCADE" if engine_name == "postgresql" else "REPLACE INTO event SELECT * FROM event"
    with app.app_context(), pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))
    with app.app_context(), db.engine.connect() as connection:
        assert _kinds(connection) == [record_of_one]


def _kinds(connection: Connection) -> list[str]:
    return [row.kind for row in connection.execute(text("SELECT kind FROM event"))]


class Something:
    """A thing with a history."""

    __tablename__ = "sent_form"
    id: Mapped[uuid.UUID] = uuid.uuid4()  # type: ignore[assignment]  # a plain value is what an instance gives


@pytest.fixture
def record_of_one(app: Flask) -> str:
    """Write one event by the journal's own function; return its kind."""
    with app.app_context():
        journal.record(Something(), "house.proved", by=WORKER)
        db.session.commit()
    return "house.proved"
