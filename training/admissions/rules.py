"""What the selection computes: windows, completeness, quorum, what the applicant sees. Pure.

Rules R5–R31 and R95–R108, over rows already loaded; no query here.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from training.accounts.enums import Part, StructureKind
from training.accounts.models import Structure
from training.admissions.enums import (
    IN_THE_APPLICANTS_HANDS,
    SECRET_UNTIL_PUBLICATION,
    ApplicationStatus,
    CallPhase,
    CallStatus,
    InterviewStatus,
    PieceStatus,
    Situation,
)
from training.admissions.models import Application, Call, Interview, Piece, PieceRequirement
from training.catalogue.models import Variant
from training.common import clock


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing the file lacks: the section where it is given, and what to do there."""

    section: str
    label: str
    piece_code: str | None = None


# The call ------------------------------------------------------------------------------------------------------------


def phase(call: Call, now: datetime) -> CallPhase:
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


def days_left(call: Call, today: date) -> int | None:
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


def calendar_warnings(call: Call) -> list[str]:
    """Return the contradictions of the call's calendar (R17); they warn and block nothing."""
    known = [(line.label, line.starts_on, line.ends_on or line.starts_on) for line in call.dates if line.starts_on]
    warnings = [
        f"« {after[0]} » commence avant la fin de « {before[0]} »."
        for before, after in itertools.pairwise(known)
        if before[2] and after[1] and after[1] < before[2]
    ]
    first = known[0] if known else None
    if first and call.closes_at and first[1] and first[1] < clock.in_paris(call.closes_at).date():
        warnings.insert(0, f"« {first[0]} » commence avant la clôture des candidatures.")
    return warnings


# The window ----------------------------------------------------------------------------------------------------------


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


# Eligibility ---------------------------------------------------------------------------------------------------------


def variant_for(variants: Sequence[Variant], kind: StructureKind) -> Variant | None:
    """Return the variant of the programme that serves this kind of structure (R12)."""
    return next((variant for variant in variants if kind in variant.kinds), None)


def structure_refusal(call: Call, structure: Structure) -> str | None:
    """Return why this structure cannot be the attachment of a file, or null (R5, R10)."""
    if structure.kind.value not in call.structure_kinds:
        accepted = ", ".join(StructureKind(kind).label for kind in call.structure_kinds)
        return f"Cet appel s’adresse aux structures suivantes : {accepted}. Choisissez l’une d’elles."
    if call.regions and structure.region_code not in call.regions and not call.accepts_other_regions:
        return "Cette structure est hors de la région de l’appel. Choisissez une structure de la région."
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


# Completeness --------------------------------------------------------------------------------------------------------


def expected_pieces(application: Application) -> list[PieceRequirement]:
    """Return the pieces asked of this file, in order; the proof of recruitment only with a derogation (R7, R18)."""
    derogation = application.situation is Situation.BEING_RECRUITED
    return [piece for piece in application.call.pieces if derogation or not piece.only_derogation]


def current_piece(application: Application, requirement: PieceRequirement) -> Piece | None:
    """Return the standing version of a piece, or null."""
    versions = [
        piece for piece in application.pieces if piece.requirement_id == requirement.id and piece.removed_at is None
    ]
    return max(versions, key=lambda piece: piece.version, default=None)


def missing(application: Application, today: date) -> list[Missing]:
    """Return what the file lacks to be submitted, in the order of its pages (R19).

    Pieces due later than submission do not count (R107); one to be replaced does.
    """
    call = application.call
    lacks: list[Missing] = []
    if application.structure is None:
        lacks.append(Missing("structure", "Votre structure de rattachement"))
    if application.situation is None:
        lacks.append(Missing("situation", "Votre situation"))
    undeclared = [line for line in call.declarations if line.code not in application.declared]
    if undeclared:
        lacks.append(Missing("declarations", "Vos engagements"))
    for requirement in expected_pieces(application):
        if not requirement.mandatory or (requirement.due_on and requirement.due_on >= today):
            continue
        piece = current_piece(application, requirement)
        if piece is None:
            lacks.append(Missing("pieces", requirement.label, requirement.code))
        elif piece.status is PieceStatus.TO_REPLACE:
            lacks.append(Missing("pieces", f"{requirement.label} (à remplacer)", requirement.code))
    return lacks


