"""What presences are worth: tables of cases, without a database (R36, R38, R44–R46, R115, R116)."""

import dataclasses
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from training.catalogue.enums import CreditMode, PartialCredit
from training.common import clock
from training.seminars.enums import Presence
from training.seminars.rules import attendance as sheets
from training.seminars.rules import length_of
from training.seminars.rules.presence import LearnerPresence, Line, Said, Standing, Taught, Terms, line_of

MSP, CPTS = uuid.UUID(int=1), uuid.UUID(int=2)
DAY = date(2026, 4, 23)
NOW = clock.at_paris(date(2026, 5, 1))
P, A, E, D = Presence.PRESENT, Presence.ABSENT, Presence.EXCUSED, Presence.DISPENSED


def taught(day: date = DAY, hours: str = "3", **values: Any) -> Taught:
    start = clock.at_paris(day, 9, 30)
    return Taught(
        **{
            "id": uuid.uuid4(),
            "title": "S1",
            "starts_at": start,
            "ends_at": start + timedelta(hours=float(hours)),
            "worth": Decimal(hours),
            "length": Decimal(hours),
            "is_locked": True,
            **values,
        }
    )


def line(half_day: Taught, said: Said | None = None, **values: Any) -> Line | None:
    return line_of(
        half_day,
        **{
            "variant_id": MSP,
            "entered_on": date(2025, 12, 1),
            "left_on": None,
            "said": said,
            "made_up": None,
            "dispensed": False,
            "now": NOW,
            **values,
        },
    )


def presence(*words: Presence | Standing | None, terms: Terms | None = None, **values: Any) -> LearnerPresence:
    """A learner whose half-days went so: a word of a locked sheet, null for one to come, a standing."""
    lines = []
    for word in words:
        half_day = taught(**values)
        if isinstance(word, Standing):
            lines.append(Line(half_day, word))
        else:
            kept = dataclasses.replace(half_day, is_locked=word is not None)
            ahead = {} if word is not None else {"now": half_day.starts_at - timedelta(days=1)}
            told = line(
                kept, Said(word, Decimal("1.5") if word is Presence.PARTIAL else None) if word else None, **ahead
            )
            assert told is not None
            lines.append(told)
    return LearnerPresence(lines, terms or Terms(required=96))


@pytest.mark.parametrize(
    ("half_day", "values", "standing"),
    [
        (taught(), {"said": Said(P)}, Standing.ATTENDED),
        (taught(), {"said": Said(A)}, Standing.MISSED),
        (taught(), {"said": Said(E)}, Standing.MISSED),
        (taught(), {"said": Said(D)}, Standing.DISPENSED),
        (taught(), {"said": Said(A), "dispensed": True}, Standing.DISPENSED),
        (taught(), {"said": Said(A), "made_up": Said(P)}, Standing.MADE_UP),  # R116
        (taught(), {"said": Said(P), "made_up": Said(P)}, Standing.ATTENDED),
        (taught(), {}, Standing.NOT_EXPECTED),  # the sheet was locked without her: she was on leave
        (taught(is_locked=False), {}, Standing.UNLOCKED),
        (taught(date(2026, 6, 1), is_locked=False), {}, Standing.AHEAD),
        (taught(is_off=True, is_locked=False), {}, Standing.OFF),
        (taught(is_off=True), {"said": Said(P)}, Standing.ATTENDED),  # what a sheet said stands
        (taught(), {"entered_on": DAY + timedelta(1)}, Standing.BEFORE_ENTRY),  # R45
        (taught(), {"entered_on": DAY + timedelta(1), "made_up": Said(P)}, Standing.MADE_UP),
        (taught(is_locked=False), {"entered_on": DAY}, Standing.UNLOCKED),
        (taught(variants=frozenset({CPTS})), {}, None),  # R36: never hers
        (taught(variants=frozenset({CPTS})), {"said": Said(P)}, Standing.ATTENDED),  # her variant changed since
        (taught(variants=frozenset({MSP})), {"said": Said(A)}, Standing.MISSED),
        (taught(), {"left_on": DAY}, None),
        (taught(), {"left_on": DAY + timedelta(1), "said": Said(P)}, Standing.ATTENDED),
    ],
)
def test_r36_r45_r116_how_a_half_day_stands(
    half_day: Taught, values: dict[str, Any], standing: Standing | None
) -> None:
    found = line(half_day, **values)
    assert (found.standing if found else None) is standing


