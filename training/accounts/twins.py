"""How the keys of accounts follow a merger (R101)."""

from typing import Final

from training.common.twins import MOVES, STAYS, YIELDS, Twins

TWINS: Final = Twins(
    keys={
        "dues.entered_by": MOVES,
        "dues.structure_id": YIELDS,
        "invitation.accepted_by": MOVES,
        "invitation.invited_by": MOVES,
        "invitation.structure_id": MOVES,
        "known_apart.first_id": STAYS,
        "known_apart.said_by": MOVES,
        "known_apart.second_id": STAYS,
        "membership.person_id": YIELDS,
        "membership.structure_id": YIELDS,
        "merger.done_by": STAYS,
        "merger.kept_id": STAYS,
        "merger.merged_id": STAYS,
        "merger.undone_by": STAYS,
        "passkey.person_id": STAYS,
        "person.merged_into_id": MOVES,
        "sign_in.person_id": STAYS,
        "sign_in_code.created_by": STAYS,
        "sign_in_code.person_id": STAYS,
        "structure.merged_into_id": MOVES,
    }
)
"""Means of signing in do not follow: the account kept opens by its own."""
