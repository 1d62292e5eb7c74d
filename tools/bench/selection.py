"""What is measured of a selection: the reviewer's screen, a sitting of sixty files, the publication of five hundred results."""

import time
import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select

from tests.factories.bulk import add_files
from training.accounts.enums import Part
from training.accounts.models import Person
from training.accounts.queries import principal_of
from training.admissions.enums import ApplicationStatus, MeetingStatus, OpinionValue
from training.admissions.models import Application, Call, CallPart, CommitteeMeeting, Opinion
from training.admissions.services import publishing
from training.common import clock
from training.database import db, writing

CALL: Final = "DEMO-CLOS"
STAFF: Final = "gestion.bfc@example.org"
REVIEWER: Final = "ars.bfc@example.org"
SITTING: Final = 60
RESULTS: Final = 500
FIRST_NUMBER: Final = 20_000


@dataclass(frozen=True, slots=True)
class Selection:
    """The addresses of what was made."""

    meeting: uuid.UUID
    reviewed: uuid.UUID


def fill() -> Selection:
    """Put sixty files with two opinions each before an open sitting; return it with a file to read; commits."""
    with writing():
        call = db.session.scalars(select(Call).where(Call.code == CALL)).one()
        files = add_files(call, SITTING, ApplicationStatus.PRESELECTED, first=FIRST_NUMBER)
        bodies = [p for p in call.parts if p.part in {Part.CARRIER, Part.FUNDER}]
        meeting = CommitteeMeeting(id=uuid.uuid4(), call=call, held_on=clock.today(), status=MeetingStatus.OPEN)
        db.session.add(meeting)
        db.session.flush()
        opinions = [_opinion(file, body, meeting) for file in files for body in bodies]
        db.session.execute(insert(Opinion), opinions)
        reviewed = db.session.scalars(
            select(Application.id)
            .join(Application.call)
            .where(
                Call.opinions_in_session.is_(False),
                Call.parts.any(CallPart.part == Part.CARRIER),
                Application.status == ApplicationStatus.UNDER_REVIEW,
                Application.pieces.any(),
                Call.code == "DEMO-OUVERT",
            )
            .order_by(Application.number)
            .limit(1)
        ).one()
        db.session.commit()
    return Selection(meeting.id, reviewed)


def _opinion(file: uuid.UUID, body: CallPart, meeting: CommitteeMeeting) -> dict[str, object]:
    return {
        "id": uuid.uuid4(), "application_id": file, "organisation_id": body.organisation_id, "part": body.part,
        "value": OpinionValue.FAVOURABLE, "recused": False, "comment": "", "given_on": clock.today(),
        "given_at": clock.now(), "meeting_id": meeting.id,
    }  # fmt: skip


def publish() -> float:
    """Publish five hundred results with their mails in the outbox, once; return the seconds, the commit included."""
    with writing():
        call = db.session.scalars(select(Call).where(Call.code == CALL)).one()
        add_files(call, RESULTS, ApplicationStatus.VALIDATED, first=FIRST_NUMBER + 1_000)
        db.session.commit()
    with writing():
        call = db.session.scalars(select(Call).where(Call.code == CALL)).one()
        staff = principal_of(db.session.scalars(select(Person).where(Person.email_key == STAFF)).one())
        began = time.perf_counter()
        publishing.publish_results(call, by=staff)
        db.session.commit()
        return time.perf_counter() - began
