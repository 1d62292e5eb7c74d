"""Who defends when, before whom: the placing of learners in slots with their jurors (R61, R63, R64). Pure.

A complete search, kept small by what it checks before going deeper: as many slots as learners, and for each body of the
jury as many free hours of its members. The same data always give the same plan.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations, product
from typing import Final, TypeVar

T = TypeVar("T")

NODES: Final = 4_000
"""How far a search goes before it gives up: about half a second."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time in a room."""

    id: uuid.UUID
    room: uuid.UUID
    start: datetime
    end: datetime

    def overlaps(self, other: "Slot") -> bool:
        """Whether nobody can be in both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who may sit: for which body, and the slots she can come to."""

    id: uuid.UUID
    body: str
    slots: frozenset[uuid.UUID]
    presides: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A learner to place, and those who may not judge her (R63)."""

    id: uuid.UUID
    barred: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """A learner in a slot, before one member of each body, in the order of the bodies."""

    learner: uuid.UUID
    slot: Slot
    jury: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything to place: ``bodies`` are the seats of a jury, ``fixed`` what is placed already and stays."""

    slots: Sequence[Slot]
    members: Sequence[Member]
    learners: Sequence[Candidate]
    bodies: Sequence[str]
    fixed: Sequence[Placed] = ()


@dataclass(frozen=True, slots=True)
class Core:
    """The smallest set that cannot be placed: these learners, for these reasons, none of which is too many.

    ``barred`` are pairs (learner, juror), ``away`` the jurors who cannot always come, ``bodies`` those asked in vain;
    without any of them, it is the slots that lack.
    """

    learners: tuple[uuid.UUID, ...]
    barred: tuple[tuple[uuid.UUID, uuid.UUID], ...] = ()
    away: tuple[uuid.UUID, ...] = ()
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed: placements, in order of time; the learners left out, and why.

    ``complete`` is false when the search gave up: another plan may exist.
    """

    placed: tuple[Placed, ...]
    left_out: tuple[uuid.UUID, ...] = ()
    cores: tuple[Core, ...] = ()
    complete: bool = True


class _GaveUp(Exception):
    """The search went as far as it may."""


def place(problem: Problem) -> Plan:
    """Return a plan for as many learners as this search can place, loads balanced within each body when possible.

    A learner left out is named with the smallest group that blocks her.
    """
    kept = list(problem.learners)
    left_out: list[uuid.UUID] = []
    cores: list[Core] = []
    complete = True
    while True:
        current = replace(problem, learners=tuple(kept))
        try:
            found = _first(current)
        except _GaveUp:
            complete, found = False, None
        if found is not None:
            break
        core = _core_of(current) if complete else Core((kept[-1].id,))
        dropped = core.learners[-1]
        left_out.append(dropped)
        cores.append(core)
        kept = [each for each in kept if each.id != dropped]
    placed = tuple(sorted(_balanced(current, found), key=lambda each: (each.slot.start, str(each.slot.room))))
    return Plan(placed, tuple(left_out), tuple(cores), complete)


# --- the search --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Search:
    """One search: what is free, taken and loaded as it goes; ``caps`` bounds the loads of the bodies to balance."""

    problem: Problem
    balanced: frozenset[str] = frozenset()
    nodes: int = NODES
    by_body: dict[str, list[Member]] = field(default_factory=dict)
    busy: dict[uuid.UUID, list[Slot]] = field(default_factory=dict)
    loads: dict[uuid.UUID, int] = field(default_factory=dict)
    free: list[Slot] = field(default_factory=list)
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the problem: what is fixed is taken."""
        taken = [each.slot for each in self.problem.fixed]
        self.free = [
            slot
            for slot in sorted(self.problem.slots, key=lambda each: (each.start, str(each.room), str(each.id)))
            if not any(slot.room == other.room and slot.overlaps(other) for other in taken)
        ]
        for member in self.problem.members:
            self.by_body.setdefault(member.body, []).append(member)
            self.busy[member.id], self.loads[member.id] = [], 0
        for each in self.problem.fixed:
            for juror in each.jury:
                if juror in self.busy:
                    self.busy[juror].append(each.slot)
                    self.loads[juror] += 1
        total = len(self.problem.learners) + len(self.problem.fixed)
        for body in self.balanced:
            count = len(self.by_body.get(body, ()))
            self.limits[body] = divmod(total, count) if count else (0, 0)

    def solve(self) -> list[Placed] | None:
        """Return a whole placement, or null when there is none; ``_GaveUp`` when it cannot tell."""
        return self._go(list(self.problem.learners))

    def _go(self, waiting: list[Candidate]) -> list[Placed] | None:
        if not waiting:
            return []
        self.nodes -= 1
        if self.nodes < 0:
            raise _GaveUp
        options = {each.id: [slot for slot in self.free if self._opens(each, slot)] for each in waiting}
        if not _matches([options[each.id] for each in waiting], lambda slot: slot.id) or not self._staffed(waiting):
            return None
        learner = min(waiting, key=lambda each: (len(options[each.id]), len(each.barred) * -1, str(each.id)))
        rest = [each for each in waiting if each is not learner]
        for slot in options[learner.id]:
            for jury in self.juries(learner, slot):
                found = self._with(learner, slot, jury, rest)
                if found is not None:
                    return found
        return None

    def _with(
        self, learner: Candidate, slot: Slot, jury: tuple[Member, ...], rest: list[Candidate]
    ) -> list[Placed] | None:
        before = self.free
        self.free = [each for each in before if each.room != slot.room or not each.overlaps(slot)]
        for member in jury:
            self.busy[member.id].append(slot)
            self.loads[member.id] += 1
        found = self._go(rest)
        self.free = before
        for member in jury:
            self.busy[member.id].pop()
            self.loads[member.id] -= 1
        return None if found is None else [Placed(learner.id, slot, tuple(each.id for each in jury)), *found]

    def _can(self, member: Member, learner: Candidate, slot: Slot) -> bool:
        return (
            slot.id in member.slots
            and member.id not in learner.barred
            and not any(slot.overlaps(other) for other in self.busy[member.id])
        )

    def _opens(self, learner: Candidate, slot: Slot) -> bool:
        return all(
            any(self._can(member, learner, slot) for member in self.by_body.get(body, ()))
            for body in self.problem.bodies
        )

    def _under_limit(self, member: Member) -> bool:
        """Whether one more keeps her body balanced: all reach the floor, as many as remain go one beyond it."""
        limit = self.limits.get(member.body)
        if limit is None:
            return True
        floor, beyond = limit
        load = self.loads[member.id]
        if load < floor:
            return True
        return load == floor and sum(self.loads[each.id] > floor for each in self.by_body[member.body]) < beyond

    def juries(self, learner: Candidate, slot: Slot) -> Iterator[tuple[Member, ...]]:
        """Yield the juries that may sit, the least loaded first; one person never holds two seats."""
        choices = [
            sorted(
                (m for m in self.by_body.get(body, ()) if self._can(m, learner, slot) and self._under_limit(m)),
                key=lambda m: (self.loads[m.id], str(m.id)),
            )
            for body in self.problem.bodies
        ]
        for jury in product(*choices):
            if len({member.id for member in jury}) == len(jury):
                yield jury

    def _staffed(self, waiting: Sequence[Candidate]) -> bool:
        """Whether each body has, by itself, an hour of a member for each learner: no plan exists otherwise."""
        return all(
            _matches(
                [
                    list(dict.fromkeys(
                        (member.id, slot.start)
                        for slot in self.free
                        for member in self.by_body.get(body, ())
                        if self._can(member, learner, slot)
                    ))
                    for learner in waiting
                ],
                lambda hour: hour,
            )
            for body in dict.fromkeys(self.problem.bodies)
        )  # fmt: skip


