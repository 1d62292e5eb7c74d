"""The launch in the calendar of whoever represents the structure of a learner (R117)."""

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


def test_r117_a_representative_has_the_launch_to_which_her_team_is_invited_and_nothing_else(
    session: Any, client: Any, page: Any, frozen_clock: Any
) -> None:
    cohort = cohort_rows.cohort()
    learner = cohort_rows.learner(cohort)
    someone = accounts.person()
    held = accounts.membership(someone, Function.REPRESENTATIVE, learner.structure)
    launch, closed, other = (make.half_day(cohort, day=date(2026, 5, 4 + rank)) for rank in range(3))
    for half_day, invited, kind in (
        (launch, True, SeminarKind.LAUNCH),
        (closed, False, SeminarKind.LAUNCH),
        (other, True, SeminarKind.SEMINAR),
    ):
        half_day.guests_allowed, half_day.seminar.kind = invited, kind
    address = subscribed(someone)
    session.commit()
    shown = events(client, address)
    assert set(shown) == {launch.uid}
    assert "URL" not in shown[launch.uid]
    accounts.sign_in(client, someone)
    for calendar in ("/calendrier", "/calendrier?mois=2026-05"):
        assert not [link for link in page(calendar).links().values() if "/seminaires/" in link], calendar
    assert "votre équipe est invitée" in page("/calendrier").text
    held.until = clock.now()
    cohort_services.bump_calendar(cohort)
    session.commit()
    assert events(client, address) == {}
