"""How the keys of the evidence follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, YIELDS, Twins

TWINS: Final = Twins(
    keys={
        "complaint.answered_by": MOVES,
        "complaint.filed_by": MOVES,
        "evidence_batch.requested_by": MOVES,
        "handbook.published_by": MOVES,
        "improvement.planned_by": MOVES,
        "survey_invitee.person_id": YIELDS,
        "survey_response.person_id": MOVES,
        "teaching_tie.person_id": YIELDS,
    }
)
