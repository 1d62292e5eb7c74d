"""What a person typed is kept when she must sign in first (nothing typed is lost).

A POST that meets an expired session, or a form older than it, leaves its fields here for an
hour, bound to the browser's session: a random key in the signed cookie, its digest in the
table. After signing in she is shown one button that sends them again. Files are not kept,
nor anything that looks like a secret.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, Request, Response, current_app, g, jsonify, redirect, request, session
from sqlalchemy import String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse

from training.common import clock
from training.common.access import apart
from training.common.guard import current_principal
from training.database import PERSON, Base, db

KEPT_FOR: Final = timedelta(hours=1)
MAXIMUM_FIELDS: Final = 500
MAXIMUM_CHARACTERS: Final = 200_000
MAXIMUM_PATH: Final = 500
SESSION_KEY: Final = "held"
LAST_PERSON: Final = "last_person"
"""The session remembers whose browser this was, so that what one person typed is never shown to another."""

SIGN_IN: Final = "/connexion"
RESUME: Final = "/compte/reprise"
HELD_FOR_ANYONE: Final = frozenset({"admissions_public.start"})
"""Acts kept although nobody is known of the browser: they begin something of one's own and carry no choice.

Any other would let whoever had the browser before plant an act for the next person to send in her own name."""

SHOWN: Final = 120
NOT_SHOWN: Final = ("once",)
NEVER_HELD: Final = ("/connexion", "/deconnexion", "/acces/", "/compte/")
SECRET_WORDS: Final = ("password", "passe", "secret", "token", "credential")
SECRET_NAMES: Final = ("code",)
OWN_SITE: Final = (None, "same-origin", "none")
UNAUTHORISED: Final = 401


class HeldForm(Base):
    """Fields waiting for their author to sign in; ``key`` is the digest of what her browser holds."""

    __tablename__ = "held_form"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(index=True, info=PERSON)
    path: Mapped[str] = mapped_column(String(MAXIMUM_PATH))
    fields: Mapped[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Held:
    """What the resume page sends again: where to, and each field with its values."""

    path: str
    fields: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """What she reads before sending it again: each field as its page names it, its value shortened."""
        return tuple(
            (name, value if len(value) <= SHOWN else f"{value[: SHOWN - 1]}…")
            for name, value in self.fields
            if name not in NOT_SHOWN
        )


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _keepable(form_request: Request) -> dict[str, list[str]]:
    fields = {
        name: values
        for name, values in form_request.form.lists()
        if name not in SECRET_NAMES and not any(word in name.lower() for word in SECRET_WORDS)
    }
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    return fields if len(fields) <= MAXIMUM_FIELDS and size <= MAXIMUM_CHARACTERS else {}


def _person_of_browser() -> uuid.UUID | None:
    present = current_principal().person_id
    if present is not None:
        return present
    last = session.get(LAST_PERSON)
    try:
        return uuid.UUID(last) if last else None
    except ValueError:
        return None


def hold(form_request: Request) -> bool:
    """Keep the fields of a POST for an hour; return whether anything was kept.

    It is kept for whoever is, or was last, signed in on this browser; with nobody known of it, only what
    :data:`HELD_FOR_ANYONE` lists is. A form sent from another site is not kept: its author is not the person who would send it again.
    """
    if form_request.method != "POST" or form_request.path.startswith(NEVER_HELD):
        return False
    if form_request.headers.get("Sec-Fetch-Site") not in OWN_SITE:
        return False
    person_id = _person_of_browser()
    if person_id is None and form_request.endpoint not in HELD_FOR_ANYONE:
        return False
    fields = _keepable(form_request)
    path = form_request.full_path.rstrip("?")
    if not fields or len(path) > MAXIMUM_PATH:
        return False
    key = secrets.token_urlsafe(24)
    values = {
        "key": _digest(key),
        "at": clock.now(),
        "person_id": person_id,
        "path": path,
        "fields": fields,
    }
    with apart() as own:
        own.execute(insert(HeldForm).values(values))
    session[SESSION_KEY] = key
    g.just_held = True
    return True


def waiting(person_id: uuid.UUID) -> Held | None:
    """Return what this browser holds for this person, or null: expired, sent, or another's."""
    key = session.get(SESSION_KEY)
    if not key:
        return None
    row = db.session.scalar(select(HeldForm).where(HeldForm.key == _digest(key), HeldForm.at > clock.now() - KEPT_FOR))
    if row is None or row.person_id not in (None, person_id):
        return None
    pairs = tuple((name, value) for name, values in row.fields.items() for value in values)
    return Held(path=row.path, fields=pairs)


def forget() -> None:
    """Drop what this browser holds: sent, or given up. The caller commits."""
    key = session.pop(SESSION_KEY, None)
    if key:
        db.session.execute(delete(HeldForm).where(HeldForm.key == _digest(key)))


def sign_in_address(address: str | None) -> str:
    """Return the sign-in page that leads back to ``address``."""
    return f"{SIGN_IN}?{urlencode({'suite': address})}" if address and address != "/" else SIGN_IN


def hold_and_sign_in(form_request: Request) -> BaseResponse:
    """Keep what was typed and lead to the sign-in page, or straight to the resume page if she is signed in.

    Scripts that asked for JSON are told by a 401 instead.
    """
    if form_request.accept_mimetypes.best == "application/json":
        answer: Response = jsonify(error="Votre session a pris fin. Reconnectez-vous pour continuer.")
        answer.status_code = UNAUTHORISED
        return answer
    kept = hold(form_request)
    if current_principal().is_signed_in and form_request.method == "POST":
        return redirect(RESUME if kept else _readable(form_request.path) or "/", 303)
    if form_request.path.startswith(("/connexion", "/acces/", "/deconnexion")):
        return redirect(form_request.full_path.rstrip("?"), 303)
    if form_request.method in {"GET", "HEAD"}:
        return redirect(sign_in_address(form_request.full_path.rstrip("?")), 303)
    return redirect(sign_in_address(None if kept else _readable(form_request.path)), 303)


def _readable(path: str) -> str | None:
    """Return the path if it is a page and not only an act."""
    adapter = current_app.create_url_adapter(request)
    return path if adapter is not None and adapter.test(path, method="GET") else None


def sign_in_first() -> BaseResponse:
    """:func:`hold_and_sign_in` for the present request."""
    return hold_and_sign_in(request)


def purge() -> int:
    """Delete what nobody came back for; return how many went."""
    result = db.session.execute(delete(HeldForm).where(HeldForm.at < clock.now() - KEPT_FOR))
    return int(getattr(result, "rowcount", 0))


def install(app: Flask) -> None:
    """Drop what was held once it has been sent again and accepted."""

    @app.after_request
    def sent(response: Response) -> Response:
        accepted = response.status_code < 400  # noqa: PLR2004 - the first status of a refusal
        if request.method == "POST" and accepted and SESSION_KEY in session and "just_held" not in g:
            principal = current_principal()
            held = waiting(principal.person_id) if principal.person_id else None
            if held and held.path == request.full_path.rstrip("?"):
                session.pop(SESSION_KEY)
        return response
