"""The table of sweeps, and how one runs: under a lease, in transactions of its own, its fate written down.

A sweep finds its work in our own rows, so running it twice, late or from two machines does
no harm; the lease only spares the trouble. Faults never leave :func:`run`: the next sweep
must have its turn.
"""

import os
import socket
import threading
import time
import traceback
import uuid
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from training.common import clock, outbox
from training.common.declarations import Sweep, registry
from training.common.logging import log
from training.common.transport import open_sender
from training.config import ROOT
from training.database import db, writing
from training.extensions import settings
from training.worker.models import SweepRun

LEASE: Final = timedelta(minutes=10)
EARLY: Final = timedelta(seconds=5)  # a turn this close to its time is taken: ticks do not fall on the second

stopping: Final = threading.Event()
"""Set when the process has been told to stop: a sweep ends after the item in hand."""


def send_mails() -> int:
    """Group the daily mails, then send all that may leave; return how many were tried."""
    outbox.expire_leases()
    outbox.group()
    sender, tried = open_sender(settings()), 0
    try:
        while not stopping.is_set() and (taken := outbox.claim(settings())):
            outbox.deliver(taken, sender)
            tried += 1
    finally:
        sender.close()
    return tried


OUTBOX: Final = Sweep("outbox", "Envoi des courriels", timedelta(seconds=30), send_mails)
OLD_MAILS: Final = Sweep("old_mails", "Purge des anciens courriels", timedelta(days=1), outbox.purge)

READING: Final = frozenset({"stored_files"})
"""Sweeps that write no row and may last: they must not hold SQLite's only writer's place."""


def table() -> list[Sweep]:
    """Return every sweep of the house, the outbox first; ``ValueError`` if two have one name."""
    sweeps = [OUTBOX, *registry.sweeps, OLD_MAILS]
    names = [sweep.name for sweep in sweeps]
    if len(set(names)) < len(names):
        raise ValueError(f"Two sweeps have one name: {sorted(names)}")
    return sweeps


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run; ``failure`` is null when it ended well."""

    name: str
    done: int
    failure: str | None


_WORKER: Final = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def run(app: Flask, sweep: Sweep, *, when_due: bool = False) -> Outcome | None:
    """Run one sweep and write down what came of it.

    ``when_due`` leaves it alone (and returns null) before its time, or while another worker holds it;
    otherwise it runs whatever anyone else does.
    """
    with app.app_context():
        try:
            if not _begin(sweep, only_when_due=when_due):
                return None
            outcome = _sweep(sweep)
            _end(outcome)
        finally:
            db.session.remove()
    return outcome


def due(app: Flask) -> list[Sweep]:
    """Return the sweeps whose time has come and that nobody holds. One SELECT."""
    with app.app_context():
        rows = {row.name: row for row in db.session.scalars(select(SweepRun))}
        return [sweep for sweep in table() if sweep.name not in rows or _is_due(sweep, rows[sweep.name])]


def _is_due(sweep: Sweep, row: SweepRun) -> bool:
    now = clock.now()
    if row.lease_until is not None and row.lease_until > now:
        return False
    return row.started_at is None or row.started_at + sweep.every <= now + EARLY


def _row(name: str) -> SweepRun:
    """Return the sweep's row, held; another worker that makes it at the same instant makes this one look again."""
    row = db.session.get(SweepRun, name, with_for_update=True)
    if row is not None:
        return row
    db.session.add(SweepRun(name=name))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
    return db.session.get_one(SweepRun, name, with_for_update=True)


def _begin(sweep: Sweep, *, only_when_due: bool) -> bool:
    with writing():
        row = _row(sweep.name)
        if only_when_due and not _is_due(sweep, row):
            db.session.rollback()
            return False
        row.started_at = clock.now()
        row.leased_by, row.lease_until = _WORKER, clock.now() + LEASE
        db.session.commit()
    return True


def _sweep(sweep: Sweep) -> Outcome:
    began = time.perf_counter()
    try:
        with nullcontext() if sweep.name in READING else writing():
            done = sweep.run()
            db.session.commit()
    except Exception as fault:  # noqa: BLE001 - whatever rises, the other sweeps must have their turn
        db.session.rollback()
        log.error("sweep", sweep=sweep.name, failure=told(fault), exc_info=fault)
        return Outcome(sweep.name, 0, told(fault))
    if done:
        log.info("sweep", sweep=sweep.name, done=done, milliseconds=round((time.perf_counter() - began) * 1000, 1))
    return Outcome(sweep.name, done, None)


def told(fault: BaseException) -> str:
    """Return the kind of a fault and where it rose; its words are left out, they may name a person."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if _is_ours(frame.filename)] or frames
    place = f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"{type(fault).__name__}{place}"


def _is_ours(filename: str) -> bool:
    return filename.startswith(str(ROOT)) and "site-packages" not in filename


def _end(outcome: Outcome) -> None:
    with writing():
        row = _row(outcome.name)
        row.ended_at = clock.now()
        row.done = outcome.done
        row.failure = outcome.failure
        row.failures = row.failures + 1 if outcome.failure else 0
        if row.leased_by == _WORKER:
            row.leased_by = row.lease_until = None
        db.session.commit()
