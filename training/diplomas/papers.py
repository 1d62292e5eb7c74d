"""Papers of the diploma: modules validated, for whoever asks; success, for whoever stands in the register (R71)."""

from datetime import date
from typing import Any, Final

from training.cohorts.models import Enrolment
from training.common import clock
from training.common.articles import the
from training.common.formatting import UNKNOWN, hours, plain_date
from training.diplomas.models import RegisterEntry
from training.diplomas.queries import Progress
from training.seminars.models import DocumentIssuer
from training.seminars.papers import Paper, carrier_facts, slug
from training.seminars.rules.attendance import carrier_of

MODULES: Final = "module-certificate"
SUCCESS: Final = "success-certificate"


def _about(enrolment: Enrolment, issuer: DocumentIssuer | None, today: date) -> dict[str, Any]:
    cohort = enrolment.cohort
    body = carrier_of(cohort)
    return {
        "carrier": carrier_facts(cohort),
        "signatory": issuer.signatory if issuer is not None else "",
        "signatory_role": issuer.signatory_role if issuer is not None else "",
        "title": cohort.edition.label,
        "cohort": cohort.label,
        "variant": enrolment.variant.label,
        "place": body.city if body is not None and body.city else "",
        "date": plain_date(today),
    }


def modules(enrolment: Enrolment, progress: Progress, issuer: DocumentIssuer | None, today: date) -> Paper:
    """Return the “attestation des modules validés”: what is validated on this day, and the hours that count."""
    validated = progress.eligibility.validated
    data = {
        **_about(enrolment, issuer, today),
        "learner": enrolment.person.name,
        "modules": [{"name": module.name, "kind": module.type.label} for module in validated],
        "hours": [
            {"name": count.modality.label, "done": hours(count.shown), "asked": hours(count.required)}
            for count in progress.facts.hours
        ],
    }
    name = f"attestation-modules-{slug(enrolment.person.name)}.pdf"
    return Paper(name, MODULES, "Attestation des modules validés", data, clock.at_paris(today))


def success(enrolment: Enrolment, entry: RegisterEntry, issuer: DocumentIssuer | None, today: date) -> Paper:
    """Return the “attestation de réussite”, as the register says it: the name, the diploma, its mention, its number."""
    data = {
        **_about(enrolment, issuer, today),
        "learner": entry.printed_name,
        "diploma": entry.title or UNKNOWN,
        "mention": entry.mention or UNKNOWN,
        "school": the(entry.school.name) if entry.school is not None else UNKNOWN,
        "decided_on": plain_date(entry.decided_on),
        "reference": entry.reference,
        "replaces": entry.supersedes.reference if entry.supersedes is not None else "",
    }
    name = f"attestation-reussite-{slug(entry.printed_name)}.pdf"
    return Paper(name, SUCCESS, "Attestation de réussite", data, clock.at_paris(today))
