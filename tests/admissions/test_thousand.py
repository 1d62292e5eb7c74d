"""A call of a thousand files: each of its pages stays within its SELECTs, and every order reaches the last row."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import pytest
from flask.testing import FlaskClient

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.factories.bulk import FIRST_NUMBER, add_files
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import StructureKind
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Call
from training.admissions.queries.lists import SORTS
from training.database import db

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("session", "frozen_clock")]
S = ApplicationStatus
Open = Callable[..., Page]
Counted = Callable[[], AbstractContextManager[Queries]]
FILES: Final = 1_000
SITTING: Final = 60
BUDGET: Final = 12
STATUSES: Final = (S.SUBMITTED, S.ADMISSIBLE, S.UNDER_REVIEW, S.INADMISSIBLE)


@pytest.fixture
def call() -> Call:
    """A call of a thousand files, sixty of them before an open sitting."""
    accounts.departement("71", "Saône-et-Loire")
    there = make.call()
    structures = [accounts.structure(f"MSP {number}") for number in range(10)]
    structures += [
        accounts.structure(f"CPTS {number}", kind=StructureKind.CPTS, departement_code="71") for number in range(10)
    ]
    add_files(there, FILES - SITTING, *STATUSES, structures=structures)
    add_files(there, SITTING, S.PRESELECTED, first=FIRST_NUMBER + FILES, structures=structures)
    db.session.flush()
    return there


def test_no_page_of_the_selection_asks_for_more_because_there_are_more(
    call: Call, client: FlaskClient, page: Open, selects: Counted
) -> None:
    sitting = selection.meeting(call)
    staff = selection.signed_in(client, selection.staff_of(call))
    listed = f"/candidatures?appel={call.code}"
    addresses = [
        listed,
        f"{listed}&lignes=250",
        f"{listed}&page=20",
        f"{listed}&tri=structure&etat=submitted",
        f"/appels/{call.code}/selection",
        f"/appels/{call.code}/chiffres",
        f"/appels/{call.code}/entretiens",
        f"/appels/{call.code}/relecteurs",
        f"/comites/{sitting.id}",
        f"/comites/{sitting.id}/tour-de-table",
    ]
    asked = {}
    for address in addresses:
        page(address, by=staff)
        with selects() as counted:
            page(address, by=staff)
        asked[address] = counted.count
    assert all(count <= BUDGET for count in asked.values()), asked
    assert asked[addresses[0]] == asked[addresses[1]] == asked[addresses[2]]


@pytest.mark.parametrize("order", ["", *SORTS, "-number"])
def test_each_order_goes_through_all_the_files_once(call: Call, client: FlaskClient, order: str) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    reference = re.compile(rf">({call.code}-\d+)<")
    seen: list[str] = []
    for number in range(1, 5):
        answer = staff.get(f"/candidatures?appel={call.code}&lignes=250&tri={order}&page={number}")
        assert answer.status_code == 200
        seen += dict.fromkeys(reference.findall(answer.text))
    assert len(seen) == len(set(seen)) == FILES
    if order.endswith("number"):
        assert seen == sorted(seen, reverse=order.startswith("-"))


def test_the_whole_list_leaves_as_a_spreadsheet(call: Call, client: FlaskClient, selects: Counted) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    with selects() as counted:
        answer = staff.get(f"/candidatures?appel={call.code}&format=xlsx")
        assert len(answer.data) > 20_000
    assert counted.count <= BUDGET
