"""Who may what in the evidence of how a course goes, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

P = Permission

QUALITY: Final[dict[Permission, tuple[str, str]]] = {
    P.QUALITY_REPORT_READ: ("bfc relay_bfc ars_bfc ehesp", "ara ars_ara ehesp"),
}

NO_EVIDENCE: Final[frozenset[str]] = frozenset()
"""Variables of addresses for which the two regions have perhaps nothing."""
