"""One structured line per request, scalars only, no personal data.

The address is logged as its rule (``/candidatures/<uuid:id>``), never as typed: secrets
and ids of people stay out. A value that is not a scalar is refused by construction.
"""

import logging
import sys
import time
import uuid
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

SCALARS: Final = (str, int, float, bool, type(None))


def only_scalars(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace anything that is not a scalar by its type's name."""
    return {
        key: value if isinstance(value, SCALARS) or key == "exc_info" else f"<{type(value).__name__}>"
        for key, value in line.items()
    }


def configure() -> None:
    """Send structured JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_scalars,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_args: structlog.PrintLogger(sys.stderr),  # today's stream, not the first one's
        cache_logger_on_first_use=False,
    )


log: Final = structlog.get_logger("training")


def install(app: Flask) -> None:
    """Log each request once, when it is answered, and give it an id shown on error pages."""

    @app.before_request
    def begin() -> None:
        g.request_id = uuid.uuid4().hex[:12]
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if not app.extensions["settings"].testing:
            log.info(
                "request",
                id=g.get("request_id"),
                method=request.method,
                rule=request.url_rule.rule if request.url_rule else "(none)",
                status=response.status_code,
                milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
            )
        response.headers.setdefault("X-Request-Id", g.get("request_id", ""))
        return response


def failure(fault: BaseException) -> None:
    """Log an unexpected fault with its trace; HTTP answers are not faults."""
    if not isinstance(fault, HTTPException):
        log.error("failure", id=g.get("request_id"), fault=type(fault).__name__, exc_info=fault)
