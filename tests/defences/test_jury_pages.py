"""The pages of defences, per kind of person, by link too, and what they cost (R64–R66, R100, R126)."""

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import juries as make
from tests.support.client import Client
from training.accounts.enums import Part
from training.accounts.models import Person
from training.catalogue.enums import Outcome
from training.common import clock
from training.common.formatting import time_of_day
from training.database import db
from training.defences.commands import Placement
from training.defences.enums import Availability, MemoireStatus, VersionKind
from training.defences.queries.days import board_of
from training.defences.rules import juries
from training.defences.services import days, placing, publishing, sitting
from training.extensions import settings


@pytest.fixture(autouse=True)
def _frozen(session: Any, frozen_clock: Any) -> None:
    """The second of March 2026, ten days before the defences."""


def browser(app: Flask, someone: Person | None = None) -> Client:
    client = Client(app)
    if someone is not None:
        accounts.sign_in(client, someone)
    return client


def by_link(app: Flask, ready: make.Ready, number: int = 0) -> Client:
    """A browser that pressed a juror’s personal link."""
    secret = days.open_link(ready.jurors[number], by=make.staff(ready.cohort))
    db.session.commit()
    client = Client(app)
    assert client.post(f"/acces/{secret}", data={}).status_code == 303
    return client


def statuses(app: Flask, path: str, people: dict[str, Person | None]) -> dict[str, int]:
    return {kind: browser(app, person).get(path).status_code for kind, person in people.items()}


def around(ready: make.Ready) -> dict[str, Person | None]:
    assert ready.slot.memoire is not None
    return {
        "learner": ready.slot.memoire.enrolment.person,
        "co-learner": cohort_rows.learner(ready.cohort).person,
        "juror": ready.jurors[0].person,
        "referent": cohort_rows.referent(ready.slot.memoire.enrolment).person,
        "another juror": make.juror(ready.cohort, Part.FUNDER).person,
        "carrier": cohort_rows.carrier_of(ready.cohort),
        "school": accounts.manager(cohort_rows.part_of(ready.cohort, Part.SCHOOL)),
        "funder": accounts.manager(cohort_rows.part_of(ready.cohort, Part.FUNDER)),
        "another carrier": accounts.manager(),
        "administrator": accounts.administrator(),
    }


def test_who_opens_what(app: Flask) -> None:
    ready = make.placed()
    people = around(ready)
    inside = {"learner", "juror", "referent", "carrier", "school"}
    found = statuses(app, f"/soutenances/{ready.slot.id}", people)
    assert found == {kind: 200 if kind in inside else 404 for kind in people}
    found = statuses(app, f"/promotions/{ready.cohort.code}/soutenances", people)
    assert {kind for kind, status in found.items() if status == 200} == {"carrier", "school"}
    assert {kind for kind, status in found.items() if status == 403} == {
        "learner",
        "co-learner",
        "referent",
        "funder",
    }
    found = statuses(app, f"/jurys/{ready.jurors[0].id}", people)
    assert {kind for kind, status in found.items() if status == 200} == {"juror"}


def test_a_link_opens_its_bearers_defences_and_nothing_else(app: Flask) -> None:
    ready = make.placed(2)
    other = make.placed()
    client = by_link(app, ready)
    assert client.get(f"/jurys/{ready.jurors[0].id}").status_code == 200
    assert client.get(f"/soutenances/{ready.slot.id}").status_code == 200
    for path in (
        f"/jurys/{ready.jurors[1].id}",
        f"/soutenances/{other.slot.id}",
        f"/promotions/{ready.cohort.code}/soutenances",
    ):
        assert client.get(path).status_code in {303, 404}


def test_a_defence_moved_while_the_link_is_open_shows_its_new_hour(app: Flask) -> None:
    ready = make.placed()
    client = by_link(app, ready)
    page = client.get(f"/jurys/{ready.jurors[0].id}").text
    assert time_of_day(ready.slot.starts_at) in page
    free = [slot for slot in board_of(ready.cohort).slots if slot.memoire_id is None][-1]
    assert ready.slot.memoire_id is not None
    command = Placement(free.id, ready.slot.memoire_id, tuple(j.id for j in ready.jurors), ready.jurors[0].id)
    placing.place_by_hand(ready.cohort, command, by=make.staff(ready.cohort))
    db.session.commit()
    assert f"/soutenances/{free.id}" in client.get(f"/jurys/{ready.jurors[0].id}").text
    assert client.get(f"/soutenances/{ready.slot.id}").status_code in {303, 404}  # no longer hers
    assert client.get(f"/soutenances/{free.id}").status_code == 200


