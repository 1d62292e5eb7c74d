"""The blueprint of the room."""

from typing import Final

from flask import Blueprint

bp: Final = Blueprint("diplomas", __name__)
