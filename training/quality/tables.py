"""The tables of the evidence one keeps: the same columns on a page’s spreadsheet and in the file of evidence (R123)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from training.common.formatting import percent
from training.quality.enums import Moment
from training.quality.models import Complaint, Improvement
from training.quality.queries.positioning import CohortPositioning
from training.quality.queries.surveys import SurveyLine

type_row = tuple[Any, ...]

COMPLAINTS: Final = (
    "Nature", "Sujet", "Inscrite par", "Inscrite le", "Réponse due", "Répondue le", "État", "Texte", "Réponse",
)  # fmt: skip
IMPROVEMENTS: Final = ("Action", "À la suite de", "Qui", "Pour le", "Faite le", "État", "Effet")
POSITIONING: Final = ("Module", "Objectif", "À l’entrée", "En fin", "Écart")
SURVEYS: Final = (
    "Enquête", "Ouverte le", "Close le", "État", "Anonyme", "Interrogés", "Réponses", "Taux de réponse", "Relances",
    "Moyenne sur 5",
)  # fmt: skip


def complaint_rows(complaints: Sequence[Complaint]) -> Iterator[type_row]:
    """Yield what was filed, with the name of its author: whoever reads the register answers her."""
    for each in complaints:
        yield (
            each.kind.label, each.topic.label, each.author.name, each.filed_at, each.due_on, each.answered_at,
            each.status.label, each.words, each.answer,
        )  # fmt: skip


def improvement_rows(improvements: Sequence[Improvement]) -> Iterator[type_row]:
    """Yield what is improved, and what it answers."""
    for each in improvements:
        origin = each.complaint.kind.label if each.complaint is not None else each.origin
        yield (each.title, origin, each.owner, each.due_on, each.done_on, each.status.label, each.effect)


def positioning_rows(found: CohortPositioning) -> Iterator[type_row]:
    """Yield how many rated themselves, then the averages, without names."""
    yield ("Réponses", "", found.answers[Moment.ENTRY], found.answers[Moment.END], None)
    for name, lines in found.modules:
        for line in lines:
            yield (name, line.text, line.entry, line.end, line.gain)


def survey_rows(lines: Sequence[SurveyLine]) -> Iterator[type_row]:
    """Yield the rate of return of each survey, how many reminders it took, and its mean once it may be told."""
    for line in lines:
        survey = line.survey
        yield (
            survey.title, survey.opened_at, survey.closed_at, survey.status.label, survey.anonymous, line.invited,
            line.answered, None if line.rate is None else percent(line.rate / 100), line.reminders, line.mean,
        )  # fmt: skip
