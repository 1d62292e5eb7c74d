"""Rules of the seminars: overlaps, expected half-days, hours, the procedure, and who sees what. Pure."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

from training.accounts.rules import carrier_readers, carrier_staff, funder, partner, school
from training.cohorts.choice_rules import follows
from training.cohorts.enums import GONE
from training.cohorts.rules import cohort_learner, cohort_of, cohort_open, cohort_trainer, edition_school
from training.common import clock
from training.common.policy import Permission, Predicate, Principal, anyone, has_link, signed_in
from training.common.procedure import Procedure, Step
from training.seminars.enums import Mode, SeminarAct, SeminarKind, SeminarStatus
from training.seminars.rules.convocations import CONVOCATION

LONGEST: Final = timedelta(hours=12)
"""A half-day longer than that is a slip of the pen."""

HOUR: Final = Decimal(3600)

UNTAUGHT: Final = (SeminarKind.LAUNCH, SeminarKind.DEFENCE)
"""Kinds that teach nothing by themselves: no hour by default, no presence counted."""


class Slot(Protocol):
    """A stretch of time for some variants."""

    @property
    def starts_at(self) -> datetime:
        """Its first instant."""

    @property
    def ends_at(self) -> datetime:
        """The instant after its last."""


def meet(one: Slot, other: Slot) -> bool:
    """Whether two stretches share an instant; one that begins when the other ends does not."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def share_a_variant(ones: Collection[uuid.UUID], others: Collection[uuid.UUID]) -> bool:
    """Whether some variant is expected at both; none named means all of them (R36)."""
    return not ones or not others or not set(ones).isdisjoint(others)


def is_expected(variants: Collection[uuid.UUID], variant_id: uuid.UUID) -> bool:
    """Whether a learner of this variant is expected at a half-day for ``variants`` (R36)."""
    return not variants or variant_id in variants


@dataclass(frozen=True, slots=True)
class Learning:
    """An enrolment: the half-days of its variant and of the modules it chose, from the day of entry (R36, R104).

    ``chosen`` is what :func:`is_shown` reads; a query asks it of ``enrolment_id``.
    """

    cohort_id: uuid.UUID
    variant_id: uuid.UUID
    entered_on: date
    enrolment_id: uuid.UUID | None = None
    chosen: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class CalendarScope:
    """What one calendar shows: ``whole`` cohorts, the enrolments of a learner, the half-days where someone works.

    ``sending``: the enrolments of those whose structure she represents (R122); ``hosting``: their cohorts, to whose
    launch her team is invited (R117).
    """

    whole: frozenset[uuid.UUID] = frozenset()
    learnings: tuple[Learning, ...] = ()
    person_id: uuid.UUID | None = None
    sending: tuple[Learning, ...] = ()

    @property
    def hosting(self) -> frozenset[uuid.UUID]:
        """The cohorts where someone of her structure learns."""
        return frozenset(learning.cohort_id for learning in self.sending)

    @property
    def unread(self) -> frozenset[uuid.UUID]:
        """The cohorts of which she is shown dates, and whose pages are not hers to read."""
        return self.hosting - self.whole - {learning.cohort_id for learning in self.learnings}


def is_shown(half_day: Any, scope: CalendarScope) -> bool:
    """Whether a half-day shows in the calendar of this scope: the same as the query’s condition, on loaded rows."""
    cohort_id = half_day.seminar.cohort_id
    variants = [variant.id for variant in half_day.variants]
    learns = any(
        learning.cohort_id == cohort_id
        and half_day.starts_at >= clock.at_paris(learning.entered_on)
        and is_expected(variants, learning.variant_id)
        and follows(half_day.modules, learning.chosen)
        for learning in (*scope.learnings, *scope.sending)
    )
    works = scope.person_id is not None and any(member.person_id == scope.person_id for member in half_day.staff)
    hosted = cohort_id in scope.hosting and half_day.guests_allowed and half_day.seminar.kind is SeminarKind.LAUNCH
    return cohort_id in scope.whole or learns or works or hosted


class Timed(Slot, Protocol):
    """What a half-day is worth by itself."""

    @property
    def mode(self) -> Mode:
        """How it is followed."""

    @property
    def credited_hours(self) -> Decimal | None:
        """What it is worth, when someone said so."""


class Scheduled(Timed, Protocol):
    """A half-day, for the count of hours."""

    @property
    def is_off(self) -> bool:
        """Whether it does not take place."""

    @property
    def seminar(self) -> Any:
        """What it belongs to."""


def hours_of(half_day: Scheduled, *, visio_counts: bool) -> Decimal:
    """Return the hours of présentiel a half-day stands for (R38, R115); none once it does not take place."""
    if half_day.is_off:
        return Decimal(0)
    return worth_of(half_day.seminar.kind, half_day, visio_counts=visio_counts)


def worth_of(kind: SeminarKind, half_day: Timed, *, visio_counts: bool) -> Decimal:
    """Return what a half-day of a seminar of this kind is worth, planned or not yet.

    What was credited explicitly, or else its length; a launch or a defence is worth nothing by default (R34), nor
    is a visio unless the edition counts it.
    """
    if half_day.credited_hours is not None:
        return half_day.credited_hours
    if kind in UNTAUGHT or (half_day.mode is Mode.REMOTE and not visio_counts):
        return Decimal(0)
    return length_of(half_day)


