"""A self-assessment in a room with a projector and three phones; another a year later; one handed in in a training."""

import io
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import pypdf
import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from tests.factories import accounts
from tests.factories import cooperation as make
from tests.factories import portfolio as learners
from tests.journeys.site import PASSWORD, Site
from tests.journeys.visitor import Visitor, plain
from training.accounts.models import Person
from training.accounts.security import passwords
from training.catalogue.enums import TracerWork
from training.catalogue.models import TracerType
from training.common import clock
from training.common.mail import OutgoingMail
from training.cooperation.enums import AssessmentAct
from training.cooperation.models import Assessment, Partnership
from training.cooperation.rules.rhythm import months_after
from training.cooperation.services import assessments
from training.database import db

pytestmark = pytest.mark.journey

LEADS: Final = "nadia.perrin@example.org"
LEARNER: Final = "alix.morel@example.org"
READER: Final = "sacha.lenoir@example.org"
BODIES: Final = ("CPTS de la Nive", "DAC des Monts", "MSP du Pont")
NAME: Final = "Vallée de la Nive"
LABELS: Final = {"oui": "Oui", "partiellement": "Partiellement", "non": "Non"}
FOLLOWS: Final = 8_000  # milliseconds: a screen asks every three seconds


def can_sign_in(person: Person, email: str) -> Person:
    """Give a person an address and the password of journeys."""
    person.email = person.email_key = email
    person.password = passwords().hash(PASSWORD)
    return person


def partnership() -> Partnership:
    """Three bodies, and who facilitates them."""
    there = make.partnership(can_sign_in(accounts.person(), LEADS), bodies=0, name=NAME)
    for name in BODIES:
        make.body(there, name)
    make.grid()
    return there


def told(site: Site, email: str) -> list[str]:
    """Return what the house has written to someone, whether or not it has left yet."""
    with site.app.app_context():
        return list(db.session.scalars(select(OutgoingMail.message).where(OutgoingMail.to_email == email)))


def words_of(she: Visitor, link: str | re.Pattern[str]) -> str:
    """Press a link that gives a PDF; return its words."""
    with she.page.expect_download() as sent:
        she.find(link).click()
    pages = pypdf.PdfReader(io.BytesIO(sent.value.path().read_bytes())).pages
    return plain(" ".join(page.extract_text() for page in pages))


def prepare(leads: Visitor, *, expected: int) -> None:
    """Prepare an assessment of today."""
    leads.open("/cooperation").press(NAME).press("Préparer une auto-évaluation")
    leads.fill("Nombre de téléphones attendus", str(expected)).press("Préparer").sees("en préparation")


def settle(leads: Visitor, choices: Mapping[str, str]) -> None:
    """Settle these items one after the other, from the page that leads to the first one that is open."""
    leads.press(f"Trancher la question {min(choices)}")
    for item, choice in choices.items():
        leads.sees(item).choose(re.compile(f"^{LABELS[choice]}$")).press(re.compile("^Noter"))


def come_in(phone: Visitor, code: str, name: str) -> None:
    """Come in by the code, for a body."""
    phone.open("/cooperation/seance").fill("Code affiché", code).press("Rejoindre")
    phone.choose(name).press("Commencer").press("Répondre à la question 1.1")