def test_the_memoire_opens_after_the_pledge_from_the_day_set(app: Flask, frozen_clock: Any) -> None:
    ready = make.placed(with_file=True)
    ready.day.opens_on = date(2026, 3, 5)
    db.session.commit()
    assert ready.slot.memoire is not None
    file = ready.slot.memoire.versions[0].file_id
    client = by_link(app, ready)
    page = f"/soutenances/{ready.slot.id}"
    assert client.get(f"/fichiers/{file}").status_code in {303, 403, 404}
    assert client.post(f"{page}/engagement", data={}).status_code == 303
    assert client.get(f"/fichiers/{file}").status_code in {303, 403, 404}
    frozen_clock.at(clock.at_paris(date(2026, 3, 5), 8))
    assert client.get(f"/fichiers/{file}").status_code == 200
    pack = client.get(f"/jurys/{ready.jurors[0].id}/dossier.pdf?jour={ready.day.id}")
    assert len(PdfReader(io.BytesIO(pack.data)).pages) >= 12 + 2


def test_the_history_names_a_juror_who_acts_by_her_link(app: Flask) -> None:
    ready = make.placed()
    page = f"/soutenances/{ready.slot.id}"
    assert by_link(app, ready).post(f"{page}/engagement", data={}).status_code == 303
    told = browser(app, cohort_rows.carrier_of(ready.cohort)).get(page).text
    assert f"{ready.jurors[0].person.name} (par son lien)" in told
    assert "Quelqu’un" not in told


def test_evaluations_are_hidden_from_the_others(app: Flask, frozen_clock: Any) -> None:
    ready = make.placed()
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    page = f"/soutenances/{ready.slot.id}"
    for seat in ready.slot.sitting:
        sitting.pledge(seat, by=make.member(seat))
    db.session.commit()
    first, second = ready.jurors[0].person, ready.jurors[1].person
    data = {"words": "Un avis bien à moi.", "proposal": "passed", "give": "y"}
    assert browser(app, first).post(f"{page}/evaluation", data=data).status_code == 303
    assert "Un avis bien à moi." in browser(app, first).get(page).text
    assert "Un avis bien à moi." not in browser(app, second).get(page).text
    assert "Un avis bien à moi." not in browser(app, cohort_rows.carrier_of(ready.cohort)).get(page).text
    db.session.refresh(ready.slot)
    sitting.open_deliberation(ready.slot, by=make.member(make.president(ready.slot)))
    db.session.commit()
    assert "Un avis bien à moi." in browser(app, second).get(page).text


def test_a_defence_from_its_pledge_to_its_published_result(app: Flask, frozen_clock: Any) -> None:
    ready = make.placed()
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 11))
    assert ready.slot.memoire is not None
    learner, page = ready.slot.memoire.enrolment.person, f"/soutenances/{ready.slot.id}"
    president = make.president(ready.slot)
    db.session.commit()
    chair = browser(app, president.juror.person)
    chair.post(f"{page}/engagement", data={})
    assert chair.post(f"{page}/deliberation", data={}).status_code == 303
    seats = [str(seat.id) for seat in ready.slot.sitting]
    refused = chair.post(f"{page}/proces-verbal", data={"present": seats, "comments": "Gardé."})
    assert (refused.status_code, "Choisissez le résultat." in refused.text, "Gardé." in refused.text) == (
        422,
        True,
        True,
    )
    done = chair.post(f"{page}/proces-verbal", data={"present": seats, "outcome": "passed", "comments": "Bravo."})
    assert done.headers["Location"].endswith("/signatures")
    for seat in ready.slot.sitting:
        address = f"{page}/membres/{seat.id}/signer"
        wrong = chair.post(address, data={"name": "Moi", "code": "000000", "pledges": "y"})
        assert wrong.status_code == 422
        code = juries.code_of(seat.juror_id, 1, settings().secret_key)
        data = {"name": seat.juror.person.name, "code": code, "pledges": "y", "strokes": "M1 1L20 20"}
        assert chair.post(address, data=data).status_code == 303
    hers = browser(app, learner)
    follower = cohort_rows.referent(ready.slot.memoire.enrolment).person
    db.session.commit()
    for before in (hers.get(page).text, browser(app, follower).get(page).text):
        assert "Bravo." not in before
        assert "admis" not in before
    assert hers.get(f"{page}/proces-verbal.pdf").status_code in {403, 404}
    assert chair.get(f"{page}/proces-verbal.pdf").data.startswith(b"%PDF")
    assert chair.post(f"{page}/proces-verbal", data={"present": seats, "outcome": "deferred"}).status_code == 409
    assert chair.post(f"{page}/publier", data={}).status_code == 303
    assert "Bravo." in hers.get(page).text
    db.session.expire_all()
    assert ready.slot.memoire.status is MemoireStatus.PASSED


