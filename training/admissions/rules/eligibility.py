"""Who may apply, from which structure and in which situation (R5–R12). Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from training.accounts.enums import StructureKind
from training.accounts.models import Structure
from training.admissions.enums import (
    Situation,
)
from training.admissions.models import Application, Call
from training.catalogue.models import Variant


def variant_for(variants: Sequence[Variant], kind: StructureKind) -> Variant | None:
    """Return the variant of the programme that serves this kind of structure (R12)."""
    return next((variant for variant in variants if kind in variant.kinds), None)


OUT_OF_REGION: Final = "Cette structure est hors de la région de l’appel. Choisissez une structure de la région."


def is_out_of_region(call: Call, region_code: str) -> bool:
    """Whether a call is closed to the structures of a region (R10)."""
    return bool(call.regions) and region_code not in call.regions and not call.accepts_other_regions


def structure_refusal(call: Call, structure: Structure) -> str | None:
    """Return why this structure cannot be the attachment of a file, or null (R5, R10)."""
    if structure.kind.value not in call.structure_kinds:
        accepted = ", ".join(StructureKind(kind).label for kind in call.structure_kinds)
        return f"Cet appel s’adresse aux structures suivantes : {accepted}. Choisissez l’une d’elles."
    if is_out_of_region(call, structure.region_code):
        return OUT_OF_REGION
    return None


def situation_refusal(
    call: Call, situation: Situation, post_on: date | None, derogation_reason: str
) -> tuple[str, str] | None:
    """Return (field, message) when the situation does not fit the call, or null (R6, R7)."""
    if situation is Situation.TAKING_POST:
        if post_on is None:
            return "post_on", "Indiquez la date de votre prise de poste."
        if call.reference_on and post_on > call.reference_on:
            return "post_on", "La prise de poste doit précéder le premier séminaire de la formation."
    if situation is Situation.BEING_RECRUITED:
        if not call.derogation_allowed:
            return "situation", "Cet appel demande d’être en poste : il n’admet pas de dérogation."
        if not derogation_reason.strip():
            return "derogation_reason", "Expliquez où en est le recrutement : le comité décidera d’une dérogation."
        if post_on is None:
            return "post_on", "Indiquez la date prévue du recrutement."
    return None


def dues_are_missing(application: Application, today: date) -> bool:
    """Whether the structure is not up to date with the carrier for this year (R8); blocks the offer, not the file."""
    call, structure = application.call, application.structure
    if not call.membership_required or structure is None:
        return False
    carrier = call.carrier.id
    return not any(
        due.organisation_id == carrier and due.year == today.year and due.paid_on is not None for due in structure.dues
    )


def awaits_derogation(application: Application) -> bool:
    """Whether the file asks for a derogation that nobody has decided yet (R7)."""
    return application.situation is Situation.BEING_RECRUITED and application.derogation is None


def derogation_bar(application: Application) -> str | None:
    """Return why the file cannot go on to a place for want of a favourable decision on its derogation, or null (R7)."""
    if application.situation is not Situation.BEING_RECRUITED:
        return None
    if application.derogation is None:
        return "La dérogation demandée attend une décision."
    return None if application.derogation.granted else "La dérogation demandée est refusée."


def proof_awaited_from(application: Application) -> date | None:
    """Return the day from which she may not attend without the proof of her recruitment; null if nothing is awaited (R7)."""
    decided = application.derogation
    if application.situation is not Situation.BEING_RECRUITED or decided is None or decided.met_at is not None:
        return None
    return decided.due_on