def _matches(options: Sequence[Sequence[T]], key: Callable[[T], object]) -> bool:
    """Whether each may have one of its options, no option serving two (augmenting paths)."""
    holder: dict[object, int] = {}

    def seat(index: int, seen: set[object]) -> bool:
        for option in options[index]:
            name = key(option)
            if name in seen:
                continue
            seen.add(name)
            if name not in holder or seat(holder[name], seen):
                holder[name] = index
                return True
        return False

    return all(seat(index, set()) for index in range(len(options)))


def _first(problem: Problem) -> list[Placed] | None:
    return _Search(problem).solve()


def _balanced(problem: Problem, found: list[Placed]) -> list[Placed]:
    """Return a plan whose loads differ by one at most in as many bodies as possible; ``found`` when in none."""
    bodies = tuple(dict.fromkeys(problem.bodies))
    for size in range(len(bodies), 0, -1):
        for group in combinations(bodies, size):
            try:
                better = _Search(problem, frozenset(group), nodes=NODES // 4).solve()
            except _GaveUp:
                continue
            if better is not None:
                return better
    return found


# --- why not -----------------------------------------------------------------------------------------------------------


def _is_possible(problem: Problem) -> bool:
    try:
        return _first(problem) is not None
    except _GaveUp:
        return True


def _core_of(problem: Problem) -> Core:
    """Return the smallest group of learners that blocks, and of its reasons only those it needs."""
    learners = _blocking_learners(problem)
    stuck = replace(problem, learners=learners)
    bodies = _shrink(tuple(problem.bodies), lambda kept: replace(stuck, bodies=kept))
    stuck = replace(stuck, bodies=bodies)
    everywhere = frozenset(slot.id for slot in problem.slots)
    limited = tuple(m.id for m in problem.members if m.body in bodies and m.slots != everywhere)
    away = _shrink(limited, lambda kept: _with_away(stuck, frozenset(kept), everywhere))
    stuck = _with_away(stuck, frozenset(away), everywhere)
    sitting = {member.id for member in problem.members if member.body in bodies}
    pairs = tuple((each.id, juror) for each in learners for juror in sorted(each.barred & sitting, key=str))
    barred = _shrink(pairs, lambda kept: _with_barred(stuck, kept))
    return Core(tuple(each.id for each in learners), barred, away, bodies)


def _blocking_learners(problem: Problem) -> tuple[Candidate, ...]:
    """Return one learner, else two, who cannot be placed, even alone; else a group of which none is too many."""
    options = {each.id: _alone(problem, each) for each in problem.learners}
    for each in problem.learners:
        if not options[each.id]:
            return (each,)
    for one, other in combinations(problem.learners, 2):
        apart = any(not a.overlaps(b) for a in options[one.id] for b in options[other.id])
        if not apart and not _is_possible(replace(problem, learners=(one, other))):
            return one, other
    return _shrink(tuple(problem.learners), lambda kept: replace(problem, learners=kept))


def _alone(problem: Problem, learner: Candidate) -> list[Slot]:
    """Return the slots in which this learner could be placed if she were alone."""
    search = _Search(replace(problem, learners=(learner,)))
    return [slot for slot in search.free if next(search.juries(learner, slot), None) is not None]


def _shrink(items: tuple[T, ...], rebuilt: Callable[[tuple[T, ...]], Problem]) -> tuple[T, ...]:
    """Drop, one after the other, what is not needed for the problem to stay impossible."""
    kept = items
    for item in items:
        fewer = tuple(each for each in kept if each is not item)
        if not _is_possible(rebuilt(fewer)):
            kept = fewer
    return kept


def _with_away(problem: Problem, away: Collection[uuid.UUID], everywhere: frozenset[uuid.UUID]) -> Problem:
    members = tuple(m if m.id in away else replace(m, slots=everywhere) for m in problem.members)
    return replace(problem, members=members)


def _with_barred(problem: Problem, pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> Problem:
    kept: dict[uuid.UUID, set[uuid.UUID]] = {}
    for learner, juror in pairs:
        kept.setdefault(learner, set()).add(juror)
    learners = tuple(replace(each, barred=frozenset(kept.get(each.id, ()))) for each in problem.learners)
    return replace(problem, learners=learners)


# --- once placed -------------------------------------------------------------------------------------------------------


def faults(problem: Problem, placed: Sequence[Placed]) -> list[str]:
    """Return the rules a placement breaks, by their number: what a plan accepted, or moved by hand, is checked by."""
    members = {member.id: member for member in problem.members}
    barred: Mapping[uuid.UUID, frozenset[uuid.UUID]] = {each.id: each.barred for each in problem.learners}
    found = []
    for each in placed:
        jury = [members[juror] for juror in each.jury if juror in members]
        if sorted(member.body for member in jury) != sorted(problem.bodies):
            found.append("R61")
        if barred.get(each.learner, frozenset()) & set(each.jury):
            found.append("R63")
        if any(each.slot.id not in member.slots for member in jury):
            found.append("availability")
    for one, other in combinations([*placed, *problem.fixed], 2):
        if one.slot.overlaps(other.slot) and (
            one.slot.room == other.slot.room or one.learner == other.learner or set(one.jury) & set(other.jury)
        ):
            found.append("R64")
    return found


def presidents(problem: Problem, placed: Sequence[Placed]) -> dict[uuid.UUID, uuid.UUID]:
    """Return who presides each learner’s jury: of those who may, whoever presides least, in the order of the bodies."""
    members = {member.id: member for member in problem.members}
    counts: dict[uuid.UUID, int] = {}
    chosen = {}
    for each in placed:
        able = [juror for juror in each.jury if juror in members and members[juror].presides]
        if able:
            best = min(able, key=lambda juror: (counts.get(juror, 0), each.jury.index(juror)))
            counts[best] = counts.get(best, 0) + 1
            chosen[each.learner] = best
    return chosen
