"""The thread, from the public call to a calendar that follows: each act by the person who owes it, on her screen."""

import hashlib
import io
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import ics
import openpyxl
import pypdf
import pytest
from icalendar import Calendar

from tests.journeys.site import Site
from tests.journeys.visitor import Visitor
from tests.support import samples

pytestmark = [pytest.mark.journey, pytest.mark.demo]

CALL: Final = "PACTE Bourgogne-Franche-Comté – Promo 9"
COHORT: Final = "BFC-P9"
SHE: Final = "nora.lefevre@example.org"
NAME: Final = "Nora Lefèvre"
STAFF: Final = "gestion.bfc@example.org"
PIECES: Final = ("CV", "Lettre de motivation", "Photo", "Lettre d’engagement")


@dataclass(frozen=True, slots=True)
class Feed:
    """What a calendar program gets from an address."""

    status: int
    etag: str
    body: str

    @property
    def events(self) -> dict[str, Any]:
        """The events by UID, as icalendar reads them."""
        return {str(event["UID"]): event for event in Calendar.from_ical(self.body).walk("VEVENT")}


def fetch(address: str, etag: str = "") -> Feed:
    """Ask for a feed as a telephone does."""
    request = urllib.request.Request(address, headers={"If-None-Match": etag} if etag else {})  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
            return Feed(answer.status, answer.headers["ETag"], answer.read().decode())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Feed(refusal.code, refusal.headers.get("ETag") or "", refusal.read().decode())


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, Path]:
    """What she has on her computer."""
    made = {
        "CV": ("cv nora.pdf", samples.pdf(2)),
        "Lettre de motivation": ("motivation.pdf", samples.pdf(1, weight=1_000)),
        "Photo": ("moi.jpg", samples.jpeg(400, 500)),
        "Lettre d’engagement": ("engagement signé.pdf", samples.pdf(1, weight=2_000)),
        "wrong": ("cv.pdf", samples.program()),
    }
    for name, content in made.values():
        folder = tmp_path / hashlib.sha256(content).hexdigest()[:8]
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return {piece: tmp_path / hashlib.sha256(content).hexdigest()[:8] / name for piece, (name, content) in made.items()}


@pytest.mark.parametrize("width", [1280, 360])
def test_from_an_open_call_to_a_calendar_on_a_telephone(
    site: Site, visitor: Callable[..., Visitor], papers: dict[str, Path], width: int
) -> None:
    she = visitor(width=width)
    file = opens_an_account_and_a_file(site, she)
    fills_her_file(she, papers, file)
    reads_her_receipt(she, papers, file)

    staff = visitor(width=width).sign_in(STAFF)
    finds_the_file(staff, file)
    checks_the_pieces(staff, file)
    takes(staff, file, "Mettre en examen")
    for email in ("copil.bfc@example.org", "ars.bfc@example.org"):
        gives_an_opinion(visitor(width=width).sign_in(email), file)
    takes(staff, file, "Présélectionner")
    site.work_by_day()
    assert any("présélectionné" in letter for letter in site.words_for(SHE))
    committee(staff, file)
    takes(staff, file, "Transmettre à l’école")
    she.open(file).does_not_see("transmise", "retenue")

    school_validates(visitor(width=width).sign_in("ehesp@example.org"), file)
    publishes_and_offers(staff)
    site.work_by_day()
    assert any("place" in letter for letter in site.words_for(SHE))
    she.open(file).press("Confirmer ma place").sees("place confirmée")
    takes(staff, file, "Inscrire dans la promotion")
    she.open(file).press("Ouvrir mon calendrier")

    address = subscribes(she)
    follows(site, staff, she, address)


# The applicant ---------------------------------------------------------------------------------------------------------


def opens_an_account_and_a_file(site: Site, she: Visitor) -> str:
    """From the home page to her own file, through the mail that opens her account; return the file's address."""
    she.open("/").press(CALL, role="link")
    she.sees("Ce qu’il faut préparer", "Lettre d’engagement")
    she.press("Candidater")
    assert she.path.startswith("/connexion")
    she.press("Créer un compte")
    she.fill("Adresse", SHE).press("Recevoir le lien")
    words = site.last_letter(SHE)
    she.open(site.link_in(words)).press("Ouvrir mon compte")
    she.fill("Prénom", "Nora").fill(re.compile("^Nom"), "Lefèvre").press("Continuer")
    if she.path.startswith("/compte/reprise"):
        she.press(re.compile("^(Renvoyer|Continuer|Candidater)"), role="button")
    assert she.path.startswith("/candidatures/"), she.path
    she.sees("Continuer mon dossier")
    return she.path


