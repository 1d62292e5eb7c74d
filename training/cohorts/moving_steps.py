"""The steps of moving in that this room answers for: structures, trainers, learners (R114)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from training.cohorts.enums import LIVE, AssignmentKind
from training.cohorts.models import Cohort, Enrolment, TrainerAssignment
from training.cohorts.moving import MovingStep, Standing, StepState, carrier_id
from training.common.formatting import plural


def _learner_counts(cohort: Cohort) -> Mapping[str, ColumnElement[Any]]:
    mine = select(func.count()).where(Enrolment.cohort_id == cohort.id)
    structures = select(func.count(Enrolment.structure_id.distinct())).where(Enrolment.cohort_id == cohort.id)
    followed = select(func.count(TrainerAssignment.enrolment_id.distinct())).where(
        TrainerAssignment.cohort_id == cohort.id,
        TrainerAssignment.kind == AssignmentKind.REFERENT,
        TrainerAssignment.until.is_(None),
    )
    return {
        "all": mine.scalar_subquery(),
        "live": mine.where(Enrolment.status.in_(LIVE)).scalar_subquery(),
        "taken_over": mine.where(Enrolment.taken_over).scalar_subquery(),
        "structures": structures.scalar_subquery(),
        "followed": followed.scalar_subquery(),
    }


def _trainer_counts(cohort: Cohort) -> Mapping[str, ColumnElement[Any]]:
    animating = select(func.count()).where(
        TrainerAssignment.cohort_id == cohort.id,
        TrainerAssignment.kind == AssignmentKind.ANIMATOR,
        TrainerAssignment.until.is_(None),
    )
    return {"animating": animating.scalar_subquery()}


def _structures(numbers: Mapping[str, int]) -> Standing:
    if not numbers["structures"]:
        return Standing(StepState.TO_DO, "Aucune structure de la promotion n’est encore connue.")
    return Standing(StepState.DONE, f"{plural(numbers['structures'], 'structure')} dans la promotion.")


def _trainers(numbers: Mapping[str, int]) -> Standing:
    count = numbers["animating"]
    if not count:
        return Standing(StepState.TO_DO, "Personne n’anime encore la promotion.")
    return Standing(StepState.DONE, f"{plural(count, 'personne anime', 'personnes animent')} la promotion.")


def _learners(numbers: Mapping[str, int]) -> Standing:
    if not numbers["all"]:
        return Standing(StepState.TO_DO, "Personne n’est encore inscrit.")
    there = f"{plural(numbers['all'], 'personne')}, dont {plural(numbers['live'], 'en formation', 'en formation')}"
    there += f" ; {numbers['taken_over']} reprises d’un tableur." if numbers["taken_over"] else "."
    lacking = numbers["live"] - numbers["followed"]
    left = f"{plural(lacking, 'personne n’a', 'personnes n’ont')} pas de référent·e." if lacking > 0 else ""
    return Standing(StepState.STARTED if left else StepState.DONE, there, left)


STEPS: Final = (
    MovingStep(
        10,
        "Les structures",
        "Où travaillent les apprenant·es. Facultatif : le tableur des apprenant·es peut aussi les faire entrer au registre.",
        ("structures",),
        _learner_counts,
        _structures,
        into=carrier_id,
    ),
    MovingStep(
        20,
        "Les formateur·rices",
        "Qui anime et qui intervient. Faites enregistrer leur agrément par l’école avant de désigner les référent·es.",
        ("formateurs",),
        _trainer_counts,
        _trainers,
    ),
    MovingStep(
        30,
        "Les apprenant·es",
        "Chaque personne avec sa structure, son parcours, sa date d’entrée, son ou sa référent·e ; celles qui sont parties aussi.",
        ("apprenants",),
        _learner_counts,
        _learners,
    ),
)
