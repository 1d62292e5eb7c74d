"""Where an applicant practises beside her structure, the share of her time in each place, her employer (R98)."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support.pages import Page
from training.accounts.enums import Function, Part
from training.accounts.queries import principal_of
from training.admissions import rules
from training.admissions.commands import OtherPlace, TellPractices
from training.admissions.models import Application, Practice
from training.admissions.services import closing, filing
from training.common.declarations import registry
from training.common.errors import Conflict, Refused
from training.common.policy import Permission, policy
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
Open = Callable[..., Page]
TOLD = TellPractices(50, "Commune de Dole", (OtherPlace("CPTS des Rives", 30), OtherPlace("Pôle de santé", None)))


def told(file: Application, command: TellPractices = TOLD) -> Application:
    filing.tell_practices(file, command, by=make.owner(file))
    return file


def address(file: Application) -> str:
    return f"/candidatures/{file.id}/exercice"


def test_a_place_of_the_register_is_known_by_its_name_when_it_alone_bears_it() -> None:
    known = accounts.structure("CPTS des Rives")
    accounts.structure("Pôle de santé")
    accounts.structure("Pôle de santé", departement_code="21")
    file = told(make.complete())
    assert [(each.name, each.structure_id, each.share) for each in file.practices] == [
        ("CPTS des Rives", known.id, 30),
        ("Pôle de santé", None, None),
    ]
    assert rules.practice_words(file)[1:] == ["CPTS des Rives (30\u202f%)", "Pôle de santé"]


@pytest.mark.parametrize(
    ("field", "share", "others"),
    [
        ("share", 60, (("CPTS A", 41),)),
        ("place_1", None, (("msp des deux rives", None),)),
        ("place_2", None, (("CPTS A", None), ("cpts a", 10))),
    ],
)
def test_what_contradicts_itself_is_told_at_its_field(
    field: str, share: int | None, others: tuple[tuple[str, int | None], ...]
) -> None:
    file = make.complete(structure=accounts.structure("MSP des Deux Rives"))
    with pytest.raises(Refused) as refusal:
        told(file, TellPractices(share, "", tuple(OtherPlace(*each) for each in others)))
    assert refusal.value.field == field


def test_a_whole_time_shared_out_is_accepted() -> None:
    file = told(make.complete(), TellPractices(60, "", (OtherPlace("CPTS A", 40),)))
    assert file.share == 60


def test_a_file_out_of_her_hands_does_not_change() -> None:
    with pytest.raises(Conflict):
        told(make.under_review())


def test_what_was_submitted_comes_back_when_she_does_not_send_again(frozen_clock: object) -> None:  # R108
    file = told(make.complete())
    by = make.owner(file)
    version = filing.submit(file, by=by)
    assert version.content["practices"] == [["CPTS des Rives", 30], ["Pôle de santé", None]]
    filing.take_back(file, by=by)
    told(file, TellPractices(None, "", ()))
    closing.restore_content(file, version)
    assert (file.share, file.employer, [each.name for each in file.practices]) == (
        50,
        "Commune de Dole",
        ["CPTS des Rives", "Pôle de santé"],
    )


def test_nobody_judges_a_file_of_a_place_where_she_works_too() -> None:
    elsewhere = accounts.structure("CPTS des Rives")
    file = told(make.complete())
    filing.submit(file, by=make.owner(file))
    someone = accounts.manager(make.body(file.call, Part.CARRIER))
    assert policy.allows(principal_of(someone), Permission.ADMISSIONS_APPLICATION_OPINE, file)
    accounts.membership(someone, Function.REPRESENTATIVE, elsewhere)
    db.session.expire(someone)
    assert not policy.allows(principal_of(someone), Permission.ADMISSIONS_APPLICATION_OPINE, file)


@pytest.mark.both_engines
@pytest.mark.parametrize("broken", [{"share": 0}, {"share": 101}, {"position": 6}])
def test_the_database_refuses_impossible_places(broken: dict[str, int]) -> None:
    file = make.complete()
    db.session.add(Practice(**({"application": file, "position": 1, "name": "CPTS A"} | broken)))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_page_keeps_what_is_typed_and_staff_and_spreadsheet_read_it(client: FlaskClient, page: Open) -> None:
    file = make.complete()
    accounts.sign_in(client, file.person)
    page(address(file), by=client)
    wrong = {"share": "cent", "place_1": "CPTS des Rives", "share_2": "20", "employer": "Commune de Dole"}
    answer = client.post(address(file), data=wrong)
    assert answer.status_code == 422
    for words in ("de 1 à 100", "Nommez ce lieu", "CPTS des Rives", "Commune de Dole"):
        assert words in answer.text
    good = {"share": "50 %", "place_1": "CPTS des Rives", "share_1": "30", "employer": "Commune de Dole"}
    assert client.post(address(file), data=good).status_code == 303
    assert "CPTS des Rives (30" in page(f"/candidatures/{file.id}", by=client).text
    assert "Employeur : Commune de Dole" in page(f"/candidatures/{file.id}/depot", by=client).text
    filing.submit(file, by=make.owner(file))
    db.session.commit()
    staff = selection.signed_in(client, selection.staff_of(file.call))
    shown = page(f"/candidatures/{file.id}", by=staff).text
    assert "CPTS des Rives (30" in shown
    assert "Employeur : Commune de Dole" in shown
    picked = {"columns": ["elsewhere", "employer", "share"]}
    assert staff.post(f"/appels/{file.call.code}/tableur", data=picked).status_code == 303
    sheet = load_workbook(io.BytesIO(staff.get(f"/appels/{file.call.code}/tableur?format=xlsx").data)).active
    assert sheet is not None
    values = [cell.value for row in sheet for cell in row]
    assert {"CPTS des Rives", "Commune de Dole", 50} <= set(values)


def test_a_year_after_the_call_what_she_told_of_herself_is_forgotten(frozen_clock: Any) -> None:  # R89
    file = make.refused()
    file.employer, file.answers = "Commune de Dole", {"projet": "Le nôtre."}
    filing.write_practices(file, [("CPTS des Rives", 30)])
    db.session.commit()
    assert file.call.closes_at is not None
    frozen_clock.at(file.call.closes_at + timedelta(days=400))
    assert closing.purge_ended() == 1
    db.session.expire_all()
    assert (file.employer, file.answers, file.practices) == ("", {}, [])
    assert closing.purge_ended() == 0


def test_her_own_copy_tells_her_places_and_anonymising_forgets_them() -> None:
    file = told(make.complete())
    db.session.commit()
    (table,) = [each for each in registry.personal_data if each.table == "application"]
    (copy,) = table.export(file.person_id)
    assert copy["autres lieux d’exercice"] == ["CPTS des Rives", "Pôle de santé"]
    assert copy["employeur"] == "Commune de Dole"
    table.anonymise(file.person_id)
    db.session.expire_all()
    assert (file.employer, file.practices) == ("", [])
