"""Two people at once on one defence, with real threads: signatures come one after the other, and the last one locks (R65)."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import juries as make
from tests.support.client import Client
from training.accounts.enums import Part
from training.common import clock
from training.database import db
from training.defences.rules import juries
from training.extensions import settings

pytestmark = pytest.mark.both_engines
WAIT = 20


def at_once(*acts: Callable[[], int]) -> list[int]:
    """Run the acts in threads that start together; return their answers in order."""
    db.session.commit()
    start, answers = threading.Barrier(len(acts)), [0] * len(acts)

    def run(index: int, act: Callable[[], int]) -> None:
        start.wait()
        answers[index] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not any(thread.is_alive() for thread in threads), "a thread waits for ever"
    db.session.expire_all()
    return answers


def posting(app: Flask, someone: Any, url: str, **data: Any) -> Callable[[], int]:
    client = Client(app)
    accounts.sign_in(client, someone)
    token = client.csrf_token()
    return lambda: client.post(url, data={"csrf_token": token, **data}, csrf=False).status_code


def test_two_jurors_sign_at_once_and_the_minutes_are_locked(session: Any, frozen_clock: Any, app: Flask) -> None:
    ready = make.placed()
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    make.conclude(ready.slot)
    first, *others = ready.slot.sitting
    make.sign(ready.slot, first)
    acts = [
        posting(
            app,
            seat.juror.person,
            f"/soutenances/{ready.slot.id}/membres/{seat.id}/signer",
            name=seat.juror.person.name,
            code=juries.code_of(seat.juror_id, 1, settings().secret_key),
        )
        for seat in others
    ]
    assert at_once(*acts) == [303, 303]
    assert ready.slot.minutes is not None
    assert (len(ready.slot.minutes.signatures), ready.slot.minutes.locked_at is not None) == (3, True)


def test_publishing_twice_at_once_tells_the_learner_once(session: Any, frozen_clock: Any, app: Flask) -> None:
    ready = make.placed()
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    make.conclude(ready.slot)
    make.sign(ready.slot)
    school = accounts.manager(cohort_rows.part_of(ready.cohort, Part.SCHOOL))
    president = make.president(ready.slot).juror.person
    address = f"/soutenances/{ready.slot.id}/publier"
    answers = at_once(posting(app, school, address), posting(app, president, address))
    assert sorted(answers) == [303, 409]
