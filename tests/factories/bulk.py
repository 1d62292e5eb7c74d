"""Files by the hundred, in a few statements: for what is measured and counted at a real call's size."""

import random
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import insert, select

from training.accounts.models import Person, Structure
from training.accounts.rules import email_key, sort_key
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, Call
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
        first_name, last_name, email = f"Prénom{number}", f"Nom{number}", f"personne{number}@example.org"
        people.append(
            {
                "id": person_id, "email": email, "email_key": email_key(email), "first_name": first_name,
                "last_name": last_name, "sort_key": sort_key(last_name, first_name), "active": True,
                "created_at": clock.now(),
            }
        )  # fmt: skip
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
