"""The blueprint of cooperation, and the addresses its modules share."""

from typing import Final

from flask import Blueprint

bp: Final = Blueprint("cooperation", __name__)

ROOM: Final = "/cooperation"
PARTNERSHIP: Final = "/cooperation/<uuid:partnership_id>"
ASSESSMENT: Final = "/cooperation/auto-evaluations/<uuid:assessment_id>"
SEAT: Final = "/cooperation/seance/<uuid:assessment_id>"
