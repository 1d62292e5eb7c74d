"""How far learners are from the diploma, one or two hundred at once, in a fixed number of SELECTs (R67)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select

from training.accounts.models import Person, Structure
from training.catalogue.enums import Modality
from training.catalogue.models import Variant
from training.cohorts.enums import LIVE, EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment
from training.database import db
from training.defences.models import Memoire
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaDecision, PrintedName, RegisterEntry
from training.diplomas.queries.owed import LOGGED, NO_HOURS, NOTHING_CHOSEN, NOTHING_HANDED_IN, NOTHING_LOGGED, Course
from training.diplomas.queries.reading import Read, read
from training.diplomas.queries.register import in_force
from training.diplomas.rules import (
    Eligibility,
    LearnerFacts,
    judge,
)
from training.portfolio.models import ForumParticipation

LEARNERS: Final = (
    select(
        Enrolment.id,
        Enrolment.cohort_id,
        Enrolment.variant_id,
        Enrolment.person_id,
        Enrolment.status,
        Enrolment.entered_on,
        Enrolment.left_on,
        Enrolment.held_from,
        Person.first_name,
        Person.last_name,
        Person.email,
        Structure.name.label("structure"),
        Variant.code.label("variant"),
        ForumParticipation.id.label("forum_id"),
        Memoire.id.label("memoire_id"),
        Memoire.status.label("memoire"),
        PrintedName.proofread_at,
        DiplomaDecision.verdict,
        DiplomaDecision.decided_on,
        RegisterEntry.reference,
    )
    .join(Enrolment.person)
    .join(Enrolment.structure)
    .join(Enrolment.variant)
    .join(Enrolment.cohort)
    .join(Cohort.edition)
    .outerjoin(ForumParticipation, ForumParticipation.enrolment_id == Enrolment.id)
    .outerjoin(Memoire, Memoire.enrolment_id == Enrolment.id)
    .outerjoin(PrintedName, PrintedName.enrolment_id == Enrolment.id)
    .outerjoin(DiplomaDecision, and_(DiplomaDecision.enrolment_id == Enrolment.id, DiplomaDecision.is_current))
    .outerjoin(RegisterEntry, and_(RegisterEntry.enrolment_id == Enrolment.id, in_force()))
    .order_by(Person.sort_key, Enrolment.id)
)
"""The learners of a progress; whoever asks says which. What their cohorts and variants ask is read once for all of them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A learner on her way: who she is, where she stands, what she lacks."""

    enrolment_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    structure: str
    variant: str
    cohort_id: uuid.UUID
    cohort_code: str
    cohort_label: str
    programme: str
    status: EnrolmentStatus
    facts: LearnerFacts
    eligibility: Eligibility
    proofread_at: datetime | None = None
    verdict: Verdict | None = None
    decided_on: date | None = None
    reference: str | None = None
    asks_waiver: bool = False

    @property
    def is_live(self) -> bool:
        """Whether her course goes on: nothing final was decided of it and she has not left."""
        return self.status in LIVE

    @property
    def settled_by(self) -> str:
        """Who can settle what lacks, in words; nothing once her course is over."""
        return self.eligibility.settled_by if self.is_live else ""

    @property
    def modules_done(self) -> int:
        """How many of the modules asked are validated."""
        return sum(module.is_asked for module in self.eligibility.validated)

    @property
    def modules_asked(self) -> int:
        """How many modules are asked."""
        return sum(module.is_asked for module in self.facts.modules)


def progress_of(*conditions: ColumnElement[bool]) -> list[Progress]:
    """Return the learners who meet these conditions on ``LEARNERS``, by name. At most eleven SELECTs whatever the rows."""
    rows = db.session.execute(LEARNERS.where(*conditions)).all()
    if not rows:
        return []
    known = read(rows)
    return [_progress(row, known) for row in rows]


def progress_of_cohort(cohort_id: uuid.UUID) -> list[Progress]:
    """Return every learner of a cohort, those who left included."""
    return progress_of(Enrolment.cohort_id == cohort_id)


def progress_of_learner(enrolment_id: uuid.UUID) -> Progress:
    """Return one learner’s progress."""
    (found,) = progress_of(Enrolment.id == enrolment_id)
    return found


def _progress(row: Any, known: Read) -> Progress:
    course = known.course(row)
    facts, cohort = _facts(row, course, known), course.cohort
    return Progress(
        enrolment_id=row.id,
        person_id=row.person_id,
        name=f"{row.first_name} {row.last_name}".strip() or row.email,
        structure=row.structure,
        variant=row.variant,
        cohort_id=row.cohort_id,
        cohort_code=cohort.code,
        cohort_label=cohort.label,
        programme=cohort.programme,
        status=row.status,
        facts=facts,
        eligibility=judge(facts),
        proofread_at=row.proofread_at,
        verdict=row.verdict,
        decided_on=row.decided_on,
        reference=row.reference,
        asks_waiver=row.id in known.waivers.awaiting,
    )


def _facts(row: Any, course: Course, known: Read) -> LearnerFacts:
    chosen, tally = known.chosen.get(row.id, NOTHING_CHOSEN), known.tallies[row.id]
    hours = known.hours.get(row.id, NO_HOURS)
    return LearnerFacts(
        enrolment_id=row.id,
        cohort_code=course.cohort.code,
        status=row.status,
        held_from=row.held_from,
        modules=course.standing(
            chosen,
            tally,
            known.handed_in.get(row.id, NOTHING_HANDED_IN),
            hours.get(Modality.E_LEARNING, NOTHING_LOGGED),
        ),
        choices=course.choices(chosen),
        hours=[
            course.in_person(tally),
            *(course.logged(each, hours.get(each, NOTHING_LOGGED)) for each in LOGGED),
        ],
        forum=row.forum_id is not None if course.cohort.forum_required else None,
        asks_memoire=True if course.cohort.asks_memoire else None,
        memoire=row.memoire.value if row.memoire is not None else None,
        memoire_id=row.memoire_id,
        waived=known.waivers.granted.get(row.id, frozenset()),
    )
