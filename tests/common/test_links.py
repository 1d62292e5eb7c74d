import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.support.subjects import Thing
from training.common import clock, links
from training.common.declarations import LinkPurpose, registry
from training.common.errors import NotFound
from training.common.links import AccessLink, LinkSpent
from training.database import db, writing

consumed: list[uuid.UUID] = []


def note(link: AccessLink) -> str:
    consumed.append(link.subject_id)
    return "/merci"


@pytest.fixture(autouse=True)
def purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    consumed.clear()
    made = LinkPurpose("trial", "Essai", "Un essai.", "Continuer", timedelta(days=2), note)
    monkeypatch.setitem(registry._purposes, "trial", made)


def test_the_secret_is_nowhere_in_the_database(session: scoped_session[Session]) -> None:
    secret = links.issue("trial", Thing())
    row = session.scalars(select(AccessLink)).one()
    assert len(secret) >= 43  # 256 bits
    assert secret not in str({column.name: getattr(row, column.name) for column in AccessLink.__table__.columns})
    assert links.find(secret) is row


def test_a_link_is_consumed_once_and_then_spent(session: scoped_session[Session]) -> None:
    thing = Thing()
    secret = links.issue("trial", thing)
    assert links.consume(secret)[1] == "/merci"
    with pytest.raises(LinkSpent):
        links.consume(secret)
    assert consumed == [thing.id]


def test_finding_a_link_does_not_use_it_r100(session: scoped_session[Session]) -> None:
    secret = links.issue("trial", Thing())
    for _ in range(3):
        assert links.find(secret).is_live
    assert consumed == []


def test_an_expired_or_revoked_link_is_spent(session: scoped_session[Session]) -> None:
    thing = Thing()
    secret = links.issue("trial", thing)
    with clock.freeze(clock.now() + timedelta(days=3)), pytest.raises(LinkSpent):
        links.consume(secret)
    assert links.revoke("trial", thing) == 1
    with pytest.raises(LinkSpent):
        links.consume(secret)


def test_a_new_link_replaces_the_bearers_earlier_one(session: scoped_session[Session]) -> None:
    thing, bearer = Thing(), uuid.uuid4()
    first = links.issue("trial", thing, bearer_id=bearer)
    other = links.issue("trial", thing, bearer_id=uuid.uuid4())
    second = links.issue("trial", thing, bearer_id=bearer)
    assert not links.find(first).is_live
    assert links.find(other).is_live
    assert links.find(second).is_live


def test_an_unknown_secret_is_not_found(session: scoped_session[Session]) -> None:
    with pytest.raises(NotFound):
        links.find("nothing")


@pytest.mark.both_engines
def test_two_presses_at_the_same_instant_act_once(app: Flask, session: scoped_session[Session]) -> None:
    secret = links.issue("trial", Thing())
    session.commit()
    start, outcomes = threading.Barrier(4), []

    def press() -> None:
        with app.app_context(), writing():
            start.wait()
            try:
                links.consume(secret)
                db.session.commit()
                outcomes.append("used")
            except LinkSpent:
                db.session.rollback()
                outcomes.append("spent")

    threads: list[Any] = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["spent", "spent", "spent", "used"]
    assert len(consumed) == 1


def test_links_ended_long_ago_are_purged(session: scoped_session[Session]) -> None:
    links.issue("trial", Thing())
    with clock.freeze(clock.now() + timedelta(days=300)):
        recent = links.issue("trial", Thing())
        with clock.freeze(clock.now() + timedelta(days=100)):
            assert links.purge() == 1
            assert links.find(recent)
