"""The blueprint, and what all its pages share."""

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from training.accounts import rules, security
from training.accounts.models import Person
from training.common.errors import NotFound
from training.common.listing import Column
from training.common.policy import Principal

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
