"""Which questionnaire is asked, and what a question must hold (R123). Pure."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from training.common.errors import Refused
from training.quality.enums import QuestionKind, QuestionnaireStatus, SurveyKind

FEWEST_CHOICES: Final = 2
MOST_CHOICES: Final = 12
MOST_QUESTIONS: Final = 40
LONGEST_CHOICE: Final = 120


def nearest(questionnaires: Iterable[Any]) -> dict[SurveyKind, Any]:
    """Return what is asked at each moment: of the edition, or else of its programme, or else of the house."""
    found: dict[SurveyKind, Any] = {}
    for each in sorted(questionnaires, key=_distance, reverse=True):
        if each.status is QuestionnaireStatus.PUBLISHED:
            found[each.kind] = each
    return dict(sorted(found.items()))


def _distance(questionnaire: Any) -> tuple[int, str]:
    distance = 0 if questionnaire.edition_id else 1 if questionnaire.programme_id else 2
    return distance, questionnaire.code


def check_question(kind: QuestionKind, choices: Sequence[str]) -> None:
    """Raise ``Refused`` unless a choice offers several words, all different."""
    if kind is not QuestionKind.CHOICE:
        return
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        raise Refused(
            f"Proposez de {FEWEST_CHOICES} à {MOST_CHOICES} réponses, une par ligne.",
            field="choices",
        )
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise Refused("Deux réponses sont les mêmes : gardez-en une.", field="choices")
    if any(len(choice) > LONGEST_CHOICE for choice in choices):
        raise Refused(f"Une réponse compte {LONGEST_CHOICE} caractères au plus.", field="choices")


def moved(order: list[uuid.UUID], which: uuid.UUID, by: int) -> list[uuid.UUID]:
    """Return the order once one question has gone a place up (-1) or down (+1); at either end it stays."""
    place = order.index(which)
    there = min(max(place + by, 0), len(order) - 1)
    kept = [each for each in order if each != which]
    return [*kept[:there], which, *kept[there:]]
