"""Stored files: received, checked, staged, kept, read, erased (R93, R125).

The order is what makes a row trustworthy: an upload is checked by really opening it
(:func:`check`), its bytes are written under a fresh uuid and read back
(:func:`stage`), and only then does a row name them (:func:`keep`), in the caller's
transaction. A row is never deleted: :func:`erase` empties it and the bytes follow. Bytes
without a row are swept after a day (``file_upkeep``).
"""

import hashlib
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Final, Protocol

from sqlalchemy import BigInteger, CheckConstraint, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from training.common import clock, filetypes
from training.common.declarations import FileUse
from training.common.errors import Conflict, NotFound
from training.common.filetypes import FileRefused
from training.common.journal import Subject
from training.common.lazy import lazily
from training.common.policy import Principal
from training.common.storage import StorageError, storage
from training.database import PERSON, Base, WithId, db

if TYPE_CHECKING:
    from training.common import filechecks
else:
    filechecks = lazily("training.common.filechecks")  # it brings what opens PDF and pictures

__all__ = [
    "CheckedFile",
    "Erasure",
    "FileRefused",
    "StagedFile",
    "StoredFile",
    "Upload",
    "check",
    "check_count",
    "digest_of",
    "discard",
    "erase",
    "keep",
    "key_of",
    "read",
    "receive",
    "stage",
]

ORPHAN_AFTER: Final = timedelta(hours=24)
IN_MEMORY: Final = 2_000_000  # bytes of an upload held in memory; a larger one goes to a temporary file
_BLOCK: Final = 256 * 1024


class Erasure(StrEnum):
    """Why the content of a file was erased."""

    RETENTION = "retention"
    REQUEST = "request"
    QUARANTINE = "quarantine"


