"""Who may what in diplomas, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

DIPLOMAS: Final[dict[Permission, tuple[str, str]]] = {}

NO_DIPLOMA: Final[frozenset[str]] = frozenset()
"""Variables of addresses for which the two regions have perhaps nothing."""
