"""A self-assessment in a room with a projector and three phones; another one a year later, by hand, and what moved."""

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import expect

from tests.journeys.site import Site
from tests.journeys.visitor import Visitor
from training.common import clock
from training.cooperation.rules.rhythm import months_after

pytestmark = [pytest.mark.journey, pytest.mark.demo]

BODIES = (("CPTS", "CPTS de la Nive"), ("DAC", "DAC des Monts"), ("MSP", "MSP du Pont"))
LATER = ("oui",) * 4 + ("partiellement",) * 4 + ("non",) * 3


def test_a_point_zero_in_a_room_then_what_moved_a_year_later(visitor: Callable[..., Visitor], site: Site) -> None:
    leads = visitor().sign_in("cooperation.occ@example.org")
    open_partnership(leads)
    prepare(leads, held_on=months_after(clock.today(), -12).strftime("%d/%m/%Y"))
    leads.press("Ouvrir les réponses").press("Ouvrir les réponses")
    hold_the_meeting(leads, visitor)
    leads.press("Fermer les réponses").press("Passer au consensus")
    settle(leads, ("partiellement",) + ("non",) * 10, known=1)
    close(leads)
    plan_an_action(leads)

    leads.open("/cooperation").press("Vallée de la Nive")
    prepare(leads, held_on=clock.today().strftime("%d/%m/%Y"))
    leads.press("Passer au consensus").press("Passer au consensus")
    settle(leads, LATER)
    leads.press("Finaliser l’auto-évaluation").sees("définitive").press("Finaliser l’auto-évaluation")
    leads.sees("12 sur 22", "En structuration")
    read_what_moved(leads, visitor)


def open_partnership(leads: Visitor) -> None:
    leads.open("/cooperation").press("Ouvrir un partenariat")
    leads.fill("Nom du partenariat", "Vallée de la Nive").fill("Territoires", "Vallée de la Nive")
    leads.page.get_by_label("Région").select_option(label="Occitanie")
    leads.press("Ouvrir le partenariat").sees("Aucune structure pour l’instant")
    for kind, name in BODIES:
        leads.press("Ajouter une structure")
        leads.page.get_by_label("Nature").select_option(label=kind)
        leads.fill("Nom", name).press("Ajouter la structure")
    leads.sees(*(name for _kind, name in BODIES))
    leads.press("Vallée de la Nive")


def prepare(leads: Visitor, *, held_on: str) -> None:
    leads.press("Préparer une auto-évaluation").fill("Jour de la réunion", held_on)
    leads.fill("Nombre de téléphones attendus", "3").press("Préparer").sees("en préparation")


def hold_the_meeting(leads: Visitor, visitor: Callable[..., Visitor]) -> None:
    code = leads.page.locator(".join-code").inner_text()
    phones = [visitor(width=360, scripts=rank != 2) for rank in range(3)]
    for phone, (_kind, name) in zip(phones, BODIES, strict=True):
        phone.open("/cooperation/seance").fill("Code affiché", code).press("Rejoindre")
        phone.choose(name).press("Commencer").press("Répondre à la question 1.1")
    for phone, answer in zip(phones[:2], ("Oui", "Non"), strict=True):
        phone.choose(answer).press("Répondre").sees("question 2 sur 11")
    expect(leads.page.locator(".room-count")).to_contain_text("2", timeout=8_000)
    assert "CPTS de la Nive" not in leads.page.locator(".room-live").inner_text().replace("On attend : MSP du Pont", "")
    phones[2].choose("Partiellement").press("Répondre")
    expect(leads.page.get_by_role("heading", name=re.compile("Sur quoi tombons-nous"))).to_be_visible(timeout=8_000)
    leads.sees("CPTS de la Nive", "DAC des Monts", "MSP du Pont")
    phones[0].press("Question 1.1").sees("La salle a montré les réponses", "DAC des Monts")
    leads.choose("Partiellement").fill("Commentaire", "Trois diagnostics, aucun en commun.")
    leads.press("Noter et passer à la suivante").sees("1.2")


def settle(leads: Visitor, choices: tuple[str, ...], *, known: int = 0) -> None:
    labels = {"oui": "Oui", "partiellement": "Partiellement", "non": "Non"}
    leads.press(f"Trancher la question {('1.1', '1.2')[known]}")
    for choice in choices[known:]:
        leads.page.get_by_label(labels[choice], exact=True).check()
        leads.press("Noter")


def close(leads: Visitor) -> None:
    leads.sees("1 sur 22", "Ponctuelle").press("Clore la réunion en trois questions")
    leads.fill("Notre périmètre", "Les sorties d’hôpital").fill("Qui apporte", "Chacun son annuaire")
    leads.fill("Nos premières", "Se revoir en mars").press("Enregistrer")
    with leads.page.expect_download() as sent:
        leads.find("Rapport à imprimer").click()
    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sent.value.path().read_bytes())).pages)
    assert "Se revoir en mars" in words
    leads.press("Finaliser l’auto-évaluation").press("Finaliser l’auto-évaluation").sees("finalisée", "point zéro")


def plan_an_action(leads: Visitor) -> None:
    leads.press(re.compile("^Planifier une action pour la question 1.2"))
    leads.fill("Action", "Choisir deux priorités").fill("Échéance", "30/06/2027")
    leads.page.get_by_label("Qui mène").select_option(label="DAC des Monts")
    leads.press("Planifier l’action").sees("Choisir deux priorités")


def read_what_moved(leads: Visitor, visitor: Callable[..., Visitor]) -> None:
    leads.press("Vallée de la Nive").press("Ce qui a bougé")
    leads.sees("De 1 à 12 sur 22", "+11", "Quelles étapes ont avancé")
    narrow = visitor(width=360).sign_in("cooperation.occ@example.org").open(leads.path)
    narrow.sees("De 1 à 12 sur 22").press("Vallée de la Nive").press("Ouvrir le tableau des actions")
    narrow.sees("Choisir deux priorités")
