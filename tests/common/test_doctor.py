"""The doctor finds what was tampered with, and nothing where all is well."""

import io
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from tests.support import samples
from training.common import clock, doctor, files, journal
from training.common.declarations import FileUse
from training.common.mail import MailUrgency, OutgoingMail
from training.common.policy import Permission, Principal
from training.common.storage import storage
from training.database import db

SOMEONE = Principal(person_id=uuid.uuid4(), name="Camille")
USE = FileUse(
    code="trial",
    label="Essai",
    max_bytes=1_000_000,
    media_types=frozenset({"application/pdf"}),
    permission=Permission.FILE_READ,
    load=lambda _principal, subject_id: subject_id,
    retention="un an",
)


def subject() -> Any:
    return SimpleNamespace(__tablename__="trial", id=uuid.uuid4())


def kept_file() -> files.StoredFile:
    content = samples.pdf()
    upload: Any = SimpleNamespace(filename="essai.pdf", stream=io.BytesIO(content))
    return files.keep(files.receive(upload, USE), use=USE, subject=subject(), by=SOMEONE)


def without_triggers() -> None:
    if db.engine.dialect.name == "sqlite":
        for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        db.session.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))


@pytest.fixture(autouse=True)
def house(session: object) -> Iterator[None]:
    yield
    doctor._checks.pop("trial", None)
    db.session.rollback()


@pytest.mark.both_engines
def test_a_sound_house_has_nothing_to_say() -> None:
    kept_file()
    one = subject()
    journal.record(one, "trial.made", by=SOMEONE, text={"reason": "pour voir"})
    journal.record(one, "trial.changed", by=SOMEONE)
    assert doctor.diagnose() == []


@pytest.mark.both_engines
def test_missing_and_altered_files_are_named() -> None:
    missing, altered = kept_file(), kept_file()
    storage().delete(missing.key)
    storage().delete(altered.key)
    storage().put(altered.key, io.BytesIO(b"other bytes"))
    assert doctor.diagnose() == [
        f"The content of file {missing.id} is missing.",
        f"The content of file {altered.id} was altered.",
    ]


@pytest.mark.both_engines
def test_an_altered_event_and_the_lost_defence_are_told() -> None:
    event = journal.record(subject(), "trial.made", by=SOMEONE)
    without_triggers()
    db.session.execute(text("UPDATE event SET kind = 'trial.other'"))
    db.session.expire_all()
    found = doctor.diagnose()
    assert f"Event {event.id} of trial {event.subject_id} was altered." in found
    assert any("not defended" in fault and "DELETE" in fault for fault in found)


@pytest.mark.both_engines
def test_a_database_behind_the_code_is_said_alone() -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    (fault,) = doctor.diagnose()
    assert "flask db upgrade" in fault


def test_a_row_that_points_to_nothing_is_told_on_sqlite() -> None:
    made = OutgoingMail(
        message="trial/offer",
        urgency=MailUrgency.PROMPT,
        to_email="a@example.org",
        subject="x",
        text="x",
        html="x",
        created_at=clock.now(),
        send_after=clock.now(),
    )
    db.session.add(made)
    db.session.commit()
    db.session.execute(text("PRAGMA foreign_keys = OFF"))  # heeded outside a transaction only
    db.session.rollback()
    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("UPDATE outgoing_mail SET status = 'grouped', grouped_into_id = 'none'")
        raw.execute("PRAGMA foreign_keys = ON")
    (fault,) = doctor.diagnose()
    assert fault.endswith("of outgoing_mail points to nothing in outgoing_mail.")


def test_a_room_vouches_for_its_own_things() -> None:
    doctor.add_check("trial", lambda: ["sheet 7 was altered after its lock"])
    assert doctor.diagnose() == ["trial: sheet 7 was altered after its lock"]
