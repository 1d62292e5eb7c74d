"""How the keys of the diplomas follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, Twins

TWINS: Final = Twins(
    keys={
        "diploma_batch.requested_by": MOVES,
        "diploma_board.planned_by": MOVES,
        "diploma_decision.recorded_by": MOVES,
        "diploma_waiver.asked_by": MOVES,
        "diploma_waiver.settled_by": MOVES,
    }
)
