"""Access notes: who read which private thing, and when (R93).

A note is not a business row: it is written in a short transaction of its own, so that a
GET never commits anything else, and it has its own retention. It is the one function
named in the test that forbids commits on GET.
"""

import uuid
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import String, Table, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from training.common import clock
from training.common.journal import Subject
from training.common.policy import Principal
from training.database import PERSON, Base, WithId, db, writing

KEPT_FOR = timedelta(days=365)
FEED_NOTE_EVERY = timedelta(hours=1)


class AccessNote(WithId, Base):
    """One reading of a private thing."""

    __tablename__ = "access_note"
    at: Mapped[datetime] = mapped_column(index=True)
    reader_id: Mapped[uuid.UUID | None] = mapped_column(index=True, info=PERSON)
    link_id: Mapped[uuid.UUID | None]
    kind: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True)


_NOTE: Final = insert(
    cast("Table", AccessNote.__table__)
)  # the table, past the unit of work: pages of a file all write one


def note(principal: Principal, kind: str, subject: Subject) -> None:
    """Write that ``principal`` read ``subject``, in a short transaction of its own."""
    _write(principal, kind, subject.__tablename__, subject.id)


def note_export(principal: Principal, kind: str) -> None:
    """Write that ``principal`` took a list away; the subject is herself."""
    if principal.person_id is not None:
        _write(principal, kind, "person", principal.person_id)


def _write(principal: Principal, kind: str, subject_kind: str, subject_id: uuid.UUID) -> None:
    values = {
        "id": uuid.uuid4(),
        "at": clock.now(),
        "reader_id": principal.person_id,
        "link_id": principal.link.link_id if principal.link else None,
        "kind": kind,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
    }
    with apart() as session:
        session.execute(_NOTE, values)


class apart:  # noqa: N801 - reads as a statement: with apart() as session
    """A short transaction beside the request's own, for what a GET may write.

    The request's own reads end first: on SQLite a second writer would otherwise wait for
    a reader of its own thread; on both engines the connection goes back to the pool.
    """

    def __enter__(self) -> Session:
        self._writing = writing()
        self._writing.__enter__()
        self._session = Session(bind=db.session.get_bind())
        return self._session

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None:
                self._session.commit()
        finally:
            self._session.close()
            self._writing.__exit__(None, None, None)


def last_read_at(subject: Subject, kind: str) -> datetime | None:
    """Return when ``subject`` was last read, or null if never."""
    return db.session.scalar(
        select(AccessNote.at)
        .where(AccessNote.subject_id == subject.id, AccessNote.kind == kind)
        .order_by(AccessNote.at.desc())
        .limit(1)
    )


def purge() -> int:
    """Delete the notes older than their retention; return how many went."""
    result = db.session.execute(delete(AccessNote).where(AccessNote.at < clock.now() - KEPT_FOR))
    return int(getattr(result, "rowcount", 0))
