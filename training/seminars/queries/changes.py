"""Changes not told yet, and who is expected at the half-days of a cohort (R36, R117, R120)."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import Function
from training.accounts.models import Membership, Person
from training.catalogue.models import Edition, Module
from training.cohorts.choice_rules import follows
from training.cohorts.enums import GONE, AssignmentKind
from training.cohorts.models import Cohort, CohortPart, Enrolment, TrainerAssignment
from training.cohorts.queries import in_force_on
from training.cohorts.queries.choosing import chosen_by
from training.common import clock
from training.database import db
from training.seminars.enums import SeminarStatus
from training.seminars.models import (
    CalendarChoice,
    CalendarFeed,
    CalendarInvitation,
    HalfDay,
    InvitationRound,
    ScheduleChange,
    Seminar,
)
from training.seminars.rules import is_expected

TOLD: Final = (
    joinedload(HalfDay.seminar, innerjoin=True)
    .joinedload(Seminar.cohort, innerjoin=True)
    .joinedload(Cohort.edition, innerjoin=True)
    .joinedload(Edition.programme, innerjoin=True),
    joinedload(HalfDay.seminar, innerjoin=True)
    .joinedload(Seminar.cohort, innerjoin=True)
    .selectinload(Cohort.parts)
    .joinedload(CohortPart.organisation),
    selectinload(HalfDay.modules),
    selectinload(HalfDay.variants),
    selectinload(HalfDay.staff),
)


def cohorts_with_changes() -> Sequence[uuid.UUID]:
    """Return the cohorts where a change is not told yet. One SELECT."""
    return db.session.scalars(
        select(Seminar.cohort_id)
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .join(ScheduleChange, ScheduleChange.half_day_id == HalfDay.id)
        .distinct()
        .order_by(Seminar.cohort_id)
    ).all()


def changes_of(cohort_id: uuid.UUID) -> Sequence[ScheduleChange]:
    """Return the changes of a cohort not told yet, with their half-days, in order of time."""
    return db.session.scalars(
        select(ScheduleChange)
        .join(ScheduleChange.half_day)
        .join(HalfDay.seminar)
        .options(joinedload(ScheduleChange.half_day, innerjoin=True).options(*TOLD))
        .where(Seminar.cohort_id == cohort_id)
        .order_by(HalfDay.starts_at, HalfDay.id)
    ).all()


def modules_known(changes: Sequence[ScheduleChange]) -> Mapping[uuid.UUID, Sequence[Module]]:
    """Return what people know to be taught at each half-day that changed, in the edition’s order. One SELECT."""
    known = {change.half_day_id: {uuid.UUID(module) for module in change.modules} for change in changes}
    query = select(Module).where(Module.id.in_(set().union(*known.values()))).order_by(Module.position, Module.code)
    modules = db.session.scalars(query).all()
    return {half_day_id: [module for module in modules if module.id in ids] for half_day_id, ids in known.items()}


@dataclass(frozen=True, slots=True)
class Public:
    """Who was, or is, expected at a half-day: its variants (none = all), who teaches, when, what is taught."""

    starts_at: datetime
    variants: frozenset[uuid.UUID]
    staff: frozenset[uuid.UUID]
    modules: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Learns:
    """A person for whom an enrolment counts: its variant, its first instant, the modules chosen."""

    person_id: uuid.UUID
    variant_id: uuid.UUID
    since: datetime
    enrolment_id: uuid.UUID
    chosen: frozenset[uuid.UUID] = frozenset()


@dataclass(slots=True)
class People:
    """The people of a cohort: learners and representatives of their structures by enrolment, who animates."""

    known: dict[uuid.UUID, Person] = field(default_factory=dict)
    enrolments: list[Learns] = field(default_factory=list)
    hosts: list[Learns] = field(default_factory=list)
    animators: set[uuid.UUID] = field(default_factory=set)

    def expected(self, public: Public) -> frozenset[uuid.UUID]:
        """Return the learners expected and those who teach or animate."""
        teach = public.staff or frozenset(self.animators)
        return frozenset(self._learning(self.enrolments, public)) | (teach & self.known.keys())

    def concerned(self, public: Public) -> frozenset[uuid.UUID]:
        """Return those expected, who animates, and who represents the structure of a learner expected (R122)."""
        return self.expected(public) | self.animators | frozenset(self._learning(self.hosts, public))

    @staticmethod
    def _learning(rows: Iterable[Learns], public: Public) -> Iterable[uuid.UUID]:
        for row in rows:
            in_time = public.starts_at >= row.since
            if in_time and is_expected(public.variants, row.variant_id) and follows(public.modules, row.chosen):
                yield row.person_id


def people_of(cohort_id: uuid.UUID, staff: Collection[uuid.UUID]) -> People:
    """Return the people of a cohort, and those named at its half-days. Five SELECTs."""
    people = People()
    learners = db.session.execute(
        select(Person, Enrolment.variant_id, Enrolment.entered_on, Enrolment.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cohort_id, Enrolment.status.not_in(GONE), Person.active)
    )
    hosts = db.session.execute(
        select(Person, Enrolment.variant_id, Enrolment.entered_on, Enrolment.id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Enrolment, Enrolment.structure_id == Membership.structure_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.status.not_in(GONE),
            Membership.function == Function.REPRESENTATIVE,
            Membership.until.is_(None),
            Person.active,
        )
    )
    for rows, kept in ((learners, people.enrolments), (hosts, people.hosts)):
        for person, variant_id, entered_on, enrolment_id in rows:
            people.known[person.id] = person
            kept.append(Learns(person.id, variant_id, clock.at_paris(entered_on), enrolment_id))
    chosen = chosen_by({row.enrolment_id for row in (*people.enrolments, *people.hosts)})
    for kept in (people.enrolments, people.hosts):
        kept[:] = [replace(row, chosen=chosen.get(row.enrolment_id, frozenset())) for row in kept]
    for person in db.session.scalars(
        select(Person)
        .join(TrainerAssignment, TrainerAssignment.person_id == Person.id)
        .where(
            TrainerAssignment.cohort_id == cohort_id,
            TrainerAssignment.kind == AssignmentKind.ANIMATOR,
            in_force_on(clock.today()),
            Person.active,
        )
    ):
        people.known[person.id] = person
        people.animators.add(person.id)
    for person in db.session.scalars(select(Person).where(Person.id.in_(staff), Person.active)):
        people.known[person.id] = person
    return people


# --- invitations -----------------------------------------------------------------------------------------------------


def cohorts_to_invite() -> Sequence[uuid.UUID]:
    """Return the cohorts whose calendar has changed since their invitations were last sent. One SELECT."""
    return db.session.scalars(
        select(Cohort.id)
        .outerjoin(InvitationRound, InvitationRound.cohort_id == Cohort.id)
        .where(
            or_(InvitationRound.version.is_(None), InvitationRound.version != Cohort.calendar_version),
            exists().where(
                HalfDay.seminar_id == Seminar.id, Seminar.cohort_id == Cohort.id, HalfDay.ends_at > clock.now()
            ),
        )
        .order_by(Cohort.id)
    ).all()


def half_days_ahead(cohort_id: uuid.UUID) -> Sequence[HalfDay]:
    """Return the half-days of a cohort that are not over, confirmed or that someone holds an invitation to."""
    invited = exists().where(CalendarInvitation.half_day_id == HalfDay.id, ~CalendarInvitation.cancelled)
    return db.session.scalars(
        select(HalfDay)
        .join(HalfDay.seminar)
        .options(*TOLD)
        .where(
            Seminar.cohort_id == cohort_id,
            HalfDay.ends_at > clock.now(),
            or_(Seminar.status == SeminarStatus.CONFIRMED, invited),
        )
        .order_by(HalfDay.starts_at, HalfDay.id)
    ).all()


def invitations_to(half_days: Iterable[HalfDay]) -> dict[tuple[uuid.UUID, uuid.UUID], CalendarInvitation]:
    """Return the invitations sent for these half-days, by half-day and person. One SELECT."""
    rows = db.session.scalars(
        select(CalendarInvitation)
        .options(joinedload(CalendarInvitation.person))
        .where(CalendarInvitation.half_day_id.in_([half_day.id for half_day in half_days]))
    )
    return {(row.half_day_id, row.person_id): row for row in rows}


def untold(half_days: Iterable[HalfDay]) -> frozenset[uuid.UUID]:
    """Return those of these half-days whose change waits to be told. One SELECT."""
    ids = [half_day.id for half_day in half_days]
    return frozenset(db.session.scalars(select(ScheduleChange.half_day_id).where(ScheduleChange.half_day_id.in_(ids))))


def wanting_invitations(people: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return who of them wants invitations: by her choice, or else if she subscribes to no feed. One SELECT."""
    live = exists().where(CalendarFeed.person_id == Person.id, CalendarFeed.revoked_at.is_(None))
    return frozenset(
        db.session.scalars(
            select(Person.id)
            .outerjoin(CalendarChoice, CalendarChoice.person_id == Person.id)
            .where(
                Person.id.in_(people),
                or_(CalendarChoice.invitations, and_(CalendarChoice.invitations.is_(None), ~live)),
            )
        )
    )


def calendar_choice(person_id: uuid.UUID) -> CalendarChoice | None:
    """Return what a person chose, or null. One SELECT."""
    return db.session.scalar(select(CalendarChoice).where(CalendarChoice.person_id == person_id))


def invitations_of(person_id: uuid.UUID) -> int:
    """Return how many half-days ahead a person holds an invitation to. One SELECT."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(CalendarInvitation)
            .join(HalfDay, HalfDay.id == CalendarInvitation.half_day_id)
            .where(
                CalendarInvitation.person_id == person_id, ~CalendarInvitation.cancelled, HalfDay.ends_at > clock.now()
            )
        )
        or 0
    )
