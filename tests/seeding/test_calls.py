"""The reference calls: the sources' dates, loaded once, never overwritten."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from training.admissions.enums import CallStatus
from training.admissions.models import Call
from training.common import clock
from training.seeding import admissions
from training.seeding.report import Report
from training.seeding.toml import SeedError

DB = scoped_session[Session]


def call(session: DB, code: str) -> Call:
    """Return a call."""
    return session.scalars(select(Call).where(Call.code == code)).one()


@pytest.mark.seeded
def test_the_window_of_promo_8_is_that_of_its_brochure(session: DB) -> None:
    """R13: the closing day counts whole, on a Paris clock."""
    found = call(session, "BFC-P8")
    assert found.opens_at is not None
    assert found.closes_at is not None
    assert clock.in_paris(found.opens_at).isoformat() == "2025-08-01T00:00:00+02:00"
    assert clock.in_paris(found.closes_at).strftime("%d/%m/%Y %H:%M:%S") == "31/10/2025 23:59:59"
    assert [piece.code for piece in found.pieces][:4] == ["cv", "lettre-motivation", "photo", "lettre-engagement"]


@pytest.mark.seeded
def test_ara_asks_two_pieces_and_two_commitments(session: DB) -> None:
    found = call(session, "ARA-1")
    assert [piece.code for piece in found.pieces] == ["cv", "lettre-motivation"]
    assert len(found.declarations) == 2
    assert not found.derogation_allowed


@pytest.mark.seeded
def test_unknown_dates_and_payers_are_to_be_confirmed(session: DB) -> None:
    mosaic, ara = call(session, "MOSAIC-2026"), call(session, "ARA-1")
    assert (mosaic.status, mosaic.opens_at, mosaic.closes_at) == (CallStatus.FINALISED, None, None)
    assert {line.provenance for line in mosaic.dates} == {"a_confirmer"}
    assert {line.provenance for line in ara.costs if line.payer is None} == {"a_confirmer"}


@pytest.mark.seeded
def test_loading_again_creates_nothing_and_keeps_what_was_changed(session: DB) -> None:
    call(session, "ARA-1").title = "Autre titre"
    session.flush()
    report = Report()
    admissions.load(report)
    assert report.created == []
    assert report.differing == {"call ARA-1": ["title"]}
    assert call(session, "ARA-1").title == "Autre titre"


@pytest.mark.seeded
def test_a_call_on_an_unknown_cohort_is_told(session: DB, tmp_path: Path) -> None:
    (tmp_path / "calls.toml").write_text('[[calls]]\ncode = "X"\ncohort = "NOWHERE"\n')
    with pytest.raises(SeedError, match="no cohort NOWHERE"):
        admissions.load(Report(), folder=tmp_path)
