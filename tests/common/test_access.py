import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from tests.support.subjects import Thing
from training.accounts.models import Region
from training.common import access, clock
from training.common.access import AccessNote, apart
from training.common.policy import Principal

READER = Principal(person_id=uuid.uuid4(), name="Lectrice")
pytestmark = pytest.mark.both_engines


def test_a_reading_is_noted_in_a_transaction_of_its_own_r93(session: scoped_session[Session]) -> None:
    thing = Thing()
    access.note(READER, "thing.read", thing)
    session.rollback()
    noted = session.scalars(select(AccessNote)).one()
    assert (noted.reader_id, noted.kind, noted.subject_id) == (READER.person_id, "thing.read", thing.id)
    assert access.last_read_at(thing, "thing.read") == noted.at


def test_what_fails_apart_leaves_nothing(session: scoped_session[Session]) -> None:
    def fail() -> None:
        with apart() as beside:
            beside.add(Region(code="XX", name="Nulle part"))
            beside.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert session.get(Region, "XX") is None


def test_old_notes_are_purged(session: scoped_session[Session]) -> None:
    access.note(READER, "thing.read", Thing())
    with clock.freeze(clock.now() + access.KEPT_FOR + timedelta(days=1)):
        access.note(READER, "thing.read", Thing())
        assert access.purge() == 1
