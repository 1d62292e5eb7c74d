"""The blueprint of the cohorts, and how addresses name their acts."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from training.cohorts.enums import CohortAct, EnrolmentAct

bp: Final = Blueprint("cohorts", __name__, url_prefix="/promotions")

COHORT: Final = "/<code>"
LEARNER: Final = "/<code>/apprenants/<uuid:enrolment_id>"

COHORT_ACTS: Final = {"demarrer": CohortAct.START, "clore": CohortAct.CLOSE, "rouvrir": CohortAct.REOPEN}
ENROLMENT_ACTS: Final = {
    "interrompre": EnrolmentAct.SUSPEND,
    "reprendre": EnrolmentAct.RESUME,
    "reporter": EnrolmentAct.POSTPONE,
    "abandon": EnrolmentAct.WITHDRAW,
}

type_answer = str | Response | tuple[str, int]
