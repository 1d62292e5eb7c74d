"""Two people at once on one document, with real threads on PostgreSQL: whoever comes second is told, and loses nothing."""

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from tests.support.client import Client
from training.accounts.models import Person
from training.cohorts import services as cohorts
from training.cohorts.commands import TrainerToAssign
from training.cohorts.enums import AssignmentKind
from training.common.policy import WORKER
from training.database import db
from training.portfolio.enums import TracerStatus
from training.portfolio.models import Review, Tracer, TracerFile, TracerVersion

pytestmark = pytest.mark.both_engines
WAIT = 20


def browser(app: Flask, someone: Person) -> Client:
    client = Client(app)
    accounts.sign_in(client, someone)
    return client


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


def posting(client: Client, url: str, **data: str) -> Callable[[], int]:
    token = client.csrf_token()
    return lambda: client.post(url, data={"csrf_token": token, **data}, csrf=False).status_code


def test_two_readers_decide_of_one_version_and_one_is_told(pair: Pair, app: Flask) -> None:
    second = cohort_rows.trainer(pair.cohort)
    command = TrainerToAssign(second.id, AssignmentKind.CO_REFERENT, make.ENTERED)
    cohorts.assign_trainer(pair.enrolment, command, by=WORKER)
    tracer = make.deposited(pair.enrolment)
    address = f"/documents-traceurs/{tracer.id}/relecture"
    answers = at_once(
        posting(browser(app, pair.reader), address, number="1", comment="Bien", decision="accepted"),
        posting(browser(app, second), address, number="1", comment="À revoir", decision="to_revise"),
    )

    assert sorted(answers) == [303, 409]
    (decided,) = db.session.scalars(select(Review).where(Review.decision.is_not(None))).all()
    assert decided.decision is not None
    assert tracer.status.value == decided.decision.value


def test_a_version_comes_while_the_one_before_is_accepted(pair: Pair, app: Flask) -> None:
    tracer = make.deposited(pair.enrolment)
    make.drafted(pair.enrolment)
    answers = at_once(
        posting(browser(app, pair.learner), f"/documents-traceurs/{tracer.id}/deposer", no_patient_data="y"),
        posting(
            browser(app, pair.reader),
            f"/documents-traceurs/{tracer.id}/relecture",
            number="1",
            comment="Bien",
            decision="accepted",
        ),
    )

    assert answers in ([303, 422], [409, 303])
    accepted = tracer.status is TracerStatus.ACCEPTED
    assert accepted is (answers[0] == 409)
    handed_in = db.session.scalar(
        select(func.count()).select_from(TracerVersion).where(TracerVersion.deposited_at.is_not(None))
    )
    assert handed_in == (1 if accepted else 2)
    assert db.session.scalar(select(func.count()).select_from(TracerFile)) == 2  # the draft's file is kept either way


def test_a_document_begun_twice_at_once_is_one(pair: Pair, app: Flask, session: Any) -> None:
    kind = make.tracer_type(pair.cohort)
    address = f"/parcours/{pair.enrolment.id}/documents-traceurs/{kind.id}/morceaux"

    def sending(client: Client) -> Callable[[], int]:
        token = client.csrf_token()
        data = {"csrf_token": token, "key": "a", "number": "0", "total": "2", "part": (io.BytesIO(b"x" * 10), "part")}
        return lambda: client.post(address, data=data, csrf=False, content_type="multipart/form-data").status_code

    answers = at_once(sending(browser(app, pair.learner)), sending(browser(app, pair.learner)))

    assert answers[0] == answers[1] == 200
    assert db.session.scalar(select(func.count()).select_from(Tracer)) == 1
