from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from training.common import clock
from training.common import formatting as f

NOON_IN_JANUARY = datetime(2026, 1, 29, 8, 30, tzinfo=UTC)


def test_dates_are_written_as_people_write_them() -> None:
    day = date(2026, 1, 29)
    assert f.long_date(day) == "jeudi 29 janvier 2026"
    assert f.plain_date(day) == "29 janvier 2026"
    assert f.short_date(day) == "29/01/2026"
    assert f.month(day) == "janvier 2026"


def test_only_the_first_of_a_month_is_an_ordinal() -> None:
    assert f.long_date(date(2026, 10, 1)) == "jeudi 1er octobre 2026"
    assert f.plain_date(date(2026, 10, 21)) == "21 octobre 2026"


def test_instants_are_told_on_a_paris_clock() -> None:
    assert f.moment(NOON_IN_JANUARY) == "jeudi 29 janvier 2026 à 9\u00a0h\u00a030"
    just_before_midnight_utc = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert f.short_moment(just_before_midnight_utc) == "01/07/2026 à 0\u00a0h\u00a030"
    assert f.machine(NOON_IN_JANUARY) == "2026-01-29T09:30+01:00"
    assert f.machine(date(2026, 1, 29)) == "2026-01-29"


def test_a_whole_hour_has_no_minutes() -> None:
    assert f.time_of_day(time(14)) == "14\u00a0h"
    assert f.time_of_day(time(9, 5)) == "9\u00a0h\u00a005"
    assert f.time_range(time(9, 30), time(12)) == "de 9\u00a0h\u00a030 à 12\u00a0h"


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (date(2026, 1, 29), date(2026, 1, 30), "du 29 au 30 janvier 2026"),
        (date(2026, 1, 29), date(2026, 2, 1), "du 29 janvier au 1er février 2026"),
        (date(2025, 12, 31), date(2026, 1, 1), "du 31 décembre 2025 au 1er janvier 2026"),
        (date(2026, 1, 29), date(2026, 1, 29), "le 29 janvier 2026"),
        (date(2026, 1, 29), None, "le 29 janvier 2026"),
        (None, None, "à confirmer"),
    ],
)
def test_a_range_repeats_nothing(start: date | None, end: date | None, written: str) -> None:
    assert f.date_range(start, end) == written


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 29), "aujourd’hui"),
        (date(2026, 1, 28), "hier"),
        (date(2026, 1, 30), "demain"),
        (date(2026, 2, 1), "dans 3\u00a0jours"),
        (date(2026, 1, 19), "il y a 10\u00a0jours"),
        (date(2026, 6, 29), "dans 5\u00a0mois"),
        (date(2023, 1, 29), "il y a 3\u00a0ans"),
        (datetime(2026, 1, 29, 23, 30, tzinfo=UTC), "demain"),
    ],
)
def test_days_are_counted_from_today_in_paris(day: date, words: str) -> None:
    with clock.freeze(NOON_IN_JANUARY):
        assert f.relative_day(day) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 29), "depuis aujourd’hui"),
        (date(2026, 1, 28), "depuis hier"),
        (date(2026, 1, 17), "depuis 12\u00a0jours"),
    ],
)
def test_what_lasts_is_counted_to_today(day: date, words: str) -> None:
    with clock.freeze(NOON_IN_JANUARY):
        assert f.since(day) == words


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1234567, "1\u202f234\u202f567"),
        (20.5, "20,5"),
        (Decimal("12.50"), "12,5"),
        (-3, "−3"),
        (0, "0"),
        (Decimal("1E+3"), "1\u202f000"),
        (100.0, "100"),
        (None, "à confirmer"),
    ],
)
def test_numbers_are_french(value: Decimal | None, written: str) -> None:
    assert f.number(value) == written


def test_rounding_is_half_up_and_keeps_asked_digits() -> None:
    assert f.number(Decimal("2.345"), 2) == "2,35"
    assert f.number(2, 1) == "2,0"
    assert f.percent(0.125) == "13\u00a0%"
    assert f.money(1250) == "1\u202f250\u00a0€"
    assert f.money(Decimal("12.5")) == "12,50\u00a0€"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (96, "96\u00a0h"),
        (3.5, "3\u00a0h\u00a030"),
        (Decimal("0.25"), "15\u00a0min"),
        (0, "0\u00a0h"),
        (None, "à confirmer"),
    ],
)
def test_hours_are_hours_and_minutes(value: float | None, written: str) -> None:
    assert f.hours(value) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "0\u00a0octet"),
        (840, "840\u00a0octets"),
        (12_400, "12\u00a0ko"),
        (1_240_000, "1,2\u00a0Mo"),
        (3_000_000_000, "3\u00a0Go"),
    ],
)
def test_sizes_are_in_decimal_units(size: int, written: str) -> None:
    assert f.file_size(size) == written


def test_the_plural_begins_at_two() -> None:
    written = [f.plural(count, "dossier") for count in (0, 1, 2)]
    assert written == ["0\u00a0dossier", "1\u00a0dossier", "2\u00a0dossiers"]
    assert f.plural(3, "travail", "travaux") == "3\u00a0travaux"


def test_an_enumeration_ends_with_its_word() -> None:
    assert [f.enumeration(values) for values in ([], ["a"], ["a", "b"], "abc")] == ["", "a", "a et b", "a, b et c"]


def test_what_is_not_known_says_so_and_zero_is_known() -> None:
    assert (f.unknown(None), f.unknown(""), f.unknown(0)) == ("à confirmer", "à confirmer", 0)
    unknown = {f.long_date(None), f.moment(None), f.time_of_day(None), f.file_size(None), f.relative_day(None)}
    assert unknown == {"à confirmer"}
