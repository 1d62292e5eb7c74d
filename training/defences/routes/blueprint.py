"""The blueprint of the room and the beginnings of its addresses."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

bp: Final = Blueprint("defences", __name__)

MEMOIRE: Final = "/memoires/<uuid:memoire_id>"
VERSION: Final = "/memoires/<uuid:memoire_id>/versions/<uuid:memoire_version_id>"
STEP: Final = "/memoires/<uuid:memoire_id>/etapes/<uuid:milestone_id>"

type_answer = str | Response | tuple[str, int] | tuple[Response, int]
