"""Files and learners by the hundred, in a few statements: for what is measured and counted at a real call's size."""

import random
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select

from training.accounts.models import Person, Structure
from training.accounts.rules import email_key, sort_key
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, Call
from training.cohorts.enums import EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment, Seat
from training.common import clock
from training.database import db

FIRST_NUMBER: Final = 10_000
"""Above any number of the demonstration’s own files."""


def add_files(
    call: Call,
    count: int,
    *statuses: ApplicationStatus,
    first: int = FIRST_NUMBER,
    structures: Sequence[Structure] | None = None,
) -> list[uuid.UUID]:
    """Add ``count`` submitted files of as many people, numbered from ``first``; return their uuids. Flushes nothing else.

    Their states are drawn from ``statuses``, their structures from those the call accepts, the same at each run.
    """
    dice = random.Random(first)
    known = structures or db.session.scalars(select(Structure).order_by(Structure.id)).all()
    accepted = [structure for structure in known if structure.kind.value in call.structure_kinds]
    variants = {kind: variant.id for variant in call.edition.variants for kind in variant.structure_kinds}
    people, files = [], []
    for number in range(first, first + count):
        person_id, structure = uuid.uuid4(), dice.choice(accepted)
        people.append(_person(person_id, number))
        submitted = clock.now() - timedelta(minutes=number - first)
        files.append(
            {
                "id": uuid.uuid4(), "call_id": call.id, "person_id": person_id, "number": number,
                "status": dice.choice(statuses), "created_at": submitted, "changed_at": submitted,
                "submitted_at": submitted, "structure_id": structure.id, "variant_id": variants[structure.kind.value],
                "post_title": "Coordination", "derogation_reason": "", "declared": [],
            }
        )  # fmt: skip
    db.session.execute(insert(Person), people)
    db.session.execute(insert(Application), files)
    return [file["id"] for file in files]  # type: ignore[misc]  # a uuid, among values of several types


def add_learners(cohort: Cohort, count: int, *, first: int = 30_000) -> list[uuid.UUID]:
    """Add ``count`` learners to a cohort, each on a seat of her own after the last; return their enrolments."""
    dice = random.Random(first)
    known = db.session.scalars(select(Structure).order_by(Structure.id)).all()
    variants = {kind: variant.id for variant in cohort.edition.variants for kind in variant.structure_kinds}
    structures = [structure for structure in known if structure.kind.value in variants]
    taken = db.session.scalar(select(func.max(Seat.number)).where(Seat.cohort_id == cohort.id)) or 0
    people, seats, enrolments = [], [], []
    for rank in range(count):
        number, structure = first + rank, dice.choice(structures)
        person_id, seat_id = uuid.uuid4(), uuid.uuid4()
        people.append(_person(person_id, number))
        seats.append({"id": seat_id, "cohort_id": cohort.id, "number": taken + rank + 1, "is_open": True})
        enrolments.append(
            {
                "id": uuid.uuid4(), "cohort_id": cohort.id, "programme_id": cohort.edition.programme_id,
                "person_id": person_id, "variant_id": variants[structure.kind.value], "structure_id": structure.id,
                "seat_id": seat_id, "status": EnrolmentStatus.ACTIVE,
                "entered_on": cohort.first_seminar_on or clock.today(),
            }
        )  # fmt: skip
    if count > 0:
        db.session.execute(insert(Person), people)
        db.session.execute(insert(Seat), seats)
        db.session.execute(insert(Enrolment), enrolments)
    return [enrolment["id"] for enrolment in enrolments]  # type: ignore[misc]  # a uuid, among values of several types


def _person(person_id: uuid.UUID, number: int) -> dict[str, Any]:
    first_name, last_name, email = f"Prénom{number}", f"Nom{number}", f"personne{number}@example.org"
    return {
        "id": person_id, "email": email, "email_key": email_key(email), "first_name": first_name, "last_name": last_name,
        "sort_key": sort_key(last_name, first_name), "active": True, "created_at": clock.now(),
    }  # fmt: skip
