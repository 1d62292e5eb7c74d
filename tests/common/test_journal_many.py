"""Many histories written at once read as if each had been written alone."""

import pytest
from sqlalchemy import select

from tests.support.subjects import Thing
from training.common import journal
from training.common.journal import Event
from training.common.policy import Principal
from training.database import db

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("session")]
SOMEONE = Principal(name="Camille Roy")


def test_events_of_many_subjects_continue_each_its_own_chain() -> None:
    old, new = Thing(), Thing()
    journal.record(old, "thing.made", by=SOMEONE)
    journal.record_all([old, new], "thing.told", by=SOMEONE, codes=lambda thing: {"old": thing is old})
    journal.record(old, "thing.ended", by=SOMEONE)
    journal.record_all([], "thing.told", by=SOMEONE, codes=lambda _thing: {})
    rows = db.session.execute(select(Event.subject_id, Event.kind, Event.position, Event.codes)).all()
    told = {(subject, kind): (position, codes) for subject, kind, position, codes in rows}
    assert told[old.id, "thing.told"] == (2, {"old": True})
    assert told[new.id, "thing.told"] == (1, {"old": False})
    assert told[old.id, "thing.ended"][0] == 3
    assert journal.faults() == []
