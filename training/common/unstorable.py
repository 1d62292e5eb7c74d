"""No text of a request holds the one sign that a database cannot keep (U+0000).

No keyboard types it; PostgreSQL refuses it, in a value as in a comparison. Refused here, it is nobody's fault further on.
"""

from typing import Final
from urllib.parse import unquote_to_bytes

from flask import Flask, request

from training.common.errors import Refused

SIGN: Final = "\0"
REFUSED: Final = (
    "Un signe invisible empêche de lire cette adresse ou ce formulaire. Revenez à la page précédente, puis retapez le "
    "texte que vous aviez collé."
)


def install(app: Flask) -> None:
    """Refuse such a request before any view reads it; after the check that the form is one of ours."""

    @app.before_request
    def refuse() -> None:
        if SIGN in request.path or SIGN.encode() in unquote_to_bytes(request.query_string):
            raise Refused(REFUSED)
        if any(SIGN in name or any(SIGN in value for value in values) for name, values in request.form.lists()):
            raise Refused(REFUSED)
