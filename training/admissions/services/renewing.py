"""Preparing a call from an earlier one: all it asked, every date moved by the same number of days."""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import select

from training.admissions.commands import NewCall
from training.admissions.commands.settings import Renewal
from training.admissions.enums import CallStatus
from training.admissions.events import CallEvent
from training.admissions.models import (
    Call,
    CallDate,
    CostLine,
    Criterion,
    DeclarationRequirement,
    PieceRequirement,
    Question,
)
from training.admissions.rules.content import LISTED, PLAIN
from training.admissions.services import calls
from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db

ROWS = {
    "pieces": PieceRequirement,
    "declarations": DeclarationRequirement,
    "questions": Question,
    "dates": CallDate,
    "costs": CostLine,
}
OWN = frozenset({"title"})
"""What a renewed call says in its own words."""


def renew(former: Call, command: Renewal, *, by: Principal) -> Call:
    """Prepare a call for another cohort, asking what ``former`` asked; its bodies are those of the new cohort (R95).

    Every date moves by the days between the two openings; what was to be confirmed stays so.
    """
    if former.status is CallStatus.DRAFT:
        raise Refused("Cet appel n’est pas publié : modifiez-le plutôt que de le reconduire.")
    call = calls.prepare(NewCall(command.cohort_id, command.code, command.title), by=by)
    shift = timedelta(0)
    if former.opens_at is not None:
        shift = command.opens_on - clock.in_paris(former.opens_at).date()
    for name in PLAIN:
        if name not in OWN:
            setattr(call, name, getattr(former, name))
    call.regions, call.profile_fields = list(former.regions), list(former.profile_fields)
    served = {kind for variant in call.edition.variants for kind in variant.structure_kinds}
    call.structure_kinds = [kind for kind in former.structure_kinds if kind in served]
    played = {each.part.value for each in call.parts}
    call.opinion_parts = [part for part in former.opinion_parts if part in played]
    call.opens_at = clock.at_paris(command.opens_on)
    call.closes_at = _moved_end(former.closes_at, shift)
    call.reference_on = _moved(former.reference_on, shift)
    for name, row in ROWS.items():
        setattr(call, name, [_copied(row, line, LISTED[name], shift) for line in getattr(former, name)])
    db.session.flush()
    _copy_grid(former, call)
    journal.record(call, CallEvent.RENEWED, by=by, codes={"of": former.code, "days": shift.days})
    return call


def _copy_grid(former: Call, call: Call) -> None:
    """Read the new call's files by the same criteria (R25)."""
    for line in db.session.scalars(select(Criterion).where(Criterion.call_id == former.id)):
        copied = {name: getattr(line, name) for name in ("moment", "label", "hint", "weight", "highest", "position")}
        db.session.add(Criterion(call_id=call.id, **copied))
    db.session.flush()


def _moved(day: date | None, shift: timedelta) -> date | None:
    return day + shift if day is not None else None


def _moved_end(instant: datetime | None, shift: timedelta) -> datetime | None:
    """Move a closing by whole days of Paris: it stays the last instant of its day across a change of hour (R13)."""
    return clock.end_of_day(clock.in_paris(instant).date() + shift) if instant is not None else None


def _copied(kind: type, line: object, names: tuple[str, ...], shift: timedelta) -> object:
    values = {name: getattr(line, name) for name in names}
    for name, value in values.items():
        if isinstance(value, date):
            values[name] = value + shift
        elif isinstance(value, list):
            values[name] = list(value)
    more = {name: getattr(line, name) for name in ("position", "provenance") if hasattr(line, name)}
    return kind(id=uuid.uuid4(), **values, **more)
