"""What the follow-up adds to a learner’s path: the notes shared with her, her next meeting (R119)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Uuid, bindparam, literal, select, union_all

from training.accounts.models import Person
from training.cohorts.meetings import MeetingSlot, MeetingStatus
from training.cohorts.models import Enrolment, FollowUpNote
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.portfolio.enums import Audience
from training.portfolio.path import Contribution, Contributor, Section

TOLD: Final = frozenset({Audience.LEARNER, Audience.REVIEWER})
LATEST: Final = 10

_HERS: Final[Any] = bindparam("enrolment", type_=Uuid())
_NAMED: Final = (Person.first_name, Person.last_name, Person.email)
_MEETING: Final = (
    select(literal("").label("words"), MeetingSlot.starts_at.label("at"), *_NAMED, literal(1).label("is_meeting"))
    .join(MeetingSlot.trainer)
    .where(
        MeetingSlot.enrolment_id == _HERS,
        MeetingSlot.status == MeetingStatus.BOOKED,
        MeetingSlot.ends_at > bindparam("now"),
    )
    .order_by(MeetingSlot.starts_at, MeetingSlot.id)
    .limit(1)
)
_NOTES: Final = (
    select(FollowUpNote.words, FollowUpNote.written_at.label("at"), *_NAMED, literal(0).label("is_meeting"))
    .join(FollowUpNote.author)
    .where(FollowUpNote.enrolment_id == _HERS, FollowUpNote.shared)
    .order_by(FollowUpNote.written_at.desc(), FollowUpNote.id)
    .limit(LATEST)
)
_TOLD: Final = union_all(select(_MEETING.subquery()), select(_NOTES.subquery()))


@dataclass(frozen=True, slots=True)
class Word:
    """A meeting or a note: its words, when, and of whom."""

    words: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Her next meeting, and the latest notes shared with her."""

    meeting: Word | None
    notes: Sequence[Word]
    is_learner: bool


def contribution(enrolment: Enrolment, _principal: Principal, audience: Audience) -> Contribution | None:
    """Return the follow-up of a learner: to her and to whoever follows her, never to her employer. One SELECT."""
    if audience not in TOLD:
        return None
    meetings: list[Word] = []
    notes: list[Word] = []
    for row in db.session.execute(_TOLD, {"enrolment": enrolment.id, "now": clock.now()}):
        into = meetings if row.is_meeting else notes
        into.append(Word(row.words, row.at, f"{row.first_name} {row.last_name}".strip() or row.email))
    notes.sort(key=lambda note: note.at, reverse=True)
    shown = FollowUp(meetings[0] if meetings else None, notes, audience is Audience.LEARNER)
    return Contribution(sections=(Section("portfolio/_follow_up.html", shown),))


CONTRIBUTOR: Final = Contributor("follow_up", 50, contribution)
