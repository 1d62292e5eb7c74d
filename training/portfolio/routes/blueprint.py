"""The blueprint of the portfolio and the beginnings of its addresses."""

from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

bp: Final = Blueprint("portfolio", __name__)

PATH: Final = "/parcours/<uuid:enrolment_id>"
OWED: Final = "/parcours/<uuid:enrolment_id>/documents-traceurs/<uuid:type_id>"
TRACER: Final = "/documents-traceurs/<uuid:tracer_id>"
VERSION: Final = "/documents-traceurs/<uuid:tracer_id>/versions/<uuid:version_id>"

type_answer = str | Response | tuple[str, int] | tuple[Response, int]
