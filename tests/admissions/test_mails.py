"""Every message of admissions: rendered on real rows, one act each, in true French (R16, R22, R30, R89, R105)."""

import html
import inspect
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import admissions as make
from tests.support.letters import check_letter
from training.accounts.enums import Part
from training.accounts.models import Person
from training.admissions import mails
from training.admissions.commands import AskCorrection, DecideDerogation, PlanInterview, ReviewPiece
from training.admissions.enums import ApplicationStatus, PieceStatus, Situation
from training.admissions.models import Application, Call, Interview
from training.admissions.services import deciding, derogations, processing
from training.common import clock
from training.common.mail import MailUrgency, OutgoingMail
from training.config import ROOT
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
FOLDER: Final = ROOT / "templates" / "mail" / "admissions"
LATER: Final = datetime(2026, 4, 2, 21, 59, tzinfo=UTC)
S = ApplicationStatus


def corrected() -> Application:
    file = make.submitted()
    staff = make.manager(file.call)
    cv = next(piece for piece in file.pieces if piece.requirement.code == "cv")
    processing.review_piece(file, ReviewPiece(cv.id, PieceStatus.TO_REPLACE, "Page 2 illisible."), by=staff)
    processing.ask_correction(file, AskCorrection("Merci de revoir le CV.", date(2026, 3, 9)), by=staff)
    return file


def interviewed() -> Interview:
    file = make.under_review(make.call(contact_email="candidatures@example.org"))
    interview = deciding.ask_interview(file, by=make.manager(file.call))
    command = PlanInterview(clock.now() + timedelta(days=5), 30, "https://visio.example.org/salle", "Dominique Petit")
    deciding.plan_interview(interview, command, by=make.manager(file.call))
    return interview


def decided_on(*, granted: bool) -> Application:
    file = make.under_review(make.call(derogation_allowed=True))
    file.situation = Situation.BEING_RECRUITED
    command = DecideDerogation(
        granted, date(2026, 5, 31) if granted else None, "" if granted else "Le poste n’est pas voté."
    )
    derogations.decide(file, command, by=make.manager(file.call))
    return file


def told(status: ApplicationStatus, rank: int | None = None) -> Application:
    file = make.refused() if status is S.NOT_SELECTED else make.submitted()
    make.force(file, status, status)
    file.rank = rank
    return file


def reader() -> tuple[Call, Person]:
    call = make.call()
    return call, accounts.manager(make.body(call, Part.CARRIER))


def offer_of(file: Application) -> Any:
    return file.offers[-1]


SENT: Final[dict[str, Callable[[], object]]] = {
    "brought_in": lambda: mails.brought_in(make.submitted()),
    "call_changed": lambda: mails.call_changed(make.draft(), ["Clôture repoussée."], prompt=True),
    "submission_receipt": make.submitted,
    "taken_back": lambda: mails.taken_back(make.submitted()),
    "correction_asked": corrected,
    "admissible": lambda: mails.admissible(make.submitted()),
    "inadmissible": lambda: mails.inadmissible(make.submitted(), "La structure est hors région."),
    "reopened": lambda: mails.reopened(make.submitted(), "Une pièce était mal classée."),
    "extension_granted": lambda: mails.extension_granted(make.draft(), LATER),
    "derogation_granted": lambda: decided_on(granted=True),
    "derogation_refused": lambda: decided_on(granted=False),
    "derogation_due": lambda: mails.derogation_due(decided_on(granted=True)),
    "closing_soon": lambda: mails.closing_soon(make.draft(), 7),
    "not_submitted": lambda: mails.not_submitted(make.draft()),
    "restored": lambda: mails.restored(make.submitted()),
    "preselected": lambda: mails.preselected(make.under_review()),
    "interview_planned": interviewed,
    "interview_cancelled": lambda: mails.interview_cancelled(interviewed()),
    "result_selected": lambda: mails.result(told(S.VALIDATED)),
    "result_reserve": lambda: mails.result(told(S.VALIDATED, rank=3)),
    "result_refused": lambda: mails.result(told(S.NOT_SELECTED)),
    "seat_offered": make.offered,
    "seat_confirmed": lambda: mails.seat_confirmed(make.submitted()),
    "seat_declined": lambda: mails.seat_declined(make.submitted()),
    "offer_lapsed": lambda: mails.offer_lapsed(make.submitted()),
    "reinstated": lambda: mails.reinstated(told(S.VALIDATED, rank=4), "Une erreur d’adresse."),
    "enrolled": lambda: mails.enrolled(make.submitted()),
    "withdrawn": lambda: mails.withdrawn(make.submitted()),
    "interview_to_choose": lambda: mails.interview_to_choose(interviewed()),
    "interview_to_hold": lambda: mails.interview_to_hold(interviewed(), accounts.person()),
    "interview_not_to_hold": lambda: mails.interview_not_to_hold(interviewed(), accounts.person()),
    "files_to_read": lambda: mails.files_to_read(*reader(), 3),
    "files_still_to_read": lambda: mails.files_still_to_read(*reader(), 2),
}
"""How each message comes to be sent."""