def fills_her_file(she: Visitor, papers: dict[str, Path], file: str) -> None:
    """Structure, situation, engagements, then the pieces."""
    she.press("Continuer mon dossier")
    she.fill("Chercher votre structure", "val fleuri").press("Chercher")
    she.choose(re.compile("MSP du Val fleuri")).fill("Votre fonction", "coordinatrice").press(
        "Enregistrer et continuer"
    )
    she.fill("Autre lieu 1", "CPTS des Trois Portes").fill("Part du temps", "30").press("Enregistrer et continuer")
    she.choose("en poste").press("Enregistrer et continuer")
    she.fill("Votre métier d’origine", "infirmière").fill(re.compile("^Part de votre temps"), "60").choose("CDI")
    she.fill(re.compile("^Vos années d’expérience"), "2").fill(re.compile("^Personnes dans votre équipe"), "9")
    she.press("Enregistrer et continuer")
    she.choose(re.compile("Je peux me libérer")).press("Enregistrer et continuer")
    assert she.path == f"{file}/questions"
    she.press("Enregistrer et continuer")
    sends_her_pieces(she, papers, file)


def sends_her_pieces(she: Visitor, papers: dict[str, Path], file: str) -> None:
    """What is missing stays in sight; a wrong file is refused with a reason and loses nothing; then all is sent."""
    she.sees("Il manque encore", "CV", "Lettre de motivation")
    she.upload("CV", papers["wrong"])
    she.sees("son contenu est un programme", "Il manque encore").examine()
    for piece in PIECES:
        she.upload(piece, papers[piece])
        she.sees(papers[piece].name)
    she.open(file + "/pieces").sees("Toutes les pièces sont là", "cv nora.pdf")
    she.press("Continuer", nth=0)
    she.sees("MSP du Val fleuri", "coordinatrice")
    she.press("Déposer le dossier")
    assert she.path == file
    she.sees("Accusés de réception")


def reads_her_receipt(she: Visitor, papers: dict[str, Path], file: str) -> None:
    """The receipt tells the number, the instant and the digest of each piece as sent."""
    link = she.page.get_by_role("link", name=re.compile("^Dépôt du")).first
    answer = she.context.request.get(link.get_attribute("href") or "")
    assert answer.status == 200
    reader = pypdf.PdfReader(io.BytesIO(answer.body()))
    words = "".join("".join(page.extract_text() for page in reader.pages).split())
    number = re.search(r"[\w-]+-\d+", she.page.locator(".tag-age").first.inner_text())
    assert number is not None
    assert number.group() in words
    for piece in PIECES:
        if piece != "Photo":  # photos are re-encoded: their digest is that of what was kept
            assert hashlib.sha256(papers[piece].read_bytes()).hexdigest() in words, piece
    she.open(file)


# Staff -----------------------------------------------------------------------------------------------------------------


def finds_the_file(staff: Visitor, file: str) -> None:
    """By the list, its filters and its search; the spreadsheet says the same."""
    staff.open("/candidatures?appel=DEMO-OUVERT").press(re.compile("^déposé", re.IGNORECASE), role="link")
    staff.sees(NAME)
    export = staff.find("Exporter en tableur").get_attribute("href") or ""
    answer = staff.context.request.get(export)
    assert answer.status == 200
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.body())).worksheets[0].iter_rows(values_only=True))
    assert any("Lefèvre" in str(cell) for row in rows for cell in row)
    staff.open("/candidatures?appel=DEMO-OUVERT").fill(re.compile("Chercher un nom"), "lefevre").press("Chercher")
    staff.press(NAME, role="link")
    assert staff.path == file


def checks_the_pieces(staff: Visitor, file: str) -> None:
    """Each piece beside its question, one after the other; then the file is admissible."""
    staff.open(file).press("Vérifier les pièces")
    for _ in PIECES:
        staff.choose("conforme").press(re.compile("^Enregistrer"))
    assert staff.path == file
    takes(staff, file, "Déclarer recevable")


def takes(staff: Visitor, file: str, label: str) -> None:
    """Take one act of the procedure, through the page that says what it will do."""
    staff.open(file).press(label).press(label, role="button")
    assert staff.path == file


