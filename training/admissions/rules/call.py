"""The call: its phase and its window (R13–R15). Pure."""

from datetime import date, datetime
from typing import Any, Protocol

from training.accounts.enums import Part
from training.admissions.enums import (
    CallPhase,
    CallStatus,
)
from training.admissions.models import Call
from training.common import clock


class Window(Protocol):
    """What tells the phase of a call: a row of its table, or the whole of it."""

    status: Any
    opens_at: Any
    closes_at: Any
    results_published_at: Any


def phase(call: Window, now: datetime) -> CallPhase:
    """Return what the call is at ``now`` (R15)."""
    if call.status is CallStatus.DRAFT:
        return CallPhase.DRAFT
    if call.status is CallStatus.FINALISED:
        return CallPhase.FINALISED
    if call.opens_at is None or call.closes_at is None:
        return CallPhase.UNDATED
    if now < call.opens_at:
        return CallPhase.UPCOMING
    if now <= call.closes_at:
        return CallPhase.OPEN
    return CallPhase.SELECTING if call.results_published_at is None else CallPhase.CLOSED


def days_left(call: Window, today: date) -> int | None:
    """Return the days until the closing day, 0 on the day itself, or null when undated."""
    return None if call.closes_at is None else (clock.in_paris(call.closes_at).date() - today).days


def opening_faults(call: Call) -> list[str]:
    """Return what keeps a call from being published, in French."""
    faults = []
    if call.opens_at is None or call.closes_at is None:
        faults.append("Indiquez les dates d’ouverture et de clôture.")
    if not call.structure_kinds:
        faults.append("Choisissez au moins un type de structure.")
    if not call.pieces:
        faults.append("Demandez au moins une pièce.")
    if not any(played.part is Part.CARRIER for played in call.parts):
        faults.append("Indiquez l’organisme porteur.")
    return faults


def window_refusal(call: Call, now: datetime, extended_until: datetime | None = None) -> str | None:
    """Return why a file cannot be submitted at ``now``, or null (R13, R14).

    The closing second itself is open; an extension opens the window for its holder alone.
    """
    if call.status is not CallStatus.PUBLISHED or call.opens_at is None or call.closes_at is None:
        return "Cet appel n’est pas ouvert aux candidatures."
    if now < call.opens_at:
        return "Cet appel n’est pas encore ouvert."
    if now <= call.closes_at or (extended_until is not None and now <= extended_until):
        return None
    return (
        "La date limite de dépôt est passée. Votre saisie est conservée. "
        "Si un empêchement vous a retenu·e, écrivez au porteur : il peut accorder un délai."
    )
