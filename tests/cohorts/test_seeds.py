"""The reference cohorts load once, and again without change."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from training.accounts.enums import Part
from training.cohorts.models import Cohort
from training.seeding import accounts, catalogue, cohorts, toml
from training.seeding.report import Report

pytestmark = pytest.mark.both_engines


@pytest.fixture
def loaded(session: Any) -> Report:
    report = Report()
    accounts.load(report)
    catalogue.load(report)
    report = Report()
    cohorts.load(report)
    return report


def test_the_sources_cohorts_are_there_with_their_dates(session: Any, loaded: Report) -> None:
    found = {cohort.code: cohort for cohort in session.scalars(select(Cohort))}

    assert loaded.created == ["cohort BFC-P8", "cohort ARA-1", "cohort MOSAIC-2026"]
    assert (found["BFC-P8"].launch_on, found["BFC-P8"].places) == (date(2025, 12, 11), None)
    assert (found["ARA-1"].first_seminar_on, len(found["ARA-1"].seats)) == (date(2025, 11, 12), 20)
    assert [part.outside_tool for part in found["MOSAIC-2026"].parts if part.part is Part.SCHOOL] == [True]


def test_loading_again_changes_nothing_and_tells_what_differs(session: Any, loaded: Report) -> None:
    session.scalars(select(Cohort).where(Cohort.code == "ARA-1")).one().label = "Une promotion"
    again = Report()

    cohorts.load(again)

    assert again.created == []
    assert again.differing == {"cohort ARA-1": ["label"]}
    assert again.unchanged == ["cohort BFC-P8", "cohort MOSAIC-2026"]


@pytest.mark.parametrize(
    "words",
    [
        'edition = "NOWHERE"\nlabel = "X"\nprovenance = "exemple"\nparts = []',
        'edition = "PACTE-BFC-P8"\nlabel = "X"\nprovenance = "exemple"\nparts = []\nplace = 20',
        (
            'edition = "PACTE-BFC-P8"\nlabel = "X"\nprovenance = "exemple"\n'
            'parts = [{ organisation = "NOBODY", part = "carrier" }]'
        ),
    ],
)
def test_a_slip_of_the_pen_is_told(session: Any, loaded: Report, tmp_path: Path, words: str) -> None:
    (tmp_path / "cohorts.toml").write_text(f'[[cohorts]]\ncode = "X"\n{words}\n', encoding="utf-8")

    with pytest.raises(toml.SeedError, match="X"):
        cohorts.load(Report(), folder=tmp_path)
