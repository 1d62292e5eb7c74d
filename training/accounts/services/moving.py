"""Move every key that names one record to another, and back (R101).

What moved is told value by value, so that it can be undone: ``{"table", "column", "row", "from", "to"}``, ``row`` being the
primary key after the move. A key that cannot follow is left, or bars the whole, as its room declares.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, Uuid, and_, select, update
from sqlalchemy.exc import IntegrityError

from training.common.declarations import registry
from training.common.errors import Refused
from training.common.twins import Follow, TwinKey, TwinKind
from training.database import Base, UtcDateTime, db

Change = dict[str, Any]
CLASH: Final = "Un même enregistrement existe déjà pour les deux : réglez-le d’abord, puis recommencez."
MOVED_ON: Final = "Ce qui a été saisi depuis empêche de défaire cette réunion : demandez à l’administration."


def columns_of(kind: TwinKind) -> Iterator[tuple[str, Column[Any]]]:
    """Yield every column that names a record of this kind, foreign key or not, by ``table.column``."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            named = {key.column.table.name for key in column.foreign_keys}
            marked = kind is TwinKind.PERSON and column.info.get("person") and isinstance(column.type, Uuid)
            if kind.value in named or (marked and not named):
                yield f"{table.name}.{column.name}", column


def declared_keys() -> dict[str, TwinKey]:
    """Return how each key follows, as the rooms declare it."""
    return {name: key for room in registry.twins for name, key in room.keys.items()}


def move(kind: TwinKind, merged_id: uuid.UUID, kept_id: uuid.UUID) -> list[Change]:
    """Make every key of the record set aside name the one that is kept; return what moved. ``Refused`` where it cannot."""
    declared, changes = declared_keys(), []
    for name, column in columns_of(kind):
        key = declared[name]
        if key.follow is not Follow.STAYS:
            changes += _move_column(column, key, merged_id, kept_id)
    return changes


def _move_column(column: Column[Any], key: TwinKey, merged_id: uuid.UUID, kept_id: uuid.UUID) -> list[Change]:
    table, keys = _table(column), list(_table(column).primary_key.columns)
    chosen = column == merged_id
    if key.only is not None:
        chosen = and_(chosen, key.only(kept_id, merged_id))
    found = [
        dict(zip([each.name for each in keys], row, strict=True))
        for row in db.session.execute(select(*keys).where(chosen))
    ]
    moved = []
    for row in found:
        if _try(update(table).where(_is(table, row)).values({column.name: kept_id})):
            after = {**row, column.name: kept_id} if column.primary_key else row
            moved.append(_told(table, column.name, after, merged_id, kept_id))
        elif key.follow is Follow.MOVES:
            raise Refused(key.clash or CLASH)
    return moved


def _table(column: Column[Any]) -> Table:
    table: Table = column.table
    return table


def _try(statement: Any) -> bool:
    """Run a statement, alone: whether the database accepted it."""
    try:
        with db.session.begin_nested():
            db.session.execute(statement)
    except IntegrityError:
        return False
    return True


def _is(table: Table, row: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.columns[name] == value for name, value in row.items()))


def set_value(row: Any, name: str, value: Any) -> list[Change]:
    """Set a value of a record; return the change, none if it was so already."""
    former = getattr(row, name)
    if former == value:
        return []
    setattr(row, name, value)
    db.session.flush()
    return [_told(row.__table__, name, {"id": row.id}, former, value)]


def _told(table: Table, name: str, row: Mapping[str, Any], former: Any, value: Any) -> Change:
    return {
        "table": table.name,
        "column": name,
        "row": {each: _packed(given) for each, given in row.items()},
        "from": _packed(former),
        "to": _packed(value),
    }


def _packed(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _unpacked(column: Column[Any], value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if isinstance(column.type, Uuid):
        return uuid.UUID(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column.type.python_type is date else value


def put_back(changes: list[Change]) -> int:
    """Undo what moved, last first; what was changed again since is left. Return how many values went back."""
    done = 0
    for change in reversed(changes):
        table = Base.metadata.tables[change["table"]]
        column = table.columns[change["column"]]
        row = {name: _unpacked(table.columns[name], value) for name, value in change["row"].items()}
        now = db.session.scalar(select(column).where(_is(table, row)))
        if _packed(now) != change["to"]:
            continue
        if not _try(update(table).where(_is(table, row)).values({column.name: _unpacked(column, change["from"])})):
            raise Refused(MOVED_ON)
        done += 1
    return done
