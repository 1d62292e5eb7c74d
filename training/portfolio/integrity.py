"""Whether accepted versions are what they were, and whether the database still defends them (asked by ``doctor``)."""

import uuid
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from training.common import doctor
from training.common.files import StoredFile
from training.database import db
from training.portfolio.enums import Decision, TracerStatus
from training.portfolio.models import Review, Tracer, TracerFile, TracerVersion
from training.portfolio.rules import digest_of

DEFENDED: Final = ("tracer", "tracer_version", "tracer_file")


def faults() -> Iterator[str]:
    """Yield what is wrong: an undefended table, a file that is no longer the one accepted, a state without its version."""
    for table in DEFENDED:
        told = doctor.triggers_on(table)
        yield from (f"The database would accept {act} on {table}." for act in ("UPDATE", "DELETE") if act not in told)
    changed = db.session.scalars(
        select(TracerFile.id)
        .join(StoredFile, StoredFile.id == TracerFile.file_id)
        .where(StoredFile.sha256 != TracerFile.sha256)
    )
    yield from (f"File {file_id} is not the one that was handed in." for file_id in changed)
    yield from _broken_seals()
    for version_id in db.session.scalars(_unsupported()):
        yield f"Version {version_id} was carried as accepted, and what it stands for is not."
    sealed = select(TracerVersion.tracer_id).where(TracerVersion.accepted_at.is_not(None))
    for tracer_id in db.session.scalars(
        select(Tracer.id).where((Tracer.status == TracerStatus.ACCEPTED) != Tracer.id.in_(sealed))
    ):
        yield f"Tracer document {tracer_id} is accepted without an accepted version, or the reverse."


def _unsupported() -> Select[uuid.UUID]:
    """Select the versions accepted neither here nor where they were carried from (R116)."""
    source = aliased(TracerVersion)
    read_here = exists().where(Review.version_id == TracerVersion.id, Review.decision == Decision.ACCEPTED)
    return (
        select(TracerVersion.id)
        .join(source, source.id == TracerVersion.carried_id)
        .where(
            TracerVersion.accepted_at.is_not(None),
            source.accepted_at.is_distinct_from(TracerVersion.accepted_at),
            ~read_here,
        )
        .order_by(TracerVersion.id)
    )


def _broken_seals() -> Iterator[str]:
    """Yield the accepted versions whose files no longer give their digest: one was added, taken away or moved."""
    files: dict[uuid.UUID, list[str]] = {}
    rows = db.session.execute(
        select(TracerFile.version_id, TracerFile.sha256)
        .join(TracerVersion, TracerVersion.id == TracerFile.version_id)
        .where(TracerVersion.accepted_at.is_not(None))
        .order_by(TracerFile.version_id, TracerFile.position, TracerFile.id)
    )
    for version_id, sha256 in rows:
        files.setdefault(version_id, []).append(sha256)
    sealed = select(TracerVersion.id, TracerVersion.digest).where(TracerVersion.accepted_at.is_not(None))
    for version_id, digest in db.session.execute(sealed):
        if digest != digest_of(files.get(version_id, ())):
            yield f"The files of accepted version {version_id} are not those that were accepted."
