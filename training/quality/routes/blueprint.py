"""The blueprint of the room."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

bp: Final = Blueprint("quality", __name__)

COHORT: Final = "/promotions/<code>"
type_answer = str | Response | tuple[str, int] | tuple[Response, int]
