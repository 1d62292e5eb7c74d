import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session

from tests.support.subjects import Thing
from training.common import clock, journal
from training.common.journal import Event, EventText
from training.common.policy import LinkRight, Principal

WHO = Principal(person_id=uuid.uuid4(), name="Camille Roux")
pytestmark = pytest.mark.both_engines


def test_events_of_a_subject_are_chained_and_numbered(session: scoped_session[Session]) -> None:
    thing, other = Thing(), Thing()
    first = journal.record(thing, "thing.made", by=WHO)
    second = journal.record(
        thing, "thing.changed", by=WHO, codes={"from": "a", "to": "b"}, text={"reason": "Parce que"}
    )
    apart = journal.record(other, "thing.made", by=WHO)
    assert (first.position, second.position, apart.position) == (1, 2, 1)
    assert second.previous_hash == first.hash
    assert apart.previous_hash == journal.FIRST_HASH
    session.commit()
    assert journal.faults() == []


def test_free_text_is_kept_apart_and_its_digest_in_the_event(session: scoped_session[Session]) -> None:
    event = journal.record(Thing(), "thing.changed", by=WHO, text={"reason": "Un motif"})
    words = session.get(EventText, event.id)
    assert words is not None
    assert words.words == {"reason": "Un motif", "actor": "Camille Roux"}
    assert "Un motif" not in str(event.codes)
    session.commit()
    session.delete(words)
    session.commit()
    assert journal.faults() == []


def test_codes_take_scalars_only(session: scoped_session[Session]) -> None:
    with pytest.raises(TypeError, match="scalars"):
        journal.record(Thing(), "thing.changed", by=WHO, codes={"who": {"name": "x"}})


@pytest.mark.parametrize("attempt", ["UPDATE event SET kind = 'x'", "DELETE FROM event"])
def test_the_database_refuses_to_alter_the_journal(session: scoped_session[Session], attempt: str) -> None:
    journal.record(Thing(), "thing.made", by=WHO)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(attempt))
    session.rollback()


def test_the_database_refuses_to_truncate_or_replace(session: scoped_session[Session]) -> None:
    journal.record(Thing(), "thing.made", by=WHO)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        attempt = "TRUNCATE event CASCADE"
    else:
        attempt = "INSERT OR REPLACE INTO event SELECT * FROM event"
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(attempt))
    session.rollback()


def test_orm_changes_are_refused_too(session: scoped_session[Session]) -> None:
    event = journal.record(Thing(), "thing.made", by=WHO)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(update(Event).where(Event.id == event.id).values(actor_id=None))
    session.rollback()


def test_doctor_finds_altered_words(session: scoped_session[Session]) -> None:
    event = journal.record(Thing(), "thing.changed", by=WHO, text={"reason": "Vrai"})
    session.commit()
    session.execute(update(EventText).where(EventText.event_id == event.id).values(words={"reason": "Faux"}))
    assert any("altered" in line for line in journal.faults())


def test_the_timeline_is_told_newest_first_with_the_declared_sentences(session: scoped_session[Session]) -> None:
    thing = Thing()
    journal.record(thing, "thing.made", by=WHO)
    journal.record(thing, "thing.changed", by=WHO, text={"reason": "Un motif"})
    sentences = {"thing.made": "a fait la chose", "thing.changed": "a changé la chose"}
    told: list[Any] = journal.timeline(thing, sentences=sentences)
    assert [(entry.actor, entry.sentence, entry.reason) for entry in told] == [
        ("Camille Roux", "a changé la chose", "Un motif"),
        ("Camille Roux", "a fait la chose", None),
    ]
    assert len(journal.timeline(thing, sentences=sentences, kinds=["thing.made"])) == 1


def test_a_forked_history_is_refused(session: scoped_session[Session]) -> None:
    thing = Thing()
    event = journal.record(thing, "thing.made", by=WHO)
    session.commit()
    twin = {column.name: getattr(event, column.name) for column in Event.__table__.columns} | {"id": uuid.uuid4()}
    with pytest.raises(DBAPIError):
        session.execute(insert(Event).values(twin))
    session.rollback()
    assert len(session.scalars(select(Event)).all()) == 1


def test_a_history_reads_by_date_whatever_the_order_in_which_it_was_written(session: scoped_session[Session]) -> None:
    thing = Thing()
    for day in (3, 1, 2, 2):
        with clock.freeze(clock.at_paris(date(2026, 3, day))):
            journal.record(thing, "thing.made", by=WHO, codes={"day": day})
    told = journal.timeline(thing, sentences={"thing.made": "a fait cela"})
    assert [entry.codes["day"] for entry in told] == [3, 2, 2, 1]


def test_whoever_acts_by_a_personal_link_is_named(session: scoped_session[Session]) -> None:
    """R100: the name she bears, and that it was by her link; her copy of her data has it, and forgets it (R91)."""
    bearer, thing = uuid.uuid4(), Thing()
    right = LinkRight("jury", "juror", uuid.uuid4(), uuid.uuid4(), bearer, "Claire Montagnon")
    journal.record(thing, "thing.made", by=Principal(link=right))
    journal.record(thing, "thing.made", by=Principal(link=LinkRight("jury", "juror", uuid.uuid4(), uuid.uuid4())))
    journal.record(thing, "thing.made", by=Principal(person_id=uuid.uuid4(), name="Camille Roux", link=right))
    told = [entry.actor for entry in journal.timeline(thing, sentences={"thing.made": "a fait cela"})]
    assert told == ["Camille Roux", "Quelqu’un (par son lien)", "Claire Montagnon (par son lien)"]
    assert len(journal.of_person(bearer)) == 1
    assert journal.forget_words_of(bearer) == 1
    session.commit()
    assert journal.faults() == []
