"""Bringing in candidates, structures and dues from spreadsheets: dry run, then all or nothing (R101)."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support.pages import Page
from training.accounts.commands import MergeCommand
from training.accounts.enums import OrganisationKind, Part, StructureKind
from training.accounts.models import Dues, Organisation, Person, Structure
from training.accounts.services import twins
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application, Call
from training.common.import_runs import ImportMemory, ImportRun
from training.common.mail import OutgoingMail
from training.common.policy import Principal
from training.common.twins import TwinKind
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
Open = Callable[..., Page]
HEAD = ["NOM", "Prénom", "Mail", "Structure", "Type", "Dept", "Reçu le"]
ALIX = ["Roy", "Alix", "alix.roy@example.org", "MSP du Lac", "MSP", "21", "02/02/2026"]
NOUR = ["Petit", "Nour", "nour.petit@example.org", "MSP du Lac", "MSP", "21", None]


def sheet(*rows: list[Any]) -> io.BytesIO:
    book = openpyxl.Workbook()
    active: Any = book.active
    for row in rows:
        active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


@pytest.fixture
def call() -> Call:
    accounts.departement("21")
    return make.call()


def brought(client: FlaskClient, page: Open, kind: str, owner: Any, *rows: list[Any]) -> tuple[str, Page]:
    """Bring a spreadsheet as far as its dry run; return its address and page."""
    new = f"/imports/{kind}/{owner.id}"
    page(new, by=client)
    sent = client.post(new, data={"file": (sheet(*rows), "liste.xlsx")}, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text
    columns = sent.location
    chosen = client.post(columns, data=page(columns, by=client).form(columns))
    assert chosen.status_code == 303, chosen.text
    return chosen.location, page(chosen.location, by=client)


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_candidates_come_in_as_submitted_files_and_are_told_r87(call: Call, client: FlaskClient, page: Open) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    url, shown = brought(staff, page, "candidatures", call, HEAD, ALIX, NOUR)
    assert "2 lignes prêtes" in shown.text
    assert "est nouvelle au registre" in shown.text
    assert count(Application) == 0
    assert staff.post(url, data=shown.form(url)).status_code == 303
    files = {file.person.email: file for file in db.session.scalars(select(Application))}
    alix = files["alix.roy@example.org"]
    assert {file.status for file in files.values()} == {ApplicationStatus.SUBMITTED}
    assert alix.submitted_at is not None
    assert alix.submitted_at.date() == date(2026, 2, 2)
    assert (alix.person.name, alix.structure.name if alix.structure else None, len(alix.versions)) == (
        "Alix Roy",
        "MSP du Lac",
        1,
    )
    assert count(Structure) == 1
    assert {mail.message for mail in db.session.scalars(select(OutgoingMail))} == {"admissions/brought_in"}
    assert "repris d’un tableur" in page(f"/candidatures/{alix.id}", by=staff).text
    assert "2 candidatures reprises" in page(url, by=staff).text
    assert staff.post(url, data=shown.form(url) | {"once": "autre"}).status_code == 409
    run = db.session.scalars(select(ImportRun)).one()
    assert run.file is not None
    assert run.file.erased_at is not None


def test_one_bad_row_keeps_all_out_and_each_is_told(call: Call, client: FlaskClient, page: Open) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    known = make.submitted(call)
    again = ["Autre", "Nom", known.person.email, "MSP du Lac", "MSP", "21", None]
    wrong = ["X", "Y", "x@example.org", "Hôpital du Lac", "hôpital", "21", "01/01/2030"]
    url, shown = brought(staff, page, "candidatures", call, HEAD, ALIX, ALIX, again, wrong)
    for words in ("figure déjà à la ligne 2", "a déjà un dossier", "ne s’adresse pas", "est à venir"):
        assert words in shown.text
    assert url not in shown.actions()
    before = count(Application), count(Person), count(Structure)
    refused = staff.post(url, data={"once": "x"})
    assert refused.status_code == 422
    assert (count(Application), count(Person), count(Structure)) == before


def test_columns_are_remembered_and_a_column_serves_once(call: Call, client: FlaskClient, page: Open) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    odd = ["Candidate", "Petit nom", *HEAD[2:]]
    new = f"/imports/candidatures/{call.id}"
    for attempt in range(2):
        sent = staff.post(new, data={"file": (sheet(odd, ALIX), "a.xlsx")}, content_type="multipart/form-data")
        form = page(sent.location, by=staff).form(sent.location)
        assert (form["first_name"] == "Petit nom") is bool(attempt)
        if not attempt:
            twice = staff.post(sent.location, data=form | {"first_name": "Candidate"})
            assert twice.status_code == 422
            assert "choisie deux fois" in twice.text
            assert staff.post(sent.location, data=form | {"first_name": "Petit nom"}).status_code == 303
    assert count(ImportMemory) == 1


def test_what_is_no_spreadsheet_is_refused_under_its_field(call: Call, client: FlaskClient) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    new = f"/imports/candidatures/{call.id}"
    for content, name, words in (
        (io.BytesIO(b"Nom;Mail\n"), "liste.txt", "CSV"),
        (io.BytesIO(b"<html><body>Nom;Mail"), "liste.csv", "une page web"),
        (io.BytesIO(b"MZ\0\0Nom;Mail"), "liste.csv", "un programme"),
        (io.BytesIO(b"bonjour"), "liste.csv", "est vide"),
        (sheet(), "vide.xlsx", "est vide"),
        (io.BytesIO(b""), "rien.xlsx", "vide"),
    ):
        answer = staff.post(new, data={"file": (content, name)}, content_type="multipart/form-data")
        assert answer.status_code == 422, name
        assert words in answer.text, name


def test_a_csv_of_windows_comes_in_as_a_workbook_does(call: Call, client: FlaskClient, page: Open) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    text = "Nom;Prénom;Mail;Structure;Type;Dept\r\nPéroz;Zoë;zoe@example.org;Maison de l’Étang;MSP;21\r\n"
    data = {"file": (io.BytesIO(text.encode("cp1252")), "Réponses.csv")}
    sent = staff.post(f"/imports/candidatures/{call.id}", data=data, content_type="multipart/form-data")
    chosen = staff.post(sent.location, data=page(sent.location, by=staff).form(sent.location))
    shown = page(chosen.location, by=staff)
    assert "1 ligne prête" in shown.text
    assert staff.post(chosen.location, data=shown.form(chosen.location)).status_code == 303
    file = db.session.scalars(select(Application)).one()
    assert file.structure is not None
    assert (file.person.name, file.structure.name) == ("Zoë Péroz", "Maison de l’Étang")


def test_a_structure_that_looks_like_a_known_one_is_said_and_one_set_aside_leads_to_the_one_kept(
    call: Call, client: FlaskClient, page: Open
) -> None:
    kept, merged = accounts.structure("MSP du Lac"), accounts.structure("MSP du Vieux Lac")
    command = MergeCommand(kept.id, merged.id, "Saisie deux fois")
    twins.merge(TwinKind.STRUCTURE, command, by=Principal(name="Administration"))
    staff = selection.signed_in(client, selection.staff_of(call))
    near = [*NOUR[:3], "Maison de santé du Lac", *NOUR[4:]]
    former = [*ALIX[:3], "MSP du Vieux Lac", *ALIX[4:]]
    url, shown = brought(staff, page, "candidatures", call, HEAD, near, former)
    assert "si c’est la même, écrivez son nom ainsi" in shown.text
    assert staff.post(url, data=shown.form(url)).status_code == 303
    alix = db.session.scalars(select(Application).join(Application.person).where(Person.email == ALIX[2])).one()
    assert alix.structure_id == kept.id


def test_an_import_is_its_carrier_s_alone(
    call: Call, client: FlaskClient, new_client: Callable[[], FlaskClient], page: Open
) -> None:
    staff = selection.signed_in(client, selection.staff_of(call))
    url, _shown = brought(staff, page, "candidatures", call, HEAD, ALIX)
    for who in (accounts.manager(), selection.staff_of(call, Part.FUNDER)):
        other = selection.signed_in(new_client(), who)
        for address in (f"/imports/candidatures/{call.id}", url, f"{url}/colonnes", f"/imports/inconnu/{call.id}"):
            assert other.get(address).status_code == 404, address
        assert other.post(url, data={}).status_code == 404
    assert new_client().get(url).status_code in {303, 404}


def federation() -> Organisation:
    accounts.departement("21")
    return accounts.organisation(kind=OrganisationKind.FEDERATION)


def test_structures_and_dues_come_in_and_update_what_is_known(client: FlaskClient, page: Open) -> None:
    body = federation()
    staff = selection.signed_in(client, accounts.manager(body))
    assert "Importer des structures" in page("/structures", by=staff).text
    head = ["Nom", "Type", "Département", "Ville"]
    url, shown = brought(
        staff, page, "structures", body, head, ["MSP du Lac", "MSP", "21", "Dijon"], ["CPTS Sud", "cpts", "21", None]
    )
    assert staff.post(url, data=shown.form(url)).status_code == 303
    url, shown = brought(staff, page, "structures", body, head, ["msp du lac", "MSP", "21", "Beaune"])
    assert "sera mise à jour" in shown.text
    assert staff.post(url, data=shown.form(url)).status_code == 303
    found = {s.sort_key: s for s in db.session.scalars(select(Structure).execution_options(populate_existing=True))}
    assert {(s.kind, s.city) for s in found.values()} == {(StructureKind.MSP, "Beaune"), (StructureKind.CPTS, "")}
    dues = ["Nom", "Département", "Année", "Réglée le"]
    url, shown = brought(
        staff,
        page,
        "cotisations",
        body,
        dues,
        ["MSP du Lac", "21", 2026, "15/01/2026"],
        ["CPTS Sud", "21", 2026, "non"],
    )
    assert staff.post(url, data=shown.form(url)).status_code == 303
    assert {(line.year, line.paid_on) for line in db.session.scalars(select(Dues))} == {
        (2026, date(2026, 1, 15)),
        (2026, None),
    }
    _url, shown = brought(staff, page, "cotisations", body, dues, ["MSP inconnue", "21", 2026, "oui"])
    assert "n’est pas au registre" in shown.text or "Indiquez le jour" in shown.text


def test_an_example_is_read_back_without_a_problem(client: FlaskClient, page: Open) -> None:
    body = federation()
    staff = selection.signed_in(client, accounts.manager(body))
    new = f"/imports/structures/{body.id}"
    assert f"{new}/exemple.xlsx" in page(new, by=staff).response.text
    given = staff.get(f"{new}/exemple.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(given.data)).sheetnames == ["Importer des structures", "Lisez-moi"]
    sent = staff.post(new, data={"file": (io.BytesIO(given.data), "exemple.xlsx")}, content_type="multipart/form-data")
    chosen = staff.post(sent.location, data=page(sent.location, by=staff).form(sent.location))
    assert "2 lignes prêtes à importer" in page(chosen.location, by=staff).text
    assert client.get(f"/imports/candidatures/{body.id}/exemple.xlsx").status_code == 404
