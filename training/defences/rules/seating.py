"""Who sits, once each learner has her slot: loads as even as may be, exactly where the hours allow it (R61, R64). Pure."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from training.defences.rules.placing_facts import Placed
from training.defences.rules.placing_ground import Ground

Pair = tuple[int, int]
STEPS: Final = 500


def seat_all(ground: Ground, pairs: Collection[Pair], balanced: frozenset[int] = frozenset()) -> list[Placed] | None:
    """Return these (slot, learner) with their juries; null when a body of ``balanced`` cannot differ by one at most."""
    ordered = sorted(pairs)
    by_body: list[dict[Pair, list[int]]] = []
    for body in range(len(ground.bodies)):
        seated = _seat_body(ground, body, ordered, strict=body in balanced)
        if seated is None:
            return None
        by_body.append(seated)
    members, learners = ground.problem.members, ground.problem.learners
    return [
        Placed(
            learners[learner].id,
            ground.slots[slot],
            tuple(members[rank].id for rank in _in_order(ground, [seated[slot, learner] for seated in by_body])),
        )
        for slot, learner in ordered
    ]


def _in_order(ground: Ground, chosen: list[list[int]]) -> list[int]:
    """Return the members in the order of the bodies of a jury, one body perhaps twice."""
    left = {body: list(seated) for body, seated in zip(ground.bodies, chosen, strict=True)}
    return [left[body].pop(0) for body in ground.problem.bodies]


def _seat_body(ground: Ground, body: int, pairs: list[Pair], *, strict: bool) -> dict[Pair, list[int]] | None:
    if all(ground.aligned[ground.group_of[slot]] for slot, _learner in pairs):
        return _Flow(ground, body, pairs).run(strict=strict)
    return _Trial(ground, body, pairs).run(strict=strict)


@dataclass(slots=True)
class _Trial:
    """Seats of one body where hours meet without being the same: tried in turn, the least loaded first, as far as ``STEPS``."""

    ground: Ground
    body: int
    pairs: list[Pair]
    seats: list[Pair] = field(default_factory=list)
    loads: list[int] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    most: int = 0
    steps: int = STEPS

    def run(self, *, strict: bool) -> dict[Pair, list[int]] | None:
        """Return who sits: loads that differ by one at most, or else, unless ``strict``, as the groups allow."""
        self.seats = [pair for pair in self.pairs for _ in range(self.ground.seats[self.body])]
        self.loads = list(self.ground.loads)
        own = [rank for rank in range(len(self.loads)) if self.ground.of_body[self.body] >> rank & 1]
        floor, beyond = divmod(len(self.seats) + sum(self.loads[rank] for rank in own), max(len(own), 1))
        self.most = floor + bool(beyond)
        if self._sit(own, floor):
            return self._read(self.chosen)
        return None if strict else self._by_groups()

    def _sit(self, own: list[int], floor: int) -> bool:
        if len(self.chosen) == len(self.seats):
            return all(floor <= self.loads[rank] <= self.most for rank in own)
        self.steps -= 1
        slot, learner = self.seats[len(self.chosen)]
        able = [rank for rank in own if self.ground.allowed[learner][slot][self.body] >> rank & 1]
        for rank in sorted(able, key=lambda each: (self.loads[each], each)):
            if self.steps < 0:
                return False
            if self.loads[rank] >= self.most or self._is_busy(rank, slot):
                continue
            self.chosen.append(rank)
            self.loads[rank] += 1
            if self._sit(own, floor):
                return True
            self.chosen.pop()
            self.loads[rank] -= 1
        return False

    def _is_busy(self, rank: int, slot: int) -> bool:
        slots = self.ground.slots
        return any(
            rank == other and slots[self.seats[seat][0]].overlaps(slots[slot]) for seat, other in enumerate(self.chosen)
        )

    def _by_groups(self) -> dict[Pair, list[int]] | None:
        loads, chosen = list(self.ground.loads), list[int]()
        for group in dict.fromkeys(self.ground.group_of[slot] for slot, _learner in self.pairs):
            here = tuple(pair for pair in self.pairs if self.ground.group_of[pair[0]] == group)
            found = self.ground.jury(self.body, here, loads)
            if found is None:
                return None
            chosen += found
            for member in found:
                loads[member] += 1
        return self._read(chosen)

    def _read(self, chosen: list[int]) -> dict[Pair, list[int]]:
        found: dict[Pair, list[int]] = {}
        for pair, member in zip(self.seats, chosen, strict=True):
            found.setdefault(pair, []).append(member)
        return found


@dataclass(slots=True)
class _Flow:
    """Seats of one body given to its members, nobody twice in a group, by augmenting paths: exact, whatever the order."""

    ground: Ground
    body: int
    pairs: list[Pair]
    seats: list[Pair] = field(default_factory=list)
    at: dict[tuple[int, int], int] = field(default_factory=dict)
    of: dict[int, int] = field(default_factory=dict)
    loads: list[int] = field(default_factory=list)
    most: int = 0

    def run(self, *, strict: bool) -> dict[Pair, list[int]] | None:
        """Fill members up to the floor of an even share, then one beyond it; further only when not ``strict``.

        What a first pass gives a member, augmenting never takes away: all reach the floor if they can.
        """
        self.seats = [pair for pair in self.pairs for _ in range(self.ground.seats[self.body])]
        self.loads = list(self.ground.loads)
        own = [rank for rank in range(len(self.loads)) if self.ground.of_body[self.body] >> rank & 1]
        if not own:
            return {} if not self.seats else None
        floor = (len(self.seats) + sum(self.loads[rank] for rank in own)) // len(own)
        self.most = floor
        self._fill()
        if strict and any(self.loads[rank] < floor for rank in own):
            return None
        last = floor + 1 if strict else floor + len(self.seats)
        while len(self.of) < len(self.seats) and self.most < last:
            self.most += 1
            self._fill()
        if len(self.of) < len(self.seats) or (strict and any(self.loads[rank] > floor + 1 for rank in own)):
            return None
        found: dict[Pair, list[int]] = {}
        for seat, pair in enumerate(self.seats):
            found.setdefault(pair, []).append(self.of[seat])
        return found

    def _fill(self) -> None:
        for seat in range(len(self.seats)):
            if seat not in self.of:
                self._give(seat, set(), set())

    def _give(self, seat: int, hours: set[tuple[int, int]], members: set[int]) -> bool:
        """Give a seat a member, others making way; one that had a member already leaves it to the caller."""
        slot, learner = self.seats[seat]
        group, mask = self.ground.group_of[slot], self.ground.allowed[learner][slot][self.body]
        able = [rank for rank in range(len(self.loads)) if mask >> rank & 1 and self.of.get(seat) != rank]
        for member in sorted(able, key=lambda rank: (self.loads[rank], rank)):
            hour = (member, group)
            if hour in hours:
                continue
            hours.add(hour)
            holder = self.at.get(hour)
            if holder is not None:
                if not self._give(holder, hours, members):
                    continue
            elif self.loads[member] >= self.most and not self._make_way(member, hours, members):
                continue
            self._sit(seat, member, group)
            return True
        return False

    def _make_way(self, member: int, hours: set[tuple[int, int]], members: set[int]) -> bool:
        """Have someone else take one of a member’s seats."""
        if member in members:
            return False
        members.add(member)
        return any(self._give(seat, hours, members) for seat, known in list(self.of.items()) if known == member)

    def _sit(self, seat: int, member: int, group: int) -> None:
        before = self.of.get(seat)
        if before is not None:
            self.loads[before] -= 1
            if self.at.get((before, group)) == seat:
                del self.at[before, group]
        self.of[seat], self.at[member, group] = member, seat
        self.loads[member] += 1
