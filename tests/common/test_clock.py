from datetime import UTC, date, datetime, timedelta

import pytest

from training.common import clock


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 10, 31), datetime(2025, 10, 31, 22, 59, 59, 999999, UTC)),  # winter time
        (date(2025, 9, 10), datetime(2025, 9, 10, 21, 59, 59, 999999, UTC)),  # summer time
        (date(2025, 10, 26), datetime(2025, 10, 26, 22, 59, 59, 999999, UTC)),  # the day it changes
        (date(2026, 3, 29), datetime(2026, 3, 29, 21, 59, 59, 999999, UTC)),
    ],
)
def test_the_closing_day_counts_to_its_last_instant_in_paris_r13(day: date, expected: datetime) -> None:
    assert clock.end_of_day(day) == expected


def test_today_is_the_day_of_paris_not_of_utc() -> None:
    with clock.freeze(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 1)


def test_freezing_is_undone() -> None:
    with clock.freeze(datetime(2020, 1, 1, tzinfo=UTC)):
        assert clock.now().year == 2020
    assert clock.now() - datetime.now(UTC) < timedelta(seconds=5)
