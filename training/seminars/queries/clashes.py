"""Who and which room would be wanted twice at once: a warning, never a refusal (R35)."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, null, or_, select, union_all

from training.accounts.models import Person
from training.catalogue.models import Module
from training.cohorts.choosing import ModuleChoice
from training.cohorts.enums import GONE, AssignmentKind
from training.cohorts.meetings import MeetingSlot, MeetingStatus
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.queries import in_force_on, seen_by
from training.common import clock
from training.common.policy import Principal
from training.database import UtcDateTime, db
from training.seminars.enums import OFF, ClashKind
from training.seminars.models import HalfDay, HalfDayStaff, Seminar, half_day_module, half_day_variant
from training.seminars.rules import Learning, is_expected, meet, share_a_variant


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stretch of time with those expected: the variants (none = all), who teaches (none = who animates), a room.

    ``at_choice``: its modules when all are at choice, and who chose none of them is not expected (R104).
    """

    starts_at: datetime
    ends_at: datetime
    variants: frozenset[uuid.UUID] = frozenset()
    staff: frozenset[uuid.UUID] = frozenset()
    place: str = ""
    room: str = ""
    half_day_id: uuid.UUID | None = None
    at_choice: frozenset[uuid.UUID] = frozenset()

    @property
    def where(self) -> tuple[str, str] | None:
        """What a room is known by; null without a room."""
        return (self.place.casefold(), self.room.casefold()) if self.room else None


def wanted_of(half_day: HalfDay, *, staffed: bool = True) -> Wanted:
    """Return what a half-day asks for, with its variants and modules loaded; and with its staff, unless said otherwise."""
    return Wanted(
        half_day.starts_at,
        half_day.ends_at,
        frozenset(variant.id for variant in half_day.variants),
        frozenset(member.person_id for member in half_day.staff) if staffed else frozenset(),
        half_day.place,
        half_day.room,
        half_day.id,
        options_among((module.id, module.choice_group_id) for module in half_day.modules),
    )


def options_among(modules: Iterable[tuple[uuid.UUID, uuid.UUID | None]]) -> frozenset[uuid.UUID]:
    """Return these modules if each is at choice, given each one’s group of choice; else none (R104)."""
    taught = dict(modules)
    return frozenset(taught) if all(taught.values()) else frozenset()


@dataclass(frozen=True, slots=True)
class Clash:
    """People or a room of this cohort wanted elsewhere at once; another body’s seminar keeps its title to itself."""

    kind: ClashKind
    who: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    seminar: str | None = None
    cohort: str | None = None
    holds: int = 0
    expected: int = 0

    @property
    def mark(self) -> str:
        """What it is known by, so that whoever goes on despite it has seen this one."""
        return f"{self.kind}|{self.who}|{self.starts_at.isoformat()}|{self.ends_at.isoformat()}|{self.seminar}|{self.holds}|{self.expected}"


@dataclass(slots=True)
class _Other:
    """A half-day that meets one of those wanted."""

    wanted: Wanted
    seminar_id: uuid.UUID
    cohort_id: uuid.UUID
    title: str | None
    cohort: str | None
    people: set[uuid.UUID] = field(default_factory=set)


def clashes(
    cohort: Cohort, wanted: Sequence[Wanted], principal: Principal, *, besides: Collection[uuid.UUID] = ()
) -> list[Clash]:
    """Return who of the cohort is expected elsewhere at these times, who of them has an individual meeting, and which rooms are taken. Two SELECTs.

    ``besides``: half-days that are about to move, and so are met by nobody where they stand.
    """
    if not wanted:
        return []
    others = [other for other in _others(wanted, principal) if other.wanted.half_day_id not in besides]
    everyone = _everyone({cohort.id, *(other.cohort_id for other in others)}, wanted)
    rooms: dict[Any, Clash] = {}
    found: dict[Any, Clash] = {}
    met = ((one, other) for one in wanted for other in others if _meets(one, other.wanted))
    for one, other in met:
        if other.cohort_id == cohort.id and _is_refused(one, other.wanted):
            continue
        pair = frozenset({one.half_day_id or id(one), other.wanted.half_day_id})
        if one.where is not None and one.where == other.wanted.where:
            rooms.setdefault(
                pair, _clash(ClashKind.ROOM, (", ".join(filter(None, (one.room, one.place))),), one, other)
            )
        there = everyone.expected(other.wanted, other.cohort_id)
        for kind, here in everyone.expected(one, cohort.id).items():
            both = here & (there[ClashKind.LEARNER] | there[ClashKind.TRAINER])
            same_cohort = other.cohort_id == cohort.id
            if both and not (same_cohort and kind is ClashKind.LEARNER):
                day = clock.in_paris(one.starts_at).date()
                key = (kind, pair) if same_cohort else (kind, other.seminar_id, day, frozenset(both))
                found.setdefault(key, _clash(kind, everyone.named(both), one, other))
    meetings = _meetings(cohort, wanted, everyone)
    return sorted(
        [*found.values(), *rooms.values(), *meetings], key=lambda clash: (clash.starts_at, clash.kind, clash.who)
    )


