"""The examples of moving in, as they are downloaded, brought in one after the other into a new cohort (R114)."""

import io
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories.selection import signed_in
from tests.support.imports import Open, bring
from training.accounts.enums import Part
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.database import db
from training.defences.models import Memoire
from training.portfolio.models import HoursEntry, Tracer
from training.seminars.enums import SheetStatus
from training.seminars.models import AttendanceSheet, HalfDay

IN_ORDER = ("formateurs", "apprenants", "demi-journees", "presences-grille", "heures", "traceurs", "memoires")


@pytest.fixture
def cohort(session: Any, frozen_clock: Any) -> Cohort:
    accounts.departement("01", "Ain", region_code="ARA")
    accounts.departement("21", "Côte-d’Or", region_code="BFC")
    return make.cohort(launch_on=None, first_seminar_on=None)


@pytest.fixture
def staff(cohort: Cohort, client: FlaskClient) -> FlaskClient:
    return signed_in(client, make.carrier_of(cohort))


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def bring_example(staff: FlaskClient, page: Open, kind: str, cohort: Cohort) -> None:
    given = staff.get(f"/imports/{kind}/{cohort.id}/exemple.xlsx").data
    bringing = bring(staff, page, kind, cohort, given)
    assert bringing.is_ready, f"{kind}: {bringing.text}"
    assert bringing.write().status_code == 303, kind


def test_each_example_comes_in_after_the_one_before(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    for kind in IN_ORDER:
        bring_example(staff, page, kind, cohort)
    assert (count(Enrolment), count(HalfDay), count(HoursEntry), count(Memoire)) == (2, 2, 2, 2)
    assert count(Tracer)
    sheets = db.session.scalars(select(AttendanceSheet)).all()
    assert [sheet.status for sheet in sheets] == [SheetStatus.LOCKED] * 2
    assert all(half_day.ends_at < clock.now() for half_day in db.session.scalars(select(HalfDay)))


def test_presences_come_in_one_line_at_a_time_too(cohort: Cohort, staff: FlaskClient, page: Open) -> None:
    for kind in ("apprenants", "demi-journees", "presences"):
        bring_example(staff, page, kind, cohort)
    assert count(AttendanceSheet) == 1


def test_the_examples_agree_on_the_departement_and_say_where_one_goes_back(
    cohort: Cohort, staff: FlaskClient, page: Open
) -> None:
    carrier = make.part_of(cohort, Part.CARRIER)
    said = set()
    for kind, owner, place in (("apprenants", cohort, cohort.label), ("structures", carrier, "Structures")):
        book = openpyxl.load_workbook(io.BytesIO(staff.get(f"/imports/{kind}/{owner.id}/exemple.xlsx").data))
        head, *lines = book.worksheets[0].iter_rows(values_only=True)
        said |= {line[head.index("Département")] for line in lines}
        assert f">{place}</a>" in page(f"/imports/{kind}/{owner.id}", by=staff).response.text
    assert said == {"Côte-d’Or"}
