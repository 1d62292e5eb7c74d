"""The blueprint of the seminars, and how addresses name their acts."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from training.seminars.enums import SeminarAct

bp: Final = Blueprint("seminars", __name__)

COHORT: Final = "/promotions/<code>"
SEMINAR: Final = "/seminaires/<uuid:seminar_id>"
HALF_DAY: Final = "/seminaires/<uuid:seminar_id>/demi-journees/<uuid:half_day_id>"
SHEET: Final = f"{HALF_DAY}/emargement"
ATTENDANCE: Final = f"{COHORT}/emargement"
PRESENCE: Final = f"{COHORT}/apprenants/<uuid:enrolment_id>/presences"

ACTS: Final = {
    "confirmer": SeminarAct.CONFIRM,
    "tenu": SeminarAct.HOLD,
    "clore": SeminarAct.CLOSE,
    "reporter": SeminarAct.POSTPONE,
    "annuler": SeminarAct.CANCEL,
    "retablir": SeminarAct.RESTORE,
}

type_answer = str | Response | tuple[str, int]
