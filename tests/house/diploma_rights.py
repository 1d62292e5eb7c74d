"""Who may what in diplomas, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

P = Permission
BFC_STAFF: Final = "bfc relay_bfc"
READERS: Final = "bfc relay_bfc ara occ ars_bfc ars_ara ehesp inuc facs"
"""Whoever reads or acts for a body: the list is narrowed to what hers may see."""

DIPLOMAS: Final[dict[Permission, tuple[str, str]]] = {
    P.DIPLOMAS_BOARD_DECIDE: ("ehesp", "ehesp"),
    P.DIPLOMAS_BOARD_EXPORT: ("ehesp", "ehesp"),
    P.DIPLOMAS_BOARD_PREPARE: (f"{BFC_STAFF} ehesp", "ara ehesp"),
    P.DIPLOMAS_BOARD_READ: (f"{BFC_STAFF} ehesp", "ara ehesp"),
    P.DIPLOMAS_CERTIFICATE_BUNDLE: (f"{BFC_STAFF} ehesp", "ara ehesp"),
    P.DIPLOMAS_CERTIFICATE_READ: (f"{BFC_STAFF} ehesp learner_bfc", "ara ehesp learner_ara"),
    P.DIPLOMAS_DECISION_CORRECT: ("ehesp", "ehesp"),
    P.DIPLOMAS_ELIGIBILITY_READ: (f"{BFC_STAFF} ehesp learner_bfc", "ara relay_ara ehesp learner_ara"),
    P.DIPLOMAS_LIST_READ: (READERS, READERS),
    P.DIPLOMAS_NAME_PROOFREAD: ("learner_bfc", "learner_ara"),
    P.DIPLOMAS_WAIVER_ASK: (BFC_STAFF, "ara relay_ara"),
    P.DIPLOMAS_WAIVER_DECIDE: ("ehesp", "ehesp"),
}

NO_DIPLOMA: Final[frozenset[str]] = frozenset({"waiver_id", "diploma_batch_id"})
"""Variables of addresses for which the two regions have perhaps nothing."""
