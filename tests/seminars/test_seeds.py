"""The reference seminars load once, and again without change."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from training.cohorts.models import Cohort
from training.common.policy import WORKER
from training.seeding import accounts, catalogue, cohorts, seminars, toml
from training.seeding.report import Report
from training.seminars import services
from training.seminars.commands import HalfDayPlan
from training.seminars.models import Seminar

pytestmark = pytest.mark.both_engines


@pytest.fixture
def loaded(session: Any) -> Report:
    report = Report()
    for room in (accounts, catalogue, cohorts, seminars):
        report = Report()
        room.load(report)
    return report


def days_of(session: Any, code: str) -> dict[str, list[date]]:
    query = select(Seminar).join(Seminar.cohort).where(Cohort.code == code).order_by(Seminar.title)
    return {
        seminar.title.partition(" ")[0]: sorted({half_day.starts_on for half_day in seminar.half_days})
        for seminar in session.scalars(query)
    }


def test_the_sources_dates_are_there(session: Any, loaded: Report) -> None:
    def pair(year: int, month: int, day: int) -> list[date]:
        return [date(year, month, day), date(year, month, day + 1)]

    assert days_of(session, "BFC-P8") == {"T0": [date(2025, 12, 11)], "S1": [date(2026, 1, 29)]}
    assert days_of(session, "ARA-1") == {
        "S1": pair(2025, 11, 12),
        "S2": pair(2026, 1, 29),
        "S3": pair(2026, 4, 23),
        "S4": pair(2026, 7, 6),
        "S5": pair(2026, 10, 14),
        "Soutenances": [],
    }


def test_loading_again_moves_nothing_back_and_tells_what_differs(session: Any, loaded: Report) -> None:
    seminar = session.scalars(select(Seminar).where(Seminar.title.startswith("T0"))).one()
    for half_day in seminar.half_days:
        later = HalfDayPlan(half_day.starts_at + timedelta(7), half_day.ends_at + timedelta(7))
        services.move_half_day(half_day, later, by=WORKER)
    again = Report()

    seminars.load(again)

    assert again.created == []
    assert again.differing == {"seminar BFC-P8 T0 – Lancement avec les équipes": ["days"]}
    assert len(again.unchanged) == len(loaded.created) - 1


@pytest.mark.parametrize(
    "words",
    [
        'cohort = "NOWHERE"\ndays = []',
        'cohort = "BFC-P8"\ndays = []\nmodules = ["NONE"]',
        'cohort = "BFC-P8"\ndays = []\nday = 1',
    ],
)
def test_a_slip_of_the_pen_is_told(session: Any, loaded: Report, tmp_path: Path, words: str) -> None:
    head = '[[seminars]]\ntitle = "X"\nkind = "seminar"\nprovenance = "exemple"\n'
    (tmp_path / "seminars.toml").write_text(f"{head}{words}\n", encoding="utf-8")

    with pytest.raises(toml.SeedError, match="X"):
        seminars.load(Report(), folder=tmp_path)
