"""What the follow-up adds to a learner’s path: the notes shared with her, her next meeting (R119)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from training.cohorts.meetings import MeetingSlot, MeetingStatus
from training.cohorts.models import Enrolment, FollowUpNote
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.portfolio.enums import Audience
from training.portfolio.path import Contribution, Contributor, Section

TOLD: Final = frozenset({Audience.LEARNER, Audience.REVIEWER})
LATEST: Final = 10

_MEETING: Final = (
    select(MeetingSlot)
    .options(joinedload(MeetingSlot.trainer, innerjoin=True))
    .where(
        MeetingSlot.enrolment_id == bindparam("enrolment"),
        MeetingSlot.status == MeetingStatus.BOOKED,
        MeetingSlot.ends_at > bindparam("now"),
    )
    .order_by(MeetingSlot.starts_at, MeetingSlot.id)
    .limit(1)
)
_NOTES: Final = (
    select(FollowUpNote)
    .options(joinedload(FollowUpNote.author, innerjoin=True))
    .where(FollowUpNote.enrolment_id == bindparam("enrolment"), FollowUpNote.shared)
    .order_by(FollowUpNote.written_at.desc(), FollowUpNote.id)
    .limit(LATEST)
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Her next meeting, and the latest notes shared with her."""

    meeting: MeetingSlot | None
    notes: Sequence[FollowUpNote]
    is_learner: bool


def contribution(enrolment: Enrolment, _principal: Principal, audience: Audience) -> Contribution | None:
    """Return the follow-up of a learner: to her and to whoever follows her, never to her employer. Two SELECTs."""
    if audience not in TOLD:
        return None
    meeting = db.session.scalar(_MEETING, {"enrolment": enrolment.id, "now": clock.now()})
    notes = db.session.scalars(_NOTES, {"enrolment": enrolment.id}).all()
    section = Section("portfolio/_follow_up.html", FollowUp(meeting, notes, audience is Audience.LEARNER))
    return Contribution(sections=(section,))


CONTRIBUTOR: Final = Contributor("follow_up", 50, contribution)
