"""Whoever represents a structure reads where its people stand, and no one else’s (R122)."""

import io
from typing import Any

import openpyxl

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from training.accounts.enums import Function
from training.accounts.models import Person, Structure
from training.cohorts.models import Cohort
from training.database import db


def represents(structure: Structure) -> Person:
    someone = accounts.person()
    accounts.membership(someone, Function.REPRESENTATIVE, structure)
    return someone


def test_a_structure_reads_its_own_people_and_their_pages(
    cohort: Cohort, client: Any, page: Any, selects: Any, frozen_clock: Any
) -> None:
    own = accounts.structure()
    mine = cohort_rows.learner(cohort, person=accounts.person(first_name="Ada", last_name="Sienne"), structure=own)
    cohort_rows.learner(cohort, person=accounts.person(first_name="Zoé", last_name="Ailleurs"))
    accounts.sign_in(client, represents(own))
    db.session.commit()
    shown, counts = page("/ma-structure"), []
    for _ in range(2):
        db.session.expire_all()
        with selects() as asked:
            page("/ma-structure")
        counts.append(asked.count)
        cohort_rows.learner(cohort, structure=own)
        db.session.commit()
    assert counts[0] == counts[1] <= 16
    assert "Ada Sienne" in shown.text
    assert "Ailleurs" not in shown.text
    assert "/ma-structure" in client.get("/").text
    assert f"/parcours/{mine.id}" in shown.response.text
    assert client.get(f"/parcours/{mine.id}").status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(client.get("/ma-structure?format=xlsx").data))
    names = [row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert len(names) == 3
    assert "Ada Sienne" in names


def test_nobody_else_has_such_a_page(cohort: Cohort, new_client: Any) -> None:
    enrolment = cohort_rows.learner(cohort)
    for who in (enrolment.person, cohort_rows.carrier_of(cohort), accounts.person()):
        browser = new_client()
        accounts.sign_in(browser, who)
        assert browser.get("/ma-structure").status_code == 404
        assert "/ma-structure" not in browser.get("/").text
