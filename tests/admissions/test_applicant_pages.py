"""The applicant's own pages: what each shows, and what none shows before its time (R16–R22, R30, R105)."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.factories import accounts
from tests.factories import admissions as make
from training.admissions import receipt
from training.admissions.commands import AskCorrection, PlanInterview, ReviewPiece
from training.admissions.enums import SECRET_UNTIL_PUBLICATION, ApplicationStatus, PieceStatus
from training.admissions.models import Application
from training.admissions.services import deciding, filing, processing, publishing
from training.common import clock
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
S = ApplicationStatus
PAGES = ("structure", "structure?q=msp", "structure/nouvelle", "situation", "engagements", "pieces", "depot", "retrait")


def signed_in(client: FlaskClient, file: Application) -> str:
    accounts.sign_in(client, file.person)
    return f"/candidatures/{file.id}"


def test_a_draft_shows_what_is_missing_the_days_left_and_the_next_act(
    page: Callable[..., Any], client: FlaskClient
) -> None:
    address = signed_in(client, make.draft())
    shown = page(address)
    assert "Il reste 25 jours : vous pouvez le déposer jusqu’au vendredi 27 mars 2026 à 23 h 59." in shown.text
    assert "Il manque : CV, Lettre de motivation" in shown.text
    assert shown.links()["Continuer mon dossier"] == f"{address}/structure"
    assert shown.links()["Retirer ma candidature"] == f"{address}/retrait"


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_a_draft_opens(page: Callable[..., Any], client: FlaskClient, name: str, complete: bool) -> None:
    file = make.complete() if complete else make.draft()
    page(f"{signed_in(client, file)}/{name}")


def test_a_complete_draft_leads_to_the_last_page_which_shows_everything(
    page: Callable[..., Any], client: FlaskClient
) -> None:
    file = make.complete()
    address = signed_in(client, file)
    assert page(address).links()["Relire et déposer"] == f"{address}/depot"
    check = page(f"{address}/depot")
    assert f"{address}/depot" in check.actions()
    assert file.structure is not None
    for words in (file.structure.name, "Coordinatrice", "En poste", "Je suis en poste.", "cv-1.pdf", "lettre-1.pdf"):
        assert words in check.text


def test_the_last_page_of_an_incomplete_draft_lists_what_is_missing_with_links(
    page: Callable[..., Any], client: FlaskClient
) -> None:
    address = signed_in(client, make.draft())
    check = page(f"{address}/depot")
    assert f"{address}/depot" not in check.actions()
    assert check.links()["CV"] == f"{address}/pieces#piece-cv"
    assert check.links()["Votre situation"] == f"{address}/situation"


def test_structures_are_found_by_name_or_town_among_those_the_call_takes(
    page: Callable[..., Any], client: FlaskClient
) -> None:
    accounts.departement("69", "Rhône", region_code="ARA")
    accounts.structure("MSP de l’Étang")
    accounts.structure("MSP du Rhône", departement_code="69")
    accounts.structure("Hôpital de l’Étang", kind="hospital")
    accounts.structure("Cabinet 100 % santé", city="Étang-sur-Arroux")
    address = signed_in(client, make.draft(make.call(regions=["BFC"])))
    found = page(f"{address}/structure?q=etang").text
    assert "MSP de l’Étang" in found
    assert "Hôpital" not in found
    assert "MSP du Rhône" not in page(f"{address}/structure?q=rhone").text
    assert "100 % santé" not in page(f"{address}/structure?q=%25_").text
    assert "ajoutez votre structure" in page(f"{address}/structure?q=zzz").text


def test_a_submitted_file_may_be_taken_back_while_the_call_is_open(
    page: Callable[..., Any], client: FlaskClient, frozen_clock: Any
) -> None:
    file = make.submitted()
    address = signed_in(client, file)
    shown = page(address)
    assert f"dossier {file.reference}" in shown.text
    assert shown.links()["Reprendre pour modifier"] == f"{address}/reprise"
    page(f"{address}/reprise")
    frozen_clock.advance(timedelta(days=30))
    signed_in(client, file)
    assert "Reprendre pour modifier" not in page(address).links()
    page(f"{address}/reprise", status=409)


def test_the_receipt_is_a_pdf_of_what_was_submitted_whatever_the_file_became(client: FlaskClient) -> None:  # R22
    file = make.submitted()
    address = signed_in(client, file)
    first = client.get(f"{address}/recepisse/1.pdf")
    assert first.mimetype == "application/pdf"
    text = " ".join("".join(each.extract_text() for each in PdfReader(io.BytesIO(first.data)).pages).split())
    assert file.reference in text
    assert "Lettre de motivation" in text
    file.post_title, file.structure = "Directrice", accounts.structure("MSP nouvelle")
    db.session.commit()
    assert client.get(f"{address}/recepisse/1.pdf").data == first.data
    assert client.get(f"{address}/recepisse/2.pdf").status_code == 404
    assert client.get(f"{address}/recepisse/un.pdf").status_code == 404


def test_a_receipt_tells_the_instant_to_the_second_and_the_digest_of_the_whole() -> None:
    version = make.submitted().versions[0]
    data = receipt.data(version)
    assert " ".join(data["submitted_at"].split()) == "lundi 2 mars 2026 à 10 h et 0 s (heure de Paris)"
    assert version.digest in data["verification"]
    assert receipt.filename(version).endswith("-0001-1.pdf")


def test_what_is_to_correct_stays_in_sight_until_it_is_sent(page: Callable[..., Any], client: FlaskClient) -> None:
    file = make.submitted()
    staff = make.manager(file.call)
    piece = next(piece for piece in file.pieces if piece.requirement.code == "cv")
    processing.review_piece(file, ReviewPiece(piece.id, PieceStatus.TO_REPLACE, "Page 2 illisible."), by=staff)
    processing.ask_correction(file, AskCorrection("Merci de revoir le CV.", date(2026, 3, 9)), by=staff)
    address = signed_in(client, file)
    shown = page(address)
    assert "Corrections demandées avant le lundi 9 mars 2026" in shown.text
    assert shown.links()["Corriger mon dossier"] == f"{address}/pieces"
    for name in ("pieces", "depot", "structure"):
        assert "Page 2 illisible." in page(f"{address}/{name}").text


@pytest.mark.parametrize("status", sorted(set(S) - {S.ENROLLED}))
def test_a_file_opens_in_every_state(page: Callable[..., Any], client: FlaskClient, status: ApplicationStatus) -> None:
    file = make.submitted()
    make.force(file, status, status)
    address = signed_in(client, file)
    assert status.label in page(address).text
    assert file.call.title in page("/candidatures").links()


@pytest.mark.parametrize("status", sorted(SECRET_UNTIL_PUBLICATION))
def test_no_page_tells_a_decision_before_its_publication(  # R105
    page: Callable[..., Any], client: FlaskClient, status: ApplicationStatus
) -> None:
    file = make.under_review()
    address = signed_in(client, file)
    before, listed = page(address).text, page("/candidatures").text
    make.force(file, status)
    file.rank = 1 if status in {S.WAITING, S.VALIDATED, S.TRANSMITTED} else None
    assert page(address).text == before
    assert page("/candidatures").text == listed
    for name in ("reprise", "depot", "pieces", "place/refus"):
        refused = page(f"{address}/{name}", status=409)
        assert status.label not in refused.text
        assert "en examen" in refused.text


def test_a_decision_against_her_is_told_with_its_reason_once_published(
    page: Callable[..., Any], client: FlaskClient
) -> None:
    file = make.refused(reason="Trop de candidatures.")
    address = signed_in(client, file)
    assert "Trop de candidatures." not in page(address).text
    publishing.publish_results(file.call, by=make.manager(file.call))
    told = page(address).text
    assert "Votre candidature n’a pas été retenue." in told
    assert "Trop de candidatures." in told
    assert "12 mois" in told


def test_an_interview_is_shown_once_it_has_a_date(page: Callable[..., Any], client: FlaskClient) -> None:
    file = make.under_review()
    interview = deciding.ask_interview(file, by=make.manager(file.call))
    address = signed_in(client, file)
    assert "Un entretien vous attend" not in page(address).text
    command = PlanInterview(clock.now() + timedelta(days=5), 30, "https://visio.example.org/salle", "Dominique Petit")
    deciding.plan_interview(interview, command, by=make.manager(file.call))
    assert "30 minutes, avec Dominique Petit" in page(address).text


def test_her_history_names_her_and_the_carrier_never_its_staff(page: Callable[..., Any], client: FlaskClient) -> None:
    file = make.submitted()
    staff = accounts.principal(accounts.manager(file.call.carrier, first_name="Agente", last_name="Discrète"))
    processing.admit(file, by=staff)
    file.person.last_name = "Nouveau-Nom"
    text = page(signed_in(client, file)).text
    assert "Discrète" not in text
    assert f"{file.call.carrier.short_name} a déclaré le dossier recevable" in text
    assert "Camille Nouveau-Nom a déposé le dossier" in text


def test_the_list_offers_the_calls_not_answered_yet(page: Callable[..., Any], client: FlaskClient) -> None:
    other, file = make.call(), make.draft()
    signed_in(client, file)
    shown = page("/candidatures")
    assert shown.links()[file.call.title] == f"/candidatures/{file.id}"
    assert shown.links()[other.title] == f"/appels/{other.code}"
    accounts.sign_in(client, accounts.person())
    assert "Vous n’avez pas encore de dossier" in page("/candidatures").text


@pytest.mark.parametrize(
    "name", ["", "/structure?q=msp", "/situation", "/engagements", "/pieces", "/depot", "/retrait"]
)
def test_a_page_costs_the_same_few_queries_with_one_piece_and_with_three(
    client: FlaskClient, selects: Callable[..., Any], name: str
) -> None:
    counts = []
    for rows in (1, 3):
        for _ in range(rows):
            accounts.structure()
        call = make.with_lines(make.call(pieces=tuple(f"piece-{n}" for n in range(rows))), rows)
        file = make.complete(make.draft(call))
        if rows > 1:
            filing.submit(file, by=make.owner(file))
            filing.take_back(file, by=make.owner(file))
        address = signed_in(client, file)
        with selects() as asked:
            assert client.get(f"{address}{name}").status_code == 200
        counts.append(asked.count)
    assert counts[0] == counts[1], name
    assert counts[0] <= 12


def test_the_list_costs_the_same_few_queries_with_one_file_and_with_three(
    client: FlaskClient, selects: Callable[..., Any]
) -> None:
    person, counts = accounts.person(), []
    accounts.sign_in(client, person)
    for more in (1, 2):
        for _ in range(more):
            make.draft(person=person)
        db.session.commit()
        with selects() as asked:
            client.get("/candidatures")
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 12