TRIED_ELSEWHERE: Final = {"entered_for_you", "letter_asked", "letter_copy", "letter_declined", "letter_signed"}
"""Messages of their own modules, not all of them to the applicant: test_letters tries them."""

SAYS: Final = {
    "submission_receipt": ["CV", "Lettre de motivation", "vendredi 27 mars 2026 à 23 h 59"],
    "brought_in": ["2 mars 2026", "12 mois"],
    "call_changed": ["Clôture repoussée.", "reste valable"],
    "taken_back": ["le précédent restera valable"],
    "correction_asked": ["Merci de revoir le CV.", "Page 2 illisible.", "lundi 9 mars 2026"],
    "derogation_granted": ["avant le 31 mai 2026", "à une condition"],
    "derogation_refused": ["Le poste n’est pas voté."],
    "derogation_due": ["avant le 31 mai 2026"],
    "inadmissible": ["La structure est hors région.", "12 mois"],
    "reopened": ["Une pièce était mal classée."],
    "extension_granted": ["jeudi 2 avril 2026 à 23 h 59"],
    "closing_soon": ["7 jours", "Votre situation", "CV"],
    "not_submitted": ["12 mois"],
    "interview_planned": ["30 minutes", "Dominique Petit", "https://visio.example.org/salle"],
    "result_reserve": ["au rang 3", "12 mois"],
    "result_refused": ["Le projet n’est pas assez mûr.", "12 mois"],
    "seat_offered": ["lundi 9 mars 2026 à 23 h 59"],
    "reinstated": ["au rang 4", "Une erreur d’adresse."],
    "withdrawn": ["12 mois"],
    "interview_to_choose": ["Choisissez le moment"],
    "interview_to_hold": ["30 minutes", "https://visio.example.org/salle", "rendez-en compte"],
    "interview_not_to_hold": ["n’est plus à mener par vous"],
    "files_to_read": ["vous confie 3 dossiers", "déportez-vous"],
    "files_still_to_read": ["2 dossiers attendent encore votre avis", "seul rappel"],
}
"""The words without which a message would fail its reader."""

ON_ITS_OWN_PAGE: Final = {"interview_to_choose": "/entretien"}
"""Where, beyond the file, a message leads to its act."""

OF_A_CALL: Final = {"files_to_read", "files_still_to_read"}
"""Those that are about a call and go to its reviewers."""

AT_ANY_HOUR: Final = {"submission_receipt", "taken_back", "seat_confirmed", "seat_declined", "withdrawn"}


NO_MESSAGE: Final = {"preview", "result", "result_of", "results", "send"}
"""Functions that serve several messages."""


def sent(message: str) -> OutgoingMail:
    SENT[message]()
    row = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"admissions/{message}")).first()
    assert row is not None
    return row


def shown(source: str) -> str:
    """What a reader sees of a body, in text or in html."""
    return html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", source, flags=re.DOTALL))


def plain(source: str) -> str:
    return " ".join(shown(source).split())


