"""What differs between a migrated database and the models, in lines a person can read."""

import warnings
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from training.database import Base, db


def differences(app: Flask) -> list[str]:
    """Return one line per difference between the schema of ``app`` and its models."""
    with app.app_context(), db.engine.connect() as connection, warnings.catch_warnings():
        # SQLite cannot read back an index on an expression; PostgreSQL, compared too, can.
        warnings.filterwarnings("ignore", ".*expression-based index.*")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
    return [_line(difference) for difference in found]


def _line(difference: Any) -> str:
    if isinstance(difference, list):
        return "; ".join(_line(each) for each in difference)
    kind, *things = difference
    return f"{kind}: {', '.join(_name(thing) for thing in things if thing is not None)}"


def _name(thing: Any) -> str:
    table = getattr(thing, "table", None)
    name = getattr(thing, "name", None) or str(thing)
    return f"{table.name}.{name}" if table is not None else str(name)


def checks_of(app: Flask) -> dict[str, dict[str, str]]:
    """Return the CHECK constraints of each migrated table, by name."""
    with app.app_context():
        inspector = inspect(db.engine)
        return {
            table: {str(check["name"]): check["sqltext"] for check in inspector.get_check_constraints(table)}
            for table in inspector.get_table_names()
        }
