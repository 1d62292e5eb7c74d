"""What the files of a call say together: when they came, whence, how far they went, how long each step took. Pure."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from training.admissions.models import Call
from training.common import clock

MOST_DAYS: Final = 45
"""Beyond, files are counted by week: more columns than that are not read."""
UNKNOWN: Final = "à confirmer"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file: when it was begun and submitted, where its structure is, and when each act was first taken."""

    began_at: datetime
    submitted_at: datetime | None
    kind: str | None
    departement: str | None
    acts: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Delay:
    """How long a step takes: the middle of the delays known, in days, and how many files went through it."""

    label: str
    days: float | None
    files: int


def by_day(files: Iterable[FileFacts], call: Call) -> list[tuple[str, int]]:
    """Return how many files were submitted each day of the call's window, or each week of a long one."""
    days = Counter(clock.in_paris(file.submitted_at).date() for file in files if file.submitted_at is not None)
    if not days:
        return []
    first, last = min(days), max(days)
    if call.opens_at is not None:
        first = min(first, clock.in_paris(call.opens_at).date())
    if call.closes_at is not None and call.closes_at <= clock.now():
        last = max(last, clock.in_paris(call.closes_at).date())
    step = 1 if (last - first).days < MOST_DAYS else 7
    return [
        (f"{day:%d/%m}", sum(days[day + timedelta(days=each)] for each in range(step)))
        for day in _every(first, last, step)
    ]


def _every(first: date, last: date, step: int) -> list[date]:
    return [first + timedelta(days=rank) for rank in range(0, (last - first).days + 1, step)]


def counted(files: Iterable[FileFacts], of: Callable[[FileFacts], str | None]) -> list[tuple[str, int]]:
    """Return how many submitted files share each answer, the most numerous first."""
    found = Counter(of(file) or UNKNOWN for file in files if file.submitted_at is not None)
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def funnel(files: Sequence[FileFacts], call: Call) -> list[tuple[str, int]]:
    """Return how many files reached each stage of this call, from begun to enrolled."""
    return [(label, sum(reached(file) for file in files)) for label, reached in _stages(call)]


def _stages(call: Call) -> list[tuple[str, Callable[[FileFacts], bool]]]:
    stages: list[tuple[str, Callable[[FileFacts], bool]]] = [
        ("Commencés", lambda _file: True),
        ("Déposés", lambda file: file.submitted_at is not None),
        ("Recevables", _took("admit")),
    ]
    if call.has_preselection:
        stages.append(("Présélectionnés", _took("preselect")))
    stages.append(("Retenus ou sur liste complémentaire", _took("shortlist", "put_on_waiting_list")))
    if call.has_school_step:
        stages.append(("Validés par l’école", _took("validate")))
    return [
        *stages,
        ("Place proposée", _took("offer")),
        ("Place confirmée", _took("confirm")),
        ("Inscrits", _took("enrol")),
    ]


def _took(*acts: str) -> Callable[[FileFacts], bool]:
    return lambda file: any(f"application.{act}" in file.acts for act in acts)


DELAYS: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("Du dépôt à la recevabilité", ("submit", "bring_in"), ("admit", "dismiss")),
    ("De la recevabilité à la décision du comité", ("admit",), ("shortlist", "put_on_waiting_list", "not_select")),
    ("De la décision du comité à celle de l’école", ("shortlist", "put_on_waiting_list"), ("validate", "refuse")),
    ("Du dépôt au résultat annoncé", ("submit", "bring_in"), ("result_published", "dismiss")),
    ("De la place proposée à la réponse", ("offer",), ("confirm", "decline", "lapse")),
)
"""The steps whose length is told: from the first of some acts to the first of others."""


def delays(files: Sequence[FileFacts]) -> list[Delay]:
    """Return the middle length of each step, in days; null when no file went through it."""
    found = []
    for label, begins, ends in DELAYS:
        days = [length for file in files if (length := _length(file, begins, ends)) is not None]
        found.append(Delay(label, round(statistics.median(days), 1) if days else None, len(days)))
    return found


def _length(file: FileFacts, begins: Iterable[str], ends: Iterable[str]) -> float | None:
    start, end = _first(file, begins), _first(file, ends)
    if start is None or end is None or end < start:
        return None
    return (end - start) / timedelta(days=1)


def _first(file: FileFacts, acts: Iterable[str]) -> datetime | None:
    return min((file.acts[f"application.{act}"] for act in acts if f"application.{act}" in file.acts), default=None)


def said(pairs: Sequence[tuple[str, Any]], what: str) -> str:
    """Return in a sentence what a plot shows."""
    if not pairs:
        return f"Aucun dossier {what} pour le moment."
    top = max(pairs, key=lambda pair: pair[1])
    return f"{sum(pair[1] for pair in pairs)} dossiers {what} ; le plus : {top[0]}, {top[1]}."