class StoredFile(WithId, Base):
    """A file kept: what it is, whose it is, and the digest that vouches for it. Only ``erase`` changes it.

    ``size`` is in bytes; ``pages`` is known for a PDF only. An erased file keeps its row,
    its digest and its size, and loses its bytes and its name.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="has_content"),
        CheckConstraint("pages IS NULL OR pages > 0", name="has_pages"),
        CheckConstraint("(erased_at IS NULL) = (erased_for IS NULL)", name="erased_for_a_reason"),
        Index("ix_stored_file_subject", "subject_kind", "subject_id"),
    )
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    original_name: Mapped[str] = mapped_column(String(filetypes.MAX_NAME))
    use: Mapped[str] = mapped_column(String(60))
    pages: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID]
    deposited_by: Mapped[uuid.UUID | None] = mapped_column(index=True, info=PERSON)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    erased_for: Mapped[Erasure | None]

    @property
    def key(self) -> str:
        """Where its bytes stand in the store."""
        return key_of(self.id)

    @property
    def can_be_shown_in_place(self) -> bool:
        """Whether a browser may show it: a PDF that was opened, an image that was re-encoded, nothing else."""
        return self.erased_at is None and self.media_type in filetypes.SHOWN_IN_PLACE


class Upload(Protocol):
    """What a request gives of a file: a name nobody trusts and a stream."""

    filename: str | None

    @property
    def stream(self) -> IO[bytes]:
        """The bytes sent."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An upload that was really opened; ``content`` is what will be stored (an image is re-encoded).

    Whoever checked it closes ``content``; :func:`stage` does.
    """

    content: IO[bytes]
    name: str
    media_type: str
    size: int
    sha256: str
    pages: int | None


@dataclass(frozen=True, slots=True)
class StagedFile:
    """Bytes written and verified under ``id``, that no row names yet."""

    id: uuid.UUID
    use: str
    original_name: str
    media_type: str
    size: int
    sha256: str
    pages: int | None


def check(
    upload: IO[bytes],
    name: str | None,
    use: FileUse,
    *,
    max_bytes: int | None = None,
    media_types: frozenset[str] | None = None,
) -> CheckedFile:
    """Read an upload to its end and open it; raise :class:`FileRefused` with what to tell the person.

    ``max_bytes`` and ``media_types``, when given, stand in place of the use's own. The size is
    what is read, never what a header announces; reading stops past the limit.
    """
    limit = use.max_bytes if max_bytes is None else max_bytes
    allowed = use.media_types if media_types is None else media_types
    content = _workspace()
    try:
        size, digest = _copy(upload, content, limit)
        opened = filechecks.open_for_good(content, name=name or "", allowed=allowed)
    except BaseException:
        content.close()
        raise
    if opened.content is not None:
        content.close()
        content = _workspace()
        content.write(opened.content)
        size, digest = len(opened.content), hashlib.sha256(opened.content).hexdigest()
    return CheckedFile(
        content=content,
        name=filetypes.clean_name(name, opened.kind),
        media_type=opened.kind.media_type,
        size=size,
        sha256=digest,
        pages=opened.pages,
    )


def _workspace() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)


def _copy(source: IO[bytes], target: IO[bytes], limit: int) -> tuple[int, str]:
    """Copy a file and return its size and SHA-256, or refuse it as empty or larger than ``limit`` bytes."""
    size, digest = 0, hashlib.sha256()
    while block := source.read(_BLOCK):
        size += len(block)
        if size > limit:
            raise filetypes.too_large(limit)
        digest.update(block)
        target.write(block)
    if size == 0:
        raise filetypes.empty()
    return size, digest.hexdigest()


def stage(checked: CheckedFile, use: FileUse) -> StagedFile:
    """Write the bytes under a fresh uuid, read them back, and return what is now safe to name in a row.

    Raises :class:`StorageError` when the store fails or gives back other bytes. What is
    staged and never kept is swept after ``ORPHAN_AFTER``.
    """
    staged = StagedFile(
        id=uuid.uuid4(),
        use=use.code,
        original_name=checked.name,
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
        pages=checked.pages,
    )
    store = storage()
    with checked.content:
        store.put(key_of(staged.id), checked.content)
    if digest_of(store.stream(key_of(staged.id))) != staged.sha256:
        store.delete(key_of(staged.id))
        raise StorageError("The store gave back other bytes than it was given.")
    return staged


def reopen(staged: StagedFile) -> IO[bytes]:
    """Return the bytes of a staged file, to look into them again; the caller closes it."""
    content = _workspace()
    for block in storage().stream(key_of(staged.id)):
        content.write(block)
    content.seek(0)
    return content


def as_checked(staged: StagedFile, content: IO[bytes]) -> CheckedFile:
    """Return a staged file as it was when it was checked."""
    return CheckedFile(content, staged.original_name, staged.media_type, staged.size, staged.sha256, staged.pages)


def receive(
    upload: Upload, use: FileUse, *, max_bytes: int | None = None, media_types: frozenset[str] | None = None
) -> StagedFile:
    """Check an upload of a request and stage it; raise :class:`FileRefused` with what to tell the person."""
    checked = check(upload.stream, upload.filename, use, max_bytes=max_bytes, media_types=media_types)
    return stage(checked, use)


def keep(staged: StagedFile, *, use: FileUse, subject: Subject, by: Principal) -> StoredFile:
    """Add the row that names staged bytes, for ``subject``; flushes so that other rows may point to it.

    Raises ``Conflict`` when these bytes were kept already (the same page sent twice).
    """
    if staged.use != use.code:
        raise ValueError(f"A file received as {staged.use} cannot be kept as {use.code}.")
    if db.session.get(StoredFile, staged.id) is not None:
        raise Conflict("Ce fichier a déjà été déposé. Relisez la page avant de le déposer de nouveau.")
    stored = StoredFile(
        id=staged.id,
        sha256=staged.sha256,
        size=staged.size,
        media_type=staged.media_type,
        original_name=staged.original_name,
        use=use.code,
        pages=staged.pages,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        deposited_by=by.person_id,
        created_at=clock.now(),
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def check_count(*, use: FileUse, subject: Subject, max_count: int | None = None) -> None:
    """Refuse one more file of this use for ``subject`` when it has its full count; erased ones do not count."""
    limit = use.max_count if max_count is None else max_count
    held = db.session.scalar(
        select(func.count())
        .select_from(StoredFile)
        .where(
            StoredFile.subject_kind == subject.__tablename__,
            StoredFile.subject_id == subject.id,
            StoredFile.use == use.code,
            StoredFile.erased_at.is_(None),
        )
    )
    if (held or 0) >= limit:
        raise filetypes.too_many(limit)


def discard(staged: StagedFile) -> None:
    """Delete staged bytes that will not be kept; never call it once a row names them."""
    storage().delete(key_of(staged.id))


def read(stored: StoredFile) -> Iterator[bytes]:
    """Return the bytes of a kept file, block by block.

    Raises ``NotFound`` when its content was erased, :class:`StorageError` when the store fails.
    """
    if stored.erased_at is not None:
        raise NotFound("Ce fichier a été effacé à la fin de sa durée de conservation, ou à la demande d’une personne.")
    return storage().stream(stored.key)


def erase(stored: StoredFile, reason: Erasure) -> None:
    """Mark a file erased and forget its name (R89): unreadable at once, its bytes leave with the next sweep.

    The bytes wait for the commit, so that a rolled back erasure loses nothing. Erasing
    again changes nothing.
    """
    if stored.erased_at is not None:
        return
    stored.erased_at = clock.now()
    stored.erased_for = reason
    stored.original_name = "fichier-efface." + filetypes.BY_MEDIA_TYPE[stored.media_type].extension
    db.session.flush()


def key_of(file_id: uuid.UUID) -> str:
    """Return where a file's bytes stand: a folder of two letters, so that none grows too large."""
    return f"{file_id.hex[:2]}/{file_id}"


def digest_of(blocks: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes read block by block, in hexadecimal."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
