"""``/sante``: whether this process can serve, for whoever watches it. No name, no figure about people."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, Final

from flask import Blueprint, Response, jsonify
from sqlalchemy import inspect, text

from training.common import outbox
from training.common.guard import requires
from training.common.logging import log
from training.common.policy import Permission
from training.common.storage import storage
from training.config import ROOT
from training.database import db

bp: Final = Blueprint("health", __name__)

OUTBOX_LATE: Final = timedelta(minutes=15)
"""A mail that may leave and has waited longer: no worker runs, or the relay is out of reach."""


@cache
def head() -> str:
    """Return the revision this code was written for: the last of the one line its files are numbered by."""
    return max(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*_*.py"))


def revision() -> str:
    """Return the revision the database is at; empty when it was never migrated."""
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return ""
    return db.session.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _database() -> dict[str, Any]:
    db.session.execute(text("SELECT 1"))
    return {"ok": True}


def _storage() -> dict[str, Any]:
    storage().check()
    return {"ok": True}


def _outbox() -> dict[str, Any]:
    age = outbox.oldest_due_age()
    return {"ok": age is None or age <= OUTBOX_LATE, "oldest_seconds": int(age.total_seconds()) if age else 0}


def _migrations() -> dict[str, Any]:
    return {"ok": revision() == head(), "revision": revision(), "head": head()}


CHECKS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "database": _database,
    "storage": _storage,
    "outbox": _outbox,
    "migrations": _migrations,
}


def examine() -> dict[str, dict[str, Any]]:
    """Return what each check found; one that breaks is not ``ok`` and does not stop the others."""
    found: dict[str, dict[str, Any]] = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except Exception as fault:  # noqa: BLE001 - whatever is wrong is the answer
            db.session.rollback()
            log.warning("health", check=name, fault=type(fault).__name__)
            found[name] = {"ok": False}
    return found


@bp.get("/sante")
@requires(Permission.HEALTH_READ)
def show() -> tuple[Response, int]:
    """Answer 200 when everything is well, 503 otherwise."""
    found = examine()
    well = all(part["ok"] for part in found.values())
    return jsonify(ok=well, **found), 200 if well else 503
