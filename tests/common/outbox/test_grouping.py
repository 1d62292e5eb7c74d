"""Once a day, and not at night (R120)."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.common.outbox.kit import (
    Relay,
    daily,
    send_all,
    write,
)
from training.common import clock, outbox
from training.common.mail import MailStatus, MailUrgency, OutgoingMail
from training.config import Settings
from training.database import db


@pytest.mark.both_engines
def test_the_daily_messages_of_a_person_leave_as_one_with_a_link_each_r120(
    relay: Relay, smtp: Settings, frozen_clock: Any
) -> None:
    lines = [
        daily(subject="Votre document est à reprendre", path="/documents-traceurs/1"),
        daily(subject="Un séminaire <b>change</b> de salle", path="/seminaires/2"),
    ]
    alone = daily("seule@example.org", subject="Une seule nouvelle")
    assert send_all(smtp) == 0
    frozen_clock.at(datetime.fromisoformat("2026-03-03T07:00:00+01:00"))
    assert send_all(smtp) == 2
    by_recipient = {str(message["To"].addresses[0].addr_spec): message for message in relay.accepted}
    grouped = by_recipient["camille@example.org"]
    assert grouped["Subject"] == "2 nouvelles pour vous"
    plain, html = (part.get_content() for part in grouped.iter_parts())
    assert "Votre document est à reprendre" in plain
    assert "http://localhost/documents-traceurs/1" in plain
    assert 'href="http://localhost/seminaires/2"' in html
    assert "&lt;b&gt;change&lt;/b&gt;" in html
    assert {line.status for line in lines} == {MailStatus.GROUPED}
    assert {line.text for line in lines} == {""}
    assert by_recipient["seule@example.org"]["Subject"] == "Une seule nouvelle"
    assert alone.status is MailStatus.SENT


@pytest.mark.both_engines
def test_no_second_daily_message_leaves_the_same_day_r120(relay: Relay, smtp: Settings, frozen_clock: Any) -> None:
    daily()
    frozen_clock.at(datetime.fromisoformat("2026-03-03T07:00:00+01:00"))
    send_all(smtp)
    second = daily(send_after=clock.now())
    frozen_clock.advance(timedelta(hours=3))
    assert send_all(smtp) == 0
    assert second.send_after == datetime.fromisoformat("2026-03-04T07:00:00+01:00")
    frozen_clock.at(second.send_after)
    assert send_all(smtp) == 1
    assert len(relay.accepted) == 2


def test_a_worker_that_wakes_at_night_sends_only_what_was_asked_r120(
    relay: Relay, smtp: Settings, frozen_clock: Any
) -> None:
    prompt, asked, waiting = write(), write("asked@example.org", urgency=MailUrgency.ASKED), daily()
    frozen_clock.at(datetime.fromisoformat("2026-03-03T22:30:00+01:00"))
    assert send_all(smtp) == 1
    assert asked.status is MailStatus.SENT
    assert {prompt.status, waiting.status} == {MailStatus.QUEUED}
    frozen_clock.at(datetime.fromisoformat("2026-03-04T07:00:00+01:00"))
    assert send_all(smtp) == 2


def test_two_workers_make_one_message_of_a_day_r120(fresh_database: Callable[..., Flask], frozen_clock: Any) -> None:
    app = fresh_database(engine="postgresql")
    with app.app_context():
        for number in range(3):
            daily(subject=f"Nouvelle {number}")
    frozen_clock.at(datetime.fromisoformat("2026-03-03T07:00:00+01:00"))
    ready = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            ready.wait()
            outbox.group()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        statuses = Counter(db.session.scalars(select(OutgoingMail.status)))
    assert statuses == {MailStatus.GROUPED: 3, MailStatus.QUEUED: 1}
