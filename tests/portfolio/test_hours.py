"""Hours: logged, withdrawn, settled by learner and module, taken again (R47–R50, R119)."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from training.accounts.enums import Part
from training.catalogue.enums import Modality
from training.catalogue.models import DiplomaRules
from training.common.errors import Conflict, Forbidden, ReasonRequired, Refused
from training.database import db
from training.portfolio import queries
from training.portfolio.commands import HoursToLog
from training.portfolio.enums import Audience, EntryAct, EntryStatus
from training.portfolio.models import ForumParticipation, HoursEntry
from training.portfolio.services import hours


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"done_on": date(2026, 3, 3)}, "done_on"),
        ({"done_on": date(2025, 12, 1)}, "done_on"),
        ({"minutes": 0}, "duration"),
        ({"minutes": 1441}, "duration"),
        ({"module_id": uuid.uuid4()}, "module_id"),
        ({"resource_id": uuid.uuid4()}, "resource_id"),
        ({"type_id": uuid.uuid4()}, "type_id"),
    ],
)
def test_hours_that_cannot_be_are_refused_under_their_field(pair: Pair, values: dict[str, Any], field: str) -> None:
    usual = {"module_id": make.module(pair.cohort).id, "done_on": date(2026, 3, 2), "minutes": 60}
    command = HoursToLog(Modality.E_LEARNING if "resource_id" in values else Modality.TEAM, **{**usual, **values})
    with pytest.raises(Refused) as refusal:
        hours.log(pair.enrolment, command, by=accounts.principal(pair.learner))
    assert refusal.value.field == field


@pytest.mark.both_engines
def test_a_resource_counts_once_r47(pair: Pair) -> None:
    module = make.module(pair.cohort, "COM")
    command = HoursToLog(Modality.E_LEARNING, module.id, date(2026, 3, 2), 30, resource_id=module.resources[0].id)
    entry = hours.log(pair.enrolment, command, by=accounts.principal(pair.learner))
    hours.settle([entry], EntryAct.REFUSE, reason="Non suivie", by=accounts.principal(pair.reader))
    hours.log(pair.enrolment, command, by=accounts.principal(pair.learner))
    with pytest.raises(IntegrityError, match=r"uq_hours_entry_resource|resource_id"):
        hours.log(pair.enrolment, command, by=accounts.principal(pair.learner))
    db.session.rollback()


def test_who_settles_what_r47_r48(pair: Pair) -> None:
    school = accounts.manager(cohort_rows.part_of(pair.cohort, Part.SCHOOL))
    team, online = make.log(pair.enrolment), make.log(pair.enrolment, Modality.E_LEARNING)
    for someone, entry in ((pair.learner, team), (school, team), (cohort_rows.carrier_of(pair.cohort), online)):
        with pytest.raises(Forbidden):
            hours.settle([entry], EntryAct.CONFIRM, reason="", by=accounts.principal(someone))
    hours.settle([online], EntryAct.CONFIRM, reason="", by=accounts.principal(school))
    hours.settle([team], EntryAct.CONFIRM, reason="", by=accounts.principal(pair.reader))

    assert {entry.status for entry in (team, online)} == {EntryStatus.CONFIRMED}


def test_refusing_asks_why_and_a_decision_is_taken_again_with_a_reason(pair: Pair) -> None:
    entry, reader = make.log(pair.enrolment), accounts.principal(pair.reader)
    with pytest.raises(ReasonRequired):
        hours.settle([entry], EntryAct.REFUSE, reason=" ", by=reader)
    hours.settle([entry], EntryAct.REFUSE, reason="Hors du module", by=reader)
    assert (entry.status.value, entry.refusal) == ("refused", "Hors du module")
    with pytest.raises(Conflict):
        hours.withdraw(entry, by=accounts.principal(pair.learner))
    hours.settle([entry], EntryAct.REOPEN, reason="Erreur", by=reader)

    assert (entry.status.value, entry.refusal, entry.settled_at) == ("declared", "", None)
    hours.withdraw(entry, by=accounts.principal(pair.learner))
    assert db.session.scalars(select(HoursEntry)).all() == []


def test_one_short_screen_logs_them_and_loses_nothing(pair: Pair, client: Any, page: Any) -> None:
    accounts.sign_in(client, pair.learner)
    address = f"/parcours/{pair.enrolment.id}/heures"
    module = str(make.module(pair.cohort).id)
    typed = {"module_id": module, "done_on": "02/03/2026", "duration": "longtemps", "words": "Réunion d’équipe"}
    answer = client.post(f"{address}/equipe", data=typed)
    assert answer.status_code == 422
    assert "Réunion d’équipe" in answer.text
    assert "n’est pas comprise" in answer.text
    assert client.post(f"{address}/equipe", data={**typed, "duration": "1 h 30"}).status_code == 303
    bare = client.post(f"{address}/e-learning", data={"online_on": "02/03/2026"})
    assert (bare.status_code, "Choisissez le module." in bare.text) == (422, True)
    assert "Ressource suivie" not in bare.text  # the modules list none
    asked = page(address).html
    asked = asked[asked.index('id="e-learning"') : asked.index('name="online_on"')]
    assert "facultatif" not in asked  # nothing she must fill is said to be optional
    online = {"online_module": module, "online_on": "02/03/2026", "online_time": "45 min", "resource_id": ""}
    assert client.post(f"{address}/e-learning", data=online).status_code == 303
    shown = page(address)

    assert "Réunion d’équipe" in shown.text
    assert "1 h 30 à valider" in shown.text


def test_hours_are_settled_together_by_module_r119(pair: Pair, client: Any, page: Any) -> None:
    entries = [make.log(pair.enrolment, minutes=60), make.log(pair.enrolment, minutes=30)]
    other = make.log(make.pair(pair.cohort).enrolment)
    accounts.sign_in(client, pair.reader)
    waiting = page("/heures-a-valider")
    assert waiting.text.count("Relire et valider") == 1
    address = f"/parcours/{pair.enrolment.id}/heures"
    assert "1 h 30" in page(address).text
    ids = [str(entry.id) for entry in entries]
    assert client.post(f"{address}/regler", data={"entries": [str(other.id)], "act": "confirm"}).status_code == 422
    assert client.post(f"{address}/regler", data={"entries": ids, "act": "confirm"}).status_code == 303
    assert client.post(f"{address}/regler", data={"entries": ids, "act": "confirm"}).status_code == 422
    assert "Tout est à jour" in page("/heures-a-valider").text
    found = queries.path_page(pair.enrolment, accounts.principal(pair.reader), Audience.REVIEWER)
    assert [count.counted for count in found.counts][2] == 1.5
    reopened = client.post(f"{address}/{ids[0]}/revenir", data={"reason": "Trop vite"})
    assert reopened.status_code == 303


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_hours_costs_the_same(pair: Pair, client: Any, selects: Any, count: int) -> None:
    for _ in range(count):
        other = make.pair(pair.cohort).enrolment
        make.log(other)
    school = accounts.manager(cohort_rows.part_of(pair.cohort, Part.SCHOOL))
    make.log(pair.enrolment, Modality.E_LEARNING)
    accounts.sign_in(client, school)
    with selects() as asked:
        client.get("/heures-a-valider")

    assert asked.count <= 6


def test_the_forum_is_noted_once_by_who_follows_r49(pair: Pair, client: Any, page: Any) -> None:
    edition = pair.cohort.edition.id
    db.session.execute(update(DiplomaRules).where(DiplomaRules.edition_id == edition).values(forum_required=True))
    db.session.expire_all()
    address = f"/parcours/{pair.enrolment.id}/heures"
    accounts.sign_in(client, pair.reader)
    form = page(address).form(f"/parcours/{pair.enrolment.id}/forum")
    assert client.post(f"/parcours/{pair.enrolment.id}/forum", data=form).status_code == 303
    assert "Participation notée le" in page(address).text
    client.post(f"/parcours/{pair.enrolment.id}/forum", data=form | {"once": "autre"})
    assert len(db.session.scalars(select(ForumParticipation)).all()) == 1
    accounts.sign_in(client, pair.learner)
    assert client.post(f"/parcours/{pair.enrolment.id}/forum", data=form | {"once": "encore"}).status_code == 403
