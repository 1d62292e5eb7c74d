"""A sweep runs when due, once at a time, leaves its mark, and never stops the others."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from training.common import clock, once
from training.common.declarations import Declarations, Sweep, registry
from training.common.mail import MailStatus, MailUrgency, OutgoingMail
from training.common.once import SentForm
from training.database import db
from training.worker import sweeps
from training.worker.models import SweepRun
from training.worker.runner import run_once
from training.worker.sweeps import LEASE, OUTBOX, due, run, table, told

DAY = timedelta(days=1)


def trial(work: Callable[[], int], name: str = "trial", every: timedelta = DAY) -> Sweep:
    return Sweep(name, "Essai", every, work)


def mark(app: Flask, name: str = "trial") -> SweepRun:
    """Return what the worker wrote of a sweep."""
    with app.app_context():
        return db.session.get_one(SweepRun, name)


@pytest.fixture(autouse=True)
def not_stopping() -> Iterator[None]:
    """The worker has not been told to stop."""
    sweeps.stopping.clear()
    yield
    sweeps.stopping.clear()


@pytest.mark.both_engines
def test_a_run_leaves_its_mark_and_its_lease_behind(app: Flask, frozen_clock: Any) -> None:
    outcome = run(app, trial(lambda: 3))
    assert outcome is not None
    assert (outcome.done, outcome.failure) == (3, None)
    written = mark(app)
    assert (written.done, written.failure, written.failures) == (3, None, 0)
    assert written.started_at == written.ended_at == clock.now()
    assert written.lease_until is None


@pytest.mark.both_engines
def test_what_a_sweep_writes_is_committed(app: Flask, frozen_clock: Any) -> None:
    with app.app_context():
        once.remember("old", "/")
        db.session.commit()
    frozen_clock.advance(once.KEPT_FOR + DAY)
    assert run(app, trial(once.purge)) is not None
    with app.app_context():
        assert db.session.scalar(select(SentForm)) is None


@pytest.mark.both_engines
def test_a_failure_is_told_without_its_words_undone_and_counted(app: Flask) -> None:
    def fail() -> int:
        once.remember("half-done", "/")
        raise ValueError("Camille Roy <camille@example.org>")

    for expected in (1, 2):
        run(app, trial(fail))
        assert mark(app).failures == expected
    assert str(mark(app).failure).startswith("ValueError at test_sweeps.py:")
    assert "Camille" not in str(mark(app).failure)
    with app.app_context():
        assert db.session.scalar(select(SentForm)) is None
    run(app, trial(lambda: 0))
    assert (mark(app).failures, mark(app).failure) == (0, None)


@pytest.mark.both_engines
def test_a_sweep_waits_for_its_time_and_a_missed_turn_is_taken(app: Flask, frozen_clock: Any) -> None:
    sweep = trial(lambda: 1)
    assert run(app, sweep, when_due=True) is not None
    frozen_clock.advance(DAY - timedelta(minutes=1))
    assert run(app, sweep, when_due=True) is None
    frozen_clock.advance(timedelta(days=9))
    assert run(app, sweep, when_due=True) is not None
    assert run(app, sweep) is not None  # asked for: whatever the time


@pytest.mark.both_engines
def test_a_sweep_another_worker_holds_is_left_alone_until_its_lease_ends(app: Flask, frozen_clock: Any) -> None:
    inside: list[object] = []
    sweep = trial(lambda: 0, every=timedelta(seconds=1))

    def hold() -> int:
        frozen_clock.advance(timedelta(minutes=1))
        inside.append(run(app, sweep, when_due=True))
        return 0

    run(app, trial(hold, every=timedelta(seconds=1)), when_due=True)
    assert inside == [None]

    def die() -> int:
        raise SystemExit

    with pytest.raises(SystemExit):
        run(app, trial(die, every=timedelta(seconds=1)))
    frozen_clock.advance(LEASE - timedelta(seconds=1))
    assert run(app, sweep, when_due=True) is None
    frozen_clock.advance(timedelta(seconds=2))
    assert run(app, sweep, when_due=True) is not None


@pytest.mark.parametrize("engine", ["postgresql", "sqlite"])
def test_of_workers_side_by_side_one_runs_a_due_sweep(fresh_database: Callable[..., Flask], engine: str) -> None:
    app, ran, ready = fresh_database(engine=engine), [], threading.Barrier(4)

    def work() -> None:
        ready.wait()
        run(app, trial(lambda: ran.append(1) or 1), when_due=True)  # type: ignore[func-returns-value]  # counts

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [1]


def test_what_is_due_is_one_question(app: Flask, selects: Any) -> None:
    assert {sweep.name for sweep in due(app)} == {sweep.name for sweep in table()}
    run_once(app)
    with selects() as asked:
        assert due(app) == []
    assert asked.count == 1


@pytest.mark.both_engines
def test_once_runs_every_sweep_of_the_house_and_sends_the_mails(app: Flask, frozen_clock: Any) -> None:
    with app.app_context():
        made = OutgoingMail(
            message="trial/offer",
            urgency=MailUrgency.PROMPT,
            to_email="a@example.org",
            subject="x",
            text="x",
            html="x",
            created_at=clock.now(),
            send_after=clock.now(),
        )
        db.session.add(made)
        db.session.commit()
        made_id = made.id
    outcomes = run_once(app)
    assert [outcome.name for outcome in outcomes] == [sweep.name for sweep in table()]
    assert {outcome.failure for outcome in outcomes} == {None}
    with app.app_context():
        assert db.session.get_one(OutgoingMail, made_id).status is MailStatus.SENT
        assert len(db.session.scalars(select(SweepRun)).all()) == len(table())


def test_a_worker_told_to_stop_leaves_the_rest_for_later(app: Flask, frozen_clock: Any) -> None:
    sweeps.stopping.set()
    outcome = run(app, OUTBOX)
    assert outcome is not None
    assert outcome.done == 0


def test_a_reading_sweep_leaves_the_writer_s_place_free(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_then_let_another_write() -> int:
        db.session.scalars(select(SweepRun)).all()
        other = threading.Thread(target=run, args=(app, trial(lambda: 7, name="other")))
        other.start()
        other.join(timeout=10)
        return 0

    monkeypatch.setattr(sweeps, "READING", frozenset({"reads"}))
    run(app, trial(read_then_let_another_write, name="reads"))
    assert mark(app, "other").done == 7


def test_two_sweeps_of_one_name_are_a_fault_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    double = Declarations(room="trial", sweeps=(trial(lambda: 0, name="outbox"),))
    monkeypatch.setitem(registry.rooms, "trial", double)
    with pytest.raises(ValueError, match="one name"):
        table()


def test_a_fault_is_told_by_its_kind_and_place() -> None:
    assert told(ValueError("secret")) == "ValueError"
