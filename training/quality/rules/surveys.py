"""When surveys open, remind and close, and what of their results is shown (R123). Pure."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from training.quality.enums import SCALE, QuestionKind

SURVEY: Final = "survey"
"""The purpose of the personal link by which one answers."""
LEAST: Final = 5
"""Under this many answers, an anonymous survey tells nothing: one could guess who said it."""
OPENS_WITHIN: Final = timedelta(days=7)
"""How late a survey may still open by itself: what is older was over before."""
REMINDED_AFTER: Final = (timedelta(days=5), timedelta(days=10))
"""After how many days those who have not answered are reminded, twice at most."""
MONTHS_AFTER: Final = 6


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_due(on: date | None, today: date) -> bool:
    """Whether a survey due on a day opens today."""
    return on is not None and on <= today <= on + OPENS_WITHIN


def reminder_is_due(opened_on: date, reminders: int, today: date) -> bool:
    """Whether someone who has not answered is reminded today."""
    return reminders < len(REMINDED_AFTER) and opened_on + REMINDED_AFTER[reminders] <= today


def may_show(*, anonymous: bool, closed: bool, answers: int) -> bool:
    """Whether results are shown: of an anonymous survey, once closed and from five answers on.

    Shown while answers still come in, each new one would be found by difference.
    """
    return answers > 0 if not anonymous else closed and answers >= LEAST


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What was answered to one question."""

    text: str
    kind: QuestionKind
    levels: Mapping[int, int]
    choices: Mapping[str, int]
    words: Sequence[str]

    @property
    def count(self) -> int:
        """How many answered it."""
        return sum(self.levels.values()) + sum(self.choices.values()) + len(self.words)

    @property
    def mean(self) -> Decimal | None:
        """The mean level, to one decimal."""
        total = sum(self.levels.values())
        if not total:
            return None
        return (Decimal(sum(level * count for level, count in self.levels.items())) / total).quantize(Decimal("0.1"))

    @property
    def bars(self) -> list[tuple[str, int]]:
        """What a plot shows."""
        if self.kind is QuestionKind.SCALE:
            return [(str(level), self.levels.get(level, 0)) for level in SCALE]
        return list(self.choices.items())


def gathered(
    text: str, kind: QuestionKind, offered: Sequence[str], answers: Iterable[tuple[int | None, str]]
) -> QuestionResult:
    """Return the result of a question; written words come sorted, so that their order tells nothing of who wrote."""
    levels: dict[int, int] = {}
    choices = dict.fromkeys(offered, 0) if kind is QuestionKind.CHOICE else {}
    words = []
    for level, said in answers:
        if kind is QuestionKind.SCALE and level is not None:
            levels[level] = levels.get(level, 0) + 1
        elif kind is QuestionKind.CHOICE:
            choices[said] = choices.get(said, 0) + 1
        elif said:
            words.append(said)
    return QuestionResult(text, kind, levels, choices, sorted(words, key=str.casefold))


def rate(answered: int, invited: int) -> int | None:
    """Return the rate of return in per cent; null when nobody was asked."""
    return round(100 * answered / invited) if invited else None
