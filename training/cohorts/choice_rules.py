"""What a choice among modules allows: how many, until when, with which places (R104). Pure."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """A module at choice: its places (null = no limit), how many hold one."""

    id: uuid.UUID
    name: str
    places: int | None = None
    taken: int = 0

    @property
    def left(self) -> int | None:
        """Places left; null when there is no limit."""
        return None if self.places is None else max(0, self.places - self.taken)


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice as one learner, or a whole cohort, has it: how many of which options, until when.

    ``chosen`` says of each module chosen whether it is agreed.
    """

    id: uuid.UUID
    label: str
    least: int
    most: int
    until: date | None
    approved: bool
    options: Sequence[Option]
    chosen: Mapping[uuid.UUID, bool] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of what is chosen, in the options’ order."""
        return [option.name for option in self.options if option.id in self.chosen]

    @property
    def is_made(self) -> bool:
        """Whether enough is chosen."""
        return len(self.chosen) >= max(1, self.least)

    @property
    def is_awaited(self) -> bool:
        """Whether the learner must still choose: nothing is asked of a choice one may leave empty."""
        return self.least > 0 and len(self.chosen) < self.least

    @property
    def awaits_agreement(self) -> bool:
        """Whether something chosen awaits the carrier or a trainer."""
        return not all(self.chosen.values())

    def is_open(self, today: date) -> bool:
        """Whether the learner still chooses by herself: until the end of the day named."""
        return self.until is None or today <= self.until


def number_fault(choice: Choice, wanted: Collection[uuid.UUID]) -> str | None:
    """Return why so many modules cannot be chosen, in French; null when they can."""
    if not {option.id for option in choice.options}.issuperset(wanted):
        return "Choisissez parmi les modules proposés."
    if choice.least <= len(set(wanted)) <= choice.most:
        return None
    if choice.least == choice.most:
        return f"Choisissez {_modules(choice.least)}."
    return f"Choisissez de {choice.least} à {_modules(choice.most)}."


def _modules(count: int) -> str:
    return "un module" if count == 1 else f"{count} modules"


def full_options(choice: Choice, wanted: Collection[uuid.UUID]) -> list[str]:
    """Return the names of the options newly wanted that have no place left; what she has already, she keeps."""
    return [
        option.name
        for option in choice.options
        if option.id in wanted and option.id not in choice.chosen and option.left == 0
    ]


def follows(modules: Iterable[Any], chosen: Collection[uuid.UUID]) -> bool:
    """Whether someone who chose these modules follows a half-day that teaches ``modules`` (R104).

    One that teaches nothing yet, or something that is at nobody’s choice, is everybody’s.
    """
    taught = list(modules)
    return not taught or any(module.choice_group_id is None or module.id in chosen for module in taught)


def are_alternatives(ones: Iterable[Any], others: Iterable[Any]) -> bool:
    """Whether two half-days teach different options only, so that they may meet: nobody is expected at both (R104).

    Of choices from which one module at most is taken; two of several may still be hers.
    """
    first, second = list(ones), list(others)
    if not (at_choice(first) and at_choice(second)) or {m.id for m in first} & {m.id for m in second}:
        return False
    groups = {m.choice_group_id for m in [*first, *second]}
    return len(groups) == 1 and first[0].choice_group.max_choices == 1


def at_choice(modules: Iterable[Any]) -> bool:
    """Whether everything taught is at choice, so that one must ask who chose it."""
    taught = list(modules)
    return bool(taught) and all(module.choice_group_id is not None for module in taught)
