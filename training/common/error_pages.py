"""What a person reads when something did not happen, and what to do next."""

from collections.abc import Callable
from typing import Final

from flask import Flask, jsonify, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from training.common import logging
from training.common.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from training.common.guard import SignInRequired
from training.common.throttle import TooManyTries
from training.database import db

STATUS: Final[dict[type[DomainError], int]] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Refused: 422,
    TooManyTries: 429,
}

PAGES: Final = frozenset({403, 404, 409, 413, 422, 429, 500})

LAST_RESORT: Final = (
    '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Une panne de notre côté</title>'
    "<h1>Une panne de notre côté</h1><p>Rien de ce qui était enregistré n’est perdu. Revenez à la page précédente "
    "et recommencez dans quelques minutes.</p></html>"
)


def status_of(fault: DomainError) -> int:
    """Return the HTTP status of a fault of the domain."""
    return next((status for kind, status in STATUS.items() if isinstance(fault, kind)), 422)


def page(status: int, message: str | None = None) -> tuple[Response | str, int]:
    """Return an error page, as JSON for scripts that asked for it."""
    db.session.rollback()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=message or status), status
    shown = status if status in PAGES else 500
    return render_template(f"errors/{shown}.html", message=message), status


def install(app: Flask, sign_in_first: Callable[[], Response]) -> None:
    """Register the pages. ``sign_in_first`` keeps what was typed and leads to the sign-in page."""
    _install_expected(app, sign_in_first)

    @app.errorhandler(Exception)
    def failed(fault: Exception) -> tuple[Response | str, int]:
        logging.failure(fault)
        if app.extensions["settings"].testing:
            raise fault
        try:
            return page(500)
        except Exception as second:  # noqa: BLE001 - this page cannot fail
            logging.failure(second)
            return LAST_RESORT, 500


def _install_expected(app: Flask, sign_in_first: Callable[[], Response]) -> None:
    @app.errorhandler(DomainError)
    def domain(fault: DomainError) -> tuple[Response | str, int]:
        return page(status_of(fault), fault.message)

    @app.errorhandler(SignInRequired)
    @app.errorhandler(CSRFError)
    def sign_in(_fault: Exception) -> Response:
        db.session.rollback()
        return sign_in_first()

    @app.errorhandler(HTTPException)
    def other(fault: HTTPException) -> Response | tuple[Response | str, int]:
        status = fault.code or 500
        if status in range(300, 400):
            return redirect(fault.get_response().headers.get("Location", "/"), status)
        if status == 405:  # noqa: PLR2004 - the wrong method is the wrong address to a person
            status = 404
        return page(status)
