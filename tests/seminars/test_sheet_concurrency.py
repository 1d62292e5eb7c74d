"""Thirty phones on one sheet, two trainers who close it: real threads on real databases (R39, R40)."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import attendance as make
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from tests.support.client import Client
from training.accounts.models import Person
from training.common import clock
from training.common.journal import Event
from training.database import db
from training.extensions import settings
from training.seminars import queries
from training.seminars.enums import Presence, SheetStatus
from training.seminars.models import AttendanceEntry, AttendanceSheet
from training.seminars.rules import attendance as rules

WAIT = 40
PHONES = 30


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    db.session.commit()
    start, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
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


def browser(app: Flask, someone: Person) -> Client:
    client = Client(app)
    accounts.sign_in(client, someone)
    return client


def code_of(sheet: AttendanceSheet) -> str:
    return rules.code_of(sheet.tag, rules.slot_of(clock.now()), settings().secret_key)


def signing(client: Client, code: str, once: str) -> Callable[[], int]:
    page = client.get(f"/emargement/{code}").text
    token = page.partition("/emargement/presence/")[2].partition('"')[0]
    csrf = client.csrf_token()
    data = {"csrf_token": csrf, "present": "y", "once": once}
    return lambda: client.post(f"/emargement/presence/{token}", data=data, csrf=False).status_code


@pytest.mark.both_engines
def test_thirty_phones_sign_one_sheet_none_lost_none_doubled(app: Flask, session: Any) -> None:
    cohort = cohort_rows.cohort(places=PHONES)
    learners = [cohort_rows.learner(cohort) for _ in range(PHONES)]
    half_day = seminar_rows.half_day(cohort)
    sheet = make.opened(half_day)
    with clock.freeze(half_day.starts_at):
        clients = [browser(app, learner.person) for learner in learners]
        code = code_of(sheet)
        acts = [signing(client, code, f"once-{n}") for n, client in enumerate(clients)]
        began = time.monotonic()
        answers = at_once(*acts)
        lasted = time.monotonic() - began
    assert answers == [303] * PHONES
    assert lasted < 10, f"{lasted:.1f} s"
    entries = session.scalars(select(AttendanceEntry)).all()
    assert {entry.enrolment_id for entry in entries} == {learner.id for learner in learners}
    assert len(entries) == PHONES
    assert db.session.get_one(AttendanceSheet, sheet.id).version == PHONES + 1


@pytest.mark.both_engines
def test_a_signature_sent_twice_at_once_counts_once(app: Flask, session: Any) -> None:
    cohort = cohort_rows.cohort()
    learner = cohort_rows.learner(cohort)
    half_day = seminar_rows.half_day(cohort)
    sheet = make.opened(half_day)
    with clock.freeze(half_day.starts_at):
        client = browser(app, learner.person)
        act = signing(client, code_of(sheet), "the-same")
        another = signing(browser(app, learner.person), code_of(sheet), "another")
        answers = at_once(act, act, another)
    assert answers == [303, 303, 303]
    assert session.scalar(select(func.count()).select_from(AttendanceEntry)) == 1


@pytest.mark.both_engines
def test_two_trainers_who_close_one_sheet_close_it_once(app: Flask, session: Any) -> None:
    cohort = cohort_rows.cohort()
    cohort_rows.learner(cohort)
    half_day = seminar_rows.half_day(cohort)
    trainers = [cohort_rows.animator(cohort) for _ in range(2)]
    sheet = make.opened(half_day, accounts.principal(trainers[0]))
    address = f"/seminaires/{half_day.seminar_id}/demi-journees/{half_day.id}/emargement/verrouiller"
    with clock.freeze(half_day.ends_at):
        clients = [browser(app, trainer) for trainer in trainers]
        tokens = [client.csrf_token() for client in clients]
        answers = at_once(
            *(
                lambda client=client, token=token: (
                    client.post(address, data={"csrf_token": token}, csrf=False).status_code
                )
                for client, token in zip(clients, tokens, strict=True)
            )
        )
    assert sorted(answers) == [303, 409]
    assert session.scalar(select(func.count()).select_from(Event).where(Event.kind == "sheet.lock")) == 1
    kept = db.session.get_one(AttendanceSheet, sheet.id)
    assert kept.status is SheetStatus.LOCKED
    assert [entry.status for entry in queries.entries_of(kept)] == [Presence.ABSENT]


@pytest.mark.both_engines
def test_a_signature_and_the_lock_at_once_leave_one_word_on_the_learner(app: Flask, session: Any) -> None:
    cohort = cohort_rows.cohort()
    learner = cohort_rows.learner(cohort)
    half_day = seminar_rows.half_day(cohort)
    trainer = cohort_rows.animator(cohort)
    sheet = make.opened(half_day, accounts.principal(trainer))
    address = f"/seminaires/{half_day.seminar_id}/demi-journees/{half_day.id}/emargement/verrouiller"
    with clock.freeze(half_day.ends_at + timedelta(minutes=1)):
        phone = signing(browser(app, learner.person), code_of(sheet), "mine")
        closing = browser(app, trainer)
        token = closing.csrf_token()
        answers = at_once(phone, lambda: closing.post(address, data={"csrf_token": token}, csrf=False).status_code)
    assert answers[1] == 303
    assert answers[0] in {303, 422}
    (entry,) = queries.entries_of(db.session.get_one(AttendanceSheet, sheet.id))
    assert entry.status is (Presence.PRESENT if answers[0] == 303 else Presence.ABSENT)
