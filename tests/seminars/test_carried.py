"""Which half-days stand for those followed in the cohort left, and what they are worth: tables of cases (R45, R46, R116)."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from training.catalogue.enums import CreditMode
from training.common import clock
from training.seminars.enums import Presence
from training.seminars.rules.carried import Carried, carried_of, carried_over
from training.seminars.rules.presence import LearnerPresence, Line, Said, Standing, Taught, Terms, line_of, time_spent

MSP, CPTS, ONE, TWO, TRACK = (uuid.UUID(int=number) for number in range(1, 6))
ENTRY = date(2026, 4, 10)
FIRST = date(2026, 4, 8)


def taught(number: int, *modules: uuid.UUID, **values: Any) -> Taught:
    """The half-day of a day, two of them before the entry."""
    start = clock.at_paris(FIRST + timedelta(days=number), 9)
    facts = {"title": "S", "worth": Decimal(3), "length": Decimal(3), "modules": modules, **values}
    return Taught(id=uuid.uuid4(), starts_at=start, ends_at=start + timedelta(hours=3), **facts)


def places(half_days: list[Taught], *carried: Carried, **values: Any) -> list[int]:
    return sorted(carried_over(half_days, carried, **{"variant_id": MSP, **values}))


@pytest.mark.parametrize(
    ("followed", "planned", "here", "carried"),
    [
        (4, 4, 4, 4),  # the same number: one for one
        (3, 4, 4, 3),
        (2, 2, 4, 4),  # followed whole: carried whole, however many there are here
        (4, 4, 2, 2),
        (3, 4, 2, 1),  # a share, rounded down
        (3, 4, 5, 3),
        (1, 4, 3, 0),  # not even one
        (1, 3, 3, 1),
        (2, 2, 0, 0),  # not taught here (yet)
    ],
)
def test_r116_as_large_a_share_of_the_module_is_carried_the_first_half_days_first(
    followed: int, planned: int, here: int, carried: int
) -> None:
    half_days = [taught(number, ONE) for number in range(here)]

    assert places(half_days, Carried(ONE, followed, planned)) == list(range(carried))


@pytest.mark.parametrize(
    ("half_days", "carried", "expected"),
    [
        ([taught(0, TWO), taught(1, ONE)], [Carried(ONE, 1, 1)], [1]),  # another module is left alone
        ([taught(0), taught(1, ONE)], [Carried(None, 1, 1)], [0]),  # half-days that name none, for those that name none
        (
            [taught(0, ONE, TWO), taught(1, ONE)],
            [Carried(ONE, 2, 2)],
            [1],
        ),  # two modules: she still comes for the other
        ([taught(0, ONE, TWO)], [Carried(ONE, 2, 2), Carried(TWO, 1, 1)], [0]),  # both carried
        (
            [taught(0, ONE, is_off=True), taught(1, ONE)],
            [Carried(ONE, 1, 2)],
            [],
        ),  # one counts here: half of it is none
        ([taught(0, ONE, counts=False), taught(1, ONE)], [Carried(ONE, 1, 1)], [1]),  # a launch teaches nothing
        ([taught(0, ONE, variants=frozenset({CPTS})), taught(1, ONE)], [Carried(ONE, 1, 1)], [1]),  # another variant’s
    ],
)
def test_r116_what_a_half_day_teaches_says_whether_it_is_carried(
    half_days: list[Taught], carried: list[Carried], expected: list[int]
) -> None:
    assert places(half_days, *carried) == expected


def test_r104_a_half_day_of_modules_at_choice_is_carried_for_what_she_chose() -> None:
    half_days = [taught(0, TRACK, TWO, at_choice=True)]

    assert places(half_days, Carried(TRACK, 1, 1)) == []
    assert places(half_days, Carried(TRACK, 1, 1), chosen=frozenset({TRACK})) == [0]


def lines(half_days: list[Taught], said: dict[int, Presence], *carried: Carried) -> list[Line]:
    brought = carried_over(half_days, carried, variant_id=MSP)
    told = (
        line_of(
            half_day,
            variant_id=MSP,
            entered_on=ENTRY,
            left_on=None,
            said=Said(said[place]) if place in said else None,
            made_up=None,
            dispensed=False,
            now=clock.at_paris(ENTRY, 12),
            carried=brought.get(place),
        )
        for place, half_day in enumerate(half_days)
    )
    return [line for line in told if line is not None]


def test_r45_what_is_carried_counts_in_hours_and_not_in_the_rate() -> None:
    half_days = [taught(number, ONE if number < 2 else TWO, is_locked=number == 2) for number in range(4)]

    whole = LearnerPresence(lines(half_days, {2: Presence.ABSENT}, Carried(ONE, 2, 2)), Terms(required=96))

    assert [line.standing for line in whole.lines[:3]] == [Standing.CARRIED, Standing.CARRIED, Standing.MISSED]
    assert (whole.credited, whole.possible) == (Decimal(48), Decimal(72))
    assert (whole.rate, len(whole.held)) == (
        Fraction(0),
        1,
    )  # of the half-days since she entered, she missed the one held
    assert whole.is_to_regularise
    assert whole.done_hours == 0  # her hours there are told by the papers of the cohort she left


def test_a_sheet_has_the_last_word_on_presence_and_being_away_takes_nothing_back() -> None:
    half_days = [taught(number, ONE, is_locked=True) for number in range(4, 6)]

    told = lines(half_days, {0: Presence.PRESENT, 1: Presence.ABSENT}, Carried(ONE, 2, 2))

    assert [line.standing for line in told] == [Standing.ATTENDED, Standing.CARRIED]
    assert [time_spent(line) for line in told] == [Decimal(3), Decimal(0)]


def test_r46_half_days_followed_in_part_are_worth_what_they_were_and_nothing_exceeds_what_is_asked() -> None:
    half_days = [taught(number, ONE) for number in range(2)]
    partly = carried_of(ONE, 2, 2, Decimal("1.5"))

    counted = LearnerPresence(lines(half_days, {}, partly), Terms(required=96)).credited
    explicit = LearnerPresence(lines(half_days, {}, partly), Terms(required=4, mode=CreditMode.EXPLICIT)).credited

    assert (counted, explicit) == (Decimal(72), Decimal(4))
