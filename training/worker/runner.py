"""What drives the sweeps: once (``work --once``), or for ever by Huey (``work``).

Huey brings the threads, the ticks, the store through which a web process says "a mail
waits", and the way to stop. It does not decide what is due: that is in ``sweep_run``, so
that a night's outage loses no daily sweep and ten workers do the work of one. Its store
(WORK_URL) holds nothing of value: emptied, the next tick finds all work in our own rows.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import huey
import psycopg
from flask import Flask
from huey.consumer import Consumer, Scheduler
from sqlalchemy import make_url

from training.common.logging import log
from training.config import ConfigurationError, Settings
from training.worker.sweeps import OUTBOX, Outcome, due, run, stopping, table

NAME: Final = "training"
SCHEMA: Final = "work"
THREADS: Final = 3
TICK: Final = 10  # seconds between two looks at what is due
STOPS_WITHIN: Final = 2.0  # seconds left to the item in hand
NUDGED: Final = "nudged"


def run_once(app: Flask) -> list[Outcome]:
    """Run each sweep once, in the table's order, without Huey; return what came of each."""
    stopping.clear()
    return [outcome for sweep in table() if (outcome := run(app, sweep)) is not None]


def run_forever(app: Flask) -> None:
    """Run the sweeps when they are due or when a commit calls, until SIGTERM or SIGINT."""
    stopping.clear()
    engine = engine_of(app)
    log.info("worker started", sweeps=len(table()))
    HouseConsumer(
        engine.store,
        workers=THREADS,
        max_delay=1.0,
        graceful_signal="TERM",
        shutdown_timeout=STOPS_WITHIN,
    ).run()
    log.info("worker stopped")


def nudge(app: Flask) -> None:
    """Ask the worker to look at the outbox now; a store out of reach only means it will look at its next tick."""
    try:
        engine = engine_of(app)
        if engine.store.storage.put_if_empty(NUDGED, b"1"):
            engine.look_at_outbox()
    except Exception as fault:  # noqa: BLE001 - the act is committed; its mail waits, whatever the store does
        log.warning("worker not nudged", fault=type(fault).__name__)


class HouseScheduler(Scheduler):
    """Ticks more often than once a minute."""

    periodic_task_seconds = TICK


class HouseConsumer(Consumer):
    """Huey's consumer with our tick, which tells the sweeps to stop."""

    scheduler_class = HouseScheduler

    def stop(self, graceful: bool = False) -> None:
        """End the sweeps after the item in hand, then the threads."""
        stopping.set()
        super().stop(graceful)


@dataclass(frozen=True, slots=True)
class Engine:
    """The Huey of one process and the task it can be asked for."""

    store: huey.Huey
    look_at_outbox: Callable[[], object]


def engine_of(app: Flask) -> Engine:
    """Return this process's engine, opened at its first use."""
    if "work" not in app.extensions:
        app.extensions["work"] = _engine(app)
    engine: Engine = app.extensions["work"]
    return engine


def _engine(app: Flask) -> Engine:
    store = open_store(app.extensions["settings"])
    sweeps = {sweep.name: sweep for sweep in table()}

    @store.task(name="sweep")
    def sweep(name: str) -> None:
        run(app, sweeps[name], when_due=True)

    @store.task(name="look_at_outbox", priority=10)
    def look_at_outbox() -> None:
        store.storage.delete_data(NUDGED)  # first: a mail posted from now on calls again
        run(app, OUTBOX)

    @store.periodic_task(lambda _at: True, name="tick")
    def tick() -> None:
        store.storage.delete_data(NUDGED)  # a worker that died with a call in hand must not silence the next ones
        for each in due(app):
            sweep(each.name)

    return Engine(store, look_at_outbox)


def open_store(settings: Settings) -> huey.Huey:
    """Return a Huey on the store that WORK_URL names; raise :class:`ConfigurationError` if it cannot be used."""
    scheme = settings.work_url.partition(":")[0].partition("+")[0]
    if scheme == "sqlite":
        path = make_url(settings.work_url).database
        if not path:
            raise ConfigurationError("WORK_URL must name a file: sqlite:////folder/work.sqlite3")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return huey.SqliteHuey(NAME, filename=path, fsync=False, results=False, timeout=10)
    if scheme in {"postgresql", "postgres"}:
        return _open_postgres(make_url(settings.work_url).set(drivername="postgresql").render_as_string(False))
    if importlib.util.find_spec("redis") is None:
        raise ConfigurationError("WORK_URL names Redis, whose client is not installed: pip install redis.")
    return huey.RedisHuey(NAME, url=settings.work_url, results=False)


def _open_postgres(dsn: str) -> huey.Huey:
    def connect() -> "psycopg.Connection[Any]":
        return psycopg.connect(dsn, options=f"-c search_path={SCHEMA}")

    store = huey.PostgresHuey(NAME, connection=connect, create_tables=False, results=False)
    with psycopg.connect(dsn, autocommit=True) as connection:  # one at a time: IF NOT EXISTS alone races
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (SCHEMA,))
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        store.storage.initialize_schema()
    return store
