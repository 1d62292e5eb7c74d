"""A published edition cannot be changed, wherever the change comes from (R1); the one exception is R103.

The rows of an edition are marked :class:`PartOfEdition`, the edition itself
:class:`EditionContent`. Before each flush of any session, a row whose edition the
database no longer holds as a draft is refused; one that is let through moves the
version under which its content is kept (:mod:`published`).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Final

from sqlalchemy import event, inspect
from sqlalchemy.orm import RelationshipDirection, Session

from training.catalogue.enums import EditionStatus
from training.common.errors import Conflict


class PublishedIsImmutable(Conflict):
    """Something tried to change an edition that is no longer a draft (R1)."""

    def __init__(self) -> None:
        super().__init__(
            "Cette édition est publiée : son contenu ne change plus. Préparez une nouvelle édition à partir de "
            "celle-ci, ou renseignez une valeur inconnue."
        )


class EditionContent:
    """What the lock watches. ``PROCEDURE_COLUMNS`` go on changing after publication."""

    PROCEDURE_COLUMNS: ClassVar[frozenset[str]] = frozenset()


class PartOfEdition(EditionContent):
    """A row that belongs to an edition, through the relationship named by ``OWNED_BY``."""

    OWNED_BY: ClassVar[str] = "edition"


_settling: Final[ContextVar[frozenset[uuid.UUID]]] = ContextVar("settling", default=frozenset())


@contextmanager
def settling(edition_id: uuid.UUID) -> Iterator[None]:
    """Let the flushes inside change this published edition; only the two acts of R103 use it."""
    token = _settling.set(_settling.get() | {edition_id})
    try:
        yield
    finally:
        _settling.reset(token)


def _edition_of(session: Session, row: Any) -> Any:
    """Climb from a row to its edition, through the key when the relationship has just been emptied."""
    while isinstance(row, PartOfEdition):
        owner = getattr(row, row.OWNED_BY)
        if owner is None and (key := getattr(row, f"{row.OWNED_BY}_id")) is not None:
            owner = session.get(inspect(type(row)).relationships[row.OWNED_BY].mapper.class_, key)
        row = owner
    return row


def _is_locked(edition: Any) -> bool:
    """Whether the database holds the edition as something else than a draft."""
    state = inspect(edition)
    if not state.persistent:
        return False
    was = state.attrs.status.history.deleted
    return (was[0] if was else edition.status) is not EditionStatus.DRAFT


def _changes_content(session: Session, row: EditionContent) -> bool:
    if not session.is_modified(row):
        return False
    state: Any = inspect(row)
    changed = {column.key for column in state.mapper.column_attrs if state.attrs[column.key].history.has_changes()}
    for relation in state.mapper.relationships:  # its key is written by the flush itself, too late for us
        if relation.direction is RelationshipDirection.MANYTOONE and state.attrs[relation.key].history.has_changes():
            changed |= {column.key for column in relation.local_columns}
    return bool(changed - row.PROCEDURE_COLUMNS)


@event.listens_for(Session, "before_flush")
def _refuse_changes_to_published(session: Session, _context: object, _instances: object) -> None:
    touched = [row for row in (*session.new, *session.deleted) if isinstance(row, EditionContent)]
    touched += [row for row in session.dirty if isinstance(row, EditionContent) and _changes_content(session, row)]
    for edition in {id(edition): edition for row in touched if (edition := _edition_of(session, row))}.values():
        if not _is_locked(edition):
            continue
        if edition.id not in _settling.get():
            raise PublishedIsImmutable
        edition.content_version += 1
