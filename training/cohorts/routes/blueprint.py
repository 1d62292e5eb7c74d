"""The blueprint of the cohorts, and how addresses name their acts."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from training.cohorts.enums import CohortAct, EnrolmentAct
from training.cohorts.transfers import TransferAct

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

TRANSFER_ACTS: Final = {
    "accueillir": TransferAct.WELCOME,
    "decliner": TransferAct.DECLINE,
    "refuser": TransferAct.REFUSE,
    "retirer": TransferAct.WITHDRAW,
}
"""The acts of one page each; agreeing has its own."""

type_answer = str | Response | tuple[str, int]
