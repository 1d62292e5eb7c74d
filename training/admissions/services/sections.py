"""Writing what a page of a call's settings says; :mod:`revising` decides whether it may."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from training.accounts.enums import Part
from training.admissions.commands import settings as command
from training.admissions.models import Call
from training.cohorts import services as cohorts
from training.common import clock
from training.common.errors import NotFound, Refused
from training.common.policy import Principal


def write(call: Call, what: command.Section, *, by: Principal) -> None:
    """Write a section of the settings; raises ``Refused`` with the field for what contradicts itself."""
    WRITERS[type(what)](call, what, by)


def _presentation(call: Call, what: command.Presentation, _by: Principal) -> None:
    call.title, call.presentation, call.contact_email = what.title, what.presentation, what.contact_email


def _window(call: Call, what: command.Window, _by: Principal) -> None:
    if what.opens_on and what.closes_on and what.opens_on > what.closes_on:
        raise Refused("La clôture doit suivre l’ouverture.", field="closes_on")
    call.opens_at = clock.at_paris(what.opens_on) if what.opens_on else None
    call.closes_at = clock.end_of_day(what.closes_on) if what.closes_on else None
    call.reference_on = what.reference_on


def _audience(call: Call, what: command.Audience, _by: Principal) -> None:
    served = {kind for variant in call.edition.variants for kind in variant.structure_kinds}
    unserved = [kind for kind in what.structure_kinds if kind not in served]
    if unserved:
        raise Refused("La formation n’a pas de parcours pour un des types choisis.", field="structure_kinds")
    call.structure_kinds, call.regions = list(what.structure_kinds), list(what.regions)
    call.accepts_other_regions = what.accepts_other_regions
    call.membership_required, call.derogation_allowed = what.membership_required, what.derogation_allowed
    call.max_per_structure = what.max_per_structure


def _places(call: Call, what: command.Places, by: Principal) -> None:
    if what.places != call.cohort.places:
        cohorts.set_places(call.cohort, what.places, by=by)
    standing = {quota.variant_id: quota.places for quota in call.cohort.quotas}
    variants = {variant.id: variant for variant in call.edition.variants}
    for variant_id, places in what.quotas:
        if variant_id not in variants:
            raise NotFound
        if what.places is not None and places is not None and places > what.places:
            raise Refused("Un parcours ne peut pas avoir plus de places que la promotion.", field=f"quota_{variant_id}")
        if standing.get(variant_id) != places:
            cohorts.set_quota(call.cohort, variant=variants[variant_id], places=places, by=by)


def _profile(call: Call, what: command.Profile, _by: Principal) -> None:
    call.profile_fields = list(what.fields)


def _selection(call: Call, what: command.Selection, _by: Principal) -> None:
    unplayed = set(what.opinion_parts) - {played.part.value for played in call.parts}
    if unplayed:
        labels = ", ".join(Part(part).label for part in sorted(unplayed))
        raise Refused(f"Aucun organisme de l’appel ne peut donner cet avis : {labels}.", field="opinion_parts")
    call.has_preselection, call.has_interviews = what.has_preselection, what.has_interviews
    call.interview_minutes, call.offer_days = what.interview_minutes, what.offer_days
    call.has_school_step, call.publishes_before_school = what.has_school_step, what.publishes_before_school
    call.opinion_parts, call.opinions_in_session = list(what.opinion_parts), what.opinions_in_session


WRITERS: Final[Mapping[type, Callable[[Call, Any, Principal], None]]] = {
    command.Presentation: _presentation,
    command.Window: _window,
    command.Audience: _audience,
    command.Places: _places,
    command.Profile: _profile,
    command.Selection: _selection,
}
"""Who writes which section."""
