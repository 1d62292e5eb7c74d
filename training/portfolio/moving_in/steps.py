"""The steps of moving in that this room answers for: hours, then tracer documents (R114)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.moving import MovingStep, Standing, StepState
from training.common.formatting import hours, plural
from training.portfolio.enums import EntryStatus, TracerStatus
from training.portfolio.models import HoursEntry, Tracer


def _hours_counts(cohort: Cohort) -> Mapping[str, ColumnElement[Any]]:
    of_cohort = [Enrolment.id == HoursEntry.enrolment_id, Enrolment.cohort_id == cohort.id]
    confirmed = select(func.sum(HoursEntry.minutes)).where(*of_cohort, HoursEntry.status == EntryStatus.CONFIRMED)
    waiting = select(func.count()).where(*of_cohort, HoursEntry.status == EntryStatus.DECLARED)
    people = select(func.count(HoursEntry.enrolment_id.distinct())).where(*of_cohort, Enrolment.status.in_(LIVE))
    live = select(func.count()).where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
    return {
        "minutes": confirmed.scalar_subquery(),
        "waiting": waiting.scalar_subquery(),
        "people": people.scalar_subquery(),
        "live": live.scalar_subquery(),
    }


def _tracer_counts(cohort: Cohort) -> Mapping[str, ColumnElement[Any]]:
    of_cohort = [Enrolment.id == Tracer.enrolment_id, Enrolment.cohort_id == cohort.id]
    begun = select(func.count()).where(*of_cohort, Tracer.status != TracerStatus.EXPECTED)
    accepted = select(func.count()).where(*of_cohort, Tracer.status == TracerStatus.ACCEPTED)
    return {"begun": begun.scalar_subquery(), "accepted": accepted.scalar_subquery()}


def _hours(numbers: Mapping[str, int]) -> Standing:
    if not numbers["minutes"] and not numbers["waiting"]:
        return Standing(StepState.TO_DO, "Aucune heure n’est encore notée.")
    there = f"{hours(numbers['minutes'] / 60)} validées."
    left = []
    if numbers["waiting"]:
        left.append(plural(numbers["waiting"], "ligne à valider", "lignes à valider"))
    without = numbers["live"] - numbers["people"]
    if without > 0:
        left.append(plural(without, "personne sans aucune heure", "personnes sans aucune heure"))
    return Standing(StepState.STARTED if left else StepState.DONE, there, f"{', '.join(left)}." if left else "")


def _tracers(numbers: Mapping[str, int]) -> Standing:
    if not numbers["begun"]:
        return Standing(StepState.TO_DO, "Aucun document n’est encore noté.")
    there = f"{plural(numbers['begun'], 'document remis', 'documents remis')}, dont {plural(numbers['accepted'], 'validé')}."
    return Standing(StepState.DONE, there)


STEPS: Final = (
    MovingStep(
        60,
        "Les heures",
        "L’e-learning et le travail en équipe déjà faits, avec qui les a validés.",
        ("heures",),
        _hours_counts,
        _hours,
    ),
    MovingStep(
        70,
        "Les documents traceurs",
        "Où en est chaque document déjà remis ; aucun fichier n’est demandé.",
        ("traceurs",),
        _tracer_counts,
        _tracers,
    ),
)
