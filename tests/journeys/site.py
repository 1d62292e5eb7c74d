"""The house as a visitor meets it: real web processes on a real PostgreSQL, a worker that runs when told."""

import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from flask import Flask

from tests.support.databases import Contents, Databases, settings_for
from tests.support.network import OutsideWorldError
from tools.run import ROOT, end, server
from training import create_app
from training.common import assets, clock, mail
from training.config import read_settings
from training.database import db
from training.worker import runner

STARTS_WITHIN: Final = 60.0
PASSWORD: Final = "demonstration"
MORNING: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Site:
    """A running house."""

    url: str
    folder: Path
    app: Flask

    def work(self) -> None:
        """Run each sweep of the worker once; mails leave, but at night only those just asked for (R120)."""
        failed = [outcome for outcome in runner.run_once(self.app) if outcome.failure]
        assert not failed, failed

    def work_by_day(self) -> None:
        """Let the worker pass when mails of every kind may leave: now, or else in the morning (R120)."""
        now = clock.now()
        with clock.freeze(mail.next_morning(now) + MORNING if mail.is_night(now) else now):
            self.work()

    def letters(self, to: str) -> list[EmailMessage]:
        """Return the mails this person has received, oldest first."""
        found = []
        for path in sorted((self.folder / "mails").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(message, EmailMessage)
            if to in str(message["To"]):
                found.append(message)
        return found

    def words_for(self, to: str) -> list[str]:
        """Return the words of each mail this person has received."""
        return [_words(letter) for letter in self.letters(to)]

    def last_letter(self, to: str) -> str:
        """Let the worker pass, then return the words of the last mail this person received."""
        self.work()
        received = self.words_for(to)
        assert received, f"No mail for {to}"
        return received[-1]

    def link_in(self, words: str) -> str:
        """Return the path of the personal link a mail carries."""
        found = re.search(re.escape(self.url) + r"(/acces/[\w-]+)", words)
        assert found is not None, words
        return found.group(1)


def _words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _manifest() -> str:
    path = assets.BUILD / assets.MANIFEST
    return path.read_text() if path.exists() else ""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(databases: Databases, contents: Contents, name: str) -> Iterator[Site]:
    """Start the house on a PostgreSQL of its own; stop it and drop the database at the end."""
    folder = databases.folder / f"site-{name}"
    settings = settings_for(databases.clone("postgresql", contents, name), folder)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    kept = databases.files_of(contents)
    shutil.copytree(kept, folder / "files", dirs_exist_ok=True)
    with databases.run.lock():
        if assets.sources_digest() not in _manifest():
            assets.build()
    variables = {
        "APP_ENV": "development",
        "SECOND_FACTOR": "offered",
        "DATABASE_URL": settings.database_url,
        "STORAGE_URL": settings.storage_url,
        "MAIL_URL": settings.mail_url,
        "WORK_URL": settings.work_url,
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": url,
        "PORT": str(port),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }
    app = create_app(read_settings(variables))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            server(str(port)), cwd=ROOT, env=variables, start_new_session=True, stdout=log, stderr=log
        )
    try:
        _await(url, process, folder / "log")
        yield Site(url, folder, app)
        told = (folder / "log").read_text(errors="replace")
        assert "Traceback" not in told, told[told.index("Traceback") :][:6000]
    finally:
        end([process])
        with app.app_context():
            db.engine.dispose()
        databases.drop("postgresql", name)


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            urllib.request.urlopen(f"{url}/sante", timeout=5).close()  # noqa: S310 - our own server
        except OutsideWorldError:
            raise
        except OSError as fault:
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(log.read_text(errors="replace")[-4000:]) from fault
            time.sleep(0.1)
        else:
            return
