"""What the calendar of whoever represents the structure of a learner shows (R117, R122)."""

from datetime import date
from typing import Any

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from tests.seminars.test_feeds import events, subscribed
from training.accounts.enums import Function
from training.cohorts import services as cohort_services
from training.common import clock
from training.seminars.enums import SeminarKind


def test_r117_r122_a_representative_has_the_dates_of_her_learner_and_the_launch_of_her_team(
    session: Any, client: Any, page: Any, frozen_clock: Any
) -> None:
    cohort = cohort_rows.cohort()
    learner = cohort_rows.learner(cohort)
    someone = accounts.person()
    held = accounts.membership(someone, Function.REPRESENTATIVE, learner.structure)
    msp, cpts = (cohort_rows.variant(cohort, code).id for code in ("MSP", "CPTS"))
    launch, closed, other = (
        make.half_day(cohort, day=date(2026, 5, 4 + rank), variants=(cpts if rank == 0 else msp,)) for rank in range(3)
    )
    make.half_day(cohort, day=date(2026, 5, 11), variants=(cpts,))  # not her learner’s
    make.half_day(cohort, day=date(2025, 12, 1))  # before her learner came
    for half_day, invited, kind in (
        (launch, True, SeminarKind.LAUNCH),
        (closed, False, SeminarKind.LAUNCH),
        (other, True, SeminarKind.SEMINAR),
    ):
        half_day.guests_allowed, half_day.seminar.kind = invited, kind
    address = subscribed(someone)
    session.commit()
    shown = events(client, address)
    assert set(shown) == {launch.uid, closed.uid, other.uid}
    assert "URL" not in shown[launch.uid]
    accounts.sign_in(client, someone)
    for calendar in ("/calendrier", "/calendrier?mois=2026-05"):
        assert not [link for link in page(calendar).links().values() if "/seminaires/" in link], calendar
    assert "votre équipe est invitée" in page("/calendrier").text
    assert "suivi dans votre structure" in page("/calendrier").text
    held.until = clock.now()
    cohort_services.bump_calendar(cohort)
    session.commit()
    assert events(client, address) == {}
