"""What the follow-up of learners puts on desks: alerts, posts to settle, approvals that end, meetings (R32, R116, R119)."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.support.queries import count_selects
from training.accounts.enums import Part
from training.cohorts import services
from training.cohorts.commands import Postless, SlotsToOpen
from training.cohorts.models import Cohort
from training.cohorts.services import meetings
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.defences.models import DefenceDay
from training.desk.queries import desk_of

TODAY = date(2026, 3, 2)

pytestmark = pytest.mark.both_engines


@pytest.fixture
def cohort(session: Any, frozen_clock: Any) -> Cohort:
    return make.cohort(label="Promo 8")


@pytest.fixture
def staff(cohort: Cohort) -> Principal:
    return accounts.principal(make.carrier_of(cohort))


def lines(by: Principal) -> dict[str, str]:
    return {line.sentence: line.href for line in desk_of(by).lines}


def test_an_alert_and_a_post_to_settle_are_on_the_carriers_desk_alone(cohort: Cohort, staff: Principal) -> None:
    alert, soon, later = (
        make.learner(cohort, person=accounts.person(first_name=name, last_name="Morel"))
        for name in ("Ana", "Bea", "Cyr")
    )
    follower = make.trainer(cohort)
    for enrolment in (alert, soon, later):
        make.referent(enrolment, follower)
    services.raise_risk(alert, "Ne vient plus", by=accounts.principal(follower))
    services.declare_postless(soon, Postless(TODAY, TODAY + timedelta(days=30)), by=staff)
    services.declare_postless(later, Postless(TODAY, TODAY + timedelta(days=31)), by=staff)

    shown = lines(staff)
    assert shown["Répondre à l’alerte sur Ana Morel"] == f"/promotions/{cohort.code}/apprenants/{alert.id}"
    assert "Régler la situation de Bea Morel, sans poste" in shown
    assert not any("Cyr" in sentence for sentence in shown)
    funder = accounts.manager(make.part_of(cohort, Part.FUNDER))
    for other in (alert.person, funder):
        assert not any("Morel" in sentence for sentence in lines(accounts.principal(other)))


@pytest.mark.parametrize(("until", "told"), [(59, True), (60, True), (61, False), (-3, True), (None, False)])
def test_an_approval_that_ends_is_told_to_the_school_and_to_the_carrier_r32(
    cohort: Cohort, staff: Principal, until: int | None, told: bool
) -> None:
    someone = accounts.person(first_name="Ada", last_name="Relais")
    approval = make.approve(someone, cohort)
    make.referent(make.learner(cohort), someone)
    approval.valid_until = TODAY + timedelta(days=until) if until is not None else None
    school = accounts.principal(accounts.manager(make.part_of(cohort, Part.SCHOOL)))

    assert ("Faire renouveler l’agrément d’Ada Relais" in lines(staff)) is told
    assert ("Renouveler l’agrément d’Ada Relais" in lines(school)) is told


def test_meetings_are_on_both_desks(cohort: Cohort, frozen_clock: Any) -> None:
    enrolment = make.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))
    trainer = make.referent(enrolment).person
    start = clock.now() + timedelta(days=2)
    by, learner = accounts.principal(trainer), accounts.principal(enrolment.person)
    command = SlotsToOpen(cohort.id, start, start + timedelta(minutes=45), 45, place="Ici")
    (slot,) = meetings.open_slots(command, by=by)
    assert "Choisir un rendez-vous individuel" in lines(learner)

    meetings.book(slot, "", by=learner)
    assert "Choisir un rendez-vous individuel" not in lines(learner)
    assert "Rendez-vous avec Alix Morel" in {coming.words for coming in desk_of(by).dates}
    frozen_clock.at(start + timedelta(hours=1))
    assert lines(by)["Écrire le compte rendu du rendez-vous avec Alix Morel"] == f"/rendez-vous/{slot.id}/compte-rendu"


def test_who_has_a_meeting_is_asked_to_choose_another_only_by_name(cohort: Cohort, frozen_clock: Any) -> None:
    enrolment = make.learner(cohort)
    trainer = make.referent(enrolment).person
    by, learner = accounts.principal(trainer), accounts.principal(enrolment.person)
    start = clock.now() + timedelta(days=2)
    first, _ = meetings.open_slots(SlotsToOpen(cohort.id, start, start + timedelta(minutes=90), 45, place="Ici"), by=by)
    meetings.book(first, "", by=learner)
    assert "Choisir un rendez-vous individuel" not in lines(learner)

    later = start + timedelta(days=7)
    meetings.open_slots(
        SlotsToOpen(cohort.id, later, later + timedelta(minutes=45), 45, place="Ici", offered_to_id=enrolment.id), by=by
    )
    assert "Choisir un rendez-vous individuel" in lines(learner)


def test_days_of_defences_are_among_the_dates_of_the_cohorts_people(cohort: Cohort, staff: Principal) -> None:
    day = DefenceDay(cohort_id=cohort.id, held_on=TODAY + timedelta(days=40), place="Dijon")
    db.session.add(day)
    db.session.flush()
    board = f"/promotions/{cohort.code}/soutenances"
    funder = accounts.principal(accounts.manager(make.part_of(cohort, Part.FUNDER)))
    for by, href in ((staff, board), (funder, None), (accounts.principal(make.animator(cohort)), None)):
        assert [(c.words, c.href) for c in desk_of(by).dates if c.day == day.held_on] == [
            ("Journée de soutenances", href)
        ]
    assert not desk_of(accounts.principal(accounts.manager())).dates


def test_the_desk_costs_the_same_for_one_and_for_three(cohort: Cohort, staff: Principal) -> None:
    def asked(count: int) -> int:
        for _ in range(count):
            enrolment = make.learner(cohort)
            make.referent(enrolment)
            services.raise_risk(enrolment, "Inquiète", by=staff)
            make.learner(cohort)
        with count_selects() as selects:
            desk_of(staff)
        return selects.count

    assert asked(1) == asked(2)