def test_results_are_published_in_one_batch(app: Flask, frozen_clock: Any) -> None:
    ready = make.placed(2)
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 13))
    for slot, outcome in zip(ready.slots, (Outcome.PASSED, Outcome.DEFERRED), strict=True):
        make.conclude(slot, outcome)
        make.sign(slot)
    school = accounts.manager(cohort_rows.part_of(ready.cohort, Part.SCHOOL))
    carrier = cohort_rows.carrier_of(ready.cohort)
    db.session.commit()
    path = f"/promotions/{ready.cohort.code}/soutenances/publication"
    assert browser(app, carrier).post(path, data={}).status_code == 403
    assert browser(app, school).post(path, data={}).status_code == 303
    db.session.expire_all()
    found = [slot.memoire.status for slot in ready.slots if slot.memoire]
    assert sorted(found) == [MemoireStatus.DEFERRED, MemoireStatus.PASSED]


def test_a_cohort_is_planned_from_its_pages_alone(app: Flask) -> None:
    cohort = make.cohort()
    make.cleared(cohort, first_name="Alix", last_name="Morel")
    staff = cohort_rows.carrier_of(cohort)
    db.session.commit()
    client, root = browser(app, staff), f"/promotions/{cohort.code}/soutenances"
    bad = client.post(f"{root}/journees/nouvelle", data={"held_on": "hier", "place": "Lyon", "rooms": "A"})
    assert (bad.status_code, "n’est pas comprise" in bad.text, 'value="Lyon"' in bad.text) == (422, True, True)
    day = {"held_on": "12/03/2026", "place": "Lyon", "rooms": "A", "morning_from": "9h", "morning_to": "12h"}
    assert client.post(f"{root}/journees/nouvelle", data=day).status_code == 303
    assert client.post(f"{root}/journees/nouvelle", data=day).status_code == 422
    for number, part in enumerate(make.BODIES):
        data = {
            "email": f"membre{number}@example.org",
            "first_name": "M",
            "last_name": f"N{number}",
            "part": part.value,
        }
        assert client.post(f"{root}/jury/nouveau", data={**data, "may_preside": "y"}).status_code == 303
    asked = client.get(f"{root}/placement").text
    assert "n’a pas répondu pour le" in asked
    assert f"{root}/journees/nouvelle" in asked
    board = board_of(cohort)
    for juror in board.jurors:
        days.answer_availability(juror, {board.days[0]: Availability.ALL_DAY}, by=make.staff(cohort))
    db.session.commit()
    page = client.get(f"{root}/placement")
    token = page.text.split('name="token"')[1].split('value="')[1].split('"')[0]
    assert client.post(f"{root}/placement", data={"token": "autre"}).status_code == 422
    assert client.post(f"{root}/placement", data={"token": token}).status_code == 303
    assert client.post(f"{root}/convocations", data={}).status_code == 303
    db.session.expire_all()
    slot = board_of(cohort).placed[0]
    assert slot.convoked_at is not None
    edit = client.get(f"/soutenances/{slot.id}/modifier")
    assert edit.status_code == 200
    kept = client.post(
        f"/soutenances/{slot.id}/modifier",
        data={"slot_id": str(slot.id), "memoire_id": str(slot.memoire_id), "jurors": [str(slot.sitting[0].juror_id)]},
    )
    assert (kept.status_code, "chaque organisme" in kept.text) == (422, True)


