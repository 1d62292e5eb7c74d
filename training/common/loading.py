"""The lists of a row, each read by one statement that is built once.

The library's own ``selectinload`` builds its statement again at each use, which costs three times the reading
of a short list. A page that shows one row with its lists reads the row, then asks here for each list.
"""

import functools
import uuid
from typing import Any, Protocol

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from training.database import db


class Owner(Protocol):
    """A row with lists."""

    @property
    def id(self) -> uuid.UUID:
        """Its uuid."""


def load_list(owner: Owner, attribute: Any, *options: ORMOption, refresh: bool = False) -> None:
    """Read one list of ``owner``, a one-to-many relationship, in its order, as if it had come with it. One SELECT.

    ``options`` are the loader options of its rows: module constants, so that the statement is built once.
    ``refresh`` reads again the rows the session already knows, as an act does under a lock.
    """
    relationship = attribute.property
    given = db.session.scalars(
        _statement(attribute, options), {"owner": owner.id}, execution_options={"populate_existing": refresh}
    )
    rows = list(given.unique() if options else given)
    set_committed_value(owner, attribute.key, rows)
    if relationship.back_populates:
        for row in rows:
            set_committed_value(row, relationship.back_populates, owner)


@functools.cache
def _statement(attribute: Any, options: tuple[ORMOption, ...]) -> Select[Any]:
    relationship = attribute.property
    ((_local, remote),) = relationship.local_remote_pairs
    query = select(relationship.mapper.class_).where(remote == bindparam("owner", type_=remote.type))
    return query.order_by(*(relationship.order_by or ())).options(*options)
