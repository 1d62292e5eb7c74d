"""One statement for lists of uuids of any length: ``among(column, "names")``, then ``{"names": [uuid, …]}``.

An ``IN`` with one parameter a value is another text at each length: it is built, read and planned anew each time. This
is one parameter whatever the list, so the statement is built once and PostgreSQL keeps its plan (decision 11).
"""

import json
import uuid
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, Text, Uuid, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Uuids(TypeDecorator[Collection[uuid.UUID]]):
    """A list of uuids as one parameter: an array on PostgreSQL, JSON elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return how the database takes it."""
        return dialect.type_descriptor(ARRAY(Uuid()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[uuid.UUID] | None, dialect: Dialect) -> Any:
        """Give the list as the database takes it."""
        known = list(value or ())
        return known if dialect.name == "postgresql" else json.dumps([each.hex for each in known])


class _Among(FunctionElement[bool]):
    """Whether a column holds one of the values of a list."""

    name = "among"
    type = Boolean()
    inherit_cache = True


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: Any, **more: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **more)} = ANY ({compiler.process(values, **more)})"


@compiles(_Among)
def _elsewhere(element: _Among, compiler: Any, **more: Any) -> str:
    column, values = element.clauses
    listed = f"SELECT value FROM json_each({compiler.process(values, **more)})"  # noqa: S608 - compiled, no value in it
    return f"{compiler.process(column, **more)} IN ({listed})"


_UUIDS: Final = _Uuids()


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of the uuids given under ``name`` when the statement is sent."""
    return _Among(column, bindparam(name, type_=_UUIDS))
