"""A message that waits gives way to a later one on the same topic (R120)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.common.outbox.kit import status, write
from training.common import clock, mail, outbox
from training.common.mail import MailStatus, OutgoingMail, Recipient
from training.database import db
from training.extensions import settings

TOPIC = "defence:1"
CAMILLE = Recipient("camille@example.org", "Camille Roy")
pytestmark = pytest.mark.both_engines


def posted(**values: Any) -> OutgoingMail:
    context = {"lines": [{"subject": "Votre soutenance", "path": "/soutenances"}]}
    return mail.post("common/grouped", **{"to": CAMILLE, "context": context, "topic": TOPIC, **values})


def test_a_later_message_takes_the_place_of_those_that_wait() -> None:
    waiting, failed = posted(), posted(to="autre@example.org")
    other_topic, without = posted(topic="defence:2"), posted(topic=None)
    later = posted()
    assert status(waiting) is MailStatus.GIVEN_UP
    assert (waiting.text, waiting.failure) == ("", mail.SUPERSEDED)
    assert {status(each) for each in (failed, other_topic, without, later)} == {MailStatus.QUEUED}


def test_what_left_or_may_have_left_stays_and_what_failed_is_dropped() -> None:
    values = {"topic": TOPIC, "text": "Bonjour"}
    sent = write(**values, status=MailStatus.SENT, sent_at=clock.now())
    uncertain, failed = write(**values, status=MailStatus.UNCERTAIN), write(**values, status=MailStatus.FAILED)
    posted()
    assert [status(each) for each in (sent, uncertain, failed)] == [
        MailStatus.SENT, MailStatus.UNCERTAIN, MailStatus.GIVEN_UP,
    ]  # fmt: skip


def test_a_message_is_known_by_the_person_whatever_her_address(frozen_clock: Any) -> None:
    camille = uuid.uuid4()
    before = posted(to=Recipient("ancienne@example.org", "Camille", camille))
    posted(to=Recipient("nouvelle@example.org", "Camille", camille))
    assert status(before) is MailStatus.GIVEN_UP


def test_the_last_that_left_is_known(frozen_clock: Any) -> None:
    assert mail.last_left(TOPIC, to=CAMILLE) is None
    write(topic=TOPIC, status=MailStatus.SENT, sent_at=clock.now(), message="trial/first")
    frozen_clock.advance(timedelta(minutes=1))
    write(topic=TOPIC, status=MailStatus.UNCERTAIN, message="trial/second")
    frozen_clock.advance(timedelta(minutes=1))
    posted()
    assert mail.last_left(TOPIC, to=CAMILLE) == "trial/second"


def test_withdrawn_words_do_not_come_back_with_the_transaction_of_the_act() -> None:
    waiting = posted()
    db.session.commit()
    posted()
    db.session.rollback()
    assert status(waiting) is MailStatus.QUEUED
    assert mail.withdraw(TOPIC) == [waiting]
    db.session.commit()
    assert outbox.claim(settings()) is None
