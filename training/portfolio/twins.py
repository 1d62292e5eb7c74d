"""How the keys of the learner's work follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, STAYS, YIELDS, Twins

TWINS: Final = Twins(
    keys={
        "comment_template.person_id": YIELDS,
        "forum_participation.noted_by": MOVES,
        "hours_entry.declared_by": MOVES,
        "hours_entry.settled_by": MOVES,
        "platform_account.person_id": MOVES,
        "platform_account.said_by": MOVES,
        "tracer_quarantine.by_id": MOVES,
        "tracer_review.reviewer_id": YIELDS,
        "tracer_version.deposited_by": STAYS,
    }
)
"""An accepted version does not change: who deposited it stays as it was."""
