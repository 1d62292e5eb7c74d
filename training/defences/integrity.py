"""Whether locked mémoires are what they were, and whether the database still defends them (asked by ``doctor``)."""

from collections.abc import Iterator

from sqlalchemy import select, text

from training.common.files import StoredFile
from training.database import db
from training.defences.enums import FINISHED, VersionKind
from training.defences.models import Memoire, MemoireVersion

DEFENDED = ("memoire_version",)


def faults() -> Iterator[str]:
    """Yield what is wrong: an undefended table, a file that is no longer the one handed in, a clearance without its file."""
    for table in DEFENDED:
        told = " ".join(db.session.scalars(text(_triggers()), {"table": table})).upper()
        yield from (f"The database would accept {act} on {table}." for act in ("UPDATE", "DELETE") if act not in told)
    changed = db.session.scalars(
        select(MemoireVersion.id)
        .join(StoredFile, StoredFile.id == MemoireVersion.file_id)
        .where(StoredFile.sha256 != MemoireVersion.sha256)
    )
    yield from (f"The file of mémoire version {version} is not the one that was handed in." for version in changed)
    locked = select(MemoireVersion.memoire_id).where(
        MemoireVersion.locked_at.is_not(None), MemoireVersion.kind != VersionKind.DRAFT
    )
    loose = select(Memoire.id).where(
        Memoire.status.in_(FINISHED), Memoire.taken_over.is_(False), Memoire.id.not_in(locked)
    )
    yield from (f"Mémoire {memoire} is cleared without a locked version." for memoire in db.session.scalars(loose))


def _triggers() -> str:
    if db.session.get_bind().dialect.name == "sqlite":
        return "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
    return (
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal AND tgenabled <> 'D'"
    )
