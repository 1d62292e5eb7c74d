"""The archive of a cohort’s documents, the panel of its page, the import of the platform’s export (R47, R121)."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from tests.support.imports import bring, workbook
from training.accounts.enums import Part
from training.catalogue.enums import Modality
from training.common.imports import Row
from training.database import db
from training.portfolio import services
from training.portfolio.enums import EntryStatus, Source
from training.portfolio.imports import IMPORTS
from training.portfolio.models import HoursEntry, PlatformAccount

(E_LEARNING,) = IMPORTS


def test_the_documents_of_a_cohort_come_in_one_archive_with_an_index(pair: Pair, client: Any) -> None:
    make.deposited(pair.enrolment)
    make.deposited(pair.enrolment, make.new_file(name="deux.docx"), make.new_file(name="deux.docx"))
    hidden = make.pair(pair.cohort)
    aside = make.deposited(hidden.enrolment)
    services.set_aside(aside, 1, reason="Un nom", by=accounts.principal(hidden.reader))
    carrier = cohort_rows.carrier_of(pair.cohort)
    accounts.sign_in(client, carrier)
    answer = client.get(f"/promotions/{pair.cohort.code}/documents-traceurs")
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert packed.testzip() is None

    assert packed.namelist() == [
        "index.xlsx",
        "Alix Morel/Document fiche_poste v2 – deux.docx",
        "Alix Morel/Document fiche_poste v2 – deux (2).docx",
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(packed.read("index.xlsx"))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Apprenant·e"
    assert [row[3] for row in rows[1:]] == [2, 2]


def test_a_referent_collects_her_learners_only(pair: Pair, client: Any) -> None:
    make.deposited(pair.enrolment)
    make.deposited(make.pair(pair.cohort, first_name="Zoé", last_name="Petit").enrolment)
    accounts.sign_in(client, pair.reader)
    answer = client.get(f"/promotions/{pair.cohort.code}/documents-traceurs")

    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert [name.partition("/")[0] for name in names] == ["index.xlsx", "Alix Morel"]


@pytest.mark.parametrize(("kind", "status"), [("learner", 403), ("funder", 403), ("stranger", 404)])
def test_nobody_else_collects_them(pair: Pair, client: Any, kind: str, status: int) -> None:
    people = {
        "learner": pair.learner,
        "funder": accounts.manager(cohort_rows.part_of(pair.cohort, Part.FUNDER)),
        "stranger": accounts.manager(),
    }
    accounts.sign_in(client, people[kind])

    assert client.get(f"/promotions/{pair.cohort.code}/documents-traceurs").status_code == status


def test_the_page_of_a_cohort_lists_its_paths(pair: Pair, client: Any, page: Any) -> None:
    make.decided(make.deposited(pair.enrolment), pair.reader)
    accounts.sign_in(client, pair.reader)
    shown = page(f"/promotions/{pair.cohort.code}")

    assert shown.links()["Alix Morel"] == f"/parcours/{pair.enrolment.id}"
    assert "1 document validé" in shown.text


def rows(pair: Pair, *changes: dict[str, Any]) -> list[Row]:
    usual = {"email": pair.learner.email, "module": "PF", "title": None, "minutes": 90, "done_on": None, "line": None}
    return [Row(number, {**usual, **change}) for number, change in enumerate(changes, start=2)]


def test_an_export_is_dispatched_and_its_strangers_listed_r121(pair: Pair) -> None:
    school = cohort_rows.part_of(pair.cohort, Part.SCHOOL)
    by = accounts.principal(accounts.manager(school))
    sent = rows(
        pair, {}, {"email": "personne@example.org"}, {"module": "Cuisine"}, {}, {"module": "Module PF", "line": "7"}
    )
    problems = E_LEARNING.check(school, sent)
    assert [(problem.row, problem.blocks) for problem in problems] == [(3, False), (4, False), (5, False)]
    assert E_LEARNING.write(school, sent, by).replace("\u00a0", " ") == (
        "2 lignes importées, 2 lignes laissées de côté."
    )
    assert E_LEARNING.write(school, sent, by).startswith("0\u00a0ligne importée")
    entries = db.session.scalars(select(HoursEntry)).all()

    assert {(e.source, e.status, e.minutes) for e in entries} == {(Source.IMPORTED, EntryStatus.CONFIRMED, 90)}
    assert len(entries) == 2


def test_a_carriers_import_waits_for_confirmation_and_a_declared_resource_is_not_doubled(pair: Pair) -> None:
    carrier = cohort_rows.part_of(pair.cohort, Part.CARRIER)
    by = accounts.principal(cohort_rows.carrier_of(pair.cohort))
    E_LEARNING.write(carrier, rows(pair, {}), by)
    (entry,) = db.session.scalars(select(HoursEntry)).all()
    assert entry.status is EntryStatus.DECLARED
    module = make.module(pair.cohort, "COM")
    declared = make.log(
        pair.enrolment, Modality.E_LEARNING, 30, module_id=module.id, resource_id=module.resources[0].id
    )
    school = cohort_rows.part_of(pair.cohort, Part.SCHOOL)
    again = rows(pair, {"module": "COM", "title": "introduction", "minutes": 30})
    E_LEARNING.write(school, again, accounts.principal(accounts.manager(school)))

    assert declared.status is EntryStatus.CONFIRMED
    assert len(db.session.scalars(select(HoursEntry)).all()) == 2


@pytest.mark.parametrize(
    ("cell", "minutes"), [(90, 90), ("90", 90), (90.0, 90), ("1 h 30", 90), ("1:30", 90), (None, None)]
)
def test_a_length_of_the_platform_is_read(cell: Any, minutes: int | None) -> None:
    (field,) = [each for each in E_LEARNING.fields(None) if each.code == "minutes"]
    assert field.read(cell) == minutes
    with pytest.raises(ValueError, match="n’est pas une durée"):
        field.read("longtemps")


def test_the_school_reaches_the_import_from_the_hours(pair: Pair, client: Any, page: Any) -> None:
    school = cohort_rows.part_of(pair.cohort, Part.SCHOOL)
    accounts.sign_in(client, accounts.manager(school))
    shown = page("/heures-a-valider")
    address = next(href for words, href in shown.links().items() if words.startswith("Importer"))

    assert "Importer l’e-learning" in page(address).text


def test_an_identifier_of_the_platform_is_said_once_and_recognised_ever_after_r121(
    pair: Pair, client: Any, page: Any
) -> None:
    school = cohort_rows.part_of(pair.cohort, Part.SCHOOL)
    accounts.sign_in(client, accounts.manager(school))
    head = ["Identifiant", "Module", "Durée", "Date"]
    export = workbook(head, ["AMOREL", "PF", 90, "15/02/2026"])
    first = bring(client, page, "e-learning", school, export)
    assert "n’a l’adresse ou l’identifiant « AMOREL »" in first.text
    address = f"/heures-a-valider/identifiants/{school.id}"
    assert f"{address}?identifiant=AMOREL" in first.page.response.text
    asked = page(f"{address}?identifiant=AMOREL")
    assert first.url in asked.links().values()
    form = asked.form(address) | {"person_id": str(pair.learner.id)}
    assert form["identifier"] == "AMOREL"
    assert client.post(address, data=form).status_code == 303
    again = bring(client, page, "e-learning", school, export)
    assert again.is_ready
    assert again.write().status_code == 303
    entry = db.session.scalars(select(HoursEntry)).one()
    assert (entry.enrolment_id, entry.minutes, entry.status) == (pair.enrolment.id, 90, EntryStatus.CONFIRMED)
    shown = page(address)
    assert "AMOREL : Alix Morel" in shown.text
    account = db.session.scalars(select(PlatformAccount)).one()
    forget = f"{address}/{account.id}/oublier"
    assert client.post(forget, data=shown.form(forget)).status_code == 303
    assert db.session.scalar(select(PlatformAccount.id)) is None


def test_an_identifier_of_someone_elsewhere_is_not_taken_over(pair: Pair, client: Any, page: Any) -> None:
    elsewhere = make.pair(first_name="Zoé", last_name="Petit")
    db.session.add(PlatformAccount(identifier="zp", identifier_key="zp", person_id=elsewhere.learner.id))
    carrier = cohort_rows.carrier_of(pair.cohort)
    accounts.sign_in(client, carrier)
    body = cohort_rows.part_of(pair.cohort, Part.CARRIER)
    address = f"/heures-a-valider/identifiants/{body.id}"
    shown = page(address)
    assert "zp" not in shown.text.split()
    form = shown.form(address) | {"identifier": "ZP", "person_id": str(pair.learner.id)}
    refused = client.post(address, data=form)
    assert refused.status_code == 422
    assert "déjà celui d’une personne d’une autre région" in refused.text
    stranger = form | {"identifier": "autre", "person_id": str(elsewhere.learner.id)}
    assert client.post(address, data=stranger).status_code == 422
    accounts.sign_in(client, elsewhere.reader)
    assert client.get(address).status_code in {403, 404}
