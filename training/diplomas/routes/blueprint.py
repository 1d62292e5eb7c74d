"""The blueprint of the room and the beginnings of its addresses."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

bp: Final = Blueprint("diplomas", __name__)

BOARD: Final = "/diplomes/<code>"
LEARNER: Final = "/parcours/<uuid:enrolment_id>/diplome"
WAIVER: Final = "/parcours/<uuid:enrolment_id>/diplome/dispenses/<uuid:waiver_id>"

type_answer = str | Response | tuple[str, int]
