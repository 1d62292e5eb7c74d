"""The client of the tests: a browser that cannot see the test's own session.

A test that holds an application context would lend its session and ``g`` to the request, and a
forgotten commit would pass unseen. So what the test has prepared is committed first, the request runs
in an empty context, and the test's objects are read again afterwards.
"""

import contextvars
import hashlib
import os
from typing import Any, Final

from flask import has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from training.database import db

TOKEN: Final = "csrf_token"


class Client(FlaskClient):
    """A test client in a context of its own, which sends the CSRF token of its session with every act.

    ``client.post(url, data={...}, csrf=False)`` leaves the token out.
    """

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """Send the request."""
        if has_app_context():
            db.session.commit()
        if csrf and kwargs.get("method", "GET") not in {"GET", "HEAD", "OPTIONS"} and "json" not in kwargs:
            kwargs["data"] = self._with_token(kwargs.get("data"))
        return contextvars.Context().run(self._open, *args, **kwargs)

    def _open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **kwargs)

    def _with_token(self, data: Any) -> Any:
        if data is not None and not isinstance(data, dict):
            return data
        return {TOKEN: self.csrf_token(), **(data or {})}

    def csrf_token(self) -> str:
        """Return a token of this client's session."""
        return contextvars.Context().run(self._csrf_token)

    def _csrf_token(self) -> str:
        with self.session_transaction() as session:
            raw = session.setdefault(TOKEN, hashlib.sha1(os.urandom(64), usedforsecurity=False).hexdigest())
        return str(URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(raw))