def awaits_late_piece(application: Application) -> list[PieceRequirement]:
    """Return the mandatory pieces still to come or not accepted: they block transmission (R107)."""
    return [
        requirement
        for requirement in expected_pieces(application)
        if requirement.mandatory
        and ((piece := current_piece(application, requirement)) is None or piece.status is PieceStatus.TO_REPLACE)
    ]


def is_editable(application: Application) -> bool:
    """Whether the applicant may change the file now."""
    return application.status in IN_THE_APPLICANTS_HANDS


# Decision ------------------------------------------------------------------------------------------------------------


def parts_without_opinion(application: Application) -> list[Part]:
    """Return the parts whose opinion the call requires and does not have (R24); recusals do not count."""
    given = {opinion.part for opinion in application.opinions if not opinion.recused}
    return [Part(part) for part in application.call.opinion_parts if Part(part) not in given]


def is_before_committee(application: Application) -> bool:
    """Whether a committee may still propose something for this file."""
    ready = ApplicationStatus.PRESELECTED if application.call.has_preselection else ApplicationStatus.UNDER_REVIEW
    return application.status is ready


def pending_interview(application: Application) -> Interview | None:
    """Return the interview asked for and neither held nor waived, or null (R26)."""
    return next(
        (i for i in application.interviews if i.status in {InterviewStatus.TO_PLAN, InterviewStatus.PLANNED}), None
    )


def public_status(application: Application) -> ApplicationStatus:
    """Return the state the applicant sees: never a decision before it is published (R105)."""
    status = application.status
    if status not in SECRET_UNTIL_PUBLICATION or application.published_status == status.value:
        return status
    if application.published_status:
        return ApplicationStatus(application.published_status)
    return ApplicationStatus.UNDER_REVIEW


def awaits_publication(application: Application) -> bool:
    """Whether a decision stands that the applicant has not been told."""
    call, status = application.call, application.status
    if status not in SECRET_UNTIL_PUBLICATION or application.published_status == status.value:
        return False
    before_the_end = {ApplicationStatus.SHORTLISTED, ApplicationStatus.WAITING, ApplicationStatus.TRANSMITTED}
    if status in before_the_end and call.has_school_step and not call.publishes_before_school:
        return False
    return status is not ApplicationStatus.TRANSMITTED


def ranks_after_leaving(ranked: Sequence[Application], leaving: Application) -> list[tuple[Application, int]]:
    """Return the new ranks that keep the reserve contiguous once ``leaving`` is out (R29), in writing order."""
    if leaving.rank is None:
        return []
    gone = leaving.rank
    later = sorted((a for a in ranked if a.rank is not None and a.rank > gone), key=lambda a: a.rank or 0)
    return [(application, (application.rank or 0) - 1) for application in later]


def offer_expiry(call: Call, now: datetime, *, launch_on: date | None, first_seminar_on: date | None) -> datetime:
    """Return when an offer made at ``now`` lapses (R29, R105): the call's delay, but at the launch at the
    latest, or at the first seminar for a seat freed after the launch.
    """
    expiry = clock.end_of_day(clock.in_paris(now).date() + timedelta(days=call.offer_days))
    limits = [clock.end_of_day(day - timedelta(days=1)) for day in (launch_on, first_seminar_on) if day is not None]
    ahead = [limit for limit in sorted(limits) if limit > now]
    return min(expiry, ahead[0]) if ahead else expiry


def offers_are_over(now: datetime, *, first_seminar_on: date | None) -> bool:
    """Whether the reserve is closed: the first seminar has begun (R29)."""
    return first_seminar_on is not None and clock.in_paris(now).date() >= first_seminar_on
