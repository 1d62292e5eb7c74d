"""Backup and restore: the database and the files it names, as one folder that vouches for itself.

``backup`` first takes a consistent copy of the database (SQLite's own backup; one
REPEATABLE READ transaction of COPY on PostgreSQL), then the files that copy names: a file's
bytes are written once and outlive their row's erasure by a sweep at least. A manifest holds
the SHA-256 of every part. ``restore`` verifies all of it before it writes anything, and only
fills a database and a store that hold nothing else.
"""

import hashlib
import json
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, select

from training.common import backup_postgresql as postgresql
from training.common import clock, health
from training.common.files import StoredFile, digest_of, key_of
from training.common.lazy import lazily
from training.common.storage import AlreadyStored, ContentMissing, storage
from training.database import db

if TYPE_CHECKING:
    import flask_migrate
else:
    flask_migrate = lazily("flask_migrate")

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SQLITE_FILE: Final = "database.sqlite3"
_BLOCK: Final = 256 * 1024


class BackupFault(RuntimeError):
    """The backup or the restoration was refused or found something wrong; the message says what."""


def backup(directory: Path) -> dict[str, Any]:
    """Write the whole house into ``directory``, which must not exist or be empty; return the manifest.

    The folder appears under its name only once complete and read back. Raises :class:`BackupFault`.
    """
    if directory.exists() and any(directory.iterdir()):
        raise BackupFault(f"{directory} is not empty: nothing was written.")
    draft = directory.with_name(f".{directory.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    sqlite = db.engine.dialect.name == "sqlite"
    revision = health.revision()
    db.session.rollback()
    tables = _dump_sqlite(db.engine, draft) if sqlite else postgresql.dump(db.engine, draft)
    files = _named_files(draft) if sqlite else postgresql.named_files(draft)
    erased = [str(file_id) for file_id, sha256 in files if not _save_file(draft, file_id, sha256)]
    manifest = {
        "format": FORMAT,
        "engine": db.engine.dialect.name,
        "revision": revision,
        "made_at": clock.now().isoformat(),
        "tables": tables,
        "files": len(files) - len(erased),
        "erased_meanwhile": erased,
        "parts": {name: _described(draft / name) for name in sorted(_parts(draft))},
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    verify(draft)
    if directory.exists():
        directory.rmdir()
    draft.rename(directory)
    return manifest


def verify(directory: Path) -> dict[str, Any]:
    """Read every part of a backup against its manifest; return the manifest. Raises :class:`BackupFault`."""
    try:
        manifest: dict[str, Any] = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise BackupFault(f"{directory} holds no readable {MANIFEST}.") from fault
    if manifest.get("format") != FORMAT:
        raise BackupFault(f"This backup has format {manifest.get('format')}; this code reads {FORMAT}.")
    found, told = set(_parts(directory)), manifest["parts"]
    faults = [f"missing: {name}" for name in sorted(told.keys() - found)]
    faults += [f"not in the manifest: {name}" for name in sorted(found - told.keys())]
    faults += [f"altered: {name}" for name in sorted(found & told.keys()) if _described(directory / name) != told[name]]
    if faults:
        raise BackupFault("The backup is damaged; nothing was restored.\n- " + "\n- ".join(faults))
    return manifest


def restore(directory: Path) -> dict[str, Any]:
    """Fill this empty database and its store from a backup of the same engine; return the manifest.

    The database may be without tables or migrated and without rows; it ends at the backup's
    revision. Raises :class:`BackupFault`, and has then changed no row.
    """
    manifest = verify(directory)
    engine = db.engine
    if manifest["engine"] != engine.dialect.name:
        raise BackupFault(f"This backup is of {manifest['engine']}; this database is {engine.dialect.name}.")
    db.session.rollback()
    full = _tables_with_rows(engine)
    if full:
        raise BackupFault(f"The database is not empty ({', '.join(full[:5])}): nothing was restored.")
    for path in sorted((directory / "files").glob("*")):
        _restore_file(path)
    if engine.dialect.name == "sqlite":
        _load_sqlite(engine, directory)
    else:
        _migrate_to(manifest["revision"])
        postgresql.load(engine, directory)
    counted = {name: count for name, count in postgresql.count_rows(engine).items() if name in manifest["tables"]}
    if counted != manifest["tables"]:
        raise BackupFault("The restored tables do not have the rows the manifest tells.")
    return manifest


def _parts(directory: Path) -> Iterator[str]:
    for path in directory.rglob("*"):
        if path.is_file() and path.name != MANIFEST:
            yield path.relative_to(directory).as_posix()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _described(path: Path) -> dict[str, Any]:
    return {"size": path.stat().st_size, "sha256": digest_of(_blocks(path))}


# -- SQLite -----------------------------------------------------------------------------------------------------------


def _sqlite_path(engine: Engine) -> str:
    path = engine.url.database
    if not path or path == ":memory:":
        raise BackupFault("A database in memory cannot be backed up.")
    return path


def _dump_sqlite(engine: Engine, directory: Path) -> dict[str, int]:
    target = directory / SQLITE_FILE
    with closing(sqlite3.connect(_sqlite_path(engine))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the original's mode
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupFault("The copy of the database is not sound.")
        names = [
            str(name)
            for (name,) in copy.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        return {name: int(copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}  # noqa: S608 - a name the database gave


def _named_files(directory: Path) -> list[tuple[uuid.UUID, str]]:
    query = "SELECT id, sha256 FROM stored_file WHERE erased_at IS NULL ORDER BY id"
    with closing(sqlite3.connect(directory / SQLITE_FILE)) as copy:
        return [(uuid.UUID(str(file_id)), str(sha256)) for file_id, sha256 in copy.execute(query)]


def _load_sqlite(engine: Engine, directory: Path) -> None:
    engine.dispose()
    with (
        closing(sqlite3.connect(directory / SQLITE_FILE)) as source,
        closing(sqlite3.connect(_sqlite_path(engine))) as target,
    ):
        source.backup(target)


# -- both -------------------------------------------------------------------------------------------------------------


def _tables_with_rows(engine: Engine) -> list[str]:
    return [name for name, count in postgresql.count_rows(engine).items() if count and name != "alembic_version"]


def _migrate_to(revision: str) -> None:
    """Bring an empty database to the backup's revision; refuse one that is already past it."""
    here = health.revision()
    db.session.rollback()
    if here != revision:
        flask_migrate.upgrade(revision=revision)
    if health.revision() != revision:
        raise BackupFault(f"The database is at revision {here}, past the backup's {revision}: give an empty one.")
    db.session.rollback()


def _save_file(directory: Path, file_id: uuid.UUID, sha256: str) -> bool:
    """Copy a file's bytes; false if it was erased since the database was copied. A broken one is a fault."""
    target = directory / "files" / str(file_id)
    target.parent.mkdir(exist_ok=True)
    digest = hashlib.sha256()
    try:
        with target.open("wb") as file:
            for block in storage().stream(key_of(file_id)):
                digest.update(block)
                file.write(block)
    except ContentMissing as fault:
        target.unlink(missing_ok=True)
        if db.session.scalar(select(StoredFile.erased_at).where(StoredFile.id == file_id)) is not None:
            return False
        raise BackupFault(f"The content of file {file_id} is missing: run flask doctor.") from fault
    if digest.hexdigest() != sha256:
        raise BackupFault(f"The content of file {file_id} was altered: run flask doctor.")
    return True


def _restore_file(path: Path) -> None:
    key = key_of(uuid.UUID(path.name))
    try:
        with path.open("rb") as file:
            storage().put(key, file)
    except AlreadyStored:
        pass  # an earlier restoration was interrupted: what stands there is compared below
    if digest_of(storage().stream(key)) != digest_of(_blocks(path)):
        raise BackupFault(f"The store holds other bytes for file {path.name}.")
