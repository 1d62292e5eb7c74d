"""The directory of a cohort: names, faces, and the addresses people agreed to show (R113, R118)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, false, select

from training.accounts.models import Person, Structure
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.queries.cohorts import in_force_on
from training.cohorts.registration import DirectoryEntry, Portrait
from training.common import clock
from training.database import db


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone of the cohort, with what she agreed to show; ``where`` is her structure, nothing for a trainer."""

    person_id: uuid.UUID
    name: str
    where: str
    email: str
    phone: str
    portrait_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Directory:
    """Learners and trainers, by name, and the reader’s own entry if she is one of them."""

    learners: Sequence[Contact]
    trainers: Sequence[Contact]
    own: DirectoryEntry | None
    is_in: bool


def directory_of(cohort: Cohort, person_id: uuid.UUID | None) -> Directory:
    """Return the directory of a cohort. Three SELECTs."""
    learners = _contacts(
        select(Person, Structure, DirectoryEntry, Portrait.file_id)
        .select_from(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Structure, Structure.id == Enrolment.structure_id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE)),
        cohort,
    )
    training = select(TrainerAssignment.person_id).where(
        TrainerAssignment.cohort_id == cohort.id, in_force_on(clock.today())
    )
    trainers = _contacts(
        select(Person, Structure, DirectoryEntry, Portrait.file_id)
        .select_from(Person)
        .outerjoin(Structure, false())
        .where(Person.id.in_(training)),
        cohort,
    )
    own = db.session.get(DirectoryEntry, (cohort.id, person_id)) if person_id else None
    return Directory(learners, trainers, own, any(each.person_id == person_id for each in [*learners, *trainers]))


def _contacts(query: Any, cohort: Cohort) -> list[Contact]:
    rows = db.session.execute(
        query.outerjoin(
            DirectoryEntry, and_(DirectoryEntry.person_id == Person.id, DirectoryEntry.cohort_id == cohort.id)
        )
        .outerjoin(Portrait, and_(Portrait.person_id == Person.id, Portrait.cohort_id == cohort.id))
        .order_by(Person.sort_key, Person.id)
    )
    return [
        Contact(
            person_id=person.id,
            name=person.name,
            where=", ".join(filter(None, (structure.name, structure.city))) if structure else "",
            email=person.email if entry and entry.shows_email else "",
            phone=(person.phone or "") if entry and entry.shows_phone else "",
            portrait_id=file_id,
        )
        for person, structure, entry, file_id in rows
    ]
