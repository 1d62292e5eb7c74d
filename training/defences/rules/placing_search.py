"""The search of a plan: complete, and cut short by what a matching proves (R63, R64). Pure.

Learners are given slots; juries follow, group of overlapping slots by group, since nothing ties those of two hours. At each
node a matching of those who wait with what is open either proves that there is no plan, or nearly is one.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from training.defences.rules.placing_ground import Ground
from training.defences.rules.seating import Pair, seat_all


class GaveUp(Exception):
    """The search went as far as it may."""


@dataclass(slots=True)
class Budget:
    """How many nodes searches may still try, together; what they try counts for ``within`` too."""

    left: int
    spent: int = 0
    within: "Budget | None" = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more may be tried."""
        return self.left <= 0

    def spend(self) -> None:
        """Count one; raise ``GaveUp`` when there is none left."""
        if self.is_over:
            raise GaveUp
        self.left -= 1
        self.spent += 1
        if self.within is not None:
            self.within.spent += 1


@dataclass(slots=True)
class Search:
    """One search. ``best``: the largest part of a plan met; ``blocked``: the learners that a matching showed to be too many."""

    ground: Ground
    budget: Budget
    balanced: frozenset[int] = frozenset()
    here: list[tuple[Pair, ...]] = field(default_factory=list)
    best: list[Pair] = field(default_factory=list)
    blocked: frozenset[int] = frozenset()

    def solve(self) -> list[Pair] | None:
        """Return each learner with her slot, or null when there is no plan; ``GaveUp`` when it cannot tell."""
        self.here = [()] * len(self.ground.groups)
        return self._go(list(range(len(self.ground.problem.learners))))

    def _go(self, waiting: list[int]) -> list[Pair] | None:
        self.budget.spend()
        placed = [pair for pairs in self.here for pair in pairs]
        options = {learner: self._options(learner) for learner in waiting}
        alone: set[int] = set()
        while True:
            matched, stuck = match([self._places(options[learner], alone) for learner in waiting])
            if stuck is not None:
                if not placed:
                    self.blocked = frozenset(waiting[rank] for rank in stuck)
                return None
            groups = [place[0] for place in matched]
            found, failing = self._arrange(waiting, options, groups)
            lonely = self._lonely(failing, options, dict(zip(waiting, groups, strict=True))) - alone
            if not lonely:
                break
            alone |= lonely
        if len(placed) + len(found) > len(self.best):
            self.best = placed + found
        if not failing:
            whole = placed + found
            if not self.balanced or seat_all(self.ground, whole, self.balanced) is not None:
                return whole
        if not waiting or not self._staffed(waiting, options, top=not placed):
            return None
        learner = min(failing or waiting, key=lambda each: (len(options[each]), each))
        return self._branch(learner, options[learner], [each for each in waiting if each != learner])

    def _branch(self, learner: int, options: list[int], rest: list[int]) -> list[Pair] | None:
        tried: set[tuple[object, ...]] = set()
        for slot in options:
            if self.ground.kinds[slot] in tried:
                continue
            tried.add(self.ground.kinds[slot])
            group = self.ground.group_of[slot]
            before = self.here[group]
            self.here[group] = tuple(sorted((*before, (slot, learner))))
            found = self._go(rest)
            self.here[group] = before
            if found is not None:
                return found
        return None

    def _options(self, learner: int) -> list[int]:
        """Return the slots a learner may still have, beside those already placed in the same group."""
        found = []
        for slot in self.ground.opens[learner]:
            here = self.here[self.ground.group_of[slot]]
            if not here or (
                all(slot != taken for taken, _other in here)
                and self.ground.fits(tuple(sorted((*here, (slot, learner)))))
            ):
                found.append(slot)
        return found

    def _lonely(self, failing: Sequence[int], options: dict[int, list[int]], matched: dict[int, int]) -> set[int]:
        """Return the groups, of those that could not hold whom they were matched with, that can hold one more at most."""
        found = set()
        for group in {matched[learner] for learner in failing}:
            able = [each for each in options if any(self.ground.group_of[slot] == group for slot in options[each])]
            if not any(self._hold(group, pair, options, self.here[group]) for pair in combinations(able, 2)):
                found.add(group)
        return found

    def _places(self, slots: Sequence[int], alone: Collection[int]) -> list[tuple[int, int]]:
        """Return what a learner may be matched with: as many places of a group as it can ever hold, or its very slots."""
        found: list[tuple[int, int]] = []
        for group in dict.fromkeys(self.ground.group_of[slot] for slot in slots):
            if self.ground.aligned[group]:
                left = 1 if group in alone else self.ground.capacity[group] - len(self.here[group])
                found += [(group, number) for number in range(left)]
            else:
                found += [(group, slot) for slot in slots if self.ground.group_of[slot] == group]
        return found

    def _arrange(
        self, waiting: Sequence[int], options: dict[int, list[int]], groups: Sequence[int]
    ) -> tuple[list[Pair], list[int]]:
        """Return the slots of those whom the groups they were matched with can really hold, and the others."""
        found: list[Pair] = []
        failing: list[int] = []
        by_group: dict[int, list[int]] = {}
        for learner, group in zip(waiting, groups, strict=True):
            by_group.setdefault(group, []).append(learner)
        for group, learners in by_group.items():
            pairs = self._hold(group, learners, options, self.here[group])
            if pairs is None:
                failing += learners
                first = self._hold(group, learners[:1], options, self.here[group])
                found += [pair for pair in first or () if pair not in self.here[group]]
            else:
                found += [pair for pair in pairs if pair not in self.here[group]]
        return found, failing

    def _hold(
        self, group: int, learners: Sequence[int], options: dict[int, list[int]], here: tuple[Pair, ...]
    ) -> tuple[Pair, ...] | None:
        if not learners:
            return here
        tried: set[tuple[object, ...]] = set()
        for slot in options[learners[0]]:
            kind = self.ground.kinds[slot]
            if self.ground.group_of[slot] != group or kind in tried or any(slot == taken for taken, _ in here):
                continue
            tried.add(kind)
            more = tuple(sorted((*here, (slot, learners[0]))))
            if self.ground.fits(more):
                found = self._hold(group, learners[1:], options, more)
                if found is not None:
                    return found
        return None

    def _staffed(self, waiting: Sequence[int], options: dict[int, list[int]], *, top: bool) -> bool:
        """Whether each body has, by itself, an hour of a member for each learner: no plan exists otherwise."""
        for body in range(len(self.ground.bodies)):
            hours = [
                list(
                    dict.fromkeys(
                        (self._hour(slot), rank)
                        for slot in options[learner]
                        for rank in range(len(self.ground.loads))
                        if self.ground.allowed[learner][slot][body] >> rank & 1
                    )
                )
                for learner in waiting
            ]
            stuck = match(hours)[1]
            if stuck is not None:
                if top:
                    self.blocked = frozenset(waiting[rank] for rank in stuck)
                return False
        return True

    def _hour(self, slot: int) -> Hashable:
        group = self.ground.group_of[slot]
        return group if self.ground.aligned[group] else self.ground.slots[slot].start


def match(options: Sequence[Sequence[Hashable]]) -> tuple[list[Any], list[int] | None]:
    """Return what each has, no option serving two, by augmenting paths; or those who are too many for what they may have."""
    holder: dict[Hashable, int] = {}
    has: list[Any] = [None] * len(options)

    def seat(index: int, seen: set[Hashable]) -> bool:
        for option in options[index]:
            if option in seen:
                continue
            seen.add(option)
            if option not in holder or seat(holder[option], seen):
                holder[option] = index
                has[index] = option
                return True
        return False

    for index in range(len(options)):
        seen: set[Hashable] = set()
        if not seat(index, seen):
            return has, [index, *(holder[option] for option in seen)]
    return has, None
