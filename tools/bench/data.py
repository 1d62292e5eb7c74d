"""The rows measured: a call of 1,000 files, a learner of 500 half-days, a draft ready to be sent."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import insert, select

from tests.factories.bulk import FIRST_NUMBER, add_files
from tools.bench import cooperation
from training.accounts.models import Person, Structure
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, Call
from training.cohorts.models import Enrolment
from training.database import db, writing
from training.seminars.models import HalfDay, Seminar
from training.seminars.services import feeds

FILES: Final = 1000
HALF_DAYS: Final = 500
CALL: Final = "DEMO-OUVERT"
STAFF: Final = "gestion.bfc@example.org"
LEARNER: Final = "apprenant.ara@example.org"
APPLICANT: Final = "candidat@example.org"
PIECE: Final = "lettre-engagement"

STATUSES: Final = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.ADMISSIBLE,
    ApplicationStatus.UNDER_REVIEW,
    ApplicationStatus.INADMISSIBLE,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The addresses of what was made."""

    staff_file: uuid.UUID
    draft: uuid.UUID
    feed_secret: str
    half_days: int
    room_code: str
    report: str


def fill() -> Measured:
    """Add the rows to a database that holds the demo, and commit."""
    with writing():
        file_id = _add_files()
        half_days = _add_half_days()
        draft = _draft()
        secret = _feed()
        code, report = cooperation.open_room()
        db.session.commit()
    _look_again()
    return Measured(file_id, draft, secret, half_days, code, report)


def _look_again() -> None:
    """Have the database count its rows anew, as it does by itself some time after so many came at once."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _call() -> Call:
    return db.session.scalars(select(Call).where(Call.code == CALL)).one()


def _add_files() -> uuid.UUID:
    """Add files until the call has its thousand; return one submitted in the demo, with its pieces."""
    call = _call()
    hers = select(Application.structure_id).where(Application.id == _draft())  # a call may limit what a structure sends
    elsewhere = db.session.scalars(select(Structure).where(Structure.id.not_in(hers)).order_by(Structure.id)).all()
    add_files(call, FILES, *STATUSES, structures=elsewhere)
    return db.session.scalars(
        select(Application.id)
        .where(Application.call_id == call.id, Application.number < FIRST_NUMBER, Application.pieces.any())
        .order_by(Application.number)
        .limit(1)
    ).one()


def _learner() -> Enrolment:
    return db.session.scalars(
        select(Enrolment).join(Enrolment.person).where(Person.email_key == LEARNER).order_by(Enrolment.id).limit(1)
    ).one()


def _add_half_days() -> int:
    """Give the learner's cohort five hundred half-days in all."""
    enrolment = _learner()
    model = db.session.scalars(
        select(HalfDay)
        .join(HalfDay.seminar)
        .where(Seminar.cohort_id == enrolment.cohort_id)
        .order_by(HalfDay.starts_at, HalfDay.id)
        .limit(1)
    ).one()
    held = db.session.scalars(
        select(HalfDay).join(HalfDay.seminar).where(Seminar.cohort_id == enrolment.cohort_id)
    ).all()
    copied = [column.name for column in HalfDay.__table__.columns if column.name not in {"id", "uid"}]
    for extra in range(HALF_DAYS - len(held)):
        values = {name: getattr(model, name) for name in copied}
        start = model.starts_at + timedelta(days=400 + extra)
        values |= {"id": uuid.uuid4(), "starts_at": start, "ends_at": start + timedelta(hours=3)}
        values["uid"] = f"bench-{extra}@tesselle"
        db.session.execute(insert(HalfDay).values(values))
    enrolment.cohort.calendar_version += 1
    return max(HALF_DAYS, len(held))


def _draft() -> uuid.UUID:
    query = select(Application.id).join(Application.person).where(Person.email_key == APPLICANT)
    return db.session.scalars(query.order_by(Application.created_at.desc()).limit(1)).one()


def _feed() -> str:
    """Return the secret of the learner's own feed."""
    feed = feeds.create_feed(person_id=_learner().person_id)
    return str(feeds.secret_of(feed))
