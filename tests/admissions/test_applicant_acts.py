"""What the applicant does on her pages: typed, uploaded, sent, answered; twice, too late, or by someone else."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import admissions as make
from tests.support import samples
from training.accounts.enums import StructureKind
from training.accounts.models import Structure
from training.admissions.commands import AskCorrection, ReviewPiece
from training.admissions.enums import ApplicationStatus, PieceStatus
from training.admissions.models import Application, ApplicationVersion, Piece
from training.admissions.services import processing
from training.cohorts import services as cohorts
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
S = ApplicationStatus


def signed_in(client: FlaskClient, file: Application) -> str:
    accounts.sign_in(client, file.person)
    return f"/candidatures/{file.id}"


def status_of(file: Application) -> ApplicationStatus:
    db.session.expire_all()
    return db.session.get_one(Application, file.id).status


def upload(content: bytes, name: str = "cv.pdf") -> dict[str, Any]:
    return {"file": (io.BytesIO(content), name)}


# What is typed


def test_the_sections_follow_one_another_to_the_last_page(client: FlaskClient) -> None:
    file, structure = make.draft(), accounts.structure(kind=StructureKind.CPTS)
    address = signed_in(client, file)
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("structure", {"structure": str(structure.id), "post_title": " Coordinatrice "}, "exercice"),
        ("exercice", {"share": "80", "employer": ""}, "situation"),
        ("situation", {"situation": "taking_post", "post_on": "29/04/26"}, "engagements"),
        ("engagements", {"codes": ["poste"]}, "pieces"),
    ]
    for name, fields, following in steps:
        answer = client.post(f"{address}/{name}", data=fields)
        assert (answer.status_code, answer.location) == (303, f"{address}/{following}")
    db.session.expire_all()
    assert (file.post_title, file.post_on, file.declared) == ("Coordinatrice", date(2026, 4, 29), ["poste"])
    assert file.variant is not None
    assert file.variant.code == "CPTS"


@pytest.mark.parametrize(
    ("name", "fields", "field", "words"),
    [
        ("structure", {"post_title": "Coordinatrice"}, "structure", "Choisissez une structure"),
        ("structure", {"structure": "n’importe", "post_title": "A"}, "structure", "Choisissez une structure"),
        ("structure", {"structure": "{hospital}", "post_title": "A"}, "structure", "s’adresse aux structures"),
        ("structure", {"structure": "{msp}", "post_title": " "}, "post_title", "Indiquez votre fonction"),
        ("structure", {"structure": "{msp}", "post_title": "a" * 121}, "post_title", "121 caractères"),
        ("situation", {}, "situation", "Choisissez votre situation"),
        ("situation", {"situation": "taking_post"}, "post_on", "Indiquez la date"),
        ("situation", {"situation": "taking_post", "post_on": "demain"}, "post_on", "29/01/2026"),
        ("situation", {"situation": "taking_post", "post_on": "01/12/2026"}, "post_on", "premier séminaire"),
        ("situation", {"situation": "being_recruited", "post_on": "01/06/2026"}, "derogation_reason", "Expliquez"),
        ("structure/nouvelle", {"name": "MSP"}, "kind", "Choisissez le type"),
        ("structure/nouvelle", {"kind": "hospital"}, "kind", ""),
        ("structure/nouvelle", {"kind": "msp", "departement_code": "99"}, "departement_code", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, name: str, fields: dict[str, str], field: str, words: str
) -> None:
    file = make.draft(make.call(derogation_allowed=True))
    ids = {
        "{msp}": str(accounts.structure().id),
        "{hospital}": str(accounts.structure(kind=StructureKind.HOSPITAL).id),
    }
    typed = {key: ids.get(value, value) for key, value in fields.items()}
    answer = client.post(f"{signed_in(client, file)}/{name}", data=typed)
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.text
    assert f'id="{field}-error"' in answer.text or 'class="field-error"' in answer.text
    assert words in answer.text
    for value in typed.values():
        if value.strip() and value not in {"n’importe", "99", "hospital"} and value not in ids.values():
            assert value in answer.text


def test_a_derogation_is_refused_by_a_call_that_admits_none(client: FlaskClient) -> None:
    file = make.draft()
    answer = client.post(f"{signed_in(client, file)}/situation", data={"situation": "being_recruited"})
    assert answer.status_code == 422


def test_a_structure_nobody_knew_is_added_and_chosen_once(client: FlaskClient) -> None:
    file = make.draft()
    accounts.departement()
    address = signed_in(client, file)
    fields = {
        "name": "MSP Neuve",
        "kind": "msp",
        "departement_code": "21",
        "city": "Beaune",
        "post_title": "Coordinatrice",
        "once": "k",
    }
    for _ in range(2):
        assert client.post(f"{address}/structure/nouvelle", data=fields).location == f"{address}/exercice"
    db.session.expire_all()
    assert file.structure is not None
    assert (file.structure.name, file.structure.city) == ("MSP Neuve", "Beaune")
    twin = client.post(f"{address}/structure/nouvelle", data={**fields, "name": "msp NEUVE", "once": "l"})
    assert twin.status_code == 422
    assert "est déjà connue" in twin.text
    assert db.session.scalar(select(func.count()).select_from(Structure)) == 1


# What is uploaded: R18, R125


def test_a_piece_is_received_checked_and_kept_with_its_versions(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.draft()
    address = signed_in(client, file)
    for _ in range(2):
        answer = client.post(f"{address}/pieces/cv", data=upload(samples.pdf()))
        assert answer.status_code == 303
        assert answer.location == f"{address}/pieces#piece-cv"
    shown = page(f"{address}/pieces")
    assert "remplacé depuis" in shown.text
    assert "Il manque : Lettre de motivation." in shown.text
    assert client.get(f"{address}/pieces/cv").location == f"{address}/pieces#piece-cv"
    assert client.post(f"{address}/pieces/cv/retrait").status_code == 303
    assert "cv.pdf" not in page(f"{address}/pieces").text
    assert client.post(f"{address}/pieces/cv/retrait").status_code == 409


BAD: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "empty": (lambda: b"", "cv.pdf"),
    "wrong type": (samples.program, "cv.pdf"),
    "not asked": (samples.gif, "cv.gif"),
    "too large": (lambda: samples.pdf(weight=300_000), "cv.pdf"),
    "encrypted": (samples.encrypted_pdf, "cv.pdf"),
    "truncated": (lambda: samples.pdf()[:300], "cv.pdf"),
    "zip bomb": (samples.bomb_docx, "cv.docx"),
    "pixel bomb": (samples.pixel_bomb, "cv.png"),
    "macros": (samples.docm, "cv.docx"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_taken_is_refused_in_words_at_its_field(client: FlaskClient, kind: str) -> None:
    file = make.draft()
    make.deposit(file, "lettre")
    make_content, name = BAD[kind]
    answer = client.post(f"{signed_in(client, file)}/pieces/cv", data=upload(make_content(), name))
    assert answer.status_code == 422
    assert 'id="fichier-cv-error"' in answer.text
    assert 'href="#fichier-cv"' in answer.text
    assert "lettre-1.pdf" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Piece)) == 1


def test_no_file_chosen_is_said_too(client: FlaskClient) -> None:
    answer = client.post(f"{signed_in(client, make.draft())}/pieces/cv", data={"once": "a"})
    assert answer.status_code == 422
    assert "Choisissez un fichier." in answer.text


def test_a_hostile_name_is_harmless(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.draft()
    address = signed_in(client, file)
    name = "../../etc/\u202efdp.exe<script>.pdf"
    assert client.post(f"{address}/pieces/cv", data=upload(samples.pdf(), name)).status_code == 303
    db.session.expire_all()
    kept = file.pieces[0].file.original_name
    assert not set(kept) & set("/\\\u202e<>")
    assert "<script>" not in page(f"{address}/pieces").html


def test_the_same_file_sent_twice_makes_one_version(client: FlaskClient) -> None:
    address = signed_in(client, make.draft())
    for _ in range(2):
        assert client.post(f"{address}/pieces/cv", data={**upload(samples.pdf()), "once": "k"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Piece)) == 1


@pytest.mark.parametrize("code", ["inconnue", "justificatif"])
def test_a_piece_not_asked_of_this_file_has_no_page(client: FlaskClient, code: str) -> None:
    call = make.call()
    call.pieces.append(make.requirement("justificatif", 9, only_derogation=True))
    address = signed_in(client, make.draft(call))
    assert client.post(f"{address}/pieces/{code}", data=upload(samples.pdf())).status_code == 404
    assert client.get(f"{address}/pieces/{code}").status_code == 404


# Sending


def test_a_double_click_submits_once(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.complete()
    address = signed_in(client, file)
    fields = page(f"{address}/depot").form(f"{address}/depot")
    answers = [client.post(f"{address}/depot", data=fields) for _ in range(2)]
    assert [answer.location for answer in answers] == [address, address]
    assert status_of(file) is S.SUBMITTED
    assert db.session.scalar(select(func.count()).select_from(ApplicationVersion)) == 1
    assert "L’accusé de réception part par courriel" in page(address).html


def test_the_closing_that_passes_on_the_last_page_is_said_and_nothing_is_lost(
    client: FlaskClient, page: Callable[..., Any], frozen_clock: Any
) -> None:
    file = make.complete()
    address = signed_in(client, file)
    fields = page(f"{address}/depot").form(f"{address}/depot")
    assert file.call.closes_at is not None
    frozen_clock.at(file.call.closes_at + timedelta(seconds=1))
    signed_in(client, file)
    answer = client.post(f"{address}/depot", data=fields)
    assert answer.status_code == 422
    assert "La date limite de dépôt est passée. Votre saisie est conservée." in answer.text
    assert status_of(file) is S.DRAFT
    assert "La date limite de dépôt est passée" in page(address).text


def test_a_file_that_closed_while_she_was_typing_keeps_her_words_on_the_page(client: FlaskClient) -> None:
    file = make.draft()
    address = signed_in(client, file)
    make.force(file, S.NOT_SUBMITTED)
    answer = client.post(
        f"{address}/structure", data={"structure": str(accounts.structure().id), "post_title": "Ma longue réponse"}
    )
    assert answer.status_code == 409
    assert "Ma longue réponse" in answer.text or "reste affichée" in answer.text
    assert "non déposée" in answer.text


def test_corrections_are_sent_from_the_same_page(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.submitted()
    staff = make.manager(file.call)
    piece = next(piece for piece in file.pieces if piece.requirement.code == "cv")
    processing.review_piece(file, ReviewPiece(piece.id, PieceStatus.TO_REPLACE, "Page 2 illisible."), by=staff)
    processing.ask_correction(file, AskCorrection("Merci de revoir le CV.", date(2026, 3, 9)), by=staff)
    address = signed_in(client, file)
    assert client.post(f"{address}/depot", data={"once": "a"}).status_code == 422
    client.post(f"{address}/pieces/cv", data=upload(samples.pdf()))
    assert client.post(f"{address}/depot", data={"once": "b"}).status_code == 303
    assert status_of(file) is S.SUBMITTED
    assert "Page 2 illisible." not in page(f"{address}").links()


# Taking back, answering, leaving


def test_taking_back_gives_the_file_back(client: FlaskClient) -> None:
    file = make.submitted()
    address = signed_in(client, file)
    assert client.post(f"{address}/reprise", data={"once": "a"}).status_code == 303
    assert status_of(file) is S.DRAFT


def test_a_seat_is_confirmed_once(client: FlaskClient, page: Callable[..., Any]) -> None:
    file = make.offered()
    address = signed_in(client, file)
    fields = page(address).form(f"{address}/place/confirmation")
    for _ in range(2):
        assert client.post(f"{address}/place/confirmation", data=fields).location == address
    assert status_of(file) is S.CONFIRMED
    assert client.post(f"{address}/place/confirmation", data={"once": "b"}).status_code == 409


def test_an_offer_that_has_lapsed_cannot_be_confirmed_and_says_so(client: FlaskClient, frozen_clock: Any) -> None:
    file = make.offered()
    address = signed_in(client, file)
    frozen_clock.advance(timedelta(days=10))
    signed_in(client, file)
    answer = client.post(f"{address}/place/confirmation", data={"once": "a"})
    assert answer.status_code == 422
    assert "Le délai de réponse est passé" in answer.text


def test_a_declined_seat_goes_to_the_next_on_the_reserve(client: FlaskClient, page: Callable[..., Any]) -> None:
    call = make.call(make.cohort(places=1))
    first, second = make.offered(call), make.validated(call)
    second.rank = 1
    address = signed_in(client, first)
    assert "définitive" in page(f"{address}/place/refus").text
    assert client.post(f"{address}/place/refus", data={"reason": "Je déménage."}).status_code == 303
    assert status_of(first) is S.DECLINED
    assert status_of(second) is S.OFFERED


def test_withdrawing_frees_the_seat_and_is_final(client: FlaskClient) -> None:
    file = make.confirmed(make.call(make.cohort(places=1)))
    address = signed_in(client, file)
    assert client.post(f"{address}/retrait", data={"reason": ""}).status_code == 303
    assert status_of(file) is S.WITHDRAWN
    assert cohorts.seats_left(file.call.cohort) == 1
    stale = client.post(f"{address}/retrait", data={"reason": ""})
    assert stale.status_code == 409
    assert "désistement" in stale.text


@pytest.mark.parametrize(
    "act", ["reprise", "place/confirmation", "place/refus", "depot", "actes/admit", "actes/dismiss", "actes/nothing"]
)
def test_an_act_from_an_old_page_answers_with_the_state_she_was_told(  # R105
    client: FlaskClient, act: str
) -> None:
    file = make.shortlisted()
    address = signed_in(client, file)
    answer = client.post(f"{address}/{act}", data={"once": "a", "reason": "Voir"})
    assert answer.status_code == 409
    assert "en examen" in answer.text
    assert "retenue" not in answer.text


@pytest.mark.parametrize("act", ["admit", "reopen_review", "nothing"])
def test_the_address_of_a_staff_act_tells_the_applicant_no_secret(client: FlaskClient, act: str) -> None:  # R105
    answer = client.get(f"{signed_in(client, make.shortlisted())}/actes/{act}")
    assert answer.status_code == 409
    assert "retenue" not in answer.text


def test_withdrawing_stays_open_while_a_refusal_is_secret_and_closes_once_it_is_told(client: FlaskClient) -> None:
    secret, told = make.refused(), make.refused()
    make.force(told, S.NOT_SELECTED, S.NOT_SELECTED)
    address = signed_in(client, told)
    refused = client.post(f"{address}/retrait", data={"reason": ""})
    assert refused.status_code == 422
    assert "Le résultat est publié" in refused.text
    assert client.get(f"{address}/retrait").status_code == 409
    assert client.post(f"{signed_in(client, secret)}/retrait", data={"reason": ""}).status_code == 303
    assert status_of(secret) is S.WITHDRAWN


# Someone else


ACTS: Final = (
    "structure", "structure/nouvelle", "exercice", "situation", "engagements", "pieces/cv", "pieces/cv/retrait", "depot",
    "reprise", "place/confirmation", "place/refus", "retrait",
)  # fmt: skip
SHOWN: Final = (
    "", "/structure", "/exercice", "/situation", "/engagements", "/pieces", "/pieces/cv", "/depot", "/reprise", "/place/refus",
    "/retrait", "/recepisse/1.pdf",
)  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_on_someone_elses_file(client: FlaskClient, act: str) -> None:
    file = make.complete()
    accounts.sign_in(client, accounts.person())
    assert client.post(f"/candidatures/{file.id}/{act}", data={"once": "a"}).status_code == 404
    accounts.sign_in(client, accounts.manager(file.call.carrier))
    assert client.post(f"/candidatures/{file.id}/{act}", data={"once": "b"}).status_code in {403, 404}
    assert status_of(file) is S.DRAFT


@pytest.mark.parametrize("address", SHOWN)
def test_someone_elses_file_does_not_exist(client: FlaskClient, address: str) -> None:
    file = make.submitted()
    accounts.sign_in(client, accounts.person())
    assert client.get(f"/candidatures/{file.id}{address}").status_code == 404


def test_what_was_typed_in_an_expired_session_waits_for_her(client: FlaskClient) -> None:
    file = make.draft()
    address = signed_in(client, file)
    with client.session_transaction() as session:
        session.pop("_user_id")
    answer = client.post(f"{address}/engagements", data={"codes": ["poste"], "once": "a"})
    assert answer.status_code == 303
    assert answer.location.startswith("/connexion")
    accounts.sign_in(client, file.person)
    resumed = client.get("/compte/reprise")
    assert resumed.status_code == 200
    assert f'action="{address}/engagements"' in resumed.text
