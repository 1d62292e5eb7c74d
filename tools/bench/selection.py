"""What is measured of a selection: the reviewer's screen, a sitting of sixty files, the publication of five hundred results."""

import random
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import insert, select

from training.accounts.enums import Part
from training.accounts.models import Person, Structure
from training.accounts.queries import principal_of
from training.accounts.rules import email_key, sort_key
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
        files = _add(call, SITTING, ApplicationStatus.PRESELECTED, FIRST_NUMBER)
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


def _add(call: Call, count: int, status: ApplicationStatus, first: int) -> list[uuid.UUID]:
    """Add files in a state, spread over the structures the call accepts."""
    dice = random.Random(first)  # noqa: S311 - a sample, the same at each run
    structures = [
        s for s in db.session.scalars(select(Structure).order_by(Structure.id)) if s.kind.value in call.structure_kinds
    ]
    variants = {kind: variant.id for variant in call.edition.variants for kind in variant.structure_kinds}
    people, files = [], []
    for number in range(first, first + count):
        person_id, structure = uuid.uuid4(), dice.choice(structures)
        email = f"lecture{number}@example.org"
        people.append(
            {
                "id": person_id, "email": email, "email_key": email_key(email), "first_name": f"Prénom{number}",
                "last_name": f"Nom{number}", "sort_key": sort_key(f"Nom{number}", f"Prénom{number}"), "active": True,
                "created_at": clock.now(),
            }
        )  # fmt: skip
        submitted = clock.now() - timedelta(minutes=number)
        files.append(
            {
                "id": uuid.uuid4(), "call_id": call.id, "person_id": person_id, "number": number, "status": status,
                "created_at": submitted, "changed_at": submitted, "submitted_at": submitted,
                "structure_id": structure.id, "variant_id": variants[structure.kind.value],
                "post_title": "Coordination", "derogation_reason": "", "declared": [],
            }
        )  # fmt: skip
    db.session.execute(insert(Person), people)
    db.session.execute(insert(Application), files)
    return [file["id"] for file in files]  # type: ignore[misc]  # a uuid, among values of several types


def publish() -> float:
    """Publish five hundred results with their mails in the outbox, once; return the seconds, the commit included."""
    with writing():
        call = db.session.scalars(select(Call).where(Call.code == CALL)).one()
        _add(call, RESULTS, ApplicationStatus.VALIDATED, FIRST_NUMBER + 1_000)
        db.session.commit()
    with writing():
        call = db.session.scalars(select(Call).where(Call.code == CALL)).one()
        staff = principal_of(db.session.scalars(select(Person).where(Person.email_key == STAFF)).one())
        began = time.perf_counter()
        publishing.publish_results(call, by=staff)
        db.session.commit()
        return time.perf_counter() - began
