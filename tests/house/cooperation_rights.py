"""Who may what in cooperation, for the matrix of people and addresses."""

from typing import Final

from tests.journeys.people import ACCOUNTS
from training.common.policy import Permission

P = Permission
SIGNED_IN: Final = f"newcomer {' '.join(ACCOUNTS)}"
ANYONE: Final = "*"
NO_ONE: Final = ""
BFC_READERS: Final = "bfc relay_bfc ars_bfc ehesp"
ARA_READERS: Final = "ara ars_ara ehesp"
READERS: Final = "bfc relay_bfc ara occ ars_bfc ars_ara ehesp facs inuc facilitator"

COOPERATION: Final[dict[Permission, tuple[str, str]]] = {
    # two partnerships of Occitanie stand for the two regions: one shared with the Guichet and FACS, one of FACS's own
    P.COOPERATION_ASSESSMENT_READ: ("facilitator occ facs", "facs"),
    P.COOPERATION_ASSESSMENT_RUN: ("facilitator", "facs"),
    P.COOPERATION_COHORT_READ: (BFC_READERS, f"{ARA_READERS} relay_ara"),
    P.COOPERATION_FEED_READ: (ANYONE, ANYONE),
    P.COOPERATION_FIGURES_READ: (READERS, READERS),
    P.COOPERATION_GRID_LOAD: ("admin", "admin"),
    P.COOPERATION_LIBRARY_READ: (SIGNED_IN, SIGNED_IN),
    P.COOPERATION_PARTNERSHIP_EDIT: ("facilitator", "facs"),
    P.COOPERATION_PARTNERSHIP_LIST: (SIGNED_IN, SIGNED_IN),
    P.COOPERATION_PARTNERSHIP_MANAGE: ("facilitator", "facs"),
    P.COOPERATION_PARTNERSHIP_READ: ("facilitator occ facs", "facs"),
    P.COOPERATION_ROOM_ANSWER: (NO_ONE, NO_ONE),  # whoever holds a seat, by her browser
    P.COOPERATION_ROOM_JOIN: (ANYONE, ANYONE),
}

ABSENT: Final = frozenset({"action_id", "card_id", "card", "circuit_id", "participant_id", "proposal_id"})
"""Variables of addresses for which the two partnerships have perhaps nothing."""