def hold_the_meeting(leads: Visitor, visitor: Callable[..., Visitor]) -> None:
    """Three phones come in; the room sees nothing of the first question until the last one has answered."""
    code = leads.page.locator(".join-code").inner_text()
    phones = [visitor(width=360, scripts=name != BODIES[2]) for name in BODIES]  # the last one has no JavaScript
    for phone, name in zip(phones, BODIES, strict=True):
        come_in(phone, code, name)
    for phone, answer in zip(phones[:2], ("Oui", "Non"), strict=True):
        phone.choose(re.compile(f"^{answer}$")).press("Répondre").sees("question 2 sur 11")
    expect(leads.page.locator(".room-count")).to_contain_text("2 ont répondu sur 3", timeout=FOLLOWS)
    seen = plain(leads.page.locator(".room-live").inner_text())
    assert "On attend : MSP du Pont" in seen
    assert not any(name in seen for name in BODIES[:2])
    phones[0].press("Question 1.1").does_not_see("DAC des Monts").press("Question 1.2")

    phones[2].choose(re.compile("^Partiellement$")).press("Répondre")
    expect(leads.page.get_by_role("heading", name=re.compile("Sur quoi tombons-nous"))).to_be_visible(timeout=FOLLOWS)
    leads.sees(*BODIES)
    phones[0].press("Question 1.1").sees("La salle a montré les réponses", "DAC des Monts")
    leads.choose(re.compile("^Partiellement$")).fill("Commentaire", "Trois diagnostics, aucun en commun.")
    leads.press("Noter et passer à la suivante").sees("1.2")

    expect(leads.page.locator(".room-count")).to_contain_text("0 a répondu sur 3")
    phones[1].choose(re.compile("^Oui$")).press("Répondre")
    expect(leads.page.locator(".room-count")).to_contain_text("1 a répondu sur 3", timeout=FOLLOWS)
    leads.press("Montrer les réponses").sees("DAC des Monts").press("Fermer les réponses").press("Passer au consensus")
    phones[2].open("/".join(phones[2].path.split("/")[:4])).sees("Les réponses sont closes")


def test_a_point_zero_in_a_room_with_three_phones_and_a_projector(site: Site, visitor: Callable[..., Visitor]) -> None:
    with site.app.app_context():
        partnership()
        db.session.commit()
    leads = visitor().sign_in(LEADS)
    prepare(leads, expected=3)
    leads.press("Ouvrir les réponses").press("Ouvrir les réponses")
    hold_the_meeting(leads, visitor)

    settle(leads, dict.fromkeys(("1.2", "2.1", "2.2"), "non"))
    leads.press(re.compile("^Auto-évaluation$")).sees("entre 1 et 15 sur 22")
    leads.press("Clore la réunion en trois questions").fill("Notre périmètre", "Les sorties d’hôpital")
    leads.fill("Qui apporte", "Chacun son annuaire").fill("Nos premières", "Se revoir en mars").press("Enregistrer")
    provisional = words_of(leads, "Rapport à imprimer")
    assert all(
        words in provisional for words in ("provisoire", "Se revoir en mars", "non tranché", "Trois diagnostics")
    )

    with site.app.app_context():  # the other questions, settled after the meeting
        held = db.session.get_one(Assessment, uuid.UUID(leads.path.rsplit("/", 1)[1]))
        make.settle(held, dict.fromkeys(("3.1", "3.2", "4.1", "4.2", "4.3", "5.1"), "non"))
        db.session.commit()
    settle(leads.open(leads.path), {"5.2": "non"})
    leads.sees("1 sur 22", "Ponctuelle")
    leads.press("Finaliser l’auto-évaluation").sees("ne change plus").press("Finaliser l’auto-évaluation")
    leads.sees("finalisée", "point zéro").press(re.compile("^Planifier une action pour la question 1.2"))
    due = clock.today() + timedelta(days=60)
    leads.fill("Action", "Choisir deux priorités").fill("Échéance", due.strftime("%d/%m/%Y"))
    leads.page.get_by_label("Qui mène").select_option(label="DAC des Monts")
    leads.press("Planifier l’action").sees("Choisir deux priorités", "DAC des Monts")


