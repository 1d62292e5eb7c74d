"""The outbox: each message leaves once, whatever breaks on the way."""

import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.common.outbox.kit import (
    ADMINISTRATOR,
    Relay,
    send_all,
    serving,
    status,
    write,
)
from training.common import clock, outbox
from training.common.mail import MailStatus, MailUrgency, OutgoingMail
from training.common.transport import (
    PermanentFault,
    SmtpSender,
    TemporaryFault,
    UncertainFault,
)
from training.config import Settings
from training.database import db


@pytest.mark.both_engines
def test_a_temporary_refusal_is_tried_again_later_and_later_then_fails(
    relay: Relay, smtp: Settings, frozen_clock: Any
) -> None:
    frozen_clock.at(datetime.fromisoformat("2026-03-02T08:00:00+01:00"))
    relay.answers["rcpt"] = ["451 later"] * 7
    made = write(urgency=MailUrgency.ASKED)
    waits = []
    for _ in range(7):
        assert send_all(smtp) == 1
        if made.status is MailStatus.QUEUED:
            waits.append(int((made.send_after - clock.now()).total_seconds() // 60))
            assert send_all(smtp) == 0
            frozen_clock.at(made.send_after)
    assert waits == [1, 5, 15, 60, 240, 720]
    assert status(made) is MailStatus.FAILED
    assert made.failure == "the relay answered 451 to the recipient"
    assert outbox.unsent(limit=10) == [made]


def test_a_retry_does_not_fall_in_the_night_r120(relay: Relay, smtp: Settings, frozen_clock: Any) -> None:
    frozen_clock.at(datetime.fromisoformat("2026-03-02T20:59:30+01:00"))
    relay.answers["data"] = ["452 full"]
    made = write()
    send_all(smtp)
    assert made.send_after == datetime.fromisoformat("2026-03-03T07:00:00+01:00")


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_final_refusal_is_not_tried_again_and_stops_no_other(relay: Relay, smtp: Settings, stage: str) -> None:
    relay.answers[stage] = ["550 no such person"]
    refused, next_one = write("parti@example.org"), write(send_after=clock.now(), subject="Autre")
    refused.send_after = clock.now() - timedelta(minutes=1)
    db.session.commit()
    assert send_all(smtp) == 2
    assert refused.status is MailStatus.FAILED
    assert refused.failure is not None
    assert "550" in refused.failure
    assert "person" not in refused.failure
    assert next_one.status is MailStatus.SENT


def test_a_relay_out_of_reach_is_a_temporary_fault(configure: Callable[..., Settings]) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = write()
    send_all(configure(mail_url=f"smtp://127.0.0.1:{port}"))
    assert (made.status, made.failure) == (MailStatus.QUEUED, "relay: ConnectionRefusedError")


def test_a_relay_that_hangs_up_after_the_content_leaves_the_sending_uncertain(relay: Relay, smtp: Settings) -> None:
    relay.answers["data"] = ["hang up"]
    made = write()
    send_all(smtp)
    assert status(made) is MailStatus.UNCERTAIN
    assert send_all(smtp) == 0


class CrashAfterAcceptance(BaseException):
    """The process dies."""


@pytest.mark.both_engines
def test_a_crash_between_acceptance_and_record_is_uncertain_and_never_sent_again(
    relay: Relay, smtp: Settings, frozen_clock: Any
) -> None:
    class Dying(SmtpSender):
        def send(self, parcel: Any) -> None:
            super().send(parcel)
            self.close()
            raise CrashAfterAcceptance

    made = write()
    with pytest.raises(CrashAfterAcceptance):
        send_all(smtp, Dying(smtp.mail_url))
    assert len(relay.accepted) == 1
    db.session.expire_all()
    assert status(made) is MailStatus.SENDING
    assert send_all(smtp) == 0  # its lease still runs

    frozen_clock.advance(outbox.LEASE + timedelta(seconds=1))
    assert send_all(smtp) == 0
    assert status(made) is MailStatus.UNCERTAIN
    assert len(relay.accepted) == 1
    assert outbox.unsent(limit=10) == [made]


def test_a_slow_worker_s_answer_still_counts_after_its_lease(smtp: Settings, frozen_clock: Any) -> None:
    made = write()
    taken = outbox.claim(smtp)
    assert taken is not None
    frozen_clock.advance(outbox.LEASE + timedelta(seconds=1))
    outbox.expire_leases()
    outbox.record(taken, None)
    db.session.expire_all()
    assert status(made) is MailStatus.SENT


def test_a_late_answer_does_not_touch_a_message_put_back_meanwhile(smtp: Settings, frozen_clock: Any) -> None:
    made = write()
    late = outbox.claim(smtp)
    assert late is not None
    frozen_clock.advance(outbox.LEASE + timedelta(seconds=1))
    outbox.expire_leases()
    db.session.refresh(made)
    outbox.resend(made, by=ADMINISTRATOR)
    db.session.commit()
    second = outbox.claim(smtp)
    assert second is not None
    outbox.record(late, TemporaryFault("late"))
    db.session.expire_all()
    assert status(made) is MailStatus.SENDING
    outbox.record(second, None)
    db.session.expire_all()
    assert status(made) is MailStatus.SENT


def test_a_message_that_cannot_be_written_fails_and_lets_the_others_leave(relay: Relay, smtp: Settings) -> None:
    broken = write(calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    write("autre@example.org")
    assert send_all(smtp) == 1
    assert broken.status is MailStatus.FAILED


@pytest.mark.parametrize("fault", [TemporaryFault, PermanentFault, UncertainFault])
def test_no_fault_keeps_a_lease(smtp: Settings, fault: type[Any]) -> None:
    made = write()
    taken = outbox.claim(smtp)
    assert taken is not None
    outbox.record(taken, fault("why"))
    db.session.expire_all()
    assert made.lease_until is None


@pytest.mark.parametrize("engine", ["postgresql", "sqlite"])
def test_workers_side_by_side_send_each_message_once(
    relay: Relay, fresh_database: Callable[..., Flask], engine: str, frozen_clock: Any
) -> None:
    app, workers, messages = fresh_database(engine=engine), 4, 40
    frozen_clock.release()
    frozen_clock.at(clock.at_paris(clock.today(), 12))
    done: Counter[int] = Counter()
    ready = threading.Barrier(workers)

    def work(number: int, settings: Settings) -> None:
        with app.app_context():
            ready.wait()
            done[number] = send_all(settings)

    with serving(relay) as port:
        settings: Settings = app.extensions["settings"]
        settings = type(settings)(
            **{name: getattr(settings, name) for name in settings.__slots__} | {"mail_url": f"smtp://127.0.0.1:{port}"}
        )
        with app.app_context():
            for number in range(messages):
                write(f"personne{number}@example.org")
        threads = [threading.Thread(target=work, args=(number, settings)) for number in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    received = Counter(str(message["Message-ID"]) for message in relay.accepted)
    assert len(received) == messages
    assert set(received.values()) == {1}
    assert sum(done.values()) == messages
    with app.app_context():
        assert set(db.session.scalars(select(OutgoingMail.status))) == {MailStatus.SENT}
