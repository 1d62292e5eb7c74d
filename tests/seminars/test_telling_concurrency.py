"""Two workers that tell and invite at the same instant: nobody is written to twice (R37, R120)."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.cohorts.models import Cohort
from training.common import clock
from training.common.mail import OutgoingMail
from training.common.policy import WORKER
from training.database import db
from training.seminars import services
from training.seminars.enums import SeminarAct
from training.seminars.services.changes import tell_changes
from training.seminars.services.invitations import send_invitations

WAIT = 40


def by_two_workers(app: Flask, sweep: Callable[[], int]) -> int:
    db.session.commit()
    start, found = threading.Barrier(2), [0, 0]

    def run(index: int) -> None:
        with app.app_context():
            start.wait()
            found[index] = sweep()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"
    db.session.expire_all()
    return sum(found)


def posted(message: str) -> int:
    asked = select(func.count()).where(OutgoingMail.message == f"seminars/{message}")
    return db.session.scalar(asked) or 0


@pytest.mark.both_engines
def test_two_workers_invite_and_tell_each_person_once(
    app: Flask, session: Any, cohort: Cohort, learner: Any, frozen_clock: Any
) -> None:
    others = [cohort_rows.learner(cohort) for _ in range(3)]
    half_day = make.half_day(cohort)
    services.advance(half_day.seminar, SeminarAct.CONFIRM, by=WORKER)
    services.create_feed(person_id=learner.person_id)  # she is told by mail, the others by invitation

    assert by_two_workers(app, send_invitations) == 1
    assert posted("half_day_invitation") == len(others)

    services.move_half_day(half_day, make.half_day_plan(date(2026, 4, 24)), by=WORKER)
    frozen_clock.at(clock.at_paris(date(2026, 3, 3), 6, 30))
    assert by_two_workers(app, tell_changes) == 1
    frozen_clock.at(clock.at_paris(date(2026, 3, 3), 8))
    by_two_workers(app, send_invitations)

    assert (posted("schedule_changed"), posted("half_day_moved")) == (1, len(others))
