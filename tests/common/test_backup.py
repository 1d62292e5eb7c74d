"""Backup and restore: what comes back is what was there, byte for byte, or nothing comes back."""

import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.common.test_doctor import kept_file
from training.common import doctor, journal
from training.common.backup import MANIFEST, BackupFault, backup, restore, verify
from training.common.backup_postgresql import _in_order, count_rows
from training.common.files import Erasure, StoredFile, erase, read
from training.common.journal import Event
from training.common.policy import Principal
from training.common.storage import storage
from training.database import db

ENGINES = pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
SOMEONE = Principal(person_id=uuid.uuid4(), name="Zoé d’Œuvre")
MakeApp = Callable[..., Flask]


def fill() -> tuple[uuid.UUID, bytes]:
    """Put a file, a history with awkward words, and an erased file in the database; return the file."""
    stored, gone = kept_file(), kept_file()
    journal.record(stored, "trial.made", by=SOMEONE, codes={"n": 1}, text={"reason": "tab\t, \\N, « retour\nligne »"})
    journal.record(stored, "trial.changed", by=SOMEONE)
    erase(gone, Erasure.REQUEST)
    db.session.commit()
    return stored.id, b"".join(read(stored))


def rows() -> dict[str, list[Any]]:
    """Return every row of every table."""
    found = {}
    for name in count_rows(db.engine):
        found[name] = sorted(map(repr, db.session.execute(text(f"SELECT * FROM {name}"))))  # noqa: S608 - a name the database gave
    db.session.rollback()
    return found


@ENGINES
def test_everything_comes_back(fresh_database: MakeApp, tmp_path: Path, engine: str) -> None:
    with fresh_database(engine=engine).app_context():
        file_id, content = fill()
        before = rows()
        manifest = backup(tmp_path / "sauvegarde")
        assert manifest["files"] == 1
        assert manifest["tables"]["event"] == 2
    assert (tmp_path / "sauvegarde").stat().st_mode & 0o777 == 0o700

    with fresh_database(engine=engine).app_context():
        assert restore(tmp_path / "sauvegarde") == manifest
        assert rows() == before
        assert b"".join(read(db.session.get_one(StoredFile, file_id))) == content
        assert doctor.diagnose() == []  # the chain holds, and the journal is still defended
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text("DELETE FROM event"))
        db.session.rollback()
        journal.record(db.session.get_one(StoredFile, file_id), "trial.again", by=SOMEONE)
        assert db.session.query(Event).count() == 3


@ENGINES
def test_a_database_without_tables_is_filled_too(
    fresh_database: MakeApp, databases: Any, tmp_path: Path, engine: str
) -> None:
    from tests.support.databases import settings_for
    from training import create_app

    with fresh_database(engine=engine).app_context():
        fill()
        before = rows()
        backup(tmp_path / "b")
    bare = create_app(settings_for(databases.blank(engine, "bare"), tmp_path / "bare"))
    with bare.app_context():
        restore(tmp_path / "b")
        assert rows() == before
        db.session.remove()
        db.engine.dispose()
    databases.drop(engine, "bare")


@ENGINES
def test_a_database_that_holds_anything_is_refused_and_unchanged(
    fresh_database: MakeApp, tmp_path: Path, engine: str
) -> None:
    with fresh_database(engine=engine).app_context():
        fill()
        backup(tmp_path / "b")
        before = rows()
        with pytest.raises(BackupFault, match="not empty"):
            restore(tmp_path / "b")
        assert rows() == before


@ENGINES
@pytest.mark.parametrize("damage", ["altered", "missing", "added", "manifest"])
def test_a_damaged_backup_restores_nothing(fresh_database: MakeApp, tmp_path: Path, engine: str, damage: str) -> None:
    target = tmp_path / "b"
    with fresh_database(engine=engine).app_context():
        fill()
        backup(target)
    file = next((target / "files").iterdir())
    if damage == "altered":
        file.write_bytes(file.read_bytes() + b" ")
    elif damage == "missing":
        file.unlink()
    elif damage == "added":
        (target / "files" / str(uuid.uuid4())).write_bytes(b"x")
    else:
        (target / MANIFEST).write_text("{")
    with fresh_database(engine=engine).app_context():
        with pytest.raises(BackupFault):
            restore(target)
        assert sum(count for name, count in count_rows(db.engine).items() if name != "alembic_version") == 0
        assert not list(storage().list())


def test_a_full_folder_is_never_written_into(session: object, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(BackupFault, match="not empty"):
        backup(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("change", ["lost", "altered"])
def test_a_file_that_is_not_what_its_row_says_stops_the_backup(session: object, tmp_path: Path, change: str) -> None:
    import io

    stored = kept_file()
    db.session.commit()
    storage().delete(stored.key)
    if change == "altered":
        storage().put(stored.key, io.BytesIO(b"other"))
    with pytest.raises(BackupFault, match=str(stored.id)):
        backup(tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_backup_of_the_other_engine_is_refused(fresh_database: MakeApp, tmp_path: Path) -> None:
    with fresh_database(engine="sqlite").app_context():
        backup(tmp_path / "b")
    with fresh_database(engine="postgresql").app_context(), pytest.raises(BackupFault, match="sqlite"):
        restore(tmp_path / "b")


def test_an_interrupted_restoration_is_begun_again(fresh_database: MakeApp, tmp_path: Path) -> None:
    with fresh_database(engine="sqlite").app_context():
        file_id, content = fill()
        backup(tmp_path / "b")
    with fresh_database(engine="sqlite").app_context():
        restore(tmp_path / "b")
        keep = shutil.copytree(tmp_path / "b", tmp_path / "again")
        source = Path(str(db.engine.url.database))
        db.engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{source}{suffix}").unlink(missing_ok=True)  # the files are there, the database is not
        restore(keep)
        assert b"".join(read(db.session.get_one(StoredFile, file_id))) == content


def test_the_manifest_can_be_checked_by_anyone(session: object, tmp_path: Path) -> None:
    kept_file()
    db.session.commit()
    backup(tmp_path / "b")
    manifest = json.loads((tmp_path / "b" / MANIFEST).read_text())
    assert verify(tmp_path / "b") == manifest
    assert set(manifest["parts"]) >= {f"files/{path.name}" for path in (tmp_path / "b" / "files").iterdir()}


def test_tables_come_after_those_they_point_to_and_rings_are_set_aside() -> None:
    order, ring = _in_order(["a", "b", "c"], {("a", "b"), ("b", "c")})
    assert (order, ring) == (["c", "b", "a"], set())
    order, ring = _in_order(["a", "b", "c"], {("a", "b"), ("b", "a"), ("a", "c")})
    assert order.index("c") < order.index("a") or ("a", "c") in ring
    assert ring
    assert sorted(order) == ["a", "b", "c"]
