"""Devices signed in: begun, seen, ended."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from training.accounts import queries, rules
from training.accounts.enums import SecondFactorKind, SignInMethod
from training.accounts.models import Person, SignIn
from training.common import clock, journal
from training.common.policy import Principal
from training.database import db


def start(
    person: Person,
    *,
    method: SignInMethod,
    device: str,
    second_factor: SecondFactorKind | None = None,
    own_device: bool = False,
) -> SignIn:
    """Sign a device in and return its row; how long it lasts depends on the person's functions (R120).

    A code handed over proves a face to someone else, not a secret of hers: the means of signing in cannot be
    changed on that device before she has proved who she is (R100).
    """
    now = clock.now()
    proved = now if method is not SignInMethod.ONE_TIME_CODE else now - rules.FRESH
    row = SignIn(
        person_id=person.id,
        method=method,
        device=device[:120],
        own_device=own_device,
        started_at=now,
        confirmed_at=proved,
        last_seen_at=now,
        expires_at=rules.signed_in_until(now, queries.functions_of(person.id), own_device=own_device),
        second_factor=second_factor,
    )
    person.last_signed_in_at = now
    if person.confirmed_at is None and method is not SignInMethod.PASSWORD:
        person.confirmed_at = now
    db.session.add(row)
    db.session.flush()
    return row


def see(session: Session, sign_in_id: uuid.UUID, *, at: datetime) -> None:
    """Write that a device was used, in the short transaction given."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=at))


def confirm(sign_in_id: uuid.UUID, *, second_factor: SecondFactorKind | None = None) -> None:
    """Note that the person has just proved again who she is, and with which second factor."""
    values: dict[str, Any] = {"confirmed_at": clock.now()}
    if second_factor is not None:
        values["second_factor"] = second_factor
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(**values))


def end(sign_in_id: uuid.UUID, *, person_id: uuid.UUID) -> int:
    """Sign one of the person's devices out, at once; return 1, or 0 if it was over or not hers."""
    return _end(SignIn.id == sign_in_id, SignIn.person_id == person_id)


def end_others(person_id: uuid.UUID, *, keep: uuid.UUID | None) -> int:
    """Sign out all the person's devices but one; return how many."""
    conditions = [SignIn.person_id == person_id]
    if keep is not None:
        conditions.append(SignIn.id != keep)
    return _end(*conditions)


def end_all(person: Person, *, by: Principal) -> int:
    """Sign the person out everywhere, in the administrator's name; return how many devices."""
    ended = end_others(person.id, keep=None)
    journal.record(person, "accounts.devices_ended", by=by, codes={"devices": ended})
    return ended


def _end(*conditions: Any) -> int:
    statement = update(SignIn).where(SignIn.ended_at.is_(None), *conditions).values(ended_at=clock.now())
    return int(getattr(db.session.execute(statement), "rowcount", 0))
