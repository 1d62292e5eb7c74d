"""How far learners are from the diploma, one or two hundred at once, in a fixed number of SELECTs (R67)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select

from training.accounts.models import Person, Structure
from training.catalogue.enums import MODALITIES, Modality
from training.catalogue.models import DiplomaRules, Edition, Programme, Variant
from training.cohorts.enums import LIVE, EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment
from training.database import db
from training.defences.models import Memoire
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaDecision, PrintedName, RegisterEntry
from training.diplomas.queries.owed import NOTHING_HANDED_IN, NOTHING_LOGGED, Asked
from training.diplomas.queries.reading import Read, read
from training.diplomas.queries.register import in_force
from training.diplomas.rules import (
    NO_HALF_DAY,
    ChoiceFacts,
    Eligibility,
    HoursFacts,
    LearnerFacts,
    ModuleProgress,
    judge,
)
from training.portfolio.models import ForumParticipation
from training.seminars.rules.tally import Tally

_ASKS_MEMOIRE: Final = or_(
    DiplomaRules.memoire_pages_min.is_not(None),
    DiplomaRules.memoire_pages_max.is_not(None),
    DiplomaRules.defence_minutes.is_not(None),
    DiplomaRules.jury_bodies.is_not(None),
    DiplomaRules.outcomes.is_not(None),
)
"""An edition that says something of a mémoire asks for one; of one that says nothing, it is to be confirmed."""

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
        Cohort.code.label("cohort_code"),
        Cohort.label.label("cohort_label"),
        Programme.code.label("programme"),
        DiplomaRules.attendance_threshold,
        DiplomaRules.credit_mode,
        DiplomaRules.partial_credit,
        DiplomaRules.visio_counts,
        DiplomaRules.forum_required,
        _ASKS_MEMOIRE.label("asks_memoire"),
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
    .join(Edition.programme)
    .outerjoin(DiplomaRules, DiplomaRules.edition_id == Edition.id)
    .outerjoin(ForumParticipation, ForumParticipation.enrolment_id == Enrolment.id)
    .outerjoin(Memoire, Memoire.enrolment_id == Enrolment.id)
    .outerjoin(PrintedName, PrintedName.enrolment_id == Enrolment.id)
    .outerjoin(DiplomaDecision, and_(DiplomaDecision.enrolment_id == Enrolment.id, DiplomaDecision.is_current))
    .outerjoin(RegisterEntry, and_(RegisterEntry.enrolment_id == Enrolment.id, in_force()))
    .order_by(Person.sort_key, Enrolment.id)
)
"""The learners of a progress; whoever asks says which."""


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
        validated = set(self.eligibility.validated)
        return sum(module.is_asked and module.id in validated for module in self.facts.modules)

    @property
    def modules_asked(self) -> int:
        """How many modules are asked."""
        return sum(module.is_asked for module in self.facts.modules)


def progress_of(*conditions: ColumnElement[bool]) -> list[Progress]:
    """Return the learners who meet these conditions on ``LEARNERS``, by name. At most ten SELECTs whatever the rows."""
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
    facts = _facts(row, known)
    return Progress(
        enrolment_id=row.id,
        person_id=row.person_id,
        name=f"{row.first_name} {row.last_name}".strip() or row.email,
        structure=row.structure,
        variant=row.variant,
        cohort_id=row.cohort_id,
        cohort_code=row.cohort_code,
        cohort_label=row.cohort_label,
        programme=row.programme,
        status=row.status,
        facts=facts,
        eligibility=judge(facts),
        proofread_at=row.proofread_at,
        verdict=row.verdict,
        decided_on=row.decided_on,
        reference=row.reference,
        asks_waiver=row.id in known.waivers.awaiting,
    )


def _facts(row: Any, known: Read) -> LearnerFacts:
    asked = known.asked[row.variant_id]
    chosen = known.chosen.get(row.id, frozenset())
    tally = known.tallies[row.id]
    return LearnerFacts(
        enrolment_id=row.id,
        cohort_code=row.cohort_code,
        status=row.status,
        held_from=row.held_from,
        modules=_modules(row, known, chosen, tally),
        choices=list(_choices(asked, chosen)),
        hours=[_hours(row, known, asked, modality, tally) for modality in MODALITIES],
        forum=row.forum_id is not None if row.forum_required else None,
        asks_memoire=True if row.asks_memoire else None,
        memoire=row.memoire.value if row.memoire is not None else None,
        memoire_id=row.memoire_id,
        waived=known.waivers.granted.get(row.id, frozenset()),
    )


def _modules(row: Any, known: Read, chosen: frozenset[uuid.UUID], tally: Tally) -> list[ModuleProgress]:
    handed_in = known.handed_in.get(row.id, NOTHING_HANDED_IN)
    logged = known.hours.get((row.id, Modality.E_LEARNING), NOTHING_LOGGED)
    half_days = tally.modules
    return [
        owed.standing(half_days.get(owed.row.id, NO_HALF_DAY), handed_in, logged) for owed in known.course(row, chosen)
    ]


def _choices(asked: Asked, chosen: frozenset[uuid.UUID]) -> Iterator[ChoiceFacts]:
    """Yield the choices of a variant; one among modules that do not block is no reason (R68)."""
    groups: dict[uuid.UUID, list[Any]] = {}
    for module in asked.modules:
        if module.choice_group_id is not None:
            groups.setdefault(module.choice_group_id, []).append(module)
    for group_id, members in groups.items():
        yield ChoiceFacts(
            id=group_id,
            label=members[0].label,
            at_least=members[0].min_choices,
            chosen=sum(module.id in chosen for module in members),
            until=members[0].decided_until,
            is_asked=any(module.blocking for module in members),
        )


def _hours(row: Any, known: Read, asked: Asked, modality: Modality, tally: Tally) -> HoursFacts:
    if modality is Modality.IN_PERSON:
        return asked.in_person(tally)
    return asked.logged(modality, known.hours.get((row.id, modality), NOTHING_LOGGED))
