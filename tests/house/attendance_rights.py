"""Who may what with sheets, presence, papers and the day of the launch, for the matrix of people and addresses."""

from typing import Final

from training.common.policy import Permission

P = Permission
ANYONE: Final = "*"
BFC_STAFF: Final = "bfc relay_bfc"
BFC_READERS: Final = f"{BFC_STAFF} ars_bfc ehesp"
ARA_READERS: Final = "ara ars_ara ehesp"

ATTENDANCE: Final[dict[Permission, tuple[str, str]]] = {
    P.COHORTS_LAUNCH_ANSWER: ("", ""),  # the bearer of the link, who is none of these
    P.COHORTS_LAUNCH_READ: (BFC_STAFF, "ara relay_ara"),
    P.SEMINARS_ABSENCE_ANNOUNCE: ("learner_bfc", "learner_ara"),
    P.SEMINARS_ATTENDANCE_LEARNER: (f"{BFC_READERS} learner_bfc president", f"{ARA_READERS} relay_ara learner_ara"),
    P.SEMINARS_ATTENDANCE_READ: (f"{BFC_READERS} learner_bfc", f"{ARA_READERS} relay_ara learner_ara"),
    P.SEMINARS_ATTENDANCE_WAIVE: ("ehesp", "ehesp"),
    P.SEMINARS_DOCUMENTS_ISSUE: (BFC_STAFF, "ara"),
    P.SEMINARS_MAKE_UP_ARRANGE: (BFC_STAFF, "ara relay_ara"),
    P.SEMINARS_SHEET_CORRECT: (BFC_STAFF, "ara relay_ara"),
    P.SEMINARS_SHEET_FOLLOW: (ANYONE, ANYONE),
    P.SEMINARS_SHEET_LOCK: (BFC_STAFF, "ara relay_ara"),
    P.SEMINARS_SHEET_READ: (f"{BFC_STAFF} ehesp", "ara relay_ara ehesp"),
    P.SEMINARS_SHEET_RUN: (BFC_STAFF, "ara relay_ara"),
    P.SEMINARS_SHEET_SIGN: (ANYONE, ANYONE),
}

NOT_THERE: Final = frozenset({"batch_id", "guest_id", "sheet_id", "speaker_id", "teacher_id", "token"})
"""Variables of addresses for which a region has perhaps nothing."""

DOOR: Final = "/emargement/"
"""Behind a code of the room, which the matrix does not know."""

LOCKING: Final = "/emargement/verrouiller"
"""How the address of a lock ends: the half-day the matrix tries has no sheet yet."""
