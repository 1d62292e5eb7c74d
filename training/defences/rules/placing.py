"""Who defends when, before whom: the placing of learners in slots with their jurors (R61, R63, R64). Pure.

``placing_search`` finds a plan or proves that there is none; here one is made of as many learners as can be placed, its
loads balanced, and what blocks the others is brought down to the smallest group. The same data always give the same plan.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, TypeVar

from training.defences.rules.placing_facts import Candidate, Member, Placed, Problem, Slot
from training.defences.rules.placing_ground import Ground
from training.defences.rules.placing_search import Budget, GaveUp, Search
from training.defences.rules.seating import seat_all

__all__ = ["Candidate", "Core", "Member", "Placed", "Plan", "Problem", "Slot", "faults", "place", "presidents"]

T = TypeVar("T")

SEARCHING: Final = 400
"""How far one search of a plan goes before it gives up."""
EXPLAINING: Final = 2_000
"""How far the searches of what blocks go, all together."""
BALANCING: Final = 60
"""How far one search of a balanced plan goes."""


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


def place(problem: Problem, effort: Budget | None = None) -> Plan:
    """Return a plan for as many learners as this search can place, loads balanced within each body when possible.

    A learner left out is named with the smallest group that blocks her. ``effort`` counts what all the searches tried.
    """
    effort = effort or Budget(0)
    explaining = Budget(EXPLAINING, within=effort)
    kept, left_out, cores, complete = list(problem.learners), list[uuid.UUID](), list[Core](), True
    while True:
        current = replace(problem, learners=tuple(kept))
        search = Search(Ground(current), Budget(SEARCHING, within=effort))
        try:
            found = search.solve()
        except GaveUp:
            complete, found = False, search.best
            chosen = {learner for _slot, learner in found}
            left_out += [each.id for rank, each in enumerate(kept) if rank not in chosen]
        if found is not None:
            break
        core = _core_of(current, search.blocked, explaining)
        if explaining.is_over:
            complete = False
        else:
            cores.append(core)
        left_out.append(core.learners[-1])
        kept = [each for each in kept if each.id != core.learners[-1]]
    placed = _seated(search.ground, found, effort)
    return Plan(
        tuple(sorted(placed, key=lambda each: (each.slot.start, str(each.slot.room)))),
        tuple(left_out),
        tuple(cores),
        complete,
    )


def _seated(ground: Ground, found: list[tuple[int, int]], effort: Budget) -> list[Placed]:
    """Return the plan whose loads differ by one at most in as many bodies as possible."""
    bodies = range(len(ground.bodies))
    whole = len(found) == len(ground.problem.learners)
    for size in range(len(ground.bodies), 0, -1) if whole else ():
        for group in combinations(bodies, size):
            search = Search(ground, Budget(BALANCING, within=effort), balanced=frozenset(group))
            try:
                better = search.solve()
            except GaveUp:
                continue
            if better is not None:
                return seat_all(ground, better, frozenset(group)) or []
    return seat_all(ground, found) or []


# --- why not -----------------------------------------------------------------------------------------------------------


def _is_possible(problem: Problem, budget: Budget) -> bool:
    """Whether a plan exists; taken for granted when the search gives up: nothing is said not to be needed unproven."""
    try:
        return Search(Ground(problem), budget).solve() is not None
    except GaveUp:
        return True


def _core_of(problem: Problem, blocked: Collection[int], budget: Budget) -> Core:
    """Return the smallest group of learners that blocks, and of its reasons only those it needs.

    ``blocked`` are learners whom the search already saw to be too many for what they may have; empty = any of them.
    """
    learners = _blocking_learners(problem, blocked, budget)
    stuck = replace(problem, learners=learners)
    bodies = _shrink(tuple(problem.bodies), lambda kept: replace(stuck, bodies=kept), budget)
    stuck = replace(stuck, bodies=bodies)
    everywhere = frozenset(slot.id for slot in problem.slots)
    limited = tuple(m.id for m in problem.members if m.body in bodies and m.slots != everywhere)
    away = _shrink(limited, lambda kept: _with_away(stuck, frozenset(kept), everywhere), budget)
    stuck = _with_away(stuck, frozenset(away), everywhere)
    sitting = {member.id for member in problem.members if member.body in bodies}
    pairs = tuple((each.id, juror) for each in learners for juror in sorted(each.barred & sitting, key=str))
    barred = _shrink(pairs, lambda kept: _with_barred(stuck, kept), budget)
    return Core(tuple(each.id for each in learners), barred, away, bodies)


def _blocking_learners(problem: Problem, blocked: Collection[int], budget: Budget) -> tuple[Candidate, ...]:
    """Return one learner, else two, who cannot be placed, even alone; else a group of which none is too many."""
    ground = Ground(problem)
    options = {
        each.id: [ground.slots[slot] for slot in ground.opens[rank]] for rank, each in enumerate(problem.learners)
    }
    for each in problem.learners:
        if not options[each.id]:
            return (each,)
    for one, other in combinations(problem.learners, 2):
        apart = any(not a.overlaps(b) for a in options[one.id] for b in options[other.id])
        if not apart and not _is_possible(replace(problem, learners=(one, other)), budget):
            return one, other
    among = tuple(each for rank, each in enumerate(problem.learners) if not blocked or rank in blocked)
    return _shrink(among, lambda kept: replace(problem, learners=kept), budget)


def _shrink(items: tuple[T, ...], rebuilt: Callable[[tuple[T, ...]], Problem], budget: Budget) -> tuple[T, ...]:
    """Drop, one after the other, what is not needed for the problem to stay impossible."""
    kept = items
    for item in items:
        fewer = tuple(each for each in kept if each is not item)
        if not _is_possible(rebuilt(fewer), budget):
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
