"""The blueprint, and what all its pages share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from training.accounts import queries, rules, security
from training.accounts.models import Person
from training.accounts.services import people
from training.common.errors import NotFound
from training.common.listing import Column
from training.common.policy import Principal
from training.database import db

bp: Final = Blueprint("accounts", __name__)

type_page = str | tuple[str, int] | Response


def columns(*labels: str) -> list[Column]:
    """Return plain columns, known by their labels."""
    return [Column(label, label) for label in labels]


def see_other(address: str) -> Response:
    """Go on to a page after an act."""
    return redirect(address, 303)


def next_address() -> str | None:
    """Return where the person was going, if it is a place of ours."""
    return rules.safe_address(request.values.get("suite"))


@contextmanager
def acting_for(email: str) -> Iterator[Person]:
    """Act on the account of an address in one transaction, her row taken.

    For an address nobody signs in with, the same statements are sent on a stand-in and undone, so that the time
    the answer takes tells nothing more than its words.
    """
    with security.acting(), db.session.begin_nested() as step:
        known = queries.active_person_by_email(email, lock=True)
        yield known or people.stand_in()
        db.session.flush()
        if known is None:
            step.rollback()


def load_self(principal: Principal) -> Person:
    """Return the person behind the request, her row taken for the act if this is one."""
    if principal.person_id is None:
        raise NotFound
    return security.own_person(lock=request.method == "POST")


def ask_who() -> Response | None:
    """Lead to the page that asks who she is again, unless she has proved it lately."""
    if security.is_fresh():
        return None
    back = request.path if request.method == "GET" else "/compte/securite"
    return see_other(f"/compte/confirmation?{urlencode({'suite': back})}")
