"""Preparing a call and opening it (R13–R18)."""

import uuid
from datetime import datetime
from typing import Any, Final

from training.accounts.enums import Part
from training.admissions.commands import CallSettings, NewCall
from training.admissions.enums import CallAct
from training.admissions.events import CallEvent
from training.admissions.models import Call, CallPart, PieceRequirement
from training.admissions.procedure import CALL
from training.admissions.standard import STANDARD_PIECES
from training.cohorts import services as cohorts
from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.errors import Conflict, NotFound, Refused
from training.common.policy import Principal
from training.database import db

IN_PREPARATION_ONLY: Final = "Cet appel est publié : ses réglages ne changent plus ici."


def prepare(command: NewCall, *, by: Principal) -> Call:
    """Prepare a call for a cohort; the bodies that carry, fund and teach the cohort play the same parts in it (R95)."""
    cohort = db.session.get(Cohort, command.cohort_id)
    if cohort is None:
        raise NotFound
    played_parts = {played.part for played in cohort.parts}
    call = Call(
        id=uuid.uuid4(),
        code=command.code,
        title=command.title,
        edition=cohort.edition,
        cohort=cohort,
        structure_kinds=sorted({kind for variant in cohort.edition.variants for kind in variant.structure_kinds}),
        regions=[],
        opinion_parts=[part.value for part in (Part.CARRIER, Part.FUNDER) if part in played_parts],
        provenance=cohort.provenance.value,
        parts=[
            CallPart(organisation_id=played.organisation_id, part=played.part, outside_tool=played.outside_tool)
            for played in cohort.parts
        ],
    )
    db.session.add(call)
    db.session.flush()
    journal.record(call, CallEvent.PREPARED, by=by)
    return call


def settle(call: Call, command: CallSettings, *, by: Principal) -> None:
    """Write what a call in preparation asks; a published one is refused (409)."""
    if CallAct.PUBLISH not in CALL.leads_from(call.status):
        raise Conflict(IN_PREPARATION_ONLY)
    if command.opens_on and command.closes_on and command.opens_on > command.closes_on:
        raise Refused("La clôture doit suivre l’ouverture.", field="closes_on")
    unplayed = set(command.opinion_parts) - {played.part.value for played in call.parts}
    if unplayed:
        labels = ", ".join(Part(part).label for part in sorted(unplayed))
        raise Refused(f"Aucun organisme de l’appel ne peut donner cet avis : {labels}.", field="opinion_parts")
    opens_at: datetime | None = clock.at_paris(command.opens_on) if command.opens_on else None
    closes_at = clock.end_of_day(command.closes_on) if command.closes_on else None
    values: dict[str, Any] = {
        "title": command.title,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "reference_on": command.reference_on,
        "structure_kinds": list(command.structure_kinds),
        "membership_required": command.membership_required,
        "derogation_allowed": command.derogation_allowed,
        "has_preselection": command.has_preselection,
        "has_school_step": command.has_school_step,
        "publishes_before_school": command.publishes_before_school,
        "opinion_parts": list(command.opinion_parts),
        "offer_days": command.offer_days,
        "presentation": command.presentation,
        "contact_email": command.contact_email,
    }
    for name, value in values.items():
        setattr(call, name, value)
    _ask_pieces(call, command.piece_codes)
    db.session.flush()
    cohorts.set_places(call.cohort, command.places, by=by)
    journal.record(call, CallEvent.SETTINGS_CHANGED, by=by, codes={"places": command.places})


def publish(call: Call, *, by: Principal) -> None:
    """Make the call public; it opens and closes by its window (R15)."""
    CALL.advance(call, CallAct.PUBLISH, by=by)


def finalise(call: Call, *, by: Principal) -> None:
    """Declare the campaign over."""
    CALL.advance(call, CallAct.FINALISE, by=by)


def _ask_pieces(call: Call, codes: tuple[str, ...]) -> None:
    """Keep the pieces asked, in the standard order; add the new ones as the standard describes them (R18)."""
    asked = {piece.code: piece for piece in call.pieces}
    call.pieces = [
        asked.get(standard.code)
        or PieceRequirement(
            code=standard.code,
            label=standard.label,
            hint=standard.hint,
            media_types=sorted(standard.media_types),
            max_bytes=standard.max_bytes,
            only_derogation=standard.only_derogation,
            hidden_in_review=standard.hidden_in_review,
            provided_by=standard.provided_by,
            position=position,
            provenance="exemple",
        )
        for position, standard in enumerate(STANDARD_PIECES, start=1)
        if standard.code in codes
    ]
