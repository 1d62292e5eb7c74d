"""Files that come in parts (R125): each part once, joined when all are there."""

import io
import tempfile
import uuid
from typing import IO, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import undefer

from training.common import filetypes
from training.common.errors import Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio.file_uses import MAX_BYTES
from training.portfolio.models import Tracer, TracerVersion, UploadPart

PART: Final = 1_000_000
"""Bytes of one part: a phone on the edge of the network sends it in some seconds."""

MOST_PARTS: Final = -(-MAX_BYTES // PART)
MOST_HELD: Final = 4 * MOST_PARTS
"""Parts one draft holds before they are joined: a few whole files, on their way together."""

IN_MEMORY: Final = 2_000_000


def take_part(version: TracerVersion, key: str, number: int, total: int, content: bytes, *, by: Principal) -> list[int]:
    """Keep one part of a file of a draft; return the numbers of those that have come.

    Raises ``Refused`` for a file larger than allowed, or a part that cannot be one of it.
    """
    if not policy.allows(by, Permission.PORTFOLIO_TRACER_DEPOSIT, version):
        raise Forbidden
    if total > MOST_PARTS:
        raise filetypes.too_large(MAX_BYTES)
    if not 0 <= number < total or not 0 < len(content) <= PART:
        raise Refused("Cette partie du fichier n’est pas lisible : envoyez le fichier de nouveau.")
    known = _numbers(version.id, key)
    if number not in known:
        if _held(version.id) >= MOST_HELD:
            raise Refused("Trop de fichiers sont en cours d’envoi : attendez la fin des premiers, puis recommencez.")
        db.session.add(UploadPart(version_id=version.id, key=key, number=number, total=total, content=content))
        db.session.flush()
        known = sorted([*known, number])
    return known


def _numbers(version_id: uuid.UUID, key: str) -> list[int]:
    return list(
        db.session.scalars(
            select(UploadPart.number)
            .where(UploadPart.version_id == version_id, UploadPart.key == key)
            .order_by(UploadPart.number)
        )
    )


def _held(version_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(UploadPart).where(UploadPart.version_id == version_id)
    return db.session.scalar(query) or 0


def _draft(enrolment_id: uuid.UUID, type_id: uuid.UUID) -> uuid.UUID | None:
    return db.session.scalar(
        select(TracerVersion.id)
        .join(Tracer, Tracer.id == TracerVersion.tracer_id)
        .where(Tracer.enrolment_id == enrolment_id, Tracer.type_id == type_id, TracerVersion.deposited_at.is_(None))
    )


def known_parts(enrolment_id: uuid.UUID, type_id: uuid.UUID, key: str) -> list[int]:
    """Return the numbers of the parts of a file that have come. Two SELECTs."""
    draft = _draft(enrolment_id, type_id)
    return _numbers(draft, key) if draft is not None else []


def whole(enrolment_id: uuid.UUID, type_id: uuid.UUID, key: str) -> IO[bytes] | None:
    """Return the file its parts make, or null while some are missing."""
    draft = _draft(enrolment_id, type_id)
    if draft is None:
        return None
    of_file = (UploadPart.version_id == draft, UploadPart.key == key)
    count, total = db.session.execute(select(func.count(), func.max(UploadPart.total)).where(*of_file)).one()
    if not count or count != total:
        return None
    joined: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever checks it closes it
    parts = select(UploadPart).where(*of_file).order_by(UploadPart.number).options(undefer(UploadPart.content))
    for part in db.session.scalars(parts):
        joined.write(part.content)
        db.session.expunge(part)
    joined.seek(0, io.SEEK_SET)
    return joined


def forget(version: TracerVersion, key: str) -> None:
    """Delete the parts of a file."""
    db.session.execute(delete(UploadPart).where(UploadPart.version_id == version.id, UploadPart.key == key))
