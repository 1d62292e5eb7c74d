"""A whole seminar moved in one act: shown before, told once after, its signed half-days left alone (R34, R35, R37, R40)."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories import accounts, attendance
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from tests.seminars.test_changes import mails, morning, told
from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.declarations import registry
from training.common.errors import ActUnavailable, Refused
from training.common.policy import WORKER
from training.database import db
from training.seminars import services
from training.seminars.enums import SeminarAct, SeminarStatus, StaffRole
from training.seminars.models import Seminar
from training.seminars.rules.shifting import scattered
from training.seminars.services.changes import tell_changes
from training.seminars.services.invitations import send_invitations

pytestmark = pytest.mark.usefixtures("frozen_clock")
FRIDAY = make.DAY + timedelta(days=1)


@pytest.fixture
def two_days(cohort: Cohort) -> Seminar:
    """A Thursday and a Friday, morning and afternoon."""
    plans = [make.half_day_plan(day, hours) for day in (make.DAY, FRIDAY) for hours in (make.MORNING, make.AFTERNOON)]
    return make.seminar(cohort, *plans)


def times(seminar: Seminar) -> list[str]:
    return [clock.in_paris(each.starts_at).strftime("%d/%m %H:%M") for each in seminar.half_days]


@pytest.mark.both_engines
def test_r37_a_whole_seminar_moves_by_a_day_past_itself_and_is_told_once(
    two_days: Seminar, learner: Any, frozen_clock: Any
) -> None:
    db.session.commit()
    sequences = [each.sequence for each in two_days.half_days]
    version = two_days.cohort.calendar_version

    assert services.move_seminar(two_days, 1, by=WORKER) == 4
    db.session.commit()

    assert times(two_days) == ["24/04 09:30", "24/04 14:00", "25/04 09:30", "25/04 14:00"]
    assert [each.sequence for each in two_days.half_days] == [each + 1 for each in sequences]
    assert two_days.cohort.calendar_version == version + 1
    assert journal.timeline(two_days, sentences=registry.sentences)[0].kind == "seminar.moved"
    morning(frozen_clock)
    tell_changes()
    (mail,) = mails("schedule_changed")
    assert mail.to_email == learner.person.email
    assert len(re.findall(r"Avant\s:", mail.text)) == len(re.findall(r"Maintenant\s:", mail.text)) == 4


def test_moved_then_moved_back_nothing_is_told(two_days: Seminar, learner: Any, frozen_clock: Any) -> None:
    services.move_seminar(two_days, 40, by=WORKER)
    services.move_seminar(two_days, -40, by=WORKER)
    db.session.commit()
    morning(frozen_clock)

    assert (tell_changes(), told()) == (1, set())


def test_hours_of_paris_are_kept_across_a_change_of_clock(two_days: Seminar) -> None:
    services.move_seminar(two_days, 7 * 30, by=WORKER)

    assert [time[6:] for time in times(two_days)] == ["09:30", "14:00", "09:30", "14:00"]
    assert two_days.half_days[0].starts_on == make.DAY + timedelta(days=210)


def test_invitations_follow(two_days: Seminar, learner: Any, frozen_clock: Any) -> None:
    services.advance(two_days, SeminarAct.CONFIRM, by=WORKER)
    db.session.commit()
    send_invitations()
    services.move_seminar(two_days, 7, by=WORKER)
    db.session.commit()
    morning(frozen_clock)
    tell_changes()
    frozen_clock.advance(timedelta(hours=3))
    send_invitations()

    assert len(mails("half_day_moved")) == 4
    assert told() == set()  # the invitation says it


def test_r40_a_signed_half_day_stays_and_the_others_go(two_days: Seminar, learner: Any, frozen_clock: Any) -> None:
    attendance.signed(attendance.opened(two_days.half_days[0]), learner)

    assert [move.signed for move in services.check_move(two_days, 7)] == [True, False, False, False]
    assert services.first_to_move(two_days) is two_days.half_days[1]
    assert services.move_seminar(two_days, 7, by=WORKER) == 3
    assert times(two_days)[0] == "23/04 09:30"
    assert scattered(two_days.half_days) == (make.DAY, date(2026, 5, 1))


def test_r40_with_every_half_day_signed_nothing_moves(cohort: Cohort, learner: Any) -> None:
    half_day = make.half_day(cohort)
    attendance.signed(attendance.opened(half_day), learner)

    with pytest.raises(Refused, match="déjà signées"):
        services.move_seminar(half_day.seminar, 7, by=WORKER)


def test_r35_a_time_the_cohort_has_taken_is_refused(two_days: Seminar, cohort: Cohort) -> None:
    make.seminar(cohort, make.half_day_plan(date(2026, 5, 28)), title="Séminaire 9")

    with pytest.raises(services.Overlap, match="Séminaire 9") as refusal:
        services.move_seminar(two_days, 35, by=WORKER)

    assert refusal.value.field == "first_day"
    assert times(two_days)[0] == "23/04 09:30"


@pytest.mark.parametrize(("days", "why"), [(0, "déjà les dates"), (-200, "passé")])
def test_a_move_that_is_none_or_goes_to_the_past_is_refused(
    two_days: Seminar, frozen_clock: Any, days: int, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        services.move_seminar(two_days, days, by=WORKER)


def test_a_seminar_held_no_longer_moves(two_days: Seminar) -> None:
    for act in (SeminarAct.CONFIRM, SeminarAct.HOLD):
        services.advance(two_days, act, by=WORKER)

    with pytest.raises(ActUnavailable):
        services.move_seminar(two_days, 7, by=WORKER)


def test_a_postponed_seminar_is_planned_again_at_its_new_dates(
    two_days: Seminar, learner: Any, frozen_clock: Any
) -> None:
    services.advance(two_days, SeminarAct.POSTPONE, by=WORKER, reason="Neige")
    services.move_seminar(two_days, 42, by=WORKER)
    db.session.commit()

    assert (two_days.status, times(two_days)[0]) == (SeminarStatus.PLANNED, "04/06 09:30")
    morning(frozen_clock)
    tell_changes()
    assert re.search(r"Avant\s: jeudi 23 avril", mails("schedule_changed")[0].text)


def test_a_half_day_cancelled_by_itself_stays(two_days: Seminar) -> None:
    services.cancel_half_day(two_days.half_days[3], by=WORKER, reason="Salle fermée")

    assert services.move_seminar(two_days, 7, by=WORKER) == 3
    assert two_days.half_days[3].cancelled_at or two_days.half_days[0].cancelled_at


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def address(two_days: Seminar, client: Any, frozen_clock: Any) -> str:
    accounts.sign_in(client, cohort_rows.carrier_of(two_days.cohort))
    return f"/seminaires/{two_days.id}/deplacer"


def test_the_new_dates_are_shown_with_holidays_before_anything_moves(
    two_days: Seminar, address: str, client: Any, page: Any
) -> None:
    assert "jeudi 23 avril 2026" in page(address).text
    answer = client.post(address, data={"first_day": "30/04/2026", "sense": "later", "step": "preview"})

    assert answer.status_code == 200
    assert "vendredi 1er mai 2026" in answer.text
    assert "1er mai" in answer.text
    assert "2 demi-journées tombent un jour non travaillé" in answer.text.replace("\u202f", " ").replace("\xa0", " ")
    db.session.expire_all()
    assert times(two_days)[0] == "23/04 09:30"

    answer = client.post(address, data={"first_day": "30/04/2026", "sense": "later", "step": "move"})

    assert answer.status_code == 303
    db.session.expire_all()
    assert times(two_days)[0] == "30/04 09:30"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"first_day": "30/04/2026", "days": "7"},
        {"days": "zéro"},
        {"first_day": "hier"},
        {"first_day": "01/01/2020"},
    ],
)
def test_what_cannot_be_is_told_at_its_field(address: str, client: Any, typed: dict[str, str]) -> None:
    answer = client.post(address, data={"sense": "later", "step": "move", **typed})

    assert answer.status_code == 422
    assert "-error" in answer.text


def test_r35_a_clash_asks_to_go_on_despite_it(
    two_days: Seminar, cohort: Cohort, client: Any, frozen_clock: Any
) -> None:
    trainer = cohort_rows.animator(cohort)
    elsewhere = cohort_rows.cohort()
    cohort_rows.approve(trainer, elsewhere)
    make.seminar(elsewhere, make.half_day_plan(date(2026, 6, 4), staff=((trainer.id, StaffRole.TRAINER),)))
    db.session.commit()
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    address = f"/seminaires/{two_days.id}/deplacer"
    typed = {"days": "42", "sense": "later"}

    answer = client.post(address, data={**typed, "step": "move"})

    assert (answer.status_code, "chevauchement" in answer.text) == (422, True)
    seal = answer.text.split('name="despite" value="')[1].split('"')[0]
    assert client.post(address, data={**typed, "despite": seal}).status_code == 303


def test_only_who_plans_the_cohort_moves_its_seminars(two_days: Seminar, client: Any) -> None:
    accounts.sign_in(client, cohort_rows.learner(two_days.cohort).person)
    address = f"/seminaires/{two_days.id}/deplacer"

    assert client.get(address).status_code == 403
    assert client.post(address, data={"days": "7", "sense": "later"}).status_code == 403


def test_a_half_day_sent_far_from_the_others_is_said(
    two_days: Seminar, client: Any, page: Any, frozen_clock: Any
) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(two_days.cohort))
    last = two_days.half_days[3]
    page(f"/seminaires/{two_days.id}/demi-journees/{last.id}")
    typed = {"day": "05/06/2026", "starts": "14 h", "ends": "17 h", "mode": "in_person", "place": "Beaune"}

    client.post(f"/seminaires/{two_days.id}/demi-journees/{last.id}", data=typed)

    assert "du 23 avril au 5 juin 2026" in client.get(f"/seminaires/{two_days.id}").text
