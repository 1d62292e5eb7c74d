"""The calendar of a call: its steps in the order of a selection, and where they contradict each other (R17). Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from training.admissions.models import Call
from training.common import clock

STEPS: Final = {
    "preselection": "Présélection sur dossier",
    "interviews": "Entretiens",
    "examination": "Examen des candidatures",
    "committee": "Comité de sélection",
    "school": "Validation par l’école",
    "publication": "Publication des résultats",
    "launch": "Lancement",
    "first-seminar": "Premier séminaire",
    "defences": "Soutenances",
}
"""The steps a calendar may have, by code, in the order of a selection (R105); a call adds others of its own."""


class Line(Protocol):
    """A step with its dates."""

    @property
    def code(self) -> str:
        """Which step."""

    @property
    def label(self) -> str:
        """Its name."""

    @property
    def starts_on(self) -> date | None:
        """Its first day."""

    @property
    def ends_on(self) -> date | None:
        """Its last day; null = one day."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A point of the calendar: ``strictly`` = a later one may not fall on the same day."""

    label: str
    day: date
    strictly: bool


def calendar_warnings(call: Call) -> list[str]:
    """Return the contradictions of the call's calendar (R17); they warn and block nothing.

    closing < preselection ≤ last interview ≤ last committee < school ≤ publication < launch ≤ first seminar, for the
    steps the call has; a call that publishes before the school has its publication before.
    """
    marks = _marks(call)
    warnings = []
    for position, after in enumerate(marks[1:], start=1):
        before = max(marks[:position], key=lambda mark: (mark.day, mark.strictly))
        if after.day < before.day or (after.day == before.day and before.strictly):
            limit = "après" if before.strictly else "au plus tôt le jour de"
            warnings.append(f"« {after.label} » devrait venir {limit} « {before.label} ».")
    return warnings + _unlike_the_cohort(call)


def _marks(call: Call) -> list[_Mark]:
    """Return the dated points of the call, in the order they should come."""
    by_code = {line.code: line for line in call.dates if line.starts_on is not None}
    marks = []
    if call.closes_at is not None:
        marks.append(_Mark("Clôture des candidatures", clock.in_paris(call.closes_at).date(), strictly=True))
    for code, at_end, strictly in _order(call):
        line = by_code.get(code)
        day = (line.ends_on if at_end else None) or line.starts_on if line is not None else None
        if line is not None and day is not None:
            marks.append(_Mark(line.label, day, strictly))
    return marks


def _order(call: Call) -> list[tuple[str, bool, bool]]:
    """Return the steps this call has: code, whether its last day counts, whether what follows comes strictly later."""
    school = [("school", False, False)] if call.has_school_step else []
    publication = [("publication", False, not school or not call.publishes_before_school)]
    ends = [*publication, *school] if call.publishes_before_school else [*school, *publication]
    return [
        *([("preselection", False, False)] if call.has_preselection else []),
        ("examination", False, False),
        *([("interviews", True, False)] if call.has_interviews else []),
        ("committee", True, True),
        *ends,
        ("launch", False, False),
        ("first-seminar", False, False),
    ]


def _unlike_the_cohort(call: Call) -> list[str]:
    """Return where the call announces another launch or first seminar than its cohort."""
    wanted: dict[str, Any] = {"launch": call.cohort.launch_on, "first-seminar": call.cohort.first_seminar_on}
    return [
        f"« {line.label} » n’est pas à la date de la promotion."
        for line in call.dates
        if line.starts_on is not None and wanted.get(line.code) not in {None, line.starts_on}
    ]
