"""Papers for a whole cohort as one zip: asked for on a page, made by the worker with its progress, kept a week.

A room has two tables, a ``Batch`` and an ``Archive``, and one ``Maker`` that knows what goes in the zip.
"""

import io
import uuid
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, LargeBinary, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from training.common import clock
from training.common.attachments import unique_name
from training.common.errors import NotFound, Refused
from training.common.logging import log
from training.database import PERSON, WithId, db, touched, writing

KEPT_FOR: Final = timedelta(days=7)
LEASE: Final = timedelta(minutes=10)
TOLD_EVERY: Final = 20
"""Pieces made between two words of progress."""
GONE: Final = "Ce lot n’est plus disponible. Demandez-le de nouveau\u00a0: il se refait en quelques secondes."

Piece = tuple[str, Callable[[], bytes | None]]
"""Where a piece stands in the zip, and what makes it; null = it can no longer be had."""


class BatchStatus(StrEnum):
    """Where the making of a zip stands."""

    DONE = "done"
    FAILED = "failed"
    WAITING = "waiting"

    @property
    def label(self) -> str:
        """French name."""
        return {
            BatchStatus.DONE: "prêt",
            BatchStatus.FAILED: "interrompu",
            BatchStatus.WAITING: "en préparation",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            BatchStatus.DONE: "done",
            BatchStatus.FAILED: "refused",
            BatchStatus.WAITING: "progress",
        }[self]


def bounds() -> tuple[CheckConstraint, CheckConstraint]:
    """Return the CHECKs of a table of batches."""
    return (
        CheckConstraint("done >= 0 AND done <= total", name="no_more_than_all"),
        CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name="ended_when_over"),
    )


class Batch(WithId):
    """A zip asked for by someone and made by the worker, ``done`` pieces out of ``total``."""

    status: Mapped[BatchStatus] = mapped_column(default=BatchStatus.WAITING, index=True)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    requested_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def label(self) -> str:
        """What it holds, as the list of batches says it; empty where a page makes one kind only."""
        return ""


class Archive:
    """The zip of a finished batch; it goes after a week, since it can be made again at any time."""

    content: Mapped[bytes] = mapped_column(LargeBinary)


def refuse_while_making(batch: Any, *conditions: ColumnElement[bool]) -> None:
    """Raise ``Refused`` while the same zip is being made."""
    if db.session.scalar(select(batch.id).where(batch.status == BatchStatus.WAITING, *conditions)) is not None:
        raise Refused("Ce lot est déjà en préparation\u00a0: suivez son avancement sur cette page.")


@dataclass(frozen=True, slots=True)
class Maker:
    """What the worker does of the batches of one table.

    ``pieces`` reads everything: making them asks nothing more of the database. They are made outside any transaction,
    progress is told in short ones. A batch whose worker died is taken again when its lease is over.
    """

    batch: Any
    archive: Any
    pieces: Callable[[Any], Iterable[Piece]]
    compression: int = zipfile.ZIP_STORED

    def make(self) -> int:
        """Make the batches that wait, one after the other; return how many."""
        db.session.rollback()
        made = 0
        while (batch_id := self._claim()) is not None:
            try:
                self._make(batch_id)
                made += 1
            except Exception as fault:  # noqa: BLE001 - one batch that fails must not stop the others
                db.session.rollback()
                log.error("batch failed", table=self.batch.__tablename__, fault=type(fault).__name__, exc_info=fault)
                self._end(batch_id, BatchStatus.FAILED, None)
        return made

    def purge(self) -> int:
        """Delete the batches asked for more than a week ago; return how many went."""
        old = select(self.batch.id).where(self.batch.requested_at < clock.now() - KEPT_FOR)
        db.session.execute(delete(self.archive).where(self.archive.batch_id.in_(old)))
        return touched(delete(self.batch).where(self.batch.id.in_(old)))

    def content_of(self, batch: Any) -> bytes:
        """Return the zip; ``NotFound`` while it is not ready, or once it is gone."""
        archive = db.session.get(self.archive, batch.id)
        if archive is None:
            raise NotFound(GONE)
        content: bytes = archive.content
        return content

    def _claim(self) -> uuid.UUID | None:
        with writing():
            batch = db.session.scalar(
                select(self.batch)
                .where(
                    self.batch.status == BatchStatus.WAITING,
                    or_(self.batch.lease_until.is_(None), self.batch.lease_until < clock.now()),
                )
                .order_by(self.batch.requested_at, self.batch.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if batch is None:
                db.session.rollback()
                return None
            batch.lease_until = clock.now() + LEASE
            batch_id: uuid.UUID = batch.id
            db.session.commit()
        return batch_id

    def _make(self, batch_id: uuid.UUID) -> None:
        pieces = list(self.pieces(db.session.get_one(self.batch, batch_id)))
        db.session.rollback()
        self._tell(batch_id, 0, len(pieces))
        buffer, known = io.BytesIO(), set[str]()
        with zipfile.ZipFile(buffer, "w", self.compression) as archive:
            for number, (name, make) in enumerate(pieces, start=1):
                content = make()
                if content is not None:
                    archive.writestr(unique_name(name, known), content)
                if number % TOLD_EVERY == 0:
                    self._tell(batch_id, number, len(pieces))
        self._tell(batch_id, len(pieces), len(pieces))
        self._end(batch_id, BatchStatus.DONE, buffer.getvalue())

    def _tell(self, batch_id: uuid.UUID, done: int, total: int) -> None:
        with writing():
            batch = db.session.get_one(self.batch, batch_id)
            batch.done, batch.total = done, total
            batch.lease_until = clock.now() + LEASE
            db.session.commit()

    def _end(self, batch_id: uuid.UUID, status: BatchStatus, content: bytes | None) -> None:
        with writing():
            batch = db.session.get_one(self.batch, batch_id)
            batch.status, batch.ended_at, batch.lease_until = status, clock.now(), None
            if content is not None:
                db.session.add(self.archive(batch_id=batch_id, content=content))
            db.session.commit()
