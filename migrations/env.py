"""How the one line of revisions is run, on SQLite and on PostgreSQL.

Each revision has a transaction of its own. On PostgreSQL one process migrates at a time, and gives up
rather than block the application behind a lock; on SQLite, tables are rebuilt in batches with foreign
keys off, and no orphan may be left behind.
"""

from collections.abc import Iterable
from typing import Any, Final

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine, text

ONE_AT_A_TIME: Final = 5_230_417_226
"""The advisory lock that a migrating process holds."""

WORK_TABLES: Final = ("huey", "work")
"""Schemas or table prefixes of the work engine, which has its own store."""

migrate: Final = current_app.extensions["migrate"]


def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """Leave the work engine's tables out: they are not of the application."""
    return not (kind == "table" and name is not None and name.startswith(tuple(f"{w}_" for w in WORK_TABLES)))


def drop_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no revision when nothing has changed."""
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def options() -> dict[str, Any]:
    """Return what every run shares."""
    return {
        "target_metadata": migrate.db.metadata,
        "include_object": is_ours,
        "transaction_per_migration": True,
        "process_revision_directives": drop_empty,
        **migrate.configure_args,
    }


def run_offline() -> None:
    """Write the SQL instead of running it."""
    context.configure(url=engine().url.render_as_string(hide_password=False), literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()


def engine() -> Engine:
    """Return the engine of the running application."""
    found: Engine = migrate.db.engine
    return found


def run_online() -> None:
    """Run the revisions on the application's database."""
    with engine().connect() as connection:
        _prepare(connection)
        context.configure(connection=connection, **options())
        with context.begin_transaction():
            context.run_migrations()
        _settle(connection)


def _prepare(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        _execute(
            connection,
            (
                "SET lock_timeout = '10s'",
                "SET statement_timeout = '15min'",
                f"SELECT pg_advisory_lock({ONE_AT_A_TIME})",
            ),
        )
        connection.commit()
    else:
        connection.connection.execute("PRAGMA foreign_keys=OFF")


def _settle(connection: Connection) -> None:
    """Put the connection back as it was found, whatever pool lends it next."""
    connection.commit()
    if connection.dialect.name == "postgresql":
        _execute(
            connection, (f"SELECT pg_advisory_unlock({ONE_AT_A_TIME})", "RESET lock_timeout", "RESET statement_timeout")
        )
        connection.commit()
        return
    orphans = connection.connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.connection.execute("PRAGMA foreign_keys=ON")
    if orphans:
        raise RuntimeError(f"A migration left rows without the row they point to: {orphans[:5]}")


def _execute(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(text(statement))


if context.is_offline_mode():
    run_offline()
else:
    run_online()
