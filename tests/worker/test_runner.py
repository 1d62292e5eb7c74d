"""The worker as a process: it is woken by a commit, stops when told, and several do the work of one."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, make_url, select

from training.common import clock, nudging
from training.common.mail import MailStatus, MailUrgency, OutgoingMail
from training.common.transport import folder_of
from training.config import ROOT, ConfigurationError
from training.database import db
from training.worker import bell, runner
from training.worker.models import SweepRun
from training.worker.sweeps import table

COMMAND = "from training import create_app\nfrom training.worker.runner import run_forever\nrun_forever(create_app())"
MakeApp = Callable[..., Flask]


@pytest.fixture(autouse=True)
def unhooked() -> Iterator[None]:
    """No commit wakes a worker after the test."""
    yield
    nudging.call_after_commit(None)


def write(count: int = 1) -> None:
    """Put messages in the outbox and commit, as an act does: the nudge follows."""
    for number in range(count):
        db.session.add(
            OutgoingMail(
                message="trial/offer",
                urgency=MailUrgency.ASKED,
                to_email=f"personne{number}@example.org",
                subject="x",
                text="x",
                html="x",
                created_at=clock.now(),
                send_after=clock.now(),
            )
        )
    db.session.info["mail posted"] = True
    db.session.commit()


def with_store(app: Flask, engine: str) -> Flask:
    """Give the application a work store of the same engine as its database."""
    settings = app.extensions["settings"]
    url = make_url(settings.database_url)
    work_url = url.set(drivername="postgresql").render_as_string(False) if engine == "postgresql" else settings.work_url
    app.extensions["settings"] = replace(settings, work_url=work_url)
    return app


def store(app: Flask) -> Any:
    """Return the Huey of this process."""
    return runner.engine_of(app).store


@contextmanager
def worker(app: Flask) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker process on the application's database, mails and store."""
    settings = app.extensions["settings"]
    environment = {
        **os.environ,
        "APP_ENV": "development",
        "DATABASE_URL": settings.database_url,
        "STORAGE_URL": settings.storage_url,
        "MAIL_URL": settings.mail_url,
        "WORK_URL": settings.work_url,
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": settings.public_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
        if "work" in app.extensions:
            store(app).storage.close()


def wait_for(what: Callable[[], bool], *, seconds: float) -> float:
    """Wait until ``what``; return how long it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.02)
    return time.monotonic() - began


def sent() -> int:
    """Return how many messages have left."""
    db.session.rollback()
    return len(db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.status == MailStatus.SENT)).all())


def files(app: Flask) -> list[Path]:
    """Return the messages written into the folder."""
    folder = folder_of(app.extensions["settings"])
    assert folder is not None
    return list(folder.glob("*.eml"))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_commit_wakes_the_worker_and_sigterm_ends_it(fresh_database: MakeApp, engine: str) -> None:
    app = with_store(fresh_database(engine=engine), engine)
    with app.app_context(), worker(app) as process:
        wait_for(lambda: not _running(), seconds=30)
        nudging.call_after_commit(lambda: runner.nudge(app))
        write()
        assert wait_for(lambda: sent() == 1, seconds=10) < 6  # below the tick: the nudge did it
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - began < 9


def _running() -> bool:
    """Whether the first round of sweeps is still going on."""
    db.session.rollback()
    rows = db.session.scalars(select(SweepRun)).all()
    return len(rows) < len(table()) or any(row.ended_at is None for row in rows)


def test_two_worker_processes_send_each_message_once(fresh_database: MakeApp) -> None:
    app = with_store(fresh_database(engine="postgresql"), "postgresql")
    with app.app_context(), worker(app), worker(app):
        nudging.call_after_commit(lambda: runner.nudge(app))
        for _ in range(5):
            write(6)
        wait_for(lambda: sent() == 30, seconds=40)
    assert len(files(app)) == 30


def test_huey_s_tables_stand_in_a_schema_of_their_own_whoever_opens_first(fresh_database: MakeApp) -> None:
    app = with_store(fresh_database(engine="postgresql"), "postgresql")
    faults: list[BaseException] = []

    def open_it() -> None:
        try:
            opened: Any = runner.open_store(app.extensions["settings"])
            opened.storage.close()
        except BaseException as fault:  # noqa: BLE001 - told below
            faults.append(fault)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with app.app_context():
        inspector = inspect(db.engine)
        assert "huey_task" in inspector.get_table_names(schema=runner.SCHEMA)
        assert not [name for name in inspector.get_table_names() if "huey" in name]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_many_commits_call_once_until_the_worker_answers(fresh_database: MakeApp, engine: str) -> None:
    app = with_store(fresh_database(engine=engine), engine)
    for _ in range(5):
        runner.nudge(app)
    assert store(app).pending_count() == 1
    store(app).execute(store(app).dequeue())
    assert store(app).pending_count() == 0
    runner.nudge(app)
    assert store(app).pending_count() == 1
    store(app).storage.close()


def test_a_store_out_of_reach_never_fails_an_act(fresh_database: MakeApp) -> None:
    app = fresh_database(engine="sqlite")
    app.extensions["settings"] = replace(
        app.extensions["settings"], work_url="postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    )
    nudging.call_after_commit(lambda: runner.nudge(app))
    with app.app_context():
        write()
        assert db.session.scalar(select(OutgoingMail.status)) is MailStatus.QUEUED


def test_redis_without_its_client_is_said_clearly(app: Flask, configure: Any) -> None:
    with pytest.raises(ConfigurationError, match="pip install redis"):
        runner.open_store(configure(work_url="redis://127.0.0.1/0"))


def test_the_tests_own_application_wakes_nobody(app: Flask) -> None:
    bell.install(app)
    with app.app_context():
        write()
    assert "work" not in app.extensions
