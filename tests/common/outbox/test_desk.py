"""What staff sees and does with a message that did not leave; a person’s own data."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.common.outbox.kit import (
    ADMINISTRATOR,
    Relay,
    daily,
    failed,
    send_all,
    status,
    write,
)
from training.common import clock, journal, outbox
from training.common.errors import ActUnavailable, Forbidden, ReasonRequired
from training.common.mail import MailStatus, OutgoingMail, Recipient
from training.common.policy import NOBODY, Principal
from training.config import Settings
from training.database import db


@pytest.mark.both_engines
def test_staff_sends_again_and_history_tells_it(relay: Relay, smtp: Settings) -> None:
    made = failed()
    outbox.resend(made, by=ADMINISTRATOR)
    db.session.commit()
    assert send_all(smtp) == 1
    assert status(made) is MailStatus.SENT
    (entry,) = journal.timeline(made, sentences=outbox.PROCEDURE.sentences)
    assert (entry.actor, entry.sentence) == ("Alix Admin", "a demandé un nouvel envoi du courriel")


def test_giving_up_needs_a_reason_and_forgets_the_words() -> None:
    made = failed()
    with pytest.raises(ReasonRequired):
        outbox.give_up(made, by=ADMINISTRATOR, reason=" ")
    outbox.give_up(made, by=ADMINISTRATOR, reason="Adresse fausse, jointe par téléphone.")
    assert (made.status, made.text, made.html) == (MailStatus.GIVEN_UP, "", "")
    assert outbox.unsent(limit=10) == []


def test_only_unsent_messages_can_be_acted_on_and_only_by_whoever_may() -> None:
    with pytest.raises(ActUnavailable):
        outbox.resend(write(), by=ADMINISTRATOR)
    with pytest.raises(Forbidden):
        outbox.resend(failed(), by=NOBODY)


def test_the_page_shows_what_did_not_leave_and_acts(
    page: Any, client: Any, signed_in: Callable[[Principal], None]
) -> None:
    signed_in(ADMINISTRATOR)
    first = failed(subject="Votre place en Promo 8")
    second = write(status=MailStatus.UNCERTAIN, subject="Convocation")
    shown = page("/courriels-en-attente")
    assert shown.heading == "Courriels en attente"
    for words in ("Votre place en Promo 8", "Non parti", "Convocation", "Envoi incertain"):
        assert words in shown.text

    resend = f"/courriels-en-attente/{first.id}/renvoi"
    assert client.post(resend, data=shown.form(resend)).status_code == 303
    assert first.status is MailStatus.QUEUED
    assert client.post(resend, data=shown.form(resend) | {"once": "another"}).status_code == 409

    give_up = f"/courriels-en-attente/{second.id}/abandon"
    asked = page(give_up)
    assert "Convocation" in asked.text
    assert client.post(give_up, data=asked.form(give_up)).status_code == 422
    answer = client.post(give_up, data={"once": "yet another", "reason": "Jointe par téléphone."})
    assert answer.status_code == 303
    assert second.status is MailStatus.GIVEN_UP
    assert "Tous les courriels sont partis" in page("/courriels-en-attente").text


def test_the_page_asks_one_question_more_for_no_row(
    page: Any, selects: Any, signed_in: Callable[[Principal], None]
) -> None:
    signed_in(ADMINISTRATOR)
    failed()
    with selects() as one:
        page("/courriels-en-attente")
    failed()
    failed()
    with selects() as three:
        page("/courriels-en-attente")
    assert one.count == three.count <= 12


@pytest.mark.both_engines
def test_a_person_is_given_then_forgotten_r91(smtp: Settings) -> None:
    person_id = uuid.uuid4()
    sent = write(to_person_id=person_id, subject="Reçu")
    send_all(smtp)
    waiting, line = write(to_person_id=person_id), daily(to_person_id=person_id)
    other = write("autre@example.org")
    assert sorted(row["etat"] for row in outbox.of_person(person_id)) == ["En attente d’envoi"] * 2 + ["Envoyé"]
    assert outbox.forget_person(person_id) == 3
    db.session.commit()
    assert outbox.of_person(person_id) == []
    assert {made.status for made in (waiting, line)} == {MailStatus.GIVEN_UP}
    assert {(made.to_email, made.subject, made.text) for made in (sent, waiting, line)} == {("", "", "")}
    assert other.to_email == "autre@example.org"


@pytest.mark.both_engines
def test_settled_messages_go_after_their_time_with_their_lines(smtp: Settings, frozen_clock: Any) -> None:
    daily(), daily()
    frozen_clock.at(datetime.fromisoformat("2026-03-03T07:00:00+01:00"))
    send_all(smtp)
    waiting = write(send_after=clock.now() + timedelta(days=900))
    frozen_clock.advance(outbox.KEPT_FOR - timedelta(days=1))
    assert outbox.purge() == 0
    frozen_clock.advance(timedelta(days=3))
    assert outbox.purge() == 3
    db.session.commit()
    assert list(db.session.scalars(select(OutgoingMail))) == [waiting]


def test_the_age_of_the_outbox_is_that_of_what_may_leave(frozen_clock: Any) -> None:
    assert outbox.oldest_due_age() is None
    write(send_after=clock.now() + timedelta(hours=1))
    assert outbox.oldest_due_age() is None
    write()
    frozen_clock.advance(timedelta(minutes=3))
    assert outbox.oldest_due_age() == timedelta(minutes=3)


def test_the_messages_about_a_thing_are_found_by_it() -> None:
    subject = write()
    concerned = write(about_kind="outgoing_mail", about_id=subject.id)
    assert outbox.about(subject) == [concerned]
    assert Recipient("a@example.org").name == ""
