"""The blueprint of the seminars, and how addresses name their acts."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from training.seminars.enums import SeminarAct

bp: Final = Blueprint("seminars", __name__)

COHORT: Final = "/promotions/<code>"
SEMINAR: Final = "/seminaires/<uuid:seminar_id>"
HALF_DAY: Final = "/seminaires/<uuid:seminar_id>/demi-journees/<uuid:half_day_id>"

ACTS: Final = {
    "confirmer": SeminarAct.CONFIRM,
    "tenu": SeminarAct.HOLD,
    "clore": SeminarAct.CLOSE,
    "reporter": SeminarAct.POSTPONE,
    "annuler": SeminarAct.CANCEL,
    "retablir": SeminarAct.RESTORE,
}

type_answer = str | Response | tuple[str, int]
