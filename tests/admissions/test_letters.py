"""The team's letter by a link: asked, read, signed, declined, taken back, dead links told and renewed (R99, R100, R107)."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import admissions as make
from tests.support import samples
from tests.support.letters import check_letter
from training.admissions import rules
from training.admissions.commands import SignLetter
from training.admissions.enums import ApplicationStatus, LetterStatus, PieceProvider, PieceStatus
from training.admissions.models import Application, LetterRequest, PieceRequirement
from training.admissions.services import closing, filing, letters
from training.common import clock, files, links
from training.common.errors import Refused
from training.common.links import AccessLink
from training.common.mail import OutgoingMail
from training.common.policy import LinkRight, Principal
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
SIGNED = {"name": "Bernard Vuillemin", "function": "Président", "has_capacity": "y"}


def with_letter(*, due_in: int | None = None, submitted: bool = False) -> tuple[Application, PieceRequirement]:
    """A file whose call asks a letter of the structure, perhaps later than submission."""
    call = make.call(pieces=("cv", "lettre"))
    asked = next(piece for piece in call.pieces if piece.code == "lettre")
    asked.provided_by = PieceProvider.STRUCTURE
    asked.due_on = clock.today() + timedelta(days=due_in) if due_in else None
    file = make.draft(call)
    make.complete(file, accounts.structure("MSP des Deux Rives", email="msp@example.org"))
    letter = next(piece for piece in file.pieces if piece.requirement_id == asked.id)
    letter.removed_at = clock.now()
    db.session.flush()
    if submitted:
        filing.submit(file, by=make.owner(file))
    return file, asked


def sent_link() -> str:
    """Return the path of the one link to sign that still works."""
    written = db.session.scalars(select(OutgoingMail.text).where(OutgoingMail.message == "admissions/letter_asked"))
    secrets = [re.findall(r"/acces/([\w-]+)", text)[0] for text in written]
    live = {link.secret_hash for link in db.session.scalars(select(AccessLink)) if link.is_live}
    return next(f"/acces/{secret}" for secret in secrets if links.digest(secret) in live)


def asked_of(file: Application, asked: PieceRequirement, email: str = "president@example.org") -> LetterRequest:
    return letters.ask(file, asked, email, by=make.owner(file))


def bearer(letter: LetterRequest) -> Principal:
    link = db.session.scalars(select(AccessLink).where(AccessLink.subject_id == letter.id)).all()[-1]
    return Principal(link=LinkRight(link.purpose, link.subject_kind, link.subject_id, link.id))


def mails(message: str) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.message == f"admissions/{message}").order_by(OutgoingMail.to_email)
    return list(db.session.scalars(query))


def test_she_asks_and_her_representative_reads_then_signs_without_an_account(
    client: FlaskClient, new_client: Callable[[], FlaskClient], page: Callable[..., Any]
) -> None:
    file, asked = with_letter()
    accounts.sign_in(client, file.person)
    address = f"/candidatures/{file.id}/pieces/lettre/signature"
    assert page(f"/candidatures/{file.id}/pieces").links()["Faire signer en ligne : Lettre de motivation"] == address
    assert page(address).form(address)["email"] == "msp@example.org"
    assert client.post(address, data={"email": "president@example.org"}).status_code == 303
    assert "en attente de signature" in page(f"/candidatures/{file.id}/pieces").text
    path, stranger = sent_link(), new_client()
    assert "vous demande d’engager votre structure" in page(path, by=stranger).text
    letter = db.session.scalars(select(LetterRequest)).one()
    assert stranger.get(f"/lettres/{letter.id}").status_code == 303, "opening the link opened nothing (R100)"
    assert stranger.post(path).location == f"/lettres/{letter.id}"
    read = page(f"/lettres/{letter.id}", by=stranger).text
    for words in (file.person.name, "MSP des Deux Rives", file.call.title, *rules.statement_of(asked)):
        assert words in read
    assert stranger.post(f"/lettres/{letter.id}", data=SIGNED).status_code == 303
    db.session.expire_all()
    assert (letter.status, letter.signer_name, letter.has_capacity) == (LetterStatus.SIGNED, "Bernard Vuillemin", True)
    piece = letter.piece
    assert piece is not None
    text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(b"".join(files.read(piece.file)))).pages)
    assert "Bernard Vuillemin" in text
    assert "Président" in text
    assert rules.missing(file, clock.today()) == []
    history = page(f"/candidatures/{file.id}").text
    assert "Bernard Vuillemin (par son lien) a signé au nom de la structure" in history


def test_the_applicant_the_signer_and_the_structure_are_told() -> None:
    file, asked = with_letter()
    letter = asked_of(file, asked)
    letters.sign(letter, SignLetter("Bernard Vuillemin", "Président", has_capacity=True), by=bearer(letter))
    assert [mail.to_email for mail in mails("letter_signed")] == [file.person.email]
    copies = mails("letter_copy")
    assert [mail.to_email for mail in copies] == ["msp@example.org", "president@example.org"]
    assert all(sentence in copies[0].text for sentence in rules.statement_of(asked))


def test_a_letter_of_their_own_may_be_attached(client: FlaskClient) -> None:
    file, asked = with_letter()
    letter = asked_of(file, asked)
    client.post(sent_link())
    fields = {**SIGNED, "file": (io.BytesIO(samples.pdf()), "notre-lettre.pdf")}
    assert client.post(f"/lettres/{letter.id}", data=fields).status_code == 303
    db.session.expire_all()
    assert letter.piece is not None
    assert letter.piece.file.original_name == "notre-lettre.pdf"


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"name": "{applicant}"}, "name", "ne peut pas être la personne candidate"),
        ({"name": "{reversed}"}, "name", "ne peut pas être la personne candidate"),
        ({"name": " "}, "name", "Indiquez votre prénom"),
        ({"function": ""}, "function", "Indiquez votre fonction"),
        ({"has_capacity": ""}, "has_capacity", "Cochez cette case"),
    ],
)
def test_what_is_wrong_in_a_signature_is_said_and_nothing_is_lost(
    client: FlaskClient, changed: dict[str, str], field: str, words: str
) -> None:
    file, asked = with_letter()
    file.person.first_name, file.person.last_name = "Inès", "Le Goff"
    letter = asked_of(file, asked)
    client.post(sent_link())
    names = {"{applicant}": "ines LE GOFF", "{reversed}": "Le Goff Inès"}
    fields = {**SIGNED, **{key: names.get(value, value) for key, value in changed.items()}}
    answer = client.post(f"/lettres/{letter.id}", data=fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'id="{field}-error"' in answer.text
    for typed in fields.values():
        assert not typed.strip() or typed in answer.text
    db.session.expire_all()
    assert letter.status is LetterStatus.WAITING


def test_she_cannot_sign_for_her_structure_from_her_own_account(client: FlaskClient) -> None:
    file, asked = with_letter()
    letter = asked_of(file, asked, file.person.email)
    accounts.sign_in(client, file.person)
    client.post(sent_link())
    answer = client.post(f"/lettres/{letter.id}", data=SIGNED)
    assert answer.status_code == 422
    assert "ne peut pas être la personne candidate" in answer.text


def test_staff_read_who_signed_and_what_to_know_of_the_address(client: FlaskClient, page: Callable[..., Any]) -> None:
    file, asked = with_letter(due_in=40, submitted=True)
    asked_of(file, asked, file.person.email)
    accounts.sign_in(client, accounts.manager(file.call.carrier))
    assert "C’est l’adresse de la personne candidate." in page(f"/candidatures/{file.id}").text
    (flag,) = rules.address_flags(file, "contact@example.org")
    assert flag.startswith("C’est une boîte partagée")


def test_a_shared_mailbox_is_accepted_once_confirmed(client: FlaskClient) -> None:  # R99
    file, _asked = with_letter()
    accounts.sign_in(client, file.person)
    address = f"/candidatures/{file.id}/pieces/lettre/signature"
    first = client.post(address, data={"email": "contact@example.org"})
    assert first.status_code == 422
    assert "boîte semble partagée" in first.text
    assert client.post(address, data={"email": "contact@example.org", "shared": "y"}).status_code == 303


def test_a_letter_due_later_is_signed_or_deposited_while_the_file_goes_on(
    client: FlaskClient, page: Callable[..., Any]
) -> None:
    file, asked = with_letter(due_in=40, submitted=True)
    accounts.sign_in(client, file.person)
    shown = page(f"/candidatures/{file.id}")
    assert "Encore attendu : Lettre de motivation" in shown.text
    pieces = page(f"/candidatures/{file.id}/pieces")
    assert "Faire signer en ligne" in pieces.text
    assert "CV" not in pieces.text, "what was submitted stays as it was"
    assert (
        client.post(
            f"/candidatures/{file.id}/pieces/cv", data={"file": (io.BytesIO(samples.pdf()), "x.pdf")}
        ).status_code
        == 409
    )
    assert rules.awaits_late_piece(file) == [asked], "transmission waits (R107)"
    done = client.post(f"/candidatures/{file.id}/pieces/lettre", data={"file": (io.BytesIO(samples.pdf()), "x.pdf")})
    assert done.status_code == 303
    db.session.expire_all()
    assert rules.awaits_late_piece(file) == []
    assert file.status is ApplicationStatus.SUBMITTED


def test_a_letter_signed_since_the_last_submission_stays_when_it_is_restored(frozen_clock: Any) -> None:  # R108
    file, asked = with_letter(due_in=40, submitted=True)
    filing.take_back(file, by=make.owner(file))
    letter = asked_of(file, asked)
    piece = letters.sign(letter, SignLetter("Bernard V.", "Président", has_capacity=True), by=bearer(letter))
    frozen_clock.advance(timedelta(days=30))
    closing.restore_content(file, file.versions[0])
    assert piece.removed_at is None


def test_another_address_ends_the_former_link_and_the_same_one_gets_a_new_link(client: FlaskClient) -> None:
    file, asked = with_letter()
    first = asked_of(file, asked)
    old = sent_link()
    again = asked_of(file, asked)
    assert again is first
    assert client.post(old).status_code == 410
    other = asked_of(file, asked, "presidente@example.org")
    assert (first.status, other.status) == (LetterStatus.WITHDRAWN, LetterStatus.WAITING)


@pytest.mark.parametrize(
    ("end", "words", "renewable"),
    [
        ("expired", "Il a expiré", True),
        ("replaced", "un lien plus récent l’a remplacé", True),
        ("withdrawn", "a retiré cette demande", False),
        ("signed", "est déjà signé", False),
        ("declined", "Vous avez répondu ne pas signer", False),
    ],
)
def test_a_dead_link_says_why_and_leads_to_another(  # noqa: PLR0917 - a table of cases
    client: FlaskClient, page: Callable[..., Any], frozen_clock: Any, end: str, words: str, renewable: bool
) -> None:
    file, asked = with_letter()
    letter = asked_of(file, asked)
    path = sent_link()
    client.post(path)
    if end == "expired":
        frozen_clock.advance(timedelta(days=31))
    elif end == "replaced":
        asked_of(file, asked)
    elif end == "withdrawn":
        letters.withdraw(letter, by=make.owner(file))
    elif end == "signed":
        letters.sign(letter, SignLetter("Bernard V.", "Président", has_capacity=True), by=bearer(letter))
        links.revoke("engagement_letter", letter)
    else:
        letters.decline(letter, "Bernard V.", by=bearer(letter), reason="Je ne représente plus la structure.")
        links.revoke("engagement_letter", letter)
    db.session.commit()
    shown = page(path, status=410)
    assert words in shown.text
    assert client.get(f"/lettres/{letter.id}").status_code == 303, "what it opened is closed in every browser"
    before = len(mails("letter_asked"))
    answer = client.post(f"{path}/nouveau")
    assert (answer.status_code == 303) is renewable
    assert len(mails("letter_asked")) == before + renewable
    if not renewable:
        assert "nouveau lien" not in shown.actions()


def test_a_letter_checked_by_staff_is_not_asked_again() -> None:
    file, asked = with_letter()
    piece = make.deposit(file, "lettre", version=2)
    piece.status = PieceStatus.CONFORM
    with pytest.raises(Refused, match="déjà au dossier"):
        asked_of(file, asked)


def test_declining_says_why_to_the_applicant(client: FlaskClient, page: Callable[..., Any]) -> None:
    file, asked = with_letter()
    letter = asked_of(file, asked)
    client.post(sent_link())
    address = f"/lettres/{letter.id}/refus"
    page(address)
    assert client.post(address, data={"name": "Bernard V."}).status_code == 422
    done = client.post(address, data={"name": "Bernard V.", "reason": "Voyez la présidente."})
    assert done.status_code == 303
    assert [mail.to_email for mail in mails("letter_declined")] == [file.person.email]
    accounts.sign_in(client, file.person)
    assert "Voyez la présidente." in page(f"/candidatures/{file.id}/pieces").text


@pytest.mark.parametrize("message", ["letter_asked", "letter_copy", "letter_declined", "letter_signed"])
def test_each_message_is_told_in_true_french_with_its_one_act(message: str) -> None:
    file, asked = with_letter(due_in=40)
    letter = asked_of(file, asked)
    if message == "letter_declined":
        letters.decline(letter, "Bernard V.", by=bearer(letter), reason="Je ne suis plus président.")
    elif message != "letter_asked":
        letters.sign(letter, SignLetter("Bernard V.", "Président", has_capacity=True), by=bearer(letter))
    mail = mails(message)[0]
    subjects = {
        "letter_asked": f"{file.person.name} vous demande d’engager votre structure",
        "letter_copy": f"Copie de l’engagement signé pour {file.person.name}",
        "letter_declined": "Bernard V. ne signe pas pour votre structure",
        "letter_signed": "Bernard V. a signé pour votre structure",
    }
    says = {
        "letter_asked": ["MSP des Deux Rives", "30 jours", "avant le samedi 11 avril 2026"],
        "letter_copy": ["Président", "lundi 2 mars 2026 à 10 h", "MSP des Deux Rives"],
        "letter_declined": ["Je ne suis plus président."],
        "letter_signed": ["Bernard V., Président", "Lettre de motivation"],
    }
    assert mail.subject == subjects[message]
    body = " ".join(mail.text.split())
    for words in says[message]:
        assert words in body
    assert "'" not in mail.text
    assert not re.search(r"(?<=\w) [;!?»:]|« ", mail.text.replace("http://", ""))
    assert mail.html.count('class="act"') == (message != "letter_copy")
    check_letter(mail)
