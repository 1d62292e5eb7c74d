"""The catalogue's blueprint, and the address every edition's pages begin with."""

from typing import Final

from flask import Blueprint

bp: Final = Blueprint("catalogue", __name__)

EDITION: Final = "/programmes/<programme>/<edition>"
