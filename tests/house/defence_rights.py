"""Who may what in mémoires and their defences, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

DEFENCES: Final[dict[Permission, tuple[str, str]]] = {}

NO_DEFENCE: Final[frozenset[str]] = frozenset()
"""Variables of addresses for which the two regions have perhaps nothing."""
