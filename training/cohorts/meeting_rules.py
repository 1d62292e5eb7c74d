"""Rules of individual meetings: who takes, moves, concludes a slot; how a stretch of time is cut into slots (R119). Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from training.cohorts.enums import LIVE, AssignmentKind
from training.cohorts.meetings import MeetingAct, MeetingStatus
from training.cohorts.rules import followed_by, in_force
from training.common import clock
from training.common.policy import Permission, Predicate, Principal, signed_in
from training.common.procedure import Procedure, Step

S = MeetingStatus
MOST_SLOTS: Final = 24
"""Slots opened at once, at most."""


def cut(start: datetime, end: datetime, minutes: int) -> list[tuple[datetime, datetime]]:
    """Return a stretch of time as meetings of so many minutes, one after the other; what is left over is no meeting."""
    length, found = timedelta(minutes=minutes), []
    while start + length <= end:
        found.append((start, start + length))
        start += length
    return found


def overlaps(one: tuple[datetime, datetime], others: Iterable[tuple[datetime, datetime]]) -> bool:
    """Whether a stretch of time shares a moment with one of the others."""
    return any(one[0] < end and start < one[1] for start, end in others)


def may_hold(slot: Any, enrolment: Any) -> bool:
    """Whether a learner is among those the slot is for: followed today by its trainer, or in a cohort she animates."""
    if enrolment.status not in LIVE or enrolment.person_id == slot.trainer_id:
        return False
    if slot.offered_to_id is not None and slot.offered_to_id != enrolment.id:
        return False
    today = clock.today()
    animates = any(
        term.kind is AssignmentKind.ANIMATOR and term.person_id == slot.trainer_id and in_force(term, today)
        for term in slot.cohort.assignments
    )
    return animates or enrolment.id in followed_by(slot.trainer_id, slot.cohort, today)


def _takes(principal: Principal, slot: Any) -> bool:
    return principal.is_signed_in and any(
        each.person_id == principal.person_id and may_hold(slot, each) for each in slot.cohort.enrolments
    )


def _runs(principal: Principal, slot: Any) -> bool:
    return principal.is_signed_in and slot.trainer_id == principal.person_id


def _holds(principal: Principal, slot: Any) -> bool:
    return principal.is_signed_in and slot.enrolment is not None and slot.enrolment.person_id == principal.person_id


taker: Final = Predicate("learner its trainer offers it to", _takes)
its_trainer: Final = Predicate("its trainer", _runs)
its_holder: Final = Predicate("the learner who took it", _holds)

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.COHORTS_MEETING_BOOK: taker,
    Permission.COHORTS_MEETING_CANCEL: its_trainer | its_holder,
    Permission.COHORTS_MEETING_LIST: signed_in,
    Permission.COHORTS_MEETING_RUN: its_trainer,
}


def _not_begun(slot: Any) -> str | None:
    return "Ce rendez-vous n’a pas encore commencé." if clock.now() < slot.starts_at else None


def _begun(slot: Any) -> str | None:
    return "Ce rendez-vous a déjà commencé." if slot.starts_at <= clock.now() else None


MEETING_PROCEDURE: Final = Procedure[MeetingStatus, MeetingAct](
    name="meeting",
    steps={
        MeetingAct.BOOK: Step(
            from_=frozenset({S.FREE}),
            to=S.BOOKED,
            permission=Permission.COHORTS_MEETING_BOOK,
            label=MeetingAct.BOOK.label,
            sentence="a pris ce rendez-vous",
            bar=_begun,
        ),
        MeetingAct.CANCEL: Step(
            from_=frozenset({S.FREE, S.BOOKED}),
            to=S.CANCELLED,
            permission=Permission.COHORTS_MEETING_CANCEL,
            label=MeetingAct.CANCEL.label,
            sentence="a annulé ce rendez-vous",
        ),
        MeetingAct.HOLD: Step(
            from_=frozenset({S.BOOKED}),
            to=S.HELD,
            permission=Permission.COHORTS_MEETING_RUN,
            label=MeetingAct.HOLD.label,
            sentence="a noté que le rendez-vous s’est tenu",
            bar=_not_begun,
        ),
        MeetingAct.MISS: Step(
            from_=frozenset({S.BOOKED}),
            to=S.MISSED,
            permission=Permission.COHORTS_MEETING_RUN,
            label=MeetingAct.MISS.label,
            sentence="a noté que la personne n’est pas venue au rendez-vous",
            bar=_not_begun,
        ),
    },
)
