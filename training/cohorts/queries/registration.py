"""Civil status, teams and portraits, as pages and spreadsheets read them (R110, R113, R117)."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.cohorts.enums import GONE, LIVE
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.registration import (
    USUAL,
    CivilField,
    CivilRequirement,
    CivilStatus,
    LaunchTeam,
    Portrait,
)
from training.database import db


def civil_fields(edition_id: uuid.UUID) -> list[CivilField]:
    """Return the facts the school of an edition needs, in their order. One SELECT."""
    asked = db.session.scalar(select(CivilRequirement.fields).where(CivilRequirement.edition_id == edition_id))
    return [field for field in CivilField if field.value in (USUAL if asked is None else asked)]


def civil_status(cohort_id: uuid.UUID, person_id: uuid.UUID) -> CivilStatus | None:
    """Return what a person gave for a cohort's diploma. One SELECT."""
    return db.session.get(CivilStatus, (cohort_id, person_id))


@dataclass(frozen=True, slots=True)
class Given:
    """What a person has given so far for her registration."""

    civil: bool
    team: int | None
    portrait: bool


def given(cohort_id: uuid.UUID, person_id: uuid.UUID) -> Given:
    """Return what a person has given so far. One SELECT."""
    row = db.session.execute(
        select(CivilStatus.person_id, LaunchTeam.headcount, Portrait.person_id)
        .select_from(Person)
        .outerjoin(CivilStatus, and_(CivilStatus.person_id == Person.id, CivilStatus.cohort_id == cohort_id))
        .outerjoin(LaunchTeam, and_(LaunchTeam.person_id == Person.id, LaunchTeam.cohort_id == cohort_id))
        .outerjoin(Portrait, and_(Portrait.person_id == Person.id, Portrait.cohort_id == cohort_id))
        .where(Person.id == person_id)
    ).one()
    return Given(row[0] is not None, row[1], row[2] is not None)


def civil_rows(cohort: Cohort) -> Iterator[tuple[Person, CivilStatus | None]]:
    """Return each learner of a cohort with her civil status, by name. One SELECT."""
    rows: Any = db.session.execute(
        select(Person, CivilStatus)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(CivilStatus, and_(CivilStatus.person_id == Person.id, CivilStatus.cohort_id == cohort.id))
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
        .order_by(Person.sort_key, Person.id)
    )
    yield from rows


def civil_rows_of_all(cohort: Cohort) -> Iterator[tuple[Person, CivilStatus | None]]:
    """Return each person who followed or follows a cohort with her civil status, those who left apart. One SELECT."""
    rows: Any = db.session.execute(
        select(Person, CivilStatus)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(CivilStatus, and_(CivilStatus.person_id == Person.id, CivilStatus.cohort_id == cohort.id))
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.not_in(GONE))
    )
    yield from rows


def faces(cohort: Cohort) -> Sequence[tuple[str, uuid.UUID | None]]:
    """Return each learner's name with the portrait she agreed to show, if any, by name. One SELECT."""
    rows = db.session.execute(
        select(Person, Portrait.file_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Portrait, and_(Portrait.person_id == Person.id, Portrait.cohort_id == cohort.id))
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
        .order_by(Person.sort_key, Person.id)
    )
    return [(person.name, file_id) for person, file_id in rows]


def portrait(cohort_id: uuid.UUID, person_id: uuid.UUID) -> Portrait | None:
    """Return the portrait a person agreed to show. One SELECT."""
    return db.session.scalars(
        select(Portrait)
        .where(Portrait.cohort_id == cohort_id, Portrait.person_id == person_id)
        .options(joinedload(Portrait.file))
    ).one_or_none()
