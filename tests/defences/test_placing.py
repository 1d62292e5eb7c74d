"""The placing of defences (R61, R63, R64): never a broken rule, and no plan refused that exists."""

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.defences.rules import placing
from training.defences.rules.placing import Candidate, Member, Placed, Problem, Slot
from training.defences.rules.placing_search import Budget

MORNING = datetime(2027, 1, 12, 8, tzinfo=UTC)
BODIES = ("school", "funder", "carrier")


def _id(kind: int, number: int) -> uuid.UUID:
    return uuid.UUID(int=(kind << 64) + number)


def _slots(days: int, rooms: int, per_day: int) -> list[Slot]:
    return [
        Slot(
            _id(1, (day * 10 + room) * 100 + hour),
            _id(2, day * 10 + room),
            MORNING + timedelta(days=day, hours=hour),
            MORNING + timedelta(days=day, hours=hour + 1),
        )
        for day in range(days)
        for room in range(rooms)
        for hour in range(per_day)
    ]


def _staggered(slots: list[Slot]) -> list[Slot]:
    """The same, every other one half an hour later: rooms whose hours meet without being the same."""
    half = timedelta(minutes=30)
    return [
        replace(slot, start=slot.start + half, end=slot.end + half) if slot.room.int % 2 else slot for slot in slots
    ]


def _problem(
    random: Random,
    *,
    learners: int,
    slots: list[Slot],
    per_body: int,
    bodies: Sequence[str],
    free: float = 0.8,
    barred: float = 0.25,
) -> Problem:
    everywhere = [slot.id for slot in slots]
    members = [
        Member(
            _id(3, rank * 10 + number),
            body,
            frozenset(slot for slot in everywhere if random.random() < free),
        )
        for rank, body in enumerate(bodies)
        for number in range(per_body)
    ]
    people = [
        Candidate(_id(4, number), frozenset(m.id for m in members if random.random() < barred))
        for number in range(learners)
    ]
    return Problem(slots, members, people, bodies)


def _exhaustive(problem: Problem) -> Iterator[list[Placed]]:
    """Yield every placement that breaks no rule, the plain way."""
    juries = list(product(*([m.id for m in problem.members if m.body == body] for body in problem.bodies)))
    for chosen in permutations(problem.slots, len(problem.learners)):
        for seats in product(juries, repeat=len(problem.learners)):
            placed = [
                Placed(learner.id, slot, jury)
                for learner, slot, jury in zip(problem.learners, chosen, seats, strict=True)
            ]
            if not placing.faults(problem, placed):
                yield placed


def _spreads(problem: Problem, placed: Sequence[Placed]) -> list[int]:
    loads = Counter(juror for each in placed for juror in each.jury)
    per_body = [[loads[m.id] for m in problem.members if m.body == body] for body in problem.bodies]
    return [max(each) - min(each) for each in per_body if each]


@settings(max_examples=90, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    learners=st.integers(1, 3),
    rooms=st.integers(1, 2),
    per_day=st.integers(1, 2),
    per_body=st.integers(1, 2),
    staggered=st.booleans(),
)
def test_agrees_with_trying_everything(
    seed: int, learners: int, rooms: int, per_day: int, per_body: int, *, staggered: bool
) -> None:
    slots = _slots(1, rooms, per_day)
    slots = _staggered(slots) if staggered else slots
    problem = _problem(Random(seed), learners=learners, slots=slots, per_body=per_body, bodies=BODIES[:2])
    plan = placing.place(problem)
    assert placing.faults(problem, plan.placed) == []
    assert plan.complete
    assert len(plan.placed) + len(plan.left_out) == learners
    exists = next(_exhaustive(problem), None) is not None
    assert (plan.left_out == ()) is exists
    if exists and any(max(_spreads(problem, placed)) <= 1 for placed in _exhaustive(problem)):
        assert max(_spreads(problem, plan.placed)) <= 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), learners=st.integers(2, 3))
def test_a_core_blocks_and_none_of_it_is_too_many(seed: int, learners: int) -> None:
    problem = _problem(Random(seed), learners=learners, slots=_slots(1, 1, 2), per_body=1, bodies=BODIES[:2])
    plan = placing.place(problem)
    for core in plan.cores:
        group = [each for each in problem.learners if each.id in core.learners]
        assert next(_exhaustive(replace(problem, learners=group)), None) is None
        for one in group:
            assert next(_exhaustive(replace(problem, learners=[e for e in group if e is not one])), None) is not None


SIZES = (
    pytest.param((1, 7), (0.8, 0.25), 100, id="usual"),
    pytest.param((1, 7), (0.5, 0.4), 800, id="scarce"),
    pytest.param((2, 4), (0.5, 0.5), 1_200, id="barred"),
    pytest.param((2, 5), (0.4, 0.3), 1_500, id="two rooms, rarely free"),
)
"""Rooms, hours a day, how often a juror is free, how often barred, and how many nodes are enough."""