@pytest.mark.parametrize(
    ("words", "terms", "credited", "possible"),
    [
        # Auvergne-Rhône-Alpes: ten days, twenty half-days, 96 hours: 4.8 each, never 7 a day (R46)
        ((P,) * 20, Terms(96), "96.00", "96.00"),
        ((P,) * 19 + (A,), Terms(96), "91.20", "91.20"),
        ((P,) * 10 + (None,) * 10, Terms(96), "48.00", "96.00"),
        ((P,) * 9 + (A,) + (None,) * 10, Terms(96), "43.20", "91.20"),
        # dispensed and made up count as followed, before entry does not until it is made up (R45)
        ((P, D, Standing.MADE_UP, A), Terms(96), "72.00", "72.00"),
        ((Standing.BEFORE_ENTRY, P, P, P), Terms(96), "72.00", "72.00"),
        ((Standing.NOT_EXPECTED, P), Terms(96), "48.00", "48.00"),
        # a cancelled half-day counts nowhere
        ((P, P, Standing.OFF), Terms(96), "96.00", "96.00"),
        # partial presence: 1.5 h of 3 (R115)
        ((Presence.PARTIAL, P), Terms(96, partial=PartialCredit.HOURS), "72.00", "72.00"),
        ((Presence.PARTIAL, P), Terms(96, partial=PartialCredit.FULL), "96.00", "96.00"),
        ((Presence.PARTIAL, P), Terms(96, partial=PartialCredit.NONE), "48.00", "48.00"),
        ((Presence.PARTIAL, P), Terms(96), "72.00", "72.00"),
        # explicitly: the hours each carries, capped (R46, R50)
        ((P, P, A), Terms(96, mode=CreditMode.EXPLICIT), "6.00", "6.00"),
        ((P, P, None), Terms(96, mode=CreditMode.EXPLICIT), "6.00", "9.00"),
        ((P, P, P), Terms(8, mode=CreditMode.EXPLICIT), "8.00", "8.00"),
        ((P,), Terms(None, mode=CreditMode.EXPLICIT), "3.00", "3.00"),
        # nothing known, nothing planned
        ((P,), Terms(None), None, None),
        ((), Terms(96), "0.00", "0.00"),
    ],
)
def test_r46_hours_credited_and_still_possible(
    words: tuple[Any, ...], terms: Terms, credited: str | None, possible: str | None
) -> None:
    found = presence(*words, terms=terms)
    assert (found.credited, found.possible) == tuple(Decimal(v) if v else None for v in (credited, possible))


def test_r46_a_half_day_that_stands_for_no_hours_credits_none() -> None:
    launch = Line(taught(worth=Decimal(0), counts=False), Standing.ATTENDED, P)
    taught_one = Line(taught(), Standing.ATTENDED, P)
    missed = Line(taught(), Standing.MISSED, A)
    assert LearnerPresence([launch, taught_one, missed], Terms(96)).credited == 48


@pytest.mark.parametrize(
    ("words", "threshold", "percent", "regularise", "reachable"),
    [
        ((), None, None, 0, True),
        ((None, None), None, None, 0, True),
        ((P, P), None, "1.00", 0, True),
        ((P, A), None, "0.50", 1, False),  # the default asks for all of them (R44)
        ((P, D), None, "1.00", 0, True),
        ((P, Standing.MADE_UP), None, "1.00", 0, True),
        ((P, P, P, A), 75, "0.75", 0, True),
        ((P, A, None, None), 75, "0.50", 1, True),  # 3 of 4 would do
        ((A, A, None, None), 75, "0.00", 2, False),
        ((Standing.BEFORE_ENTRY, P), None, "1.00", 0, True),  # R45: from entry on
    ],
)
def test_r44_rate_and_what_to_regularise(
    words: tuple[Any, ...], threshold: int | None, percent: str | None, regularise: int, reachable: bool
) -> None:
    found = presence(*words, terms=Terms(96, threshold=threshold))
    assert found.percent == (Decimal(percent) if percent else None)
    assert len(found.to_regularise) == regularise
    assert found.is_reachable is reachable


