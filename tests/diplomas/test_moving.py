"""A federation moves in: a running cohort from three spreadsheets, then the register of an earlier one (R114, R71)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories.selection import signed_in
from tests.support.imports import Open, bring, brought_in, workbook
from tests.support.queries import count_selects
from training.cohorts.enums import EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment
from training.common.mail import OutgoingMail
from training.database import db
from training.diplomas.models import RegisterEntry
from training.seminars import papers, queries

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
LEARNERS = ["Nom", "Prénom", "Mail", "Structure", "Type", "Dept", "Entrée"]
PEOPLE = [
    ["Roy", "Alix", "alix.roy@example.org", "MSP du Lac", "MSP", "21", "11/12/2025"],
    ["Petit", "Nour", "nour.petit@example.org", "MSP du Lac", "MSP", "21", "11/12/2025"],
    ["Vidal", "Sam", "sam.vidal@example.org", "CPTS Sud", "CPTS", "21", "15/02/2026"],
]
SEMINARS = ["Séminaire", "Date", "Début", "Fin", "Lieu"]
DAYS = [
    ["Séminaire 1", "29/01/2026", "9h30", "12h30", "Beaune"],
    ["Séminaire 1", "29/01/2026", "14h", "17h", "Beaune"],
    ["Séminaire 2", "26/02/2026", "9h30", "12h30", "Dijon"],
    ["Séminaire 3", "23/04/2026", "9h30", "12h30", "Dijon"],
]
GRID = ["Nom", "Prénom", "29/01/2026 matin", "29/01/2026 après-midi", "26/02/2026 matin"]
SAID = [["Roy", "Alix", "P", "P", "P"], ["Petit", "Nour", "P", "AJ", "PP 1 h 30"], ["Vidal", "Sam", "-", "-", "P"]]
REGISTER = ["Nom", "Prénom", "Résultat", "Date", "Numéro"]


@pytest.fixture
def cohort(session: Any) -> Cohort:
    accounts.departement("21")
    return make.cohort(school_outside=True)


@pytest.fixture
def staff(cohort: Cohort, client: FlaskClient) -> FlaskClient:
    return signed_in(client, make.carrier_of(cohort))


def learners() -> dict[str, Enrolment]:
    found = db.session.scalars(select(Enrolment).execution_options(populate_existing=True))
    return {each.person.last_name: each for each in found}


def test_a_running_cohort_comes_in_from_three_spreadsheets_in_one_sitting(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    steps = f"/promotions/{cohort.code}/reprise"
    assert "Personne n’est encore inscrit" in page(steps, by=staff).text
    brought_in(staff, page, "apprenants", cohort, LEARNERS, *PEOPLE)
    brought_in(staff, page, "demi-journees", cohort, SEMINARS, *DAYS)
    brought_in(staff, page, "presences-grille", cohort, GRID, *SAID)
    told = page(steps, by=staff).text
    assert "4 demi-journées au calendrier, dont 3 passées" in told
    assert "3 feuilles verrouillées, dont 3 reprises d’un tableur" in told
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0
    found = {name: queries.presence_of(each) for name, each in learners().items()}
    assert {name: each.done_hours for name, each in found.items()} == {
        "Roy": Decimal(9),
        "Petit": Decimal("4.50"),
        "Vidal": Decimal(3),
    }
    assert {name: (len(each.satisfied), len(each.held)) for name, each in found.items()} == {
        "Roy": (3, 3),
        "Petit": (2, 3),
        "Vidal": (1, 1),  # she entered later: only what came after is expected of her (R45)
    }
    certificate = papers.completion(learners()["Petit"], found["Petit"], None, date(2026, 3, 2))
    assert certificate.data["hours"] == "4\u00a0h\u00a030"
    assert certificate.data["taken_over"].startswith("Dont 2\u00a0demi-journées reprises")


def test_the_page_of_steps_asks_as_much_whatever_the_rows(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    steps = f"/promotions/{cohort.code}/reprise"
    page(steps, by=staff)
    with count_selects() as empty:
        page(steps, by=staff)
    brought_in(staff, page, "apprenants", cohort, LEARNERS, *PEOPLE)
    brought_in(staff, page, "demi-journees", cohort, SEMINARS, *DAYS)
    page(steps, by=staff)
    with count_selects() as full:
        page(steps, by=staff)
    assert full.count <= max(12, empty.count)


def test_the_register_of_an_earlier_cohort_comes_in_once(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    brought_in(staff, page, "apprenants", cohort, LEARNERS, *PEOPLE)
    rows: list[list[Any]] = [
        ["Roy", "Alix", "diplômée", "15/02/2026", "2026-017"],
        ["Petit", "Nour", "attestation", "15/02/2026", None],
    ]
    bringing = bring(staff, page, "registre", cohort, workbook(REGISTER, *rows))
    assert "diplôme n° 2026-017, le 15 février 2026, au nom d’Alix Roy" in bringing.text
    assert bringing.write().status_code == 303
    found = learners()
    assert (found["Roy"].status, found["Petit"].status) == (EnrolmentStatus.GRADUATED, EnrolmentStatus.ATTESTATION)
    entry = db.session.scalars(select(RegisterEntry)).one()
    assert (entry.reference, entry.printed_name, entry.decided_on) == ("2026-017", "Alix Roy", date(2026, 2, 15))
    again = bring(staff, page, "registre", cohort, workbook(REGISTER, *rows))
    assert "est déjà « diplômé·e » ici" in again.text
    assert again.write().status_code == 303
    assert db.session.scalar(select(func.count()).select_from(RegisterEntry)) == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["Roy", "Alix", "diplômée", "15/02/2026", None], "Indiquez le numéro"),
        (["Roy", "Alix", "diplômée", "15/02/2030", "1"], "est à venir"),
        (["Roy", "Alix", "diplômée", "15/02/2020", "1"], "précède l’entrée"),
        (["Roy", "Alix", "peut-être", "15/02/2026", "1"], "n’est pas une issue connue"),
        (["Roi", "Alix", "diplômée", "15/02/2026", "1"], "S’agit-il d’Alix Roy"),
    ],
)
def test_a_line_of_the_register_that_cannot_be_is_told(
    cohort: Cohort, staff: FlaskClient, page: Open, row: list[Any], told: str
) -> None:
    brought_in(staff, page, "apprenants", cohort, LEARNERS, *PEOPLE)
    bringing = bring(staff, page, "registre", cohort, workbook(REGISTER, row))
    assert told in bringing.text
    assert not bringing.is_ready


def test_the_carrier_does_not_keep_the_register_of_a_school_in_the_tool(client: FlaskClient) -> None:
    cohort = make.cohort()
    carrier = signed_in(client, make.carrier_of(cohort))
    assert carrier.get(f"/imports/registre/{cohort.id}").status_code == 404
