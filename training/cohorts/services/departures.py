"""What a departure undoes: the individual meetings to come (R33, R119)."""

from sqlalchemy import select

from training.cohorts import meeting_mails as mails
from training.cohorts.meeting_rules import MEETING_PROCEDURE
from training.cohorts.meetings import MeetingAct, MeetingSlot, MeetingStatus
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.policy import WORKER
from training.database import db


def cancel_meetings(enrolment: Enrolment) -> None:
    """Cancel the meetings to come of a learner who leaves, and those offered to her alone; both sides are told."""
    slots = db.session.scalars(
        select(MeetingSlot)
        .where(
            (MeetingSlot.enrolment_id == enrolment.id) | (MeetingSlot.offered_to_id == enrolment.id),
            MeetingSlot.status.in_((MeetingStatus.BOOKED, MeetingStatus.FREE)),
            MeetingSlot.starts_at > clock.now(),
        )
        .order_by(MeetingSlot.id)
        .with_for_update()
    ).all()
    for slot in slots:
        was_booked = slot.status is MeetingStatus.BOOKED
        MEETING_PROCEDURE.advance(slot, MeetingAct.CANCEL, by=WORKER)
        slot.sequence += 1
        slot.changed_at = clock.now()
        db.session.flush()
        if was_booked:
            mails.cancelled(slot, "", by=WORKER)
