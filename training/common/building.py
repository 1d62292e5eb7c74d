"""What was built on a row: the rows of any table that point at it. What is taken back must carry nothing."""

import uuid
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Table, select

from training.common.files import StoredFile
from training.common.threads import Thread
from training.database import Base, db

NOTHING: Final[frozenset[str]] = frozenset()


def built_on(model: type[Any], ids: Collection[uuid.UUID], *, besides: Collection[str] = NOTHING) -> set[uuid.UUID]:
    """Return which of these rows something points at, tables of ``besides`` apart: keys, files and threads. One SELECT a table."""
    target: Table = model.__table__
    found: set[uuid.UUID] = set()
    for table in Base.metadata.sorted_tables:
        if table.name in besides:
            continue
        for key in table.foreign_keys:
            if key.references(target) and key.column.name == "id":
                found |= set(db.session.scalars(select(key.parent).where(key.parent.in_(ids)).distinct()))
    for opaque in (StoredFile, Thread):
        query = select(opaque.subject_id).where(opaque.subject_kind == target.name, opaque.subject_id.in_(ids))
        found |= set(db.session.scalars(query.distinct()))
    return found
