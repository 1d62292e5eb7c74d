"""The outside speakers a carrier knows: those it entered, and those who spoke at its half-days (R34)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from training.accounts.enums import CARRYING
from training.accounts.models import Person
from training.cohorts.models import Cohort, CohortPart
from training.common.emails import is_reachable
from training.common.errors import NotFound
from training.database import db
from training.seminars.enums import StaffRole
from training.seminars.models import HalfDay, HalfDayStaff, Seminar, Speaker
from training.seminars.rules.attendance import carrier_of


@dataclass(frozen=True, slots=True)
class KnownSpeaker:
    """Someone from outside: her name, what she is, where she is written to, at how many half-days she spoke or will."""

    person_id: uuid.UUID
    first_name: str
    last_name: str
    quality: str
    email: str
    half_days: int
    removed_at: datetime | None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def told(self) -> str:
        """Her name, with what she is."""
        return f"{self.name} – {self.quality}" if self.quality else self.name


def known_speakers(cohort: Cohort, *, removed: bool = False) -> list[KnownSpeaker]:
    """Return the speakers of the cohort’s carrier, by name; those taken off its list too if asked. One SELECT."""
    carrier = carrier_of(cohort)
    if carrier is None:
        return []
    spoke = (
        select(HalfDayStaff.person_id, func.count().label("half_days"))
        .join(HalfDay, HalfDay.id == HalfDayStaff.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .where(
            HalfDayStaff.role == StaffRole.SPEAKER,
            Seminar.cohort_id.in_(
                select(CohortPart.cohort_id).where(
                    CohortPart.organisation_id == carrier.id, CohortPart.part.in_(CARRYING)
                )
            ),
        )
        .group_by(HalfDayStaff.person_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Person, Speaker.quality, Speaker.removed_at, spoke.c.half_days)
        .outerjoin(Speaker, and_(Speaker.person_id == Person.id, Speaker.organisation_id == carrier.id))
        .outerjoin(spoke, spoke.c.person_id == Person.id)
        .where(Person.active, or_(Speaker.id.is_not(None), spoke.c.half_days.is_not(None)))
        .order_by(Person.sort_key, Person.id)
    )
    return [
        KnownSpeaker(
            person.id,
            person.first_name,
            person.last_name,
            quality or "",
            person.email if is_reachable(person.email) else "",
            half_days or 0,
            gone,
        )
        for person, quality, gone, half_days in rows
        if removed or gone is None
    ]


def find_speaker(cohort: Cohort, person_id: uuid.UUID) -> KnownSpeaker:
    """Return a speaker of the cohort’s carrier, even taken off its list; ``NotFound`` for anyone else. One SELECT."""
    for speaker in known_speakers(cohort, removed=True):
        if speaker.person_id == person_id:
            return speaker
    raise NotFound


def speaker_rows(organisation_id: uuid.UUID, people: Collection[uuid.UUID]) -> dict[uuid.UUID, Speaker]:
    """Return what a carrier wrote of these people. One SELECT."""
    rows = db.session.scalars(
        select(Speaker).where(Speaker.organisation_id == organisation_id, Speaker.person_id.in_(people))
    )
    return {row.person_id: row for row in rows}
