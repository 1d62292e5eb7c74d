"""How the keys of the evidence follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, YIELDS, Twins

TWINS: Final = Twins(
    keys={
        "complaint.answered_by": MOVES,
        "complaint.filed_by": MOVES,
        "handbook.published_by": MOVES,
        "improvement.planned_by": MOVES,
        "teaching_tie.person_id": YIELDS,
    }
)
