"""The upkeep of stored files: sweeping loose bytes, verifying every file, a person's own deposits."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from training.common import clock
from training.common.files import ORPHAN_AFTER, StoredFile, digest_of, key_of
from training.common.storage import ContentMissing, storage
from training.database import db


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep looked at and deleted: bytes no row ever named, bytes of erased files."""

    seen: int
    orphans: int
    erased: int


def sweep_orphans() -> Swept:
    """Delete the bytes that no row names and that are older than ``ORPHAN_AFTER``, and those of erased files.

    Harmless if doubled; changes no row.
    """
    store = storage()
    seen = orphans = erased = 0
    oldest = clock.now() - ORPHAN_AFTER
    for batch in store.list():
        objects = {file_id: found for found in batch if (file_id := _id_of(found.key))}
        seen += len(objects)
        state = _erased_by_id(objects)
        for file_id, found in objects.items():
            if file_id not in state and found.modified_at < oldest:
                store.delete(found.key)
                orphans += 1
            elif state.get(file_id):
                store.delete(found.key)
                erased += 1
    return Swept(seen, orphans, erased)


@dataclass(frozen=True, slots=True)
class Verified:
    """What ``doctor`` learns: how many files were read, which are missing or altered, which bytes are loose."""

    read: int
    missing: tuple[uuid.UUID, ...]
    altered: tuple[uuid.UUID, ...]
    orphans: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.missing or self.altered or self.orphans)


def verify_all() -> Verified:
    """Read every kept file to its end and compare its digest; list the bytes a sweep should have taken."""
    store = storage()
    missing, altered, count = [], [], 0
    query = select(StoredFile.id, StoredFile.sha256).where(StoredFile.erased_at.is_(None)).order_by(StoredFile.id)
    for file_id, sha256 in db.session.execute(query.execution_options(yield_per=500)):
        count += 1
        try:
            if digest_of(store.stream(key_of(file_id))) != sha256:
                altered.append(file_id)
        except ContentMissing:
            missing.append(file_id)
    return Verified(count, tuple(missing), tuple(altered), tuple(_orphans(clock.now() - 2 * ORPHAN_AFTER)))


def _orphans(before: datetime) -> Iterator[str]:
    for batch in storage().list():
        objects = {file_id: found for found in batch if (file_id := _id_of(found.key))}
        state = _erased_by_id(objects)
        yield from sorted(o.key for i, o in objects.items() if i not in state and o.modified_at < before)


def _erased_by_id(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bool]:
    """Return, for those of ``ids`` that have a row, whether it is erased. One SELECT."""
    query = select(StoredFile.id, StoredFile.erased_at).where(StoredFile.id.in_(list(ids)))
    return {file_id: erased_at is not None for file_id, erased_at in db.session.execute(query)}


def of_depositor(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the files a person deposited, for her own copy of her data (R91)."""
    query = (
        select(StoredFile).where(StoredFile.deposited_by == person_id).order_by(StoredFile.created_at, StoredFile.id)
    )
    return [
        {
            "nom": stored.original_name,
            "type": stored.media_type,
            "taille_octets": stored.size,
            "empreinte_sha256": stored.sha256,
            "depose_le": stored.created_at,
            "efface_le": stored.erased_at,
        }
        for stored in db.session.scalars(query)
    ]


def forget_depositor(person_id: uuid.UUID) -> int:
    """Cut the link between a person and what she deposited (R91); the files follow their own retention."""
    result = db.session.execute(
        update(StoredFile).where(StoredFile.deposited_by == person_id).values(deposited_by=None)
    )
    return int(getattr(result, "rowcount", 0))


def _id_of(key: str) -> uuid.UUID | None:
    """Return the file a key belongs to; null for anything that is not ours."""
    try:
        file_id = uuid.UUID(key.rpartition("/")[2])
    except ValueError:
        return None
    return file_id if key == key_of(file_id) else None