def _meetings(cohort: Cohort, wanted: Sequence[Wanted], everyone: "_Everyone") -> list[Clash]:
    """Return whom each stretch expects who gives or takes an individual meeting then (R119)."""
    found = []
    for one in wanted if everyone.meetings else ():
        here = everyone.expected(one, cohort.id)
        expected = here[ClashKind.LEARNER] | here[ClashKind.TRAINER]
        held = {person for person, meeting in everyone.meetings if meet(one, meeting)}
        if both := expected & held:
            found.append(Clash(ClashKind.MEETING, everyone.named(both), one.starts_at, one.ends_at))
    return found


def _clash(kind: ClashKind, who: tuple[str, ...], one: Wanted, other: _Other) -> Clash:
    return Clash(kind, who, one.starts_at, one.ends_at, other.title, other.cohort)


def expected_counts(cohort: Cohort, wanted: Sequence[Wanted]) -> list[int]:
    """Return how many people are expected at each of these stretches. One SELECT, none for no stretch."""
    if not wanted:
        return []
    everyone = _everyone({cohort.id}, wanted)
    expected = (everyone.expected(one, cohort.id) for one in wanted)
    return [len(here[ClashKind.LEARNER] | here[ClashKind.TRAINER]) for here in expected]


def clashes_of(seminar: Seminar, principal: Principal) -> list[Clash]:
    """Return what a seminar’s half-days still to come meet elsewhere (R35)."""
    now = clock.now()
    ahead = [wanted_of(half_day) for half_day in seminar.half_days if not half_day.is_off and half_day.ends_at > now]
    return clashes(seminar.cohort, ahead, principal)


def _meets(one: Wanted, other: Wanted) -> bool:
    return one.half_day_id != other.half_day_id and meet(one, other)


def _is_refused(one: Wanted, other: Wanted) -> bool:
    """Whether two stretches of one cohort cannot be saved together: no need to warn of what they would share (R35)."""
    apart = one.at_choice and other.at_choice and one.at_choice.isdisjoint(other.at_choice)
    return share_a_variant(one.variants, other.variants) and not apart


def _others(wanted: Iterable[Wanted], principal: Principal) -> list[_Other]:
    """Return the half-days that take place on the days wanted, of every cohort. One SELECT."""
    days: dict[Any, list[datetime]] = {}
    for one in wanted:
        days.setdefault(clock.in_paris(one.starts_at).date(), []).extend((one.starts_at, one.ends_at))
    moments: list[ColumnElement[bool]] = [
        and_(HalfDay.starts_at < max(instants), HalfDay.ends_at > min(instants)) for instants in days.values()
    ]
    rows = db.session.execute(
        select(
            HalfDay,
            Seminar.id,
            Seminar.title,
            Cohort.id,
            Cohort.label,
            seen_by(principal),
            HalfDayStaff.person_id,
            half_day_variant.c.variant_id,
            Module.id,
            Module.choice_group_id,
        )
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .join(Cohort, Cohort.id == Seminar.cohort_id)
        .outerjoin(HalfDayStaff, HalfDayStaff.half_day_id == HalfDay.id)
        .outerjoin(half_day_variant, half_day_variant.c.half_day_id == HalfDay.id)
        .outerjoin(half_day_module, half_day_module.c.half_day_id == HalfDay.id)
        .outerjoin(Module, Module.id == half_day_module.c.module_id)
        .where(Seminar.status.not_in(OFF), HalfDay.cancelled_at.is_(None), or_(*moments))
        .order_by(HalfDay.starts_at, HalfDay.id)
    )
    told: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        told.setdefault(row[0].id, []).append(row)
    return [_other(together) for together in told.values()]


def _other(rows: Sequence[Any]) -> _Other:
    """Return one half-day from its rows: one for each of its staff, variants and modules."""
    half_day, seminar_id, title, cohort_id, label, seen = rows[0][:6]
    asked = Wanted(
        half_day.starts_at,
        half_day.ends_at,
        frozenset(row[7] for row in rows if row[7]),
        frozenset(row[6] for row in rows if row[6]),
        half_day.place,
        half_day.room,
        half_day.id,
        options_among((row[8], row[9]) for row in rows if row[8]),
    )
    return _Other(asked, seminar_id, cohort_id, title if seen else None, label if seen else None)