def test_a_phone_follows_again_after_the_network_failed(site: Site, visitor: Callable[..., Visitor]) -> None:
    with site.app.app_context():
        held = make.assessment(partnership(), expected=1)
        assessments.advance(held, AssessmentAct.OPEN, by=make.leader(held.partnership))
        code, key, leads = str(held.join_code), held.id, make.leader(held.partnership)
        db.session.commit()
    phone = visitor(width=360)
    come_in(phone, code, BODIES[0])
    phone.press("Ma séance")
    expect(phone.page.get_by_role("link", name="Actualiser")).to_be_hidden()
    with phone.page.expect_event("requestfailed"):
        phone.context.set_offline(True)
    with site.app.app_context():
        assessments.advance(db.session.get_one(Assessment, key), AssessmentAct.SETTLE, by=leads)
        db.session.commit()
    assert "Les réponses sont closes" not in plain(phone.page.locator("main").inner_text())

    phone.context.set_offline(False)
    expect(phone.page.locator("main")).to_contain_text("Les réponses sont closes", timeout=2 * FOLLOWS)
    phone.faults[:] = [fault for fault in phone.faults if "ERR_INTERNET" not in fault]  # the browser's own words


def test_a_second_assessment_a_year_later(site: Site, visitor: Callable[..., Visitor]) -> None:
    with site.app.app_context():
        with clock.freeze(clock.at_paris(months_after(clock.today(), -12))):
            there = partnership()
            make.finalised(there, make.answers("partiellement", "non"), held_on=clock.today())
        db.session.commit()
    site.work()
    assert "cooperation/assessment_due" in told(site, LEADS)
    leads = visitor(width=360).sign_in(LEADS)
    prepare(leads, expected=0)
    leads.press("Passer au consensus").press("Passer au consensus")
    later = make.answers(*["oui"] * 4, *["partiellement"] * 4, "non")
    settle(leads, later)
    leads.press("Finaliser l’auto-évaluation").press("Finaliser l’auto-évaluation").sees(
        "12 sur 22", "En structuration"
    )

    leads.press(NAME).press("Ce qui a bougé").sees("De 1 à 12 sur 22", "+11", "Quelles étapes ont avancé")
    leads.sees("Étape par étape")
    paper = pypdf.PdfReader(io.BytesIO(leads.open(leads.path.replace("evolution", "qui-fait-quoi")).page.pdf()))
    assert len(paper.pages) == 1
    leads.page.go_back()
    assert plain(leads.row("1. Diagnostic").inner_text()).endswith("1 4 4 +3")


def test_an_assessment_is_handed_in_as_a_tracer(site: Site, visitor: Callable[..., Visitor]) -> None:
    with site.app.app_context():
        pair = learners.pair(first_name="Alix", last_name="Morel")
        can_sign_in(pair.learner, LEARNER)
        can_sign_in(pair.reader, READER)
        there = partnership()
        make.member(there, someone=pair.learner, of=there.bodies[0])
        make.finalised(there, make.answers("oui"), held_on=clock.today())
        db.session.execute(update(TracerType).values(work=TracerWork.EITHER))
        db.session.commit()
    she, he, leads = visitor(width=360).sign_in(LEARNER), visitor().sign_in(READER), visitor().sign_in(LEADS)
    she.open("/parcours").press(re.compile("^Ouvrir ce document")).press("Proposer une auto-évaluation")
    she.press(re.compile("^Proposer celle de")).sees("son total n’entre dans aucune décision")
    she.press("Déposer cette auto-évaluation").sees("est déposée", "Auto-évaluation de coopération")

    he.open("/documents-traceurs").press("Document fiche_poste").press("ouvrir le travail déposé")
    assert "22 sur 22" in words_of(he, "Lire le rapport (PDF)")
    assert told(site, LEADS) == ["cooperation/assessment_proposed"]
    leads.open("/cooperation").press(NAME).press(re.compile(clock.today().strftime("%Y") + "$"))
    leads.sees("Alix Morel l’a proposée").press("Demander que seule la date soit montrée").sees("C’est noté")

    he.open(he.path).sees("Seule la date est montrée").does_not_see(NAME, "Lire le rapport")
    he.open("/documents-traceurs").press("Document fiche_poste").fill("Vos remarques", "Bien mené.")
    he.choose("Valider").press("Enregistrer la relecture").sees("est validé")
    she.open("/parcours").sees("Documents traceurs : 1 sur 1 validés")
