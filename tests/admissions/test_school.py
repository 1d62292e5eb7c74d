"""The school's desk: one list for all regions, nearest launch first; dues recorded where they are missed (R8, R27, R121)."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.admissions import rules
from training.admissions.models import Application, Call, CallPart
from training.admissions.services import deciding
from training.common import clock
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
Open = Callable[..., Page]
Counted = Callable[[], AbstractContextManager[Queries]]


def transmitted(of: Call) -> Application:
    file = make.shortlisted(of)
    deciding.transmit(file, by=make.manager(of))
    return file


def launched_in(days: int) -> Call:
    return make.call(make.cohort(launch_on=clock.today() + timedelta(days=days)))


def school_of(*calls: Call) -> Person:
    """A member of one school that has this part in each of the calls."""
    someone, body = accounts.person(), accounts.organisation()
    accounts.membership(someone, Function.MANAGER, body)
    for call in calls:
        call.parts.append(CallPart(organisation=body, organisation_id=body.id, part=Part.SCHOOL))
    db.session.flush()
    return someone


def test_one_list_for_all_regions_the_nearest_launch_first_r121(client: FlaskClient, page: Open) -> None:
    later, sooner, other = launched_in(60), launched_in(30), launched_in(10)
    for call in (later, sooner, other):
        transmitted(call)
    selection.signed_in(client, school_of(later, sooner))
    text = page("/candidatures/ecole").text
    assert text.index(sooner.title) < text.index(later.title)
    assert other.title not in text
    answer = client.get("/candidatures/ecole?format=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [sooner.code, later.code]
    narrowed = client.get(f"/candidatures/ecole?format=xlsx&appel={later.code}")
    assert openpyxl.load_workbook(io.BytesIO(narrowed.data)).worksheets[0].max_row == 2


@pytest.mark.parametrize("part", [Part.CARRIER, Part.FUNDER])
def test_who_is_no_school_has_nothing_to_decide_there(client: FlaskClient, page: Open, part: Part) -> None:
    call = make.call()
    transmitted(call)
    selection.signed_in(client, selection.staff_of(call, part))
    assert "Aucun dossier n’attend l’école" in page("/candidatures/ecole").text


def test_the_list_asks_as_much_for_one_file_as_for_three(client: FlaskClient, selects: Counted) -> None:
    call = make.call()
    transmitted(call)
    selection.signed_in(client, selection.staff_of(call, Part.SCHOOL))

    def count() -> int:
        client.get("/candidatures/ecole")
        with selects() as asked:
            assert client.get("/candidatures/ecole").status_code == 200
        return asked.count

    one = count()
    for _ in range(2):
        transmitted(call)
    assert count() == one <= 12


def test_dues_missed_are_recorded_from_the_file_r8(client: FlaskClient, page: Open) -> None:
    call = make.call(membership_required=True)
    file = make.submitted(call)
    staff = selection.signed_in(client, selection.staff_of(call))
    address = f"/candidatures/{file.id}/cotisation"
    form = page(address).form(address)
    assert staff.post(address, data=form | {"paid_on": "01/01/2030"}).status_code == 422
    assert staff.post(address, data=form | {"paid_on": "01/03/2026"}).status_code == 303
    db.session.expire_all()
    assert not rules.dues_are_missing(db.session.get_one(Application, file.id), clock.today())
