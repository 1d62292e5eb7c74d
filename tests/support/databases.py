"""Databases of a test run: one server, one migrated template per engine, a clone per test that writes.

A test works on a real database of its own, so commits, rollbacks, locks and threads behave as they
do in production. A clone is a file copy on both engines (1 ms on SQLite, 40 ms on PostgreSQL) and is
made anew only after a test that wrote. Schemas come from the migrations and from nothing else.
"""

import fcntl
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import psycopg
from flask import Flask
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import URL, event, make_url

from tests.support import postgres
from training import create_app
from training.config import SecondFactor, Settings
from training.database import db

EngineName = Literal["sqlite", "postgresql"]
Contents = Literal["empty", "seeded", "demo"]

PREFIX: Final = "training-tests-"
MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"
COMMANDS: Final[dict[Contents, tuple[str, ...]]] = {"empty": (), "seeded": ("seed",), "demo": ("seed", "demo")}
READS: Final = ("SELECT", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SHOW", "EXPLAIN")


def settings_for(database_url: str, folder: Path) -> Settings:
    """Return settings of a test application whose files, mails and work live in ``folder``."""
    for name in ("files", "mails"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return Settings(
        database_url=database_url,
        storage_url=(folder / "files").as_uri(),
        mail_url=(folder / "mails").as_uri(),
        work_url=f"sqlite:///{folder / 'work.sqlite3'}",
        secret_key="a secret that only the tests use, long enough",
        public_url="http://localhost",
        second_factor=SecondFactor.OFFERED,
        testing=True,
    )


class Run:
    """What all workers of one run share: a folder, and the PostgreSQL server that a first need starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix = "t" + folder.name.removeprefix(PREFIX).lower() + "_"

    @classmethod
    def begin(cls) -> "Run":
        """Make the run's folder, after clearing what killed runs left behind."""
        root = postgres.temporary_root()
        for leftover in root.glob(PREFIX + "*"):
            if _is_abandoned(leftover):
                postgres.stop(leftover / "postgres")
                shutil.rmtree(leftover, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
        folder.chmod(0o711)  # the server's unprivileged account walks through it
        (folder / "pid").write_text(str(os.getpid()))
        return cls(folder)

    def end(self) -> None:
        """Stop the run's server, or drop the run's databases from the one that was given; remove the folder."""
        if (self.folder / "postgres").exists():
            postgres.stop(self.folder / "postgres")
        elif (self.folder / "postgres.url").exists():
            with psycopg.connect(self.postgres_url(), autocommit=True) as connection:
                rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (self.prefix + "%",))
                for (name,) in rows.fetchall():
                    connection.execute(_statement("DROP DATABASE {} WITH (FORCE)", name))
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Let one worker at a time build what all share."""
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def postgres_url(self) -> str:
        """Return the URL of the server (TEST_DATABASE_URL first), for psycopg; start ours if need be."""
        note = self.folder / "postgres.url"
        if not note.exists():
            given = os.environ.get("TEST_DATABASE_URL")
            note.write_text(_for_psycopg(make_url(given)) if given else postgres.start(self.folder / "postgres"))
        return note.read_text()


class Databases:
    """The databases of one worker."""

    def __init__(self, run: Run, worker: str) -> None:
        self.run = run
        self.folder = run.folder / worker
        self.folder.mkdir(exist_ok=True)
        self.worker = worker
        self._server: psycopg.Connection[tuple[object, ...]] | None = None

    def close(self) -> None:
        """Close the connection by which databases are made and dropped."""
        if self._server is not None:
            self._server.close()

    def clone(self, engine: EngineName, contents: Contents, name: str) -> str:
        """Make the database ``name`` of this worker anew from a template; return its SQLAlchemy URL."""
        if engine == "sqlite":
            template = self._sqlite_template(contents)
            self.drop(engine, name)
            path = self._sqlite_path(name)
            shutil.copyfile(template, path)
            return f"sqlite:///{path}"
        template_name = self._postgres_template(contents)
        self.drop(engine, name)
        return self._create(self._postgres_name(name), template_name)

    def drop(self, engine: EngineName, name: str) -> None:
        """Remove the database ``name`` of this worker, if it exists."""
        if engine == "sqlite":
            for suffix in ("", "-wal", "-shm", "-journal"):
                self._sqlite_path(name + suffix).unlink(missing_ok=True)
        else:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self._postgres_name(name))

    def blank(self, engine: EngineName, name: str) -> str:
        """Make the database ``name`` of this worker without any table; return its SQLAlchemy URL."""
        with self.run.lock():
            self.run.postgres_url()
        self.drop(engine, name)
        if engine == "sqlite":
            return f"sqlite:///{self._sqlite_path(name)}"
        return self._create(self._postgres_name(name), "template0")

    def _sqlite_path(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"

    def _postgres_name(self, name: str) -> str:
        return f"{self.run.prefix}{self.worker}_{name}"

    def _sqlite_template(self, contents: Contents) -> Path:
        path = self.run.folder / f"{contents}.sqlite3"
        with self.run.lock():
            if not path.exists():
                draft = path.with_suffix(".draft")
                draft.unlink(missing_ok=True)
                self._fill(f"sqlite:///{draft}", contents)
                with sqlite3.connect(draft) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                draft.rename(path)
        return path

    def _postgres_template(self, contents: Contents) -> str:
        name = f"{self.run.prefix}template_{contents}"
        done = self.run.folder / f"{contents}.postgresql"
        if not done.exists():
            with self.run.lock():
                self.run.postgres_url()
                if not done.exists():
                    self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
                    self._fill(self._create(name, "template0"), contents)
                    done.touch()
        return name

    def _fill(self, url: str, contents: Contents) -> None:
        """Migrate the database to head and load the reference data or the demo, by the real commands."""
        folder = self.run.folder / f"filling-{contents}"
        app = create_app(settings_for(url, folder))
        with app.app_context():
            upgrade(str(MIGRATIONS))
        for command in COMMANDS[contents]:
            outcome = app.test_cli_runner().invoke(args=[command], catch_exceptions=False)
            if outcome.exit_code != 0:
                raise RuntimeError(f"flask {command} failed:\n{outcome.output}")
        with app.app_context():
            db.engine.dispose()

    def files_of(self, contents: Contents) -> Path:
        """Return the stored files that go with a template."""
        return self.run.folder / f"filling-{contents}" / "files"

    def _create(self, name: str, template: str) -> str:
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        url = make_url(self.run.postgres_url()).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _execute(self, statement: str, *names: str) -> None:
        if self._server is None:
            self._server = psycopg.connect(self.run.postgres_url(), autocommit=True)
        self._server.execute(_statement(statement, *names))


class Sandbox:
    """One application on one engine, given a clean database whenever the test before it wrote."""

    def __init__(self, databases: Databases, engine: EngineName) -> None:
        self.databases = databases
        self.engine = engine
        self.folder = databases.folder / engine
        self.contents: Contents = "empty"
        url = databases.clone(engine, self.contents, "sandbox")
        self.app = create_app(settings_for(url, self.folder))
        self.settings: Settings = self.app.extensions["settings"]
        self.dirty = False
        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._watch)

    def _watch(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.dirty = self.dirty or not statement.lstrip().upper().startswith(READS)

    def prepare(self, contents: Contents) -> Flask:
        """Return the application on a clean database with the wanted contents."""
        self.app.extensions["settings"] = self.settings
        if self.dirty or contents != self.contents:
            with self.app.app_context():
                db.engine.dispose()
            self.databases.clone(self.engine, contents, "sandbox")
            self.contents = contents
        self._clean_folders()
        with self.app.app_context(), db.engine.connect():
            pass  # the driver's own questions are asked now, not while a test counts
        self.dirty = False
        return self.app

    def _clean_folders(self) -> None:
        for name in ("files", "mails"):
            folder = self.folder / name
            if list(folder.iterdir()):  # a list, so that the folder is closed at once
                shutil.rmtree(folder)
                folder.mkdir()
        (self.folder / "work.sqlite3").unlink(missing_ok=True)
        kept = self.databases.files_of(self.contents)
        if self.contents != "empty" and kept.exists():
            shutil.copytree(kept, self.folder / "files", dirs_exist_ok=True)

    def close(self) -> None:
        """Give the connections back."""
        with self.app.app_context():
            db.engine.dispose()


@contextmanager
def fresh_app(databases: Databases, engine: EngineName, contents: Contents) -> Iterator[Flask]:
    """A new application on a new database, dropped at the end."""
    name = f"fresh_{uuid.uuid4().hex[:8]}"
    app = create_app(settings_for(databases.clone(engine, contents, name), databases.folder / name))
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()
        databases.drop(engine, name)


def _statement(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))


def _for_psycopg(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _is_abandoned(folder: Path) -> bool:
    """Whether the run that made ``folder`` has ended without clearing it."""
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except (ProcessLookupError, ValueError):
        return True
    except (FileNotFoundError, PermissionError):
        return False  # another account's run, or one that is only beginning
    return False