def test_every_message_of_the_room_is_tried_here_and_has_its_folder() -> None:
    functions = {
        name
        for name, found in inspect.getmembers(mails, inspect.isfunction)
        if found.__module__.startswith(mails.__name__)
    }
    written = {name for name in functions if not name.startswith("_")} - NO_MESSAGE
    assert written | {"result_selected", "result_reserve", "result_refused"} == set(SENT)
    assert {folder.name for folder in FOLDER.iterdir()} == set(SENT) | TRIED_ELSEWHERE
    assert {path.stem for path in Path(__file__).with_name("letters").iterdir()} == set(SENT) | TRIED_ELSEWHERE


@pytest.mark.parametrize("message", SENT)
def test_a_message_says_what_matters_in_text_and_in_html(message: str) -> None:
    mail = sent(message)
    for body in (plain(mail.text), plain(mail.html)):
        for words in SAYS.get(message, []):
            assert words in body
        assert "Bonjour Camille," in body
        assert "L’équipe de Féd." in body


@pytest.mark.parametrize("message", SENT)
def test_a_message_has_one_act_which_leads_to_the_file(message: str) -> None:
    mail = sent(message)
    address = f"http://localhost{mail.path}{ON_ITS_OWN_PAGE.get(message, '')}"
    if message in OF_A_CALL:
        assert mail.path == f"/appels/{db.session.get_one(Call, mail.about_id).code}/avis"
    elif mail.about_kind == "interview":
        assert mail.path == f"/entretiens/{mail.about_id}"
    else:
        assert mail.path == f"/candidatures/{mail.about_id}"
    assert mail.text.splitlines().count(address) == 1
    assert re.findall(r'<a class="act"[^>]*href="([^"]+)"', mail.html) == [address]


@pytest.mark.parametrize("message", SENT)
def test_a_message_reads_as_it_is_kept(message: str) -> None:
    check_letter(sent(message))


@pytest.mark.parametrize("message", SENT)
def test_a_message_is_written_in_true_french(message: str) -> None:
    mail = sent(message)
    for text in (mail.subject, mail.text, shown(mail.html)):
        words = text.replace("http://", "").replace("https://", "")
        assert "None" not in words
        assert "brouillon" not in words
        assert "'" not in words
        assert not re.search(r"(?<=\w) [;!?»:]|« ", words)
        assert unicodedata.is_normalized("NFC", words)
    assert len(mail.subject) < 80


@pytest.mark.parametrize("message", SENT)
def test_a_message_leaves_when_its_urgency_says(message: str) -> None:  # R120
    urgency = sent(message).urgency
    expected = MailUrgency.ASKED if message in AT_ANY_HOUR else MailUrgency.PROMPT
    assert urgency is (MailUrgency.DAILY if message in {"admissible", "brought_in", *OF_A_CALL} else expected)


@pytest.mark.parametrize(
    ("message", "method"),
    [
        ("interview_planned", b"REQUEST"),
        ("interview_to_hold", b"REQUEST"),
        ("interview_cancelled", b"CANCEL"),
        ("interview_not_to_hold", b"CANCEL"),
    ],
)
def test_an_interview_comes_with_its_calendar_event(message: str, method: bytes) -> None:
    assert b"METHOD:" + method in (sent(message).calendar or b"")


def test_a_carrier_without_an_address_invites_without_a_calendar_event() -> None:
    file = make.under_review()
    interview = deciding.ask_interview(file, by=make.manager(file.call))
    command = PlanInterview(clock.now() + timedelta(days=5), 30, None, "")
    deciding.plan_interview(interview, command, by=make.manager(file.call))
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "admissions/interview_planned")).one()
    assert mail.calendar is None


def test_answers_go_to_the_calls_own_address() -> None:
    file = make.submitted(make.call(contact_email="candidatures@example.org"))
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.about_id == file.id)).first()
    assert mail is not None
    assert mail.reply_to == "candidatures@example.org"


def test_a_result_without_a_reason_says_none() -> None:
    file = make.submitted()
    make.force(file, S.NOT_SELECTED, S.NOT_SELECTED)
    mails.result(file)
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "admissions/result_refused")).one()
    assert "motif" not in mail.text


def test_the_templates_hold_no_plain_space_before_a_high_mark() -> None:
    wrong = re.compile(r"(?<=\w) [;!?»]|« |\w :")
    found = [str(path) for path in Path(FOLDER).rglob("*") if path.is_file() and wrong.search(path.read_text())]
    assert not found
