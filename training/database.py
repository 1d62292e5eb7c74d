"""The base of every table: types, naming, and how a transaction opens.

Models inherit :class:`Base`; sessions come from ``db.session``. Times are stored
in UTC and are always aware; an enumeration is stored by its slug under a named
CHECK; every constraint has a name, so that a violated one can be told to a person.
"""

import enum
import functools
import select
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, String, Uuid, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

PERSON: Final = {"person": True}
"""Column ``info`` of every key that names a person, foreign key or not: the privacy
declarations of the rooms must cover each table that has one."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC by databases that have time zones and by those that have not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library's signature
        """Refuse a naive time; send the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive time cannot be stored: give it a time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library's signature
        """Give back an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _slugs(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


def slugs_of(kind: type[enum.Enum], name: str) -> Enum:
    """Return the type of an enumeration whose CHECK has a name of its own."""
    return Enum(kind, name=name, native_enum=False, length=40, create_constraint=True, values_callable=_slugs)


class Base(DeclarativeBase):
    """Base of all tables."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime(),
            uuid.UUID: Uuid(),
            str: String(),
            dict[str, Any]: JSON(),
            list[str]: JSON(),
            enum.Enum: Enum(enum.Enum, native_enum=False, length=40, create_constraint=True, values_callable=_slugs),
        },
    )


class WithId:
    """A row known by a uuid, which is what addresses show: never a number that counts people."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)


_writing: ContextVar[bool] = ContextVar("writing", default=False)
READ: Final = frozenset({"GET", "HEAD"})


class HouseSession(Session):
    """A session that, on PostgreSQL, lets a page read without a transaction around its queries.

    Under READ COMMITTED each statement of a transaction sees what was committed when it began, so a page reads the
    same outside one, and saves the two exchanges that open and close it. What is streamed keeps its transaction: a
    cursor lives in one.
    """

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **more: Any) -> Engine | Connection:
        """Return the engine a statement goes to."""
        engine = super().get_bind(mapper, clause, bind, **more)
        if not isinstance(engine, Engine) or engine.dialect.name != "postgresql" or not _only_reads(clause):
            return engine
        return _without_transactions(engine)


def reads_only() -> bool:
    """Whether this is a page being read, and not an act."""
    return has_request_context() and request.method in READ and not _writing.get()


def _only_reads(clause: Any) -> bool:
    """Whether a statement is one of a page, not streamed."""
    return reads_only() and not (clause is not None and "yield_per" in clause.get_execution_options())


@functools.lru_cache(maxsize=8)
def _without_transactions(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


db: Final = SQLAlchemy(model_class=Base, session_options={"class_": HouseSession})


@contextmanager
def writing() -> Iterator[None]:
    """Open the transactions begun inside as writers.

    On SQLite they begin with BEGIN IMMEDIATE: a read that becomes a write would fail
    at once in WAL whatever the timeout. PostgreSQL needs nothing.
    """
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: Any, _record: Any) -> None:
    if type(connection).__module__.partition(".")[0] != "sqlite3":
        return
    connection.isolation_level = None  # we emit BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "busy_timeout=30000",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Pool, "checkout")
def _refuse_the_dead(connection: Any, _record: Any, _lent: Any) -> None:
    """Replace a connection that PostgreSQL has closed.

    An idle connection has nothing to read, unless the server has said goodbye: looking costs no exchange with it.
    """
    if type(connection).__module__.partition(".")[0] == "psycopg" and select.select([connection], [], [], 0)[0]:
        raise DisconnectionError("the server closed it")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def touched(statement: Any) -> int:
    """Run an UPDATE or a DELETE and return how many rows it touched."""
    return int(getattr(db.session.execute(statement), "rowcount", 0))
