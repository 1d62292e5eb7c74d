"""What the worker makes of the bundles asked for: papers, zipped, kept a week (R42)."""

import io
import uuid
import zipfile
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select

from training.common import clock
from training.common.attachments import unique_name
from training.common.logging import log
from training.database import db, writing
from training.seminars.enums import BatchStatus
from training.seminars.models import DocumentArchive, DocumentBatch
from training.seminars.services.bundles import papers_of

KEPT_FOR: Final = timedelta(days=7)
LEASE: Final = timedelta(minutes=10)
TOLD_EVERY: Final = 20
"""Papers made between two words of progress."""


def make_bundles() -> int:
    """Make the bundles that wait, one after the other; return how many.

    Papers are made outside any transaction: reading ends first, progress is told in short ones. A bundle whose
    worker died is taken again when its lease is over.
    """
    db.session.rollback()
    made = 0
    while (batch_id := _claim()) is not None:
        try:
            _make(batch_id)
            made += 1
        except Exception as fault:  # noqa: BLE001 - one bundle that fails must not stop the others
            db.session.rollback()
            log.error("bundle failed", fault=type(fault).__name__, exc_info=fault)
            _end(batch_id, BatchStatus.FAILED, None)
    return made


def _claim() -> uuid.UUID | None:
    with writing():
        batch = db.session.scalar(
            select(DocumentBatch)
            .where(
                DocumentBatch.status == BatchStatus.WAITING,
                or_(DocumentBatch.lease_until.is_(None), DocumentBatch.lease_until < clock.now()),
            )
            .order_by(DocumentBatch.requested_at, DocumentBatch.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if batch is None:
            db.session.rollback()
            return None
        batch.lease_until = clock.now() + LEASE
        batch_id = batch.id
        db.session.commit()
    return batch_id


def _make(batch_id: uuid.UUID) -> None:
    batch = db.session.get_one(DocumentBatch, batch_id)
    wanted = papers_of(batch.cohort, batch.kind)
    db.session.rollback()
    _tell(batch_id, 0, len(wanted))
    buffer, known = io.BytesIO(), set[str]()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, paper in enumerate(wanted, start=1):
            archive.writestr(unique_name(paper.name, known), paper.render())
            if number % TOLD_EVERY == 0:
                _tell(batch_id, number, len(wanted))
    _tell(batch_id, len(wanted), len(wanted))
    _end(batch_id, BatchStatus.DONE, buffer.getvalue())


def _tell(batch_id: uuid.UUID, done: int, total: int) -> None:
    with writing():
        batch = db.session.get_one(DocumentBatch, batch_id)
        batch.done, batch.total = done, total
        batch.lease_until = clock.now() + LEASE
        db.session.commit()


def _end(batch_id: uuid.UUID, status: BatchStatus, content: bytes | None) -> None:
    with writing():
        batch = db.session.get_one(DocumentBatch, batch_id)
        batch.status, batch.ended_at, batch.lease_until = status, clock.now(), None
        if content is not None:
            db.session.add(DocumentArchive(batch_id=batch_id, content=content))
        db.session.commit()


def purge() -> int:
    """Delete the bundles asked for more than a week ago; return how many went."""
    old = select(DocumentBatch.id).where(DocumentBatch.requested_at < clock.now() - KEPT_FOR)
    db.session.execute(delete(DocumentArchive).where(DocumentArchive.batch_id.in_(old)))
    result = db.session.execute(delete(DocumentBatch).where(DocumentBatch.id.in_(old)))
    return int(getattr(result, "rowcount", 0))
