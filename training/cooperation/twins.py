"""How the keys of cooperation follow a merger (R101)."""

import uuid
from typing import Any, Final

from sqlalchemy import select

from training.common.twins import MOVES, YIELDS, Follow, TwinKey, Twins
from training.cooperation.enums import AssessmentStatus
from training.cooperation.models import Assessment, Participant


def _still_open(_kept_id: uuid.UUID, _merged_id: uuid.UUID) -> Any:
    """The participants of assessments that can still change: a finalised one is sealed."""
    sealed = select(Assessment.id).where(Assessment.status == AssessmentStatus.FINALISED)
    return Participant.assessment_id.not_in(sealed)


TWINS: Final = Twins(
    keys={
        "action_feed.person_id": YIELDS,
        "action_news.written_by": MOVES,
        "date_only_wish.person_id": YIELDS,
        "participant.person_id": TwinKey(Follow.YIELDS, only=_still_open),
        "partner_body.structure_id": MOVES,
        "partner_invitation.accepted_by": MOVES,
        "partner_invitation.invited_by": MOVES,
        "partner_member.person_id": YIELDS,
        "partnership_share.shared_by": MOVES,
    }
)
