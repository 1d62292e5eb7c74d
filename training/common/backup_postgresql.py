"""The PostgreSQL half of backup and restore, in pure Python: COPY of every table, in one transaction each way.

Only rows are copied: the tables, their triggers and their constraints come from the
migrations, so the journal's defence is never lifted; restoring only inserts.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, inspect, text

from training.common.lazy import lazily

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql
else:
    sql = lazily("psycopg.sql")

SCHEMA: Final = "public"
_BLOCK: Final = 256 * 1024


def count_rows(engine: Engine) -> dict[str, int]:
    """Return how many rows each table holds, on either engine."""
    quote = engine.dialect.identifier_preparer.quote
    names = sorted(inspect(engine).get_table_names())
    with engine.connect() as connection:
        return {name: connection.scalar(text(f"SELECT count(*) FROM {quote(name)}")) or 0 for name in names}  # noqa: S608 - a name the database gave


@contextmanager
def _connected(engine: Engine) -> Iterator["psycopg.Connection[Any]"]:
    raw = engine.raw_connection()
    try:
        driver: psycopg.Connection[Any] = raw.driver_connection  # type: ignore[assignment]  # the driver is psycopg 3
        driver.rollback()
        yield driver
    finally:
        raw.rollback()
        raw.close()


def dump(engine: Engine, directory: Path) -> dict[str, int]:
    """Copy every row as of one instant, a file per table; return how many rows each had."""
    folder = directory / "tables"
    folder.mkdir()
    with _connected(engine) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        names = [name for (name,) in connection.execute(_TABLES, (SCHEMA,)).fetchall()]
        counts = {name: _dump_table(connection, folder, name) for name in names}
        query = "SELECT id, sha256 FROM stored_file WHERE erased_at IS NULL ORDER BY id"
        files = [[str(file_id), sha256] for file_id, sha256 in connection.execute(query).fetchall()]
    (directory / "files.json").write_text(json.dumps(files), encoding="utf-8")
    return counts


_TABLES: Final = (
    "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'alembic_version' ORDER BY tablename"
)


def _dump_table(connection: "psycopg.Connection[Any]", folder: Path, name: str) -> int:
    columns = [
        column
        for (column,) in connection.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            (SCHEMA, name),
        ).fetchall()
    ]
    (folder / f"{name}.columns.json").write_text(json.dumps(columns), encoding="utf-8")
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(SCHEMA, name), _list(columns))
    cursor = connection.cursor()
    with (folder / f"{name}.copy").open("wb") as file, cursor.copy(statement) as copy:
        for block in copy:
            file.write(block)
    return cursor.rowcount


def _list(columns: list[str]) -> "sql.Composed":
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def named_files(directory: Path) -> list[tuple[uuid.UUID, str]]:
    """Return the files the copied rows name, with their digests."""
    rows = json.loads((directory / "files.json").read_text(encoding="utf-8"))
    return [(uuid.UUID(file_id), str(sha256)) for file_id, sha256 in rows]


def load(engine: Engine, directory: Path) -> None:
    """Insert every row, all or none: tables that others point to first; foreign keys that make a ring come last."""
    with _connected(engine) as connection, connection.transaction():
        names = [path.stem for path in sorted((directory / "tables").glob("*.copy"))]
        keys = _foreign_keys(connection)
        order, ring = _in_order(names, {(child, parent) for child, parent, _name, _definition in keys})
        set_aside = [key for key in keys if (key[0], key[1]) in ring]
        for child, _parent, name, _definition in set_aside:
            connection.execute(_alter(child, "DROP CONSTRAINT {}", name))
        for name in order:
            _load_table(connection, directory / "tables", name)
        for child, _parent, name, definition in set_aside:
            connection.execute(_alter(child, "ADD CONSTRAINT {} " + definition, name))


def _alter(table: str, what: str, constraint: str) -> "sql.Composed":
    # The definition is the one the database itself has just given.
    return sql.SQL("ALTER TABLE {} ").format(sql.Identifier(SCHEMA, table)) + sql.SQL(what).format(
        sql.Identifier(constraint)
    )


def _foreign_keys(connection: "psycopg.Connection[Any]") -> list[tuple[str, str, str, str]]:
    """Return (table, table pointed to, name, definition) of each foreign key between two tables."""
    rows = connection.execute(
        "SELECT child.relname, parent.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
        "JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid "
        "WHERE c.contype = 'f' AND c.connamespace = %s::regnamespace AND c.conrelid <> c.confrelid ORDER BY 1, 3",
        (SCHEMA,),
    ).fetchall()
    return [(child, parent, name, definition) for child, parent, name, definition in rows]


def _in_order(names: list[str], links: set[tuple[str, str]]) -> tuple[list[str], set[tuple[str, str]]]:
    """Return the tables, those pointed to first, and the links of rings that no order can honour. Pure."""
    order: list[str] = []
    ring: set[tuple[str, str]] = set()
    waiting, left = list(names), set(links)
    while waiting:
        free = [name for name in waiting if not any(child == name and parent in waiting for child, parent in left)]
        if not free:
            broken = {link for link in left if link[0] == waiting[0] and link[1] in waiting}
            ring |= broken
            left -= broken
            continue
        order += free
        waiting = [name for name in waiting if name not in free]
    return order, ring


def _load_table(connection: "psycopg.Connection[Any]", folder: Path, name: str) -> None:
    columns = json.loads((folder / f"{name}.columns.json").read_text(encoding="utf-8"))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(SCHEMA, name), _list(columns))
    with (folder / f"{name}.copy").open("rb") as file, connection.cursor().copy(statement) as copy:
        while block := file.read(_BLOCK):
            copy.write(block)
    for column in columns:  # a counter goes on from the last number given
        found = connection.execute("SELECT pg_get_serial_sequence(%s, %s)", (f'"{SCHEMA}"."{name}"', column)).fetchone()
        if found and found[0]:
            last = sql.SQL("SELECT setval(%s, (SELECT coalesce(max({}), 0) + 1 FROM {}), false)")
            connection.execute(last.format(sql.Identifier(column), sql.Identifier(SCHEMA, name)), (found[0],))
