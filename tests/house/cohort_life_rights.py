"""Who may what in the life of a cohort: planning, convocations, follow-up, moving in, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

COHORT_LIFE: Final[dict[Permission, tuple[str, str]]] = {
    Permission.COHORTS_COHORT_MOVE_IN: ("bfc relay_bfc", "ara"),
}

NO_LIFE: Final[frozenset[str]] = frozenset()
"""Variables of addresses for which the two regions have perhaps nothing."""