def gives_an_opinion(member: Visitor, file: str) -> None:
    """A body's opinion, given in writing; no other is readable before."""
    member.open(file).press("Donner mon avis")
    member.choose("favorable").fill("Commentaire", "Projet solide, équipe prête.")
    member.press(re.compile("^Enregistrer (et lire le dossier suivant|mon avis)$"))
    member.open(file).sees("Projet solide")


def committee(staff: Visitor, file: str) -> None:
    """A sitting: presences, the proposal, the closing."""
    staff.open("/appels/DEMO-OUVERT/selection").press("Reprendre la séance")
    boxes = staff.page.get_by_role("checkbox")
    for index in range(boxes.count()):
        boxes.nth(index).check()
    staff.press("Noter les présences").sees("Le quorum est atteint")
    staff.press(NAME, role="link").sees("Projet solide")
    staff.choose(re.compile("^retenue")).press("Noter la proposition")
    assert staff.path.startswith("/comites/"), staff.path
    if "/dossiers/" in staff.path:
        staff.press("Revenir à la liste", role="link")
    staff.press("Clore la séance").sees(NAME).press("Clore la séance", role="button")
    staff.open(file).sees("retenue")


def school_validates(school: Visitor, file: str) -> None:
    """The school's decision."""
    school.open(file).press("Décider")
    school.choose("Valider la candidature").press("Enregistrer la décision")


def publishes_and_offers(staff: Visitor) -> None:
    """One act tells all results, after showing who learns what; then the seats go in order."""
    staff.open("/appels/DEMO-OUVERT/publication").sees(NAME, SHE)
    staff.press(re.compile("^Publier ")).press("Proposer les places").press(re.compile("^Proposer"), role="button")


# Her calendar ----------------------------------------------------------------------------------------------------------


def subscribes(she: Visitor) -> str:
    """Her half-days as a list and by month, and an address for her telephone, read by two independent parsers."""
    assert she.path == "/calendrier"
    she.sees("S1 – Prise de fonction").press("Par mois").press("Mois suivant").press(
        re.compile("liste$", re.IGNORECASE)
    )
    she.press(re.compile("téléphone$"), role="link").press("Créer mon adresse de calendrier")
    address = she.page.get_by_label("Adresse à copier").input_value()
    feed = fetch(address)
    assert feed.status == 200
    assert len(ics.Calendar(feed.body).events) == len(feed.events) >= 6
    for event in feed.events.values():
        assert str(event["DTSTART"].dt.tzinfo) == "Europe/Paris"
    assert fetch(address, feed.etag).status == 304
    return address


def follows(site: Site, staff: Visitor, she: Visitor, address: str) -> None:
    """A half-day moves, another is cancelled: the same events say so; the address dies when she ends it."""
    before = fetch(address)
    ordered = sorted(before.events.items(), key=lambda item: item[1]["DTSTART"].dt)
    (moved, first), (cancelled, _second) = [pair for pair in ordered if "S1" in str(pair[1]["SUMMARY"])][:2]
    staff.open(f"/promotions/{COHORT}").press("S1 – Prise de fonction", role="link", nth=0)
    seminar = staff.path
    staff.press(re.compile("^Modifier la demi-journée"))
    day = first["DTSTART"].dt.date() + timedelta(days=7)
    staff.fill("Jour", f"{day:%d/%m/%Y}").press("Enregistrer la demi-journée")
    staff.open(seminar).press(re.compile("^Annuler la demi-journée"))
    staff.fill("Motif", "Salle indisponible").press("Annuler la demi-journée", role="button")

    after = fetch(address, before.etag)
    assert after.status == 200
    assert after.etag != before.etag
    assert after.events.keys() == before.events.keys()
    changed = [uid for uid in before.events if after.events[uid].to_ical() != before.events[uid].to_ical()]
    assert len(changed) == 2
    off = [uid for uid in changed if str(after.events[uid].get("STATUS")) == "CANCELLED"]
    assert len(off) == 1
    for uid in changed:
        assert int(after.events[uid]["SEQUENCE"]) > int(before.events[uid].get("SEQUENCE", 0))
    still = next(uid for uid in changed if uid not in off)
    assert after.events[still]["DTSTART"].dt.date() == day
    assert after.events[still]["LAST-MODIFIED"].dt >= before.events[still]["LAST-MODIFIED"].dt
    assert moved in changed
    assert cancelled in {*changed, cancelled}

    she.open("/calendrier/abonnement").press("Arrêter l’abonnement").press("Arrêter l’abonnement", role="button")
    assert fetch(address).status == 410