def test_a_member_replaced_shows_her_link(app: Flask) -> None:
    ready = make.placed()
    staff = cohort_rows.carrier_of(ready.cohort)
    db.session.commit()
    address = f"/soutenances/{ready.slot.id}/membres/{ready.slot.sitting[0].id}/remplacer"
    client = browser(app, staff)
    assert client.get(address).status_code == 200
    assert "Choisissez qui la remplace" in client.post(address, data={"reason": "Malade"}).text
    data = {
        "reason": "Malade",
        "email": "nouvelle@example.org",
        "first_name": "Nora",
        "last_name": "Neuve",
        "whole_day": "y",
    }
    shown = client.post(address, data=data)
    assert (shown.status_code, "/acces/" in shown.text, "<svg" in shown.text) == (200, True, True)
    secret = shown.text.split("/acces/")[1].split('"')[0]
    newcomer = Client(app)
    landed = newcomer.post(f"/acces/{secret}", data={}).headers["Location"]
    assert "engagement" in newcomer.get(landed).text


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_as_many_queries_whatever_the_rows(app: Flask, selects: Any, count: int) -> None:
    ready = make.placed(count)
    staff, juror = cohort_rows.carrier_of(ready.cohort), ready.jurors[0]
    db.session.commit()
    pages = {
        f"/promotions/{ready.cohort.code}/soutenances": browser(app, staff),
        f"/soutenances/{ready.slot.id}": browser(app, juror.person),
        f"/jurys/{juror.id}": browser(app, juror.person),
    }
    asked = []
    for path, client in pages.items():
        db.session.commit()
        with selects() as found:
            assert client.get(path).status_code == 200
        asked.append(found.count)
    assert asked == [10, 7, 5]


def test_the_desk_says_what_defences_ask_of_each(app: Flask, frozen_clock: Any) -> None:
    ready = make.placed()
    assert ready.slot.memoire is not None
    learner, president = ready.slot.memoire.enrolment.person, make.president(ready.slot).juror.person
    staff = cohort_rows.carrier_of(ready.cohort)
    school = accounts.manager(cohort_rows.part_of(ready.cohort, Part.SCHOOL))
    silent = make.juror(ready.cohort, Part.FUNDER)
    days.ask_availability(silent, [ready.day], by=make.staff(ready.cohort))
    silent.answered_at = None
    make.cleared(ready.cohort)
    db.session.commit()
    told = browser(app, staff).get("/").text
    assert all(words in told for words in ("Placer 1", "Envoyer 1", "Relancer 1"))
    assert "Dire quand vous pouvez venir au jury" in browser(app, silent.person).get("/").text
    assert "Signer votre engagement" in browser(app, president).get("/").text
    assert "Votre soutenance" in browser(app, learner).get("/").text
    path = browser(app, learner).get(f"/parcours/{ready.slot.memoire.enrolment_id}").text
    assert "Voir la soutenance" in path

    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 11))
    make.conclude(ready.slot)
    db.session.commit()
    assert "Signer le procès-verbal" in browser(app, president).get("/").text
    assert "Faire signer un procès-verbal" in browser(app, staff).get("/").text
    make.sign(ready.slot)
    db.session.commit()
    assert "Publier 1" in browser(app, school).get("/").text
    path = browser(app, learner).get(f"/parcours/{ready.slot.memoire.enrolment_id}").text
    assert "admis" not in path.split("Soutenance", 1)[1][:200]


def test_corrections_are_accepted_by_whoever_follows_her(app: Flask, frozen_clock: Any) -> None:
    ready = make.placed(with_file=True)
    assert ready.slot.memoire is not None
    follower = cohort_rows.referent(ready.slot.memoire.enrolment).person
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 11))
    make.conclude(ready.slot, Outcome.PASSED_WITH_CORRECTIONS, corrections_due=date(2026, 4, 12))
    make.sign(ready.slot)
    publishing.publish(ready.slot, by=make.school(ready.cohort))
    db.session.commit()
    client, page = browser(app, follower), f"/soutenances/{ready.slot.id}"
    assert "Accepter les corrections" in client.get(page).text
    assert client.post(f"{page}/corrections", data={}).status_code == 303
    assert "pas encore déposée" in client.get(page).text
    make.hand_in(ready.slot.memoire, VersionKind.CORRECTED)
    db.session.commit()
    assert client.post(f"{page}/corrections", data={}).status_code == 303
    db.session.expire_all()
    assert ready.slot.memoire.status is MemoireStatus.PASSED
    assert client.get(f"{page}/corrections/refuser").status_code == 403
