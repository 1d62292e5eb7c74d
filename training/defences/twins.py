"""How the keys of the room follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, STAYS, Follow, TwinKey, Twins

TWINS: Final = Twins(
    keys={
        "defence_minutes.written_by": STAYS,
        "defence_slot.corrections_accepted_by": MOVES,
        "juror.person_id": TwinKey(Follow.MOVES, clash="Ces deux personnes sont membres des mêmes jurys."),
        "juror.structure_id": MOVES,
        "memoire_comment.author_id": MOVES,
        "memoire_version.deposited_by": STAYS,
    }
)
"""A locked version, or signed minutes, do not change: who deposited or wrote them stays as it was."""
