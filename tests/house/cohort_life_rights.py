"""Who may what in the life of a cohort: planning, convocations, follow-up, moving in, for the matrix of people and addresses."""

from typing import Final

from tests.journeys.people import ACCOUNTS
from training.common.policy import Permission

P = Permission
STAFF: Final = "bfc relay_bfc"
SIGNED_IN: Final = f"newcomer {' '.join(ACCOUNTS)}"

COHORT_LIFE: Final[dict[Permission, tuple[str, str]]] = {
    P.SEMINARS_CONVOCATION_READ: ("relay_bfc learner_bfc", "relay_ara learner_ara"),
    P.SEMINARS_MATERIAL_ADD: (STAFF, "ara relay_ara"),
    P.SEMINARS_PRACTICAL_ANSWER: ("relay_bfc learner_bfc", "relay_ara learner_ara"),
    P.COHORTS_CALLS_READ: (STAFF, "ara relay_ara"),
    P.COHORTS_CHOICE_AGREE: (STAFF, "ara relay_ara"),
    P.COHORTS_CHOICE_MAKE: (f"{STAFF} learner_bfc", "ara relay_ara learner_ara"),
    P.COHORTS_CHOICE_RUN: (STAFF, "ara relay_ara"),
    P.COHORTS_COHORT_MOVE_IN: (STAFF, "ara"),
    P.COHORTS_DIRECTORY_JOIN: ("relay_bfc learner_bfc", "relay_ara learner_ara"),
    P.COHORTS_DIRECTORY_READ: (f"{STAFF} learner_bfc", "ara relay_ara learner_ara"),
    P.COHORTS_MAILING_SEND: (STAFF, "ara relay_ara"),
    P.COHORTS_THREAD_ANSWER: (STAFF, "ara relay_ara"),
    P.COHORTS_THREAD_READ: (f"{STAFF} learner_bfc", "ara relay_ara learner_ara"),
    P.COHORTS_THREAD_WRITE: (f"{STAFF} learner_bfc", "ara relay_ara learner_ara"),
    P.COHORTS_MEETING_BOOK: ("learner_bfc", "learner_ara"),
    P.COHORTS_MEETING_CANCEL: ("relay_bfc learner_bfc", "relay_ara learner_ara"),
    P.COHORTS_MEETING_LIST: (SIGNED_IN, SIGNED_IN),
    P.COHORTS_MEETING_RUN: ("relay_bfc", "relay_ara"),
    P.COHORTS_TRANSFER_ACCEPT: ("ehesp", "ehesp"),
    P.COHORTS_TRANSFER_PROPOSE: (STAFF, "ara"),
    P.COHORTS_TRANSFER_READ: (f"{STAFF} ehesp", "ara ehesp relay_ara"),
    P.COHORTS_TRANSFER_WELCOME: (STAFF, "ara"),
}

NO_LIFE: Final[frozenset[str]] = frozenset(
    {"account_id", "group_id", "material_id", "note_id", "owner_id", "trainer_id", "transfer_id"}
)
"""Variables of addresses for which the two regions have perhaps nothing."""
