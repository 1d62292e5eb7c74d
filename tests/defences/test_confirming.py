"""Before an act that writes to people or cannot be undone, a page says what it does, and to whom (R64–R66)."""

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import juries as make
from tests.support.client import Client
from tests.support.pages import read_page
from tests.support.sent import all_sent
from training.accounts.enums import Part
from training.accounts.models import Person
from training.common import clock
from training.common.mail import OutgoingMail
from training.database import db
from training.defences import contributions, jury_papers
from training.defences.commands import TakenOver
from training.defences.enums import Availability, MemoireStatus
from training.defences.queries.days import board_of
from training.defences.services import days, memoires, placing, sitting
from training.portfolio.enums import Audience


@pytest.fixture(autouse=True)
def _frozen(session: Any, frozen_clock: Any) -> None:
    """The second of March 2026, ten days before the defences."""


def browser(app: Flask, someone: Person) -> Client:
    client = Client(app)
    accounts.sign_in(client, someone)
    return client


def read(client: Client, address: str) -> str:
    """What a page says; its HTML and its typography are checked."""
    return " ".join(read_page(client.get(address)).text.split())


def posted() -> int:
    return len(db.session.scalars(select(OutgoingMail.id)).all())


def test_convocations_are_read_again_before_they_leave(app: Flask) -> None:
    ready = make.placed()
    carrier = browser(app, cohort_rows.carrier_of(ready.cohort))
    root = f"/promotions/{ready.cohort.code}/soutenances"
    before = posted()
    assert f"{root}/convocations" in carrier.get(root).text
    shown = read(carrier, f"{root}/convocations")
    assert ready.slot.memoire is not None
    for name in (ready.slot.memoire.enrolment.person.name, *(juror.person.name for juror in ready.jurors)):
        assert name in shown
    assert posted() == before
    assert carrier.post(f"{root}/convocations", data={}).status_code == 303
    assert posted() == before + 4
    assert carrier.get(f"{root}/convocations").status_code == 303  # nothing is left to tell


def test_taking_a_defence_off_its_day_says_who_is_written_to(app: Flask) -> None:
    ready = make.placed()
    carrier = browser(app, cohort_rows.carrier_of(ready.cohort))
    page = f"/soutenances/{ready.slot.id}"
    assert f"{page}/retirer" in carrier.get(f"{page}/modifier").text
    assert "Personne n’est prévenu" in read(carrier, f"{page}/retirer")
    placing.convoke([ready.slot], by=make.staff(ready.cohort))
    all_sent()
    db.session.commit()
    shown = read(carrier, f"{page}/retirer")
    assert all(juror.person.name in shown for juror in ready.jurors)
    assert carrier.post(f"{page}/retirer", data={}).status_code == 303
    assert carrier.get(f"{page}/retirer").status_code == 303
    db.session.expire_all()
    assert board_of(ready.cohort).placed == []


def test_removing_a_juror_says_what_she_loses(app: Flask) -> None:
    ready = make.placed()
    other = make.juror(ready.cohort, Part.SCHOOL, ready.day)
    carrier = browser(app, cohort_rows.carrier_of(ready.cohort))
    root = f"/promotions/{ready.cohort.code}/soutenances"
    db.session.commit()
    address = f"{root}/jury/{other.id}/retirer"
    assert address in carrier.get(root).text
    shown = read(carrier, address)
    assert "son lien personnel ne s’ouvre plus" in shown
    assert "ne reçoit aucun message" in shown
    assert carrier.post(address, data={}).status_code == 303
    assert carrier.get(address).status_code == 404


def test_a_result_is_read_again_before_it_is_published(app: Flask, frozen_clock: Any) -> None:
    ready = make.placed()
    page = f"/soutenances/{ready.slot.id}"
    chair = browser(app, make.president(ready.slot).juror.person)
    assert "La délibération s’ouvrira" not in read(chair, page)  # her pledge comes first
    for seat in ready.slot.sitting:
        sitting.pledge(seat, by=make.member(seat))
    db.session.commit()
    assert "La délibération s’ouvrira le jeudi 12 mars 2026 à 9 h" in read(chair, page)
    assert chair.get(f"{page}/publier").status_code == 303
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    chair = browser(app, make.president(ready.slot).juror.person)
    assert "Ouvrir la délibération" in read(chair, page)
    make.conclude(ready.slot)
    make.sign(ready.slot)
    db.session.commit()
    assert f"{page}/publier" in chair.get(page).text
    shown = read(chair, f"{page}/publier")
    assert "Un résultat publié ne se reprend pas" in shown
    assert "admis" in shown
    school = browser(app, accounts.manager(cohort_rows.part_of(ready.cohort, Part.SCHOOL)))
    together = f"/promotions/{ready.cohort.code}/soutenances/publication"
    assert ready.slot.memoire is not None
    assert ready.slot.memoire.enrolment.person.name in read(school, together)
    assert chair.post(f"{page}/publier", data={}).status_code == 303
    assert school.get(together).status_code == 303


def test_the_minutes_name_the_body_of_each_member(frozen_clock: Any) -> None:
    ready = make.placed()
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    make.conclude(ready.slot)
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(jury_papers.minutes_paper(ready.slot))).pages)
    assert ready.slot.memoire is not None
    name = ready.slot.memoire.enrolment.person.name
    title = words.partition("Mémoire soutenu")[0].replace("\u00a0", " ")
    assert any(name in line for line in title.splitlines())  # a name is not cut at the end of a line
    for part in make.BODIES:
        assert cohort_rows.part_of(ready.cohort, part).name in " ".join(words.split())


def test_a_plan_says_who_has_not_answered_and_for_which_day() -> None:
    of = make.cohort()
    first = make.day(of)
    make.cleared(of, first_name="Alix", last_name="Morel")
    silent, away, half = (make.juror(of, part) for part in make.BODIES)
    by = make.staff(of)
    days.answer_availability(away, {first: Availability.NO}, by=by)
    days.answer_availability(half, {first: Availability.MORNING}, by=by)
    second = make.day(of, on=date(2026, 3, 13))
    days.answer_availability(half, {second: Availability.NO}, by=by)
    db.session.expire_all()
    board = board_of(of)
    assert [board.away(juror) for juror in (silent, away, half)] == [
        "n’a pas répondu pour le 12 mars 2026 et le 13 mars 2026",
        "n’a pas répondu pour le 13 mars 2026, et n’est disponible sur aucun autre créneau libre",
        "n’est pas disponible sur tous les créneaux libres",
    ]
    days.answer_availability(away, {second: Availability.NO}, by=by)
    db.session.expire_all()
    assert board_of(of).away(away) == "n’est disponible sur aucun créneau libre"


def test_a_defence_held_before_the_tool_is_not_still_to_come() -> None:
    of = make.cohort()
    enrolment = cohort_rows.learner(of)
    memoires.record_state(enrolment, TakenOver("Sujet", MemoireStatus.PASSED), by=make.staff(of))
    told = contributions.contribution(enrolment, make.staff(of), Audience.LEARNER)
    assert [each.label for each in told.requirements] == ["Mémoire : admis", "Soutenance\u00a0: admis·e"]
