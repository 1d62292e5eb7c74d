"""Individual meetings and half-days that would want someone at once: told both ways, never refused (R35, R119)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cohorts.test_meetings import Followed
from tests.factories import accounts, seminars
from tests.factories import cohorts as make
from training.cohorts.models import Cohort
from training.cohorts.occupied import seal_of, taken_at
from training.cohorts.services import meetings
from training.common.policy import WORKER
from training.database import db
from training.seminars import queries
from training.seminars import services as planning
from training.seminars.enums import ClashKind, StaffRole
from training.seminars.models import Seminar

START = seminars.half_day_plan().starts_at
HOUR = [(START, START + timedelta(hours=1))]

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")


@pytest.fixture
def there(cohort: Cohort) -> Followed:
    return Followed(cohort)


def taught_by(there: Followed) -> Seminar:
    return seminars.seminar(there.cohort, seminars.half_day_plan(staff=((there.person.id, StaffRole.TRAINER),)))


def met(seminar: Seminar, there: Followed) -> list[tuple[str, ...]]:
    found = queries.clashes_of(seminar, accounts.principal(make.carrier_of(there.cohort)))
    return [clash.who for clash in found if clash.kind is ClashKind.MEETING]


@pytest.mark.both_engines
def test_a_plan_tells_who_gives_or_takes_a_meeting_then(there: Followed) -> None:
    slot = there.open(START, 30)[0]
    seminar = taught_by(there)
    assert met(seminar, there) == [(there.person.name,)]
    meetings.book(slot, "", by=there.by(0))
    assert {name for who in met(seminar, there) for name in who} == {there.person.name, there.learners[0].person.name}
    meetings.cancel(slot, "", by=there.trainer)
    assert met(seminar, there) == []


def test_a_meeting_at_another_time_or_of_someone_not_expected_is_not_told(there: Followed) -> None:
    there.open(START - timedelta(hours=1), 60)
    assert met(taught_by(there), there) == []
    other = Followed(make.cohort())
    other.open(START, 30)
    assert met(seminars.seminar(there.cohort, seminars.half_day_plan(START.date() + timedelta(days=1))), there) == []


def test_whoever_learns_teaches_or_animates_is_taken(there: Followed) -> None:
    animator, nobody = make.animator(there.cohort), accounts.person()
    seminar = seminars.seminar(there.cohort)
    learner = there.learners[0].person_id
    assert [each.what for each in taken_at(learner, HOUR)] == ["Séminaire 1"]
    assert len(taken_at(animator.id, HOUR)) == 1
    assert taken_at(there.person.id, HOUR) == taken_at(nobody.id, HOUR) == taken_at(None, HOUR) == []
    assert taken_at(learner, [(START - timedelta(hours=2), START)]) == []
    planning.cancel_half_day(seminar.half_days[0], by=WORKER, reason="Grève")
    assert taken_at(learner, HOUR) == []


def test_opening_and_moving_slots_ask_to_go_on_despite_it(there: Followed, client: Any) -> None:
    taught_by(there)
    db.session.commit()
    accounts.sign_in(client, there.person)
    typed = {"day": "23/04/2026", "starts_at": "10 h", "ends_at": "11 h", "place": "Ici", "minutes": "30"}
    typed["cohort_id"] = str(there.cohort.id)
    answer = client.post("/rendez-vous/ouvrir", data=typed)
    assert (answer.status_code, "déjà attendu" in answer.text) == (422, True)
    seal = seal_of(taken_at(there.person.id, HOUR))
    assert seal in answer.text
    assert client.post("/rendez-vous/ouvrir", data={**typed, "despite": "x"}).status_code == 422
    assert client.post("/rendez-vous/ouvrir", data={**typed, "despite": seal}).status_code == 303
    (slot,) = there.open(START + timedelta(days=3), 30)
    db.session.commit()
    move = {**typed, "starts_at": "11 h", "ends_at": "11 h 30"}
    assert client.post(f"/rendez-vous/{slot.id}/deplacer", data=move).status_code == 422
    assert client.post(f"/rendez-vous/{slot.id}/deplacer", data={**move, "despite": seal}).status_code == 303


def test_a_learner_is_told_before_she_takes_a_slot(there: Followed, client: Any) -> None:
    seminars.seminar(there.cohort)
    slot, free = there.open(START, 30)[0], there.open(START + timedelta(days=3), 30)[0]
    db.session.commit()
    accounts.sign_in(client, there.learners[0].person)
    assert "déjà attendu" in client.get(f"/rendez-vous/{slot.id}/prendre").text
    assert "déjà attendu" not in client.get(f"/rendez-vous/{free.id}/prendre").text
    assert client.post(f"/rendez-vous/{slot.id}/prendre", data={"topic": ""}).status_code == 303
