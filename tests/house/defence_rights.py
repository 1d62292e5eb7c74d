"""Who may what in mémoires and their defences, for the matrix of people and addresses."""

from typing import Final

from tests.journeys.people import ACCOUNTS
from training.common.policy import Permission

P = Permission
SIGNED_IN: Final = f"newcomer {' '.join(ACCOUNTS)}"
BFC_STAFF: Final = "bfc relay_bfc"

DEFENCES: Final[dict[Permission, tuple[str, str]]] = {
    P.DEFENCES_CORRECTIONS_ACCEPT: ("", ""),
    P.DEFENCES_DAY_MANAGE: (f"{BFC_STAFF} ehesp", "ara ehesp"),
    P.DEFENCES_DAY_READ: (f"{BFC_STAFF} ehesp", "ara ehesp"),
    P.DEFENCES_DEFENCE_DELIBERATE: ("", ""),
    P.DEFENCES_DEFENCE_JUDGE: ("", ""),
    P.DEFENCES_DEFENCE_READ: ("", ""),
    P.DEFENCES_JUROR_OPEN: ("", ""),
    P.DEFENCES_JURY_OPEN: (SIGNED_IN, SIGNED_IN),
    P.DEFENCES_LIBRARY_READ: (SIGNED_IN, SIGNED_IN),
    P.DEFENCES_MEMOIRE_FOLLOW: ("relay_bfc", "relay_ara"),
    P.DEFENCES_MEMOIRE_READ: (f"{BFC_STAFF} ehesp learner_bfc", "ara ehesp relay_ara learner_ara"),
    P.DEFENCES_MEMOIRE_WRITE: ("learner_bfc", "learner_ara"),
    P.DEFENCES_MINUTES_SIGN: ("", ""),
    P.DEFENCES_RESULT_PUBLISH: ("ehesp", "ehesp"),
    P.DEFENCES_SHARING_AGREE: ("", ""),  # the bearer of the link, who is none of these
    P.DEFENCES_SHARING_ASK: ("learner_bfc", "learner_ara"),
    P.DEFENCES_SHARING_TRANSCRIBE: (BFC_STAFF, "ara"),
}

NO_DEFENCE: Final[frozenset[str]] = frozenset(
    {"defence_day_id", "defence_id", "juror_id", "memoire_id", "memoire_version_id", "milestone_id", "seat_id"}
)
"""Variables of addresses for which the two regions have perhaps nothing."""
