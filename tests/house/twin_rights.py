"""Who may make one of two records, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

KEEPERS: Final = "admin bfc relay_bfc ara occ facs"

TWINS: Final[dict[Permission, tuple[str, str]]] = {
    # which pairs is a matter of reach: whoever keeps no register of these is told there is no such pair (404)
    Permission.ACCOUNTS_TWINS_MERGE: (KEEPERS, KEEPERS),
}

NO_PAIR: Final = frozenset({"first_id", "second_id", "merger_id"})
"""Variables of addresses for which a region has perhaps nothing."""