@pytest.mark.parametrize(("shape", "odds", "enough"), SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_r64_twenty_learners_three_days_nine_jurors_are_placed_or_explained_within_few_nodes(
    seed: int, shape: tuple[int, int], odds: tuple[float, float], enough: int
) -> None:
    slots = _slots(3, *shape)
    problem = _problem(Random(seed), learners=20, slots=slots, per_body=3, bodies=BODIES, free=odds[0], barred=odds[1])
    effort = Budget(0)
    plan = placing.place(problem, effort)
    assert effort.spent <= enough
    assert plan.complete
    assert placing.faults(problem, plan.placed) == []
    assert len(plan.placed) + len(plan.left_out) == 20
    assert [core.learners[-1] for core in plan.cores] == list(plan.left_out)


def test_the_same_data_give_the_same_plan() -> None:
    problem = _problem(Random(3), learners=20, slots=_slots(3, 1, 7), per_body=3, bodies=BODIES)
    assert placing.place(problem) == placing.place(problem)


@pytest.mark.parametrize("seed", range(2))
def test_r64_a_core_of_a_large_problem_blocks_and_none_of_it_is_too_many(seed: int) -> None:
    slots = _slots(3, 1, 7)
    problem = _problem(Random(seed), learners=20, slots=slots, per_body=3, bodies=BODIES, free=0.5, barred=0.4)
    kept = list(problem.learners)
    for core in placing.place(problem).cores:
        group = [each for each in kept if each.id in core.learners]
        assert placing.place(replace(problem, learners=group)).left_out
        for one in group:
            fewer = [each for each in group if each is not one]
            assert not placing.place(replace(problem, learners=fewer)).left_out
        kept = [each for each in kept if each.id != core.learners[-1]]


def test_a_search_that_gives_up_places_what_it_found_and_explains_nothing_it_did_not_prove(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slots = _slots(3, 2, 5)
    problem = _problem(Random(1), learners=20, slots=slots, per_body=3, bodies=BODIES, free=0.4, barred=0.3)
    whole = placing.place(problem)
    monkeypatch.setattr(placing, "SEARCHING", 2)
    monkeypatch.setattr(placing, "EXPLAINING", 5)
    plan = placing.place(problem)
    assert not plan.complete
    assert plan.placed
    assert placing.faults(problem, plan.placed) == []
    assert len(plan.placed) + len(plan.left_out) == 20
    assert len(plan.cores) < len(whole.cores)


def test_two_seats_of_one_body_take_two_people() -> None:
    slots = _slots(1, 1, 1)
    free = frozenset(slot.id for slot in slots)
    members = [Member(_id(3, number), "school", free) for number in range(2)]
    problem = Problem(slots, members, [Candidate(_id(4, 1))], ("school", "school"))
    (placed,) = placing.place(problem).placed
    assert set(placed.jury) == {member.id for member in members}
    assert placing.place(replace(problem, members=members[:1])).cores[0].bodies == ("school", "school")


def test_loads_are_balanced_when_everyone_is_free() -> None:
    slots = _slots(3, 1, 7)
    free = frozenset(slot.id for slot in slots)
    members = [Member(_id(3, rank * 10 + n), body, free) for rank, body in enumerate(BODIES) for n in range(3)]
    problem = Problem(slots, members, [Candidate(_id(4, n)) for n in range(20)], BODIES)
    assert _spreads(problem, placing.place(problem).placed) == [1, 1, 1]


def test_names_the_one_juror_who_may_not_judge_her() -> None:
    slots = _slots(1, 1, 3)
    free = frozenset(slot.id for slot in slots)
    school = Member(_id(3, 1), "school", free)
    funder = Member(_id(3, 2), "funder", free)
    barred, other = Candidate(_id(4, 1), frozenset({school.id})), Candidate(_id(4, 2))
    plan = placing.place(Problem(slots, [school, funder], [barred, other], ("school", "funder")))
    assert plan.left_out == (barred.id,)
    assert plan.cores == (placing.Core((barred.id,), ((barred.id, school.id),), (), ("school",)),)
    assert [each.learner for each in plan.placed] == [other.id]


def test_names_the_juror_who_cannot_come() -> None:
    slots = _slots(1, 1, 1)
    away = Member(_id(3, 1), "school", frozenset())
    plan = placing.place(Problem(slots, [away], [Candidate(_id(4, 1))], ("school",)))
    assert plan.cores == (placing.Core((_id(4, 1),), (), (away.id,), ("school",)),)


def test_says_that_slots_lack() -> None:
    slots = _slots(1, 1, 2)
    free = frozenset(slot.id for slot in slots)
    members = [Member(_id(3, 1), "school", free)]
    plan = placing.place(Problem(slots, members, [Candidate(_id(4, n)) for n in range(3)], ("school",)))
    assert len(plan.placed) == 2
    assert plan.cores == (placing.Core(tuple(_id(4, n) for n in range(3))),)


def test_says_that_a_body_has_nobody() -> None:
    plan = placing.place(Problem(_slots(1, 1, 1), [], [Candidate(_id(4, 1))], ("funder",)))
    assert plan.cores == (placing.Core((_id(4, 1),), (), (), ("funder",)),)


def test_what_is_fixed_stays_and_takes_its_time() -> None:
    slots = _slots(1, 2, 1)
    free = frozenset(slot.id for slot in slots)
    juror = Member(_id(3, 1), "school", free)
    fixed = Placed(_id(4, 9), slots[0], (juror.id,))
    plan = placing.place(Problem(slots, [juror], [Candidate(_id(4, 1))], ("school",), fixed=[fixed]))
    assert plan.placed == ()
    second = Member(_id(3, 2), "school", free)
    plan = placing.place(Problem(slots, [juror, second], [Candidate(_id(4, 1))], ("school",), fixed=[fixed]))
    assert [(each.slot, each.jury) for each in plan.placed] == [(slots[1], (second.id,))]


def test_whoever_presided_least_presides() -> None:
    slots = _slots(1, 1, 2)
    free = frozenset(slot.id for slot in slots)
    school, funder = Member(_id(3, 1), "school", free), Member(_id(3, 2), "funder", free, presides=False)
    problem = Problem(slots, [school, funder], [Candidate(_id(4, n)) for n in range(2)], ("school", "funder"))
    plan = placing.place(problem)
    assert placing.presidents(problem, plan.placed) == {_id(4, 0): school.id, _id(4, 1): school.id}
    able = replace(problem, members=[school, replace(funder, presides=True)])
    assert set(placing.presidents(able, plan.placed).values()) == {school.id, funder.id}