@dataclass(slots=True)
class _Everyone:
    """Who learns and who animates in some cohorts, with the names of all those in question, in order of name."""

    names: dict[uuid.UUID, str] = field(default_factory=dict)
    learners: dict[uuid.UUID, list[tuple[uuid.UUID, Learning]]] = field(default_factory=dict)
    chosen: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=dict)
    animators: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=dict)
    meetings: list[tuple[uuid.UUID, Wanted]] = field(default_factory=list)

    def expected(self, wanted: Wanted, cohort_id: uuid.UUID) -> dict[ClashKind, set[uuid.UUID]]:
        """Return who is expected at a stretch: learners of its variants since their entry, who teaches or else animates."""
        return {
            ClashKind.LEARNER: {
                person
                for person, learning in self.learners.get(cohort_id, ())
                if is_expected(wanted.variants, learning.variant_id)
                and wanted.starts_at >= clock.at_paris(learning.entered_on)
                and not (wanted.at_choice and wanted.at_choice.isdisjoint(self.chosen.get(person, ())))
            },
            ClashKind.TRAINER: set(wanted.staff) or self.animators.get(cohort_id, set()),
        }

    def named(self, people: set[uuid.UUID]) -> tuple[str, ...]:
        """Return the names of some of them."""
        return tuple(name for person, name in self.names.items() if person in people)


def _everyone(cohorts: Iterable[uuid.UUID], wanted: Sequence[Wanted]) -> _Everyone:
    """Return the learners and animators of these cohorts, who is named to teach, who has a meeting then. One SELECT."""
    everyone = _Everyone()
    for person, cohort_id, variant_id, entered_on, module_id, start, end in db.session.execute(
        _people(list(cohorts), wanted)
    ):
        everyone.names[person.id] = person.name
        if start is not None:
            everyone.meetings.append((person.id, Wanted(start, end)))
        elif variant_id is not None:
            learning = (person.id, Learning(cohort_id, variant_id, entered_on))
            known = everyone.learners.setdefault(cohort_id, [])
            known += [] if known and known[-1] == learning else [learning]
            everyone.chosen.setdefault(person.id, set()).update([module_id] if module_id else [])
        elif cohort_id is not None:
            everyone.animators.setdefault(cohort_id, set()).add(person.id)
    return everyone


def _people(of: Sequence[uuid.UUID], wanted: Sequence[Wanted]) -> Any:
    nothing, never = [null()] * 3, cast(null(), UtcDateTime)
    learn = (
        select(
            Enrolment.cohort_id,
            Enrolment.person_id,
            Enrolment.variant_id,
            Enrolment.entered_on,
            ModuleChoice.module_id,
            never.label("starts_at"),
            never.label("ends_at"),
        )
        .outerjoin(ModuleChoice, and_(ModuleChoice.enrolment_id == Enrolment.id, ModuleChoice.agreed_at.is_not(None)))
        .where(Enrolment.cohort_id.in_(of), Enrolment.status.not_in(GONE))
    )
    animate = select(TrainerAssignment.cohort_id, TrainerAssignment.person_id, *nothing, null(), null()).where(
        TrainerAssignment.cohort_id.in_(of),
        TrainerAssignment.kind == AssignmentKind.ANIMATOR,
        in_force_on(clock.today()),
    )
    named = {person for one in wanted for person in one.staff}
    teach = select(null(), Person.id, *nothing, null(), null()).where(Person.id.in_(named))
    met = or_(*(and_(MeetingSlot.starts_at < one.ends_at, MeetingSlot.ends_at > one.starts_at) for one in wanted))
    taken = and_(MeetingSlot.status.in_((MeetingStatus.BOOKED, MeetingStatus.FREE)), met)
    then = (MeetingSlot.starts_at, MeetingSlot.ends_at)
    gives = select(null(), MeetingSlot.trainer_id, *nothing, *then).where(taken)
    takes = (
        select(null(), Enrolment.person_id, *nothing, *then)
        .join(MeetingSlot, MeetingSlot.enrolment_id == Enrolment.id)
        .where(taken)
    )
    found = union_all(learn, animate, teach, gives, takes).subquery()
    told = [column for column in found.c if column.name != "person_id"]
    return select(Person, *told).join(found, found.c.person_id == Person.id).order_by(Person.sort_key, Person.id)
