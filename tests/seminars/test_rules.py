"""The rules of the seminars, without a database."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from training.seminars import rules
from training.seminars.enums import Mode, SeminarAct, SeminarKind, SeminarStatus
from training.seminars.month import month_of, read_month, span_of
from training.seminars.rules import PROCEDURE

S, A = SeminarStatus, SeminarAct
MSP, CPTS = uuid.uuid4(), uuid.uuid4()
NINE = datetime(2026, 1, 29, 8, 0, tzinfo=UTC)


@dataclass
class Gathering:
    kind: SeminarKind = SeminarKind.SEMINAR


@dataclass
class Variant:
    id: uuid.UUID


@dataclass
class Slot:
    starts_at: datetime = NINE
    ends_at: datetime = NINE + timedelta(hours=3, minutes=30)
    mode: Mode = Mode.IN_PERSON
    credited_hours: Decimal | None = None
    is_off: bool = False
    variants: list[Variant] = field(default_factory=list)
    seminar: Any = field(default_factory=Gathering)


def at(start: int, end: int) -> Slot:
    return Slot(NINE + timedelta(hours=start), NINE + timedelta(hours=end))


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        (at(0, 3), at(3, 6), False),  # one begins when the other ends
        (at(0, 3), at(2, 6), True),
        (at(0, 6), at(1, 2), True),
        (at(0, 3), at(4, 6), False),
    ],
)
def test_r35_two_stretches_meet_when_they_share_an_instant(one: Slot, other: Slot, meets: bool) -> None:
    assert rules.meet(one, other) is meets
    assert rules.meet(other, one) is meets


@pytest.mark.parametrize(
    ("ones", "others", "shares"),
    [([], [], True), ([MSP], [], True), ([MSP], [CPTS], False), ([MSP, CPTS], [CPTS], True)],
)
def test_r36_no_variant_named_means_all_of_them(ones: list[uuid.UUID], others: list[uuid.UUID], shares: bool) -> None:
    assert rules.share_a_variant(ones, others) is shares
    assert rules.share_a_variant(others, ones) is shares


@pytest.mark.parametrize(("variants", "expected"), [([], True), ([CPTS], True), ([MSP], False)])
def test_r36_a_learner_is_expected_where_her_variant_is(variants: list[uuid.UUID], expected: bool) -> None:
    assert rules.is_expected(variants, CPTS) is expected


@pytest.mark.parametrize(
    ("slot", "visio_counts", "hours"),
    [
        (Slot(), False, "3.5"),
        (Slot(mode=Mode.BLENDED), False, "3.5"),
        (Slot(mode=Mode.REMOTE), False, "0"),
        (Slot(mode=Mode.REMOTE), True, "3.5"),
        (Slot(seminar=Gathering(SeminarKind.LAUNCH)), False, "0"),
        (Slot(seminar=Gathering(SeminarKind.LAUNCH), credited_hours=Decimal(4)), False, "4"),
        (Slot(credited_hours=Decimal("4.80")), False, "4.8"),
        (Slot(is_off=True, credited_hours=Decimal(4)), False, "0"),
    ],
)
def test_r34_r38_r115_what_a_half_day_is_worth(slot: Slot, visio_counts: bool, hours: str) -> None:
    assert rules.hours_of(slot, visio_counts=visio_counts) == Decimal(hours)


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        ("2026-03-29T01:00+01:00", "2026-03-29T04:00+02:00", 2),  # the hour of spring does not exist
        ("2026-10-25T01:00+02:00", "2026-10-25T04:00+01:00", 4),  # that of autumn comes twice
        ("2026-03-28T09:00+01:00", "2026-03-28T12:00+01:00", 3),
    ],
)
def test_r46_a_change_of_clock_neither_gives_nor_takes_an_hour(begins: str, ends: str, hours: int) -> None:
    slot = Slot(datetime.fromisoformat(begins), datetime.fromisoformat(ends))

    assert rules.hours_of(slot, visio_counts=False) == rules.length_of(slot) == hours


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        (S.PLANNED, [A.CONFIRM, A.POSTPONE, A.CANCEL]),
        (S.CONFIRMED, [A.HOLD, A.POSTPONE, A.CANCEL]),
        (S.HELD, [A.CLOSE]),
        (S.CLOSED, []),
        (S.POSTPONED, [A.CANCEL, A.RESTORE]),
        (S.CANCELLED, [A.RESTORE]),
    ],
)
def test_each_state_offers_its_acts_and_no_other(status: SeminarStatus, acts: list[SeminarAct]) -> None:
    assert PROCEDURE.leads_from(status) == acts


def test_backward_acts_need_a_reason() -> None:
    assert {act for act, step in PROCEDURE.steps.items() if step.reason} == {A.POSTPONE, A.CANCEL}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("2026-01", date(2026, 1, 1)),
        ("2027-12", date(2027, 12, 1)),
        ("2026-13", date(2026, 3, 1)),
        ("9999-01", date(2026, 3, 1)),
        ("²026-01", date(2026, 3, 1)),
        ("demain", date(2026, 3, 1)),
        (None, date(2026, 3, 1)),
    ],
)
def test_a_month_is_read_from_the_address_or_is_the_present_one(typed: str | None, first: date) -> None:
    assert read_month(typed, date(2026, 3, 2)) == first


def test_a_month_shows_whole_weeks_and_each_thing_on_its_day_in_paris() -> None:
    late = Slot(starts_at=datetime(2026, 1, 28, 23, 30, tzinfo=UTC))  # 0 h 30 on the 29th in Paris
    month = month_of(date(2026, 1, 1), [Slot(), late], date(2026, 1, 29))

    assert span_of(date(2026, 1, 1)) == (date(2025, 12, 29), date(2026, 2, 2))
    assert (month.previous, month.next) == ("2025-12", "2026-02")
    (cell,) = [cell for week in month.weeks for cell in week if cell.items]
    assert (cell.day, cell.is_today, cell.in_month) == (date(2026, 1, 29), True, True)
    assert list(cell.items) == [late, Slot()]
    assert not month.weeks[0][0].in_month
