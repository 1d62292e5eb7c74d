"""Integrity, asked of everything at once (``flask doctor``): what was written is still there, unaltered."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sqlalchemy import text

from training.common import file_upkeep, health, journal
from training.database import db

Check = Callable[[], Iterable[str]]

_checks: Final[dict[str, Check]] = {}


def add_check(name: str, check: Check) -> None:
    """Let a room vouch for its own things (sealed sheets, minutes); asked again by the same name, it is replaced."""
    _checks[name] = check


def diagnose() -> list[str]:
    """Return every fault found, in words; empty when all is well. Reads every file to its end."""
    migrations = list(_migrations())
    if migrations:
        return migrations
    found = [*_defences(), *journal.faults(), *_files(), *_loose_keys()]
    for name, check in sorted(_checks.items()):
        found += [f"{name}: {fault}" for fault in check()]
    return found


def _migrations() -> Iterator[str]:
    here, wanted = health.revision(), health.head()
    if here != wanted:
        yield f"The database is at revision {here or '(none)'}, this code expects {wanted}: run flask db upgrade."


def triggers_on(table: str) -> str:
    """Return, in capitals, the definitions of the live triggers of a table: the acts it is defended against stand there."""
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        if db.session.get_bind().dialect.name == "sqlite"
        else "SELECT pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal AND tgenabled <> 'D'"
    )
    return " ".join(db.session.scalars(text(query), {"table": table})).upper()


def _defences() -> Iterator[str]:
    """The journal is append-only because the database refuses: see that it still would."""
    sqlite = db.session.get_bind().dialect.name == "sqlite"
    told = triggers_on("event")
    for act in ("UPDATE", "DELETE") if sqlite else ("UPDATE", "DELETE", "TRUNCATE"):
        if act not in told:
            yield f"The journal is not defended: the database would accept {act} on its events."


def _files() -> Iterator[str]:
    verified = file_upkeep.verify_all()
    for file_id in verified.missing:
        yield f"The content of file {file_id} is missing."
    for file_id in verified.altered:
        yield f"The content of file {file_id} was altered."
    for key in verified.orphans:
        yield f"Stored bytes belong to no file: {key}."


def _loose_keys() -> Iterator[str]:
    """PostgreSQL never lets a foreign key dangle; SQLite does, for whoever opened the file without asking it not to."""
    if db.session.get_bind().dialect.name == "sqlite":
        for table, row, parent, _index in db.session.execute(text("PRAGMA foreign_key_check")):
            yield f"Row {row} of {table} points to nothing in {parent}."
