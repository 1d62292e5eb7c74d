"""Who may what in admissions, for the matrix of people and addresses."""

from typing import Final

from tests.journeys.people import ACCOUNTS
from training.common.policy import Permission

P = Permission
SIGNED_IN: Final = f"newcomer {' '.join(ACCOUNTS)}"
ANYONE: Final = "*"
NO_ONE: Final = ""
BFC_STAFF: Final = "bfc relay_bfc"
BFC_READERS: Final = f"{BFC_STAFF} ars_bfc ehesp"
ARA_READERS: Final = "ara ars_ara ehesp"
MANAGERS: Final = "bfc relay_bfc ara occ ars_bfc ars_ara ehesp facs"

ADMISSIONS: Final[dict[Permission, tuple[str, str]]] = {
    P.ADMISSIONS_APPLICATION_ANSWER: (NO_ONE, NO_ONE),  # the applicant herself, who is none of these
    P.ADMISSIONS_APPLICATION_EDIT: (NO_ONE, NO_ONE),
    P.ADMISSIONS_APPLICATION_SUBMIT: (NO_ONE, NO_ONE),
    P.ADMISSIONS_APPLICATION_EXPORT: (f"{MANAGERS} inuc", f"{MANAGERS} inuc"),
    P.ADMISSIONS_APPLICATION_LIST: (SIGNED_IN, SIGNED_IN),
    P.ADMISSIONS_APPLICATION_OPINE: (f"{BFC_READERS} committee", ARA_READERS),
    P.ADMISSIONS_APPLICATION_PROCESS: (BFC_STAFF, "ara"),
    P.ADMISSIONS_APPLICATION_READ: (f"{BFC_READERS} committee", ARA_READERS),
    P.ADMISSIONS_APPLICATION_START: (SIGNED_IN, SIGNED_IN),
    P.ADMISSIONS_APPLICATION_VALIDATE: ("ehesp", "ehesp"),
    P.ADMISSIONS_CALL_MANAGE: (BFC_STAFF, "ara"),
    P.ADMISSIONS_CALL_PREPARE: (MANAGERS, MANAGERS),
    P.ADMISSIONS_CALL_READ: (ANYONE, ANYONE),
    P.ADMISSIONS_CALL_VALIDATE: ("ars_bfc", "ars_ara"),
    P.ADMISSIONS_COMMITTEE_DECIDE: (BFC_STAFF, "ara"),
    P.ADMISSIONS_COMMITTEE_READ: (f"{BFC_READERS} committee", ARA_READERS),
    P.ADMISSIONS_EXTENSION_GRANT: (BFC_STAFF, "ara"),
    P.ADMISSIONS_INTERVIEW_CHOOSE: (NO_ONE, NO_ONE),  # the applicant herself
    P.ADMISSIONS_FIGURES_READ: (BFC_READERS, ARA_READERS),
    P.ADMISSIONS_INTERVIEW_HOLD: (f"{BFC_READERS} committee", ARA_READERS),
    P.ADMISSIONS_INTERVIEW_PLAN: (BFC_STAFF, "ara"),
    P.ADMISSIONS_LETTER_ASK: (NO_ONE, NO_ONE),
    P.ADMISSIONS_LETTER_SIGN: (NO_ONE, NO_ONE),  # the bearer of the link, who is none of these
    P.ADMISSIONS_MESSAGE_READ: (BFC_STAFF, "ara"),
    P.ADMISSIONS_MESSAGE_SEND: (BFC_STAFF, "ara"),
    P.ADMISSIONS_MESSAGE_WRITE: (BFC_STAFF, "ara"),
    P.ADMISSIONS_OBSERVATORY_EXPORT: ("ehesp", "ehesp"),
    P.ADMISSIONS_PIECE_REVIEW: (BFC_STAFF, "ara"),
    P.ADMISSIONS_REGISTRATION_GIVE: (NO_ONE, NO_ONE),
    P.ADMISSIONS_RESULTS_PUBLISH: (BFC_STAFF, "ara"),
    P.ADMISSIONS_REVIEW_ASSIGN: (BFC_STAFF, "ara"),
}
