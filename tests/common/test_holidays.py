"""The public holidays, against dates written elsewhere."""

from datetime import date

import pytest

from training.common.holidays import easter, holiday, holidays_of, is_working


@pytest.mark.parametrize(
    "day",
    [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2038, 4, 25)],
)
def test_easter_falls_when_it_does(day: date) -> None:
    assert easter(day.year) == day


def test_the_eleven_holidays_of_2026() -> None:
    assert sorted(holidays_of(2026)) == [
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25),
        date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 25),
    ]  # fmt: skip
    assert holiday(date(2026, 5, 14)) == "Ascension"


def test_nobody_works_on_a_week_end_nor_on_a_holiday() -> None:
    assert [is_working(date(2026, 5, day)) for day in (13, 14, 15, 16, 17)] == [True, False, True, False, False]