def length_of(slot: Slot) -> Decimal:
    """Return how long a stretch lasts, in hours really elapsed: a change of clock does not stretch it."""
    return Decimal(int((slot.ends_at - slot.starts_at).total_seconds())) / HOUR


# --- who -------------------------------------------------------------------------------------------------------------


def _intervenes(principal: Principal, subject: Any) -> bool:
    return principal.is_signed_in and any(
        member.person_id == principal.person_id for half_day in subject.half_days for member in half_day.staff
    )


def _manages_feed(principal: Principal, subject: Any) -> bool:
    if subject is None:
        return principal.is_signed_in
    if hasattr(subject, "parts"):
        return carrier_staff(principal, subject)
    return principal.is_signed_in and subject.person_id == principal.person_id


speaker: Final = Predicate("trainer or speaker of one of its half-days", _intervenes)
feed_owner: Final = Predicate("the person whose calendar it is, or the staff of the cohort’s carrier", _manages_feed)

PLANNING_PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.SEMINARS_CALENDAR_READ: signed_in,
    Permission.SEMINARS_CONVOCATION_READ: speaker | cohort_learner | cohort_trainer,
    Permission.SEMINARS_FEED_MANAGE: feed_owner,
    Permission.SEMINARS_FEED_READ: anyone,
    Permission.SEMINARS_MATERIAL_ADD: carrier_staff | cohort_trainer | speaker,
    Permission.SEMINARS_PRACTICAL_ANSWER: speaker | cohort_learner | cohort_trainer | has_link(CONVOCATION),
    Permission.SEMINARS_SEMINAR_PLAN: carrier_staff & cohort_open,
    Permission.SEMINARS_SEMINAR_READ: carrier_readers
    | school
    | edition_school
    | funder
    | partner
    | cohort_trainer
    | cohort_learner
    | speaker,
}


def learner_scope(principal: Principal, cohort: Any) -> CalendarScope:
    """Return what someone who does not read the whole cohort is shown of it: her variant’s, and where she works."""
    return CalendarScope(
        learnings=tuple(
            Learning(cohort.id, enrolment.variant_id, enrolment.entered_on, enrolment.id)
            for enrolment in cohort.enrolments
            if enrolment.person_id == principal.person_id and enrolment.status not in GONE
        ),
        person_id=principal.person_id,
    )


def reads_whole_cohort(principal: Principal, subject: Any) -> bool:
    """Whether this person sees the half-days of every variant, and not only her own."""
    cohort = cohort_of(subject)
    return (carrier_readers | school | edition_school | funder | partner | cohort_trainer)(principal, cohort)


# --- the procedure ---------------------------------------------------------------------------------------------------

AHEAD: Final = frozenset({SeminarStatus.PLANNED, SeminarStatus.CONFIRMED})

PROCEDURE: Final = Procedure[SeminarStatus, SeminarAct](
    name="seminar",
    steps={
        SeminarAct.CONFIRM: Step(
            from_=frozenset({SeminarStatus.PLANNED}),
            to=SeminarStatus.CONFIRMED,
            permission=Permission.SEMINARS_SEMINAR_PLAN,
            label=SeminarAct.CONFIRM.label,
            sentence="a confirmé le séminaire",
        ),
        SeminarAct.HOLD: Step(
            from_=frozenset({SeminarStatus.CONFIRMED}),
            to=SeminarStatus.HELD,
            permission=Permission.SEMINARS_SEMINAR_PLAN,
            label=SeminarAct.HOLD.label,
            sentence="a noté que le séminaire s’est tenu",
        ),
        SeminarAct.CLOSE: Step(
            from_=frozenset({SeminarStatus.HELD}),
            to=SeminarStatus.CLOSED,
            permission=Permission.SEMINARS_SEMINAR_PLAN,
            label=SeminarAct.CLOSE.label,
            sentence="a clos le séminaire",
        ),
        SeminarAct.POSTPONE: Step(
            from_=AHEAD,
            to=SeminarStatus.POSTPONED,
            permission=Permission.SEMINARS_SEMINAR_PLAN,
            label=SeminarAct.POSTPONE.label,
            sentence="a reporté le séminaire",
            reason=True,
        ),
        SeminarAct.CANCEL: Step(
            from_=AHEAD | {SeminarStatus.POSTPONED},
            to=SeminarStatus.CANCELLED,
            permission=Permission.SEMINARS_SEMINAR_PLAN,
            label=SeminarAct.CANCEL.label,
            sentence="a annulé le séminaire",
            reason=True,
        ),
        SeminarAct.RESTORE: Step(
            from_=frozenset({SeminarStatus.CANCELLED, SeminarStatus.POSTPONED}),
            to=SeminarStatus.PLANNED,
            permission=Permission.SEMINARS_SEMINAR_PLAN,
            label=SeminarAct.RESTORE.label,
            sentence="a rétabli le séminaire",
        ),
    },
)
