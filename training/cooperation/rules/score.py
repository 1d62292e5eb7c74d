"""The score of an assessment: provisional, then final; by step; beside another (R74–R80). Pure.

It serves a conversation: it orders nobody and is never a ranking (R84).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from training.cooperation.grid import Band, GridDefinition, Item

Answers = Mapping[str, str | None]
"""The consensus on each item: a choice, or nothing when the room has not settled it (R130)."""


@dataclass(frozen=True, slots=True)
class StepScore:
    """The points of one step, on its own maximum (R77)."""

    code: str
    title: str
    points: int
    answered: int
    items: int
    maximum: int

    @property
    def is_final(self) -> bool:
        """Whether each of its items is settled."""
        return self.answered == self.items


@dataclass(frozen=True, slots=True)
class Score:
    """The points known, between which ``low`` and ``high`` the total will be, and what is missing."""

    points: int
    low: int
    high: int
    maximum: int
    missing: tuple[str, ...]
    steps: tuple[StepScore, ...]
    band: Band | None

    @property
    def is_final(self) -> bool:
        """Whether every item is settled: only then is there a total and a band (R75)."""
        return not self.missing


def score(grid: GridDefinition, answers: Answers) -> Score:
    """Return the score of a consensus. An item left open counts for nothing yet, and is not a « Non » (R74, R75)."""
    known = {item.code: grid.points[choice] for item in grid.items if (choice := answers.get(item.code)) is not None}
    missing = tuple(item.code for item in grid.items if item.code not in known)
    points = sum(known.values())
    return Score(
        points=points,
        low=points + grid.bottom * len(missing),
        high=points + grid.top * len(missing),
        maximum=grid.maximum,
        missing=missing,
        steps=tuple(
            StepScore(
                step.code,
                step.title,
                sum(known.get(item.code, 0) for item in step.items),
                sum(item.code in known for item in step.items),
                len(step.items),
                grid.top * len(step.items),
            )
            for step in grid.steps
        ),
        band=None if missing else grid.band(points),
    )


def cautions(grid: GridDefinition, answers: Answers) -> list[str]:
    """Return what sits oddly together in the answers, to talk over; it bars nothing (R78)."""

    def worth(code: str) -> int | None:
        choice = answers.get(code)
        return None if choice is None else grid.points[choice]

    def is_odd(item: str, others: Iterable[str], *, only_lowest: bool) -> bool:
        base = worth(item)
        if base is None or (only_lowest and base != grid.bottom):
            return False
        return any((value := worth(other)) is not None and value > base for other in others)

    return [each.text for each in grid.cautions if is_odd(each.item, each.others, only_lowest=each.only_lowest)]


def to_act_on(grid: GridDefinition, answers: Answers) -> list[tuple[Item, str]]:
    """Return the items an action could move, with their answer: the lowest first, then the others (R79)."""
    found = [
        (grid.points[choice], item, choice) for item in grid.items if (choice := answers.get(item.code)) is not None
    ]
    rows = sorted((row for row in found if row[0] < grid.top), key=lambda row: row[0])
    return [(item, choice) for _points, item, choice in rows]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item in two assessments; ``delta`` is null when one of them left it open."""

    item: Item
    before: str | None
    after: str | None
    delta: int | None


def changes(grid: GridDefinition, before: Answers, after: Answers) -> Iterator[ItemChange]:
    """Yield each item with how it moved from one assessment to the other (R80)."""
    for item in grid.items:
        old, new = before.get(item.code), after.get(item.code)
        both = old is not None and new is not None
        delta = grid.points[new] - grid.points[old] if both else None  # type: ignore[index]  # both are choices
        yield ItemChange(item, old, new, delta)
