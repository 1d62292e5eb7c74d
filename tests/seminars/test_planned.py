"""Hours planned whatever one chooses, beside those asked: tables of cases (R38, R46, R104)."""

import itertools
import uuid
from decimal import Decimal

import pytest

from training.cohorts.choice_rules import Choice, Option
from training.seminars.rules.planned import MOST_SELECTIONS, Counted, HoursGap, Span, gap_of, planned_hours

MSP, CPTS = uuid.uuid4(), uuid.uuid4()
A, B, C, X, Y = (uuid.UUID(int=number) for number in range(1, 6))
NAMES = {A: "Piste A", B: "Piste B", C: "Piste C", X: "Module X", Y: "Module Y"}


def choice(*options: uuid.UUID, least: int = 1, most: int = 1) -> Choice:
    offered = [Option(each, NAMES.get(each, "Option")) for each in options]
    return Choice(uuid.uuid4(), "Un choix", least, most, None, False, offered)


def half(hours: int | str, *options: uuid.UUID, variants: tuple[uuid.UUID, ...] = ()) -> Counted:
    return Counted(Decimal(hours), frozenset(variants), frozenset(options))


@pytest.mark.parametrize(
    ("half_days", "choices", "low", "high"),
    [
        pytest.param([], [], 0, 0, id="nothing is planned"),
        pytest.param([half("3.5"), half(3)], [choice(A, B)], "6.5", "6.5", id="nothing planned is at choice"),
        pytest.param([half(4), half(6, A), half(6, B)], [choice(A, B)], 10, 10, id="two tracks of the same length"),
        pytest.param([half(4), half(6, A), half(3, B)], [choice(A, B)], 7, 10, id="one track is longer"),
        pytest.param([half(6, A)], [choice(A, B)], 0, 6, id="one track is not planned yet"),
        pytest.param([half(3, A), half(3, A), half(3, B)], [choice(A, B, C)], 0, 6, id="one of three"),
        pytest.param([half(6, A), half(4, B)], [choice(A, B, least=0)], 0, 6, id="a choice one may leave empty"),
        pytest.param([half(1, A), half(2, B), half(4, C)], [choice(A, B, C, least=2, most=2)], 3, 6, id="two of three"),
        pytest.param([half(1, A), half(2, B), half(4, C)], [choice(A, B, C, most=2)], 1, 6, id="one or two of three"),
        pytest.param([half(3, A, B)], [choice(A, B)], 3, 3, id="both tracks together"),
        pytest.param(
            [half(3, A, B), half(3, C)], [choice(A, B, C, least=2, most=2)], 3, 6, id="shared by two of three"
        ),
        pytest.param([half(3, A, B), half(2, A)], [choice(A, B, least=2, most=2)], 5, 5, id="shared, and one more"),
        pytest.param([half(3, A), half(5, X)], [choice(A, B), choice(X, Y)], 0, 8, id="two choices add up"),
        pytest.param([half(3, A, X)], [choice(A, B), choice(X, Y)], 0, 3, id="followed by either choice, once"),
        pytest.param([half(3, A, X), half(3, B, Y)], [choice(A, B), choice(X, Y)], 3, 6, id="choices cross"),
        pytest.param([half(6, A)], [choice(A, most=3, least=3)], 6, 6, id="fewer options than asked"),
        pytest.param([half(6, A)], [], 0, 0, id="an option no choice of hers offers"),
        pytest.param([half(0, A), half(3, B)], [choice(A, B)], 0, 3, id="a half-day that counts for nothing"),
    ],
)
def test_r104_one_learner_gets_what_she_may_choose_and_no_more(
    half_days: list[Counted], choices: list[Choice], low: int | str, high: int | str
) -> None:
    assert planned_hours(half_days, choices) == Span(Decimal(low), Decimal(high))


def test_r104_the_bounds_are_those_of_every_way_of_choosing() -> None:
    options = [uuid.UUID(int=number) for number in range(1, 7)]
    half_days = [half(rank + 1, one, other) for rank, (one, other) in enumerate(itertools.pairwise(options))]
    half_days += [half(rank, each) for rank, each in enumerate(options)]
    totals = [
        sum((each.worth for each in half_days if each.options & set(chosen)), Decimal(0))
        for count in (2, 3)
        for chosen in itertools.combinations(options, count)
    ]

    assert planned_hours(half_days, [choice(*options, least=2, most=3)]) == Span(min(totals), max(totals))


def test_r104_too_many_ways_of_choosing_are_not_tried_one_by_one() -> None:
    options = [uuid.UUID(int=number) for number in range(1, 21)]
    half_days = [half(2, each) for each in options]

    span = planned_hours([*half_days, half(5)], [choice(*options, least=10, most=10)])

    assert MOST_SELECTIONS < 184_756  # 10 of 20
    assert span.low <= 25 <= span.high == 45


def test_r36_hours_are_those_of_the_variant_and_of_each_of_its_tracks() -> None:
    half_days = [half(3), half(3, variants=(MSP,)), half(2, variants=(CPTS,)), half(6, A), half(4, B, variants=(MSP,))]

    msp = gap_of("MSP", half_days, MSP, [choice(A, B)], 12)
    cpts = gap_of("CPTS", half_days, CPTS, [choice(A)], None)

    assert (msp.planned, str(msp.missing)) == (Span(Decimal(10), Decimal(12)), "de 0\xa0h à 2\xa0h")
    assert {track.variant: str(track.planned) for track in msp.tracks} == {"Piste A": "12\xa0h", "Piste B": "10\xa0h"}
    assert [track.missing_words for track in msp.tracks] == ["", "2\xa0h"]
    assert (cpts.planned, cpts.missing) == (Span(Decimal(11), Decimal(11)), None)


def test_r104_a_track_keeps_the_range_of_the_other_choices() -> None:
    gap = gap_of("MSP", [half(3, A), half(1, B), half(5, X)], MSP, [choice(A, B), choice(X, Y)], 10)

    assert {track.variant: str(track.planned) for track in gap.tracks} == {
        "Piste A": "de 3\xa0h à 8\xa0h",
        "Piste B": "de 1\xa0h à 6\xa0h",
        "Module X": "de 6\xa0h à 8\xa0h",
        "Module Y": "de 1\xa0h à 3\xa0h",
    }


@pytest.mark.parametrize(
    ("low", "high", "required", "words"),
    [
        (70, 70, 96, "26\xa0h"),
        (96, 96, 96, ""),
        (100, 100, 96, ""),
        (70, 70, None, ""),
        (70, 84, 96, "de 12\xa0h à 26\xa0h"),
        (90, 98, 96, "jusqu’à 6\xa0h"),
    ],
)
def test_r38_a_gap_is_known_when_the_requirement_is(low: int, high: int, required: int | None, words: str) -> None:
    gap = HoursGap("MSP", Span(Decimal(low), Decimal(high)), required)

    assert gap.missing_words == words
    assert (gap.missing is None) is (required is None)
