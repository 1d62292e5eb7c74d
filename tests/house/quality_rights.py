"""Who may what in the evidence of how a course goes, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

QUALITY: Final[dict[Permission, tuple[str, str]]] = {}

NO_EVIDENCE: Final[frozenset[str]] = frozenset()
"""Variables of addresses for which the two regions have perhaps nothing."""
