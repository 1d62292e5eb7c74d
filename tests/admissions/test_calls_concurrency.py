"""Two people at once on a call: its last candidate of a structure, two changes of its settings, one import twice (R11)."""

import io
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.admissions.test_concurrency import at_once, browser, posting, staff
from tests.factories import accounts, selection
from tests.factories import admissions as make
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, CallVersion
from training.common.import_runs import ImportRun
from training.database import db

pytestmark = pytest.mark.both_engines


@pytest.fixture(autouse=True)
def prepared(session: Any, frozen_clock: Any) -> None:
    """A session for the rows, and a clock that stands still."""


def test_the_last_place_of_a_structure_goes_to_one_candidate_r11(app: Flask) -> None:
    call, structure = make.call(max_per_structure=1), accounts.structure()
    files = [make.complete(make.draft(call), structure) for _each in range(2)]
    acts = [posting(browser(app, file.person), f"/candidatures/{file.id}/depot") for file in files]
    assert sorted(at_once(*acts)) == [303, 422]
    submitted = select(func.count()).select_from(Application).where(Application.status == ApplicationStatus.SUBMITTED)
    assert db.session.scalar(submitted) == 1


def test_two_changes_of_a_published_call_are_two_versions(app: Flask) -> None:
    call = make.call()
    url = f"/appels/{call.code}/reglages/presentation"
    acts = [posting(each, url, title=f"Titre {rank}", confirmed="1") for rank, each in enumerate(staff(app, call))]
    assert at_once(*acts) == [303, 303]
    numbers = db.session.scalars(select(CallVersion.number).where(CallVersion.call_id == call.id)).all()
    assert sorted(numbers) == [2, 3]


def test_one_import_sent_twice_writes_once(app: Flask) -> None:
    accounts.departement("21")
    call = make.call()
    person = selection.staff_of(call)
    one, two = browser(app, person), browser(app, person)
    book = openpyxl.Workbook()
    active: Any = book.active
    active.append(["Nom", "Prénom", "Courriel", "Structure", "Type", "Département"])
    active.append(["Roy", "Alix", "alix.roy@example.org", "MSP du Lac", "MSP", "21"])
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    db.session.commit()
    sent = one.post(
        f"/imports/candidatures/{call.id}",
        data={"file": (stream, "a.xlsx")},
        content_type="multipart/form-data",
    )
    run = db.session.scalars(select(ImportRun)).one()
    assert sent.status_code == 303
    answers = at_once(posting(one, f"/imports/{run.id}"), posting(two, f"/imports/{run.id}"))
    assert sorted(answers) == [303, 409]
    assert db.session.scalar(select(func.count()).select_from(Application)) == 1
