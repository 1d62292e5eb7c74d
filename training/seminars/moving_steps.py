"""The steps of moving in that this room answers for: seminars, then presences (R114)."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from training.cohorts.models import Cohort
from training.cohorts.moving import MovingStep, Standing, StepState
from training.common import clock
from training.common.formatting import plural
from training.seminars.enums import OFF, SheetStatus
from training.seminars.models import AttendanceSheet, HalfDay, Seminar


def _counts(cohort: Cohort) -> Mapping[str, ColumnElement[Any]]:
    held = [
        Seminar.cohort_id == cohort.id,
        Seminar.status.not_in(OFF),
        HalfDay.cancelled_at.is_(None),
    ]
    all_of_them = select(func.count()).select_from(HalfDay).join(HalfDay.seminar).where(*held)
    past = all_of_them.where(HalfDay.ends_at <= clock.now())
    locked = past.join(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id).where(
        AttendanceSheet.status == SheetStatus.LOCKED
    )
    return {
        "all": all_of_them.scalar_subquery(),
        "past": past.scalar_subquery(),
        "locked": locked.scalar_subquery(),
        "taken_over": locked.where(AttendanceSheet.taken_over).scalar_subquery(),
    }


def _seminars(numbers: Mapping[str, int]) -> Standing:
    if not numbers["all"]:
        return Standing(StepState.TO_DO, "Aucune demi-journée n’est au calendrier.")
    past = plural(numbers["past"], "passée")
    return Standing(StepState.DONE, f"{plural(numbers['all'], 'demi-journée')} au calendrier, dont {past}.")


def _presences(numbers: Mapping[str, int]) -> Standing:
    locked, left = numbers["locked"], numbers["past"] - numbers["locked"]
    there = f"{plural(locked, 'feuille verrouillée', 'feuilles verrouillées')}, dont {numbers['taken_over']} reprises d’un tableur."
    if not locked:
        return Standing(StepState.TO_DO, "Aucune feuille n’est encore verrouillée.")
    if left:
        return Standing(
            StepState.STARTED, there, f"{plural(left, 'demi-journée passée', 'demi-journées passées')} sans présences."
        )
    return Standing(StepState.DONE, there)


STEPS: Final = (
    MovingStep(
        40,
        "Les séminaires",
        "Chaque demi-journée, passée ou à venir, avec ses heures, ses modules et ses formateur·rices.",
        ("demi-journees",),
        _counts,
        _seminars,
    ),
    MovingStep(
        50,
        "Les présences",
        "Le registre des demi-journées passées, en liste ou en grille. La feuille papier numérisée se joint ensuite, sur chaque feuille.",
        ("presences-grille", "presences"),
        _counts,
        _presences,
    ),
)