def test_r44_complementary_half_days_are_not_in_the_rate() -> None:
    found = presence(P, A, is_core=False)
    assert (found.rate, found.is_to_regularise, len(found.missed)) == (None, False, 1)


def test_r42_a_certificate_tells_hours_really_spent_and_missed() -> None:
    found = presence(P, Presence.PARTIAL, A, D, Standing.BEFORE_ENTRY)
    assert (found.done_hours, found.missed_hours) == (Decimal("4.5"), Decimal("4.5"))
    assert found.out_of_reach == Decimal(96) - Decimal("48.00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-29T01:00+01:00", "2026-03-29T04:00+02:00", "2"),  # spring: an hour does not exist
        ("2026-10-25T01:00+02:00", "2026-10-25T04:00+01:00", "4"),  # autumn: an hour comes twice
        ("2026-03-30T09:30+02:00", "2026-03-30T12:30+02:00", "3"),
    ],
)
def test_r46_a_change_of_clock_neither_stretches_nor_shortens_what_was_lived(start: str, end: str, hours: str) -> None:
    slot = taught(starts_at=datetime.fromisoformat(start), ends_at=datetime.fromisoformat(end))
    assert length_of(slot) == Decimal(hours)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_r45_the_day_of_entry_is_read_in_paris_on_days_of_clock_change(day: date) -> None:
    entered = line(taught(day, is_locked=False), entered_on=day)
    eve = line(taught(day - timedelta(1), is_locked=False), entered_on=day)
    assert entered is not None
    assert eve is not None
    assert (entered.standing is Standing.BEFORE_ENTRY, eve.standing) == (False, Standing.BEFORE_ENTRY)


@pytest.mark.parametrize(
    ("counts", "shown", "others"),
    [
        ({}, {}, 0),
        ({"santé": 4}, {}, 0),  # fewer than five in all: nothing is told
        ({"santé": 5}, {"santé": 5}, 0),
        ({"santé": 6, "transport": 2}, {}, 8),  # two alone would be found by subtraction
        ({"santé": 7, "famille": 6, "transport": 2}, {"santé": 7}, 8),
        ({"santé": 7, "transport": 3, "autre": 2}, {"santé": 7}, 5),
    ],
)
def test_r122_reasons_are_counted_none_under_five(counts: dict[str, int], shown: dict[str, int], others: int) -> None:
    assert sheets.told_apart(counts) == (shown, others)


def test_r39_a_code_lives_two_to_three_minutes_and_needs_the_key() -> None:
    at = clock.at_paris(DAY, 9)
    code = sheets.code_of("ABCD", sheets.slot_of(at), "key")
    taken = [sheets.is_current(code, "ABCD", at + timedelta(minutes=n), ["key"]) for n in (0, 1, 2, 3)]
    assert taken == [True, True, True, False]
    assert not sheets.is_current(code, "ABCD", at, ["another"])
    assert not sheets.is_current(code, "ABCE", at, ["key"])
    assert sheets.is_current(code, "ABCD", at, ["new", "key"])  # a key just renewed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("abcd 234 567", "ABCD234567"),
        ("ABCD-234-567", "ABCD234567"),
        ("ABCD234", ""),
        ("ABCD23456O", ""),  # a letter O is never drawn
        ("", ""),
        ("é" * 10, ""),
    ],
)
def test_r39_a_code_is_read_as_it_was_meant(typed: str, read: str) -> None:
    assert sheets.read_code(typed) == read
