"""How the keys of the room follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, STAYS, Twins

TWINS: Final = Twins(
    keys={
        "memoire_comment.author_id": MOVES,
        "memoire_version.deposited_by": STAYS,
    }
)
"""A locked version does not change: who deposited it stays as it was."""
